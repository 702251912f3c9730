import ArgumentParser
import Foundation

/// Experiments on the released programs as processes: what is promised of them is put under attack here, and counted.
@main
struct Laboratory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "laboratory",
        abstract: "Puts what runninghubd promises under attack, and counts what comes of it.",
        subcommands: [
            Chaos.self, PowerCut.self, FaultyDisk.self, Attack.self, HostileAnswers.self, FaultyCloud.self,
            Callers.self, StoredCallbacks.self, StartTime.self,
        ]
    )
}

/// What every experiment is told.
struct LaboratoryOptions: ParsableArguments {
    @Option(help: "Where runninghubd and runninghub-simulator are.")
    var build = ".build/debug"

    @Option(help: "Where all randomness begins.")
    var seed: UInt64 = 1

    @Flag(help: "Leave each folder where it is, and tell where; those of failed runs are always left.")
    var keep = false

    /// The programs that are put to the test.
    var programs: Programs { Programs(folder: build) }
}

/// Prints a line at once, also into a file.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}
