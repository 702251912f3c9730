import ArgumentParser
import FoundationEssentials
import RunningHubSimulator

@main
struct RunningHubSimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runninghub-simulator",
        abstract: "RunningHub's cloud, simulated: try a configuration without paying.",
        discussion: """
            Settings, every fault among them, can be read and changed while it runs:
              curl -s http://127.0.0.1:8900/simulator/settings
              curl -s -X PATCH http://127.0.0.1:8900/simulator/settings -d '{"tasks": {"task_time": 10}}'
            What it was asked:
              curl -s http://127.0.0.1:8900/simulator/record
            What fails is under "faults": 1 always, 0.2 every fifth time on average,
            {"count": 1} the next time. Some of them, to be put behind -d:
              {"faults": {"upload": {"errors": [{"code": 803, "fault": 1}]}}}
              {"faults": {"submit": {"errors": [{"code": 421, "fault": {"count": 1}}]}}}
              {"faults": {"submit": {"lost_by_cut": {"count": 1}}}}
              {"faults": {"tasks": {"failures": [{"failure": {"code": 1005}}]}}}
              {"faults": {"callbacks": {"dropped": 1}}}
            """
    )

    @Option(help: ArgumentHelp("Where to listen.", valueName: "host:port"))
    var listen: ListenAddress = ListenAddress(host: "127.0.0.1", port: 8900)

    @Option(help: ArgumentHelp("A key to accept, 32 characters. May be given several times.", valueName: "name=key"))
    var key: [KeyArgument] = []

    @Option(
        help: ArgumentHelp("How long each task runs, as 2s, 500ms or 1m; 1s-5s for a random time.", valueName: "time")
    )
    var taskTime: TimeArgument?

    @Option(help: ArgumentHelp("How many tasks run at once with each key.", valueName: "n"))
    var concurrency: Int?

    @Option(help: ArgumentHelp("Settings to begin with, as JSON.", valueName: "file"))
    var settings: String?

    @Option(help: ArgumentHelp("Where randomness begins.", valueName: "n"))
    var seed: Int?

    @Flag(help: "Print nothing but what goes wrong at the start.")
    var quiet = false

    func validate() throws {
        if let concurrency, concurrency < 0 { throw ValidationError("--concurrency must not be negative.") }
    }

    func run() async throws {
        let settings = try assembledSettings()
        let simulator = Simulator(settings: settings, address: listen)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await simulator.runUntilSignalled() }
            try await simulator.started()
            if !quiet {
                Printer.printIntroduction(simulator.baseURL, settings)
                let events = await simulator.events()
                group.addTask { for await event in events { Printer.print(event) } }
            }
            // Ends when the simulator has stopped, and with it its events.
            try await group.waitForAll()
        }
    }

    private func assembledSettings() throws -> SimulatorSettings {
        var assembled = SimulatorSettings()
        if let settings {
            do {
                assembled = try SimulatorSettings(json: Data(contentsOf: URL(filePath: settings)))
            } catch {
                throw ValidationError("\(settings): \(error)")
            }
        }
        if !key.isEmpty { assembled.keys = key.map { KeySettings(name: $0.name, key: $0.key) } }
        if let concurrency {
            for index in assembled.keys.indices { assembled.keys[index].concurrency = concurrency }
        }
        if let taskTime { assembled.tasks.taskTime = taskTime.range }
        if let seed { assembled.seed = seed }
        return assembled
    }
}
