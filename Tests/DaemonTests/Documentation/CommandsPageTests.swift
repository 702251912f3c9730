import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("The page of commands", .timeLimit(.minutes(1)))
    struct CommandsPageTests {
        @Test("Each field of each JSON document has its meaning on the page, and no other has.")
        func fields() throws {
            let fields = try CommandsPage().fields
            #expect(fields["status --json"] == (try JSONFields(of: FullDocuments.status).paths))
            #expect(fields["health --json"] == (try JSONFields(of: FullDocuments.health).paths))
            #expect(fields["jobs --json"] == (try JSONFields(of: FullDocuments.jobs).paths))
            #expect(fields["show JOB --json"] == (try JSONFields(of: FullDocuments.job).paths))
            #expect(fields["why PATH --json"] == (try JSONFields(of: FullDocuments.why).paths))
            #expect(fields["account --json"] == (try JSONFields(of: FullDocuments.accounts).paths))
        }

        /// Compares what a command prints with what the page shows, and strikes it off what is still to be compared.
        private func compare(
            _ command: String,
            _ printed: String,
            _ daemon: EngineHarness,
            _ rest: inout [String: String]
        ) {
            let name = command.replacing("\(daemon.root)/spool", with: "/var/spool/runninghubd")
            // The id of a job is another each time.
            let key = rest.keys.first { CommandsPage.comparable($0) == CommandsPage.comparable(name, of: daemon) }
            guard let key, let shown = rest.removeValue(forKey: key) else {
                Issue.record("\(CommandsPage.path) does not show '\(name)', which prints:\n\(printed)")
                return
            }
            let (expected, actual) = (CommandsPage.comparable(shown), CommandsPage.comparable(printed, of: daemon))
            #expect(expected == actual, "'\(name)' prints:\n\(printed)")
        }

        @Test("Every screen on the page is what the command prints.")
        func screens() async throws {
            let page = try CommandsPage()
            try await withDaemon {
                $0.pipelines = [.oil("oil-painting")]
                $0.cloud = .manual
                $0.keys = ["main": 1]
            } _: { daemon in
                var rest = page.screens
                let screen = Screen(width: 80)
                try daemon.drop("cat.png", into: "oil-painting")
                try await daemon.told(.submitted)
                try daemon.drop("dog.png", into: "oil-painting")
                try await daemon.told(.uploaded, about: "dog.png")
                let dog = daemon.path(.work, "dog.png", of: "oil-painting")
                try await daemon.withControl { client in
                    compare("runninghubctl health", try await client.health().text(on: screen), daemon, &rest)
                    compare("runninghubctl status", try await client.status().text(on: screen), daemon, &rest)
                    let jobs = try await client.jobs(limit: 50)
                    let listing = JobListDocument.heading(on: screen) + "\n" + jobs.text(on: screen)
                    compare("runninghubctl jobs", listing, daemon, &rest)
                    let why = try await client.why(AskedPath(Array(dog.utf8)))
                    compare("runninghubctl why \(dog)", why.text(on: screen), daemon, &rest)
                    compare("runninghubctl account", try await client.account().text(on: screen), daemon, &rest)
                    await finishTask(daemon)
                    try await daemon.told(.submitted, times: 2)
                    try await daemon.told(.tidied, about: "cat.png")
                    let id = try await daemon.record(of: "cat.png").job.id.text
                    compare("runninghubctl show \(id)", try await client.job(id).text(on: screen), daemon, &rest)
                    _ = try await client.hold(nil)
                    let held = try await client.health().text(on: screen)
                        .replacing("held by \(Caller.ofThisProcess.name)", with: "held by carol")
                    compare("runninghubctl health    # everything is held", held, daemon, &rest)
                    compare("sudo runninghubd check --online", try await online(daemon, client), daemon, &rest)
                }
                #expect(rest.keys.sorted() == [], "The page shows what no test compares.")
            }
        }

        private func finishTask(_ daemon: EngineHarness) async {
            let running = await daemon.simulator.record.tasks.first { $0.status == .running || $0.status == .queued }
            if let running { await daemon.simulator.finish(running.id) }
        }

        private func online(_ daemon: EngineHarness, _ client: ControlClient) async throws -> String {
            let reading = readConfiguration([
                "config.yaml":
                    "api:\n  base_url: \(daemon.simulator.baseURL)\nwebhook:\n  public_url: \(daemon.publicURL)\n",
                "pipelines.d/oil-painting.yaml": pipelineFile(
                    "accept: [any]",
                    nodes: "nodes: [{ id: 285, field: image, value: \"{file}\" }]"
                ),
            ])
            let key = Secret(RunningHubSimulator.KeySettings.defaultKey)
            let check = try #require(OnlineCheck(reading, credentials: ["key_main": key], sites: []))
            let report = await check.run(status: try await client.status())
            #expect(report.problems.isEmpty, "\(report.problems)")
            return (report.wells + ["/etc/runninghubd/config.yaml: all is well."]).map { "\($0)\n" }.joined()
        }
    }
}
