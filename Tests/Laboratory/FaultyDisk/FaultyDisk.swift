import ArgumentParser
import Foundation

/// `laboratory faulty-disk`: what the daemon's files lie on fails for a while, in every way.
struct FaultyDisk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lets calls on the daemon's files fail for a while, and judges what it does meanwhile and then.",
        discussion: """
            While a fault lasts the daemon may take no more than a fifth of a processor and write one line a minute about each trouble; when \
            it is over all that was dropped must be delivered, once, within 30 s and without a word from anybody. Needs root and a mount \
            namespace of its own (unshare --mount).
            """
    )

    @OptionGroup var options: LaboratoryOptions
    @Option(help: "The library by which calls fail; make builds it.")
    var library = ".build/faulty-calls.so"
    @Option(help: "How long each fault lasts, in seconds.")
    var length = 75
    @Option(help: "How many daemons suffer at a time.")
    var atOnce = 8
    @Flag(help: "Each call with one error only, another one with each seed.")
    var short = false
    @Option(help: "Only faults whose names contain this.")
    var only = ""

    func run() async throws {
        try options.programs.check()
        let began = ContinuousClock.now
        let library = URL(filePath: library).standardizedFileURL.path
        guard FileManager.default.fileExists(atPath: library) else {
            throw LaboratoryError("There is no \(library); make faulty-disk builds it.")
        }
        let faults = DiskFaults(library: library)
        let chosen = try (short ? faults.some(turn: Int(options.seed % 1000)) : faults.all())
            .filter { only.isEmpty || $0.name.contains(only) }
        say(DiskTrialResult.head)
        let results = try await tryAll(chosen)
        let broken = results.filter { !$0.broken.isEmpty }
        for result in broken {
            say("\(result.fault):\n  " + result.broken.prefix(6).joined(separator: "\n  "))
        }
        let inputs = results.reduce(0) { $0 + $1.inputs }
        let time = ContinuousClock.now - began
        guard broken.isEmpty else {
            throw LaboratoryError("Not as promised under \(broken.count) of \(results.count) faults; \(time).")
        }
        say("All as promised: \(results.count) faults, \(inputs) inputs, \(time).")
    }

    private func tryAll(_ faults: [any DiskFault]) async throws -> [DiskTrialResult] {
        try await withThrowingTaskGroup(of: DiskTrialResult.self) { group in
            var results: [DiskTrialResult] = []
            var coming = Array(faults.enumerated())[...]
            while results.count < faults.count {
                while !coming.isEmpty, faults.count - coming.count - results.count < atOnce {
                    guard let (number, fault) = coming.popFirst() else { break }
                    group.addTask { try await self.attempt(fault, number) }
                }
                guard let result = try await group.next() else { break }
                say(result.row)
                results.append(result)
            }
            return results
        }
    }

    private func attempt(_ fault: any DiskFault, _ number: Int) async throws -> DiskTrialResult {
        let seed = options.seed &* 1_000_211 &+ UInt64(number)
        let name = "runninghubd-faulty-\(options.seed)-\(number)"
        // As the kernel shows them, by which the library knows what is the daemon's: without links or empty parts.
        let temporary = URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath()
        let (folder, otherDisk) = (temporary.appending(path: name).path, "/dev/shm/\(name)")
        for path in [folder, otherDisk] {
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        // Where the task fetches its input itself, a file that cannot be read is a task that fails.
        let pipelines = LaboratoryPipeline.all(otherDisk: otherDisk).filter { !$0.isFetched } + [.withPrograms]
        let workplace = try Workplace(options.programs, folder: folder, pipelines: pipelines)
        let cloud = try await SimulatedCloud(
            options.programs,
            settings: DiskTrial.cloudSettings(seed: seed),
            folder: folder
        )
        try workplace.configure(cloud: cloud.address)
        var trial = DiskTrial(workplace, cloud, fault, length: .seconds(length), seed: seed)
        let result = try await trial.run()
        await cloud.end()
        if result.broken.isEmpty, !options.keep {
            workplace.remove()
            try? FileManager.default.removeItem(atPath: otherDisk)
        } else {
            say("\(fault.name) is left in \(folder)")
        }
        return result
    }
}
