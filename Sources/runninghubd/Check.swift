import ArgumentParser
import Daemon

/// `runninghubd check`: every mistake of every file, in one run.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks the configuration and tells every problem of every file.",
        discussion: "Exits with 0 where all is well and with 78 where something is wrong."
    )

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Print the merged configuration, with the file and line of each value.")
    var show = false

    func run() async throws {
        let reading = ConfigurationReader(file: options.config).read()
        if show { print(reading.shown, terminator: "") }
        let problems = reading.problems + ConfigurationCheck(reading).run()
        for problem in problems { StandardError.write("\(problem)") }
        if problems.contains(where: { $0.severity == .error }) {
            throw ExitCode(DaemonExit.Code.configuration.rawValue)
        }
        if !show { print("\(options.config): all is well.") }
    }
}
