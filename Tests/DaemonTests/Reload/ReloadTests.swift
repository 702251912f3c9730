import FoundationEssentials
import Glibc
import Jobs
import Ledger
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("A reload", .timeLimit(.minutes(1)))
    struct ReloadTests {
        /// A daemon with few places, whose job of `cat.png` is under way until the test finishes it.
        private func withReloads(
            places: Int = 1,
            _ body: (EngineHarness, ChangingSettings, Reload) async throws -> Void
        ) async throws {
            let settings = ChangingSettings()
            try await withDaemon {
                $0.cloud = .manual
                $0.keys = ["main": places]
                $0.adjust = { settings.apply(to: &$0) }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted, about: "cat.png")
                try await body(daemon, settings, try daemon.makeReload())
            }
        }

        private func finish(_ daemon: EngineHarness) async {
            for task in await daemon.simulator.record.tasks { await daemon.simulator.finish(task.id) }
        }

        @Test("Brings new pipelines, and new settings for what is submitted then; a job under way keeps its own.")
        func changed() async throws {
            try await withReloads(places: 3) { daemon, settings, reload in
                settings.set {
                    $0.pipelines[0].outbox.layout = .folder
                    $0.pipelines.append(.oil("sketch"))
                }
                let answer = try await reload.run(askedBy: "a test").message
                #expect(answer == "The configuration is in force: new: sketch; changed: oil.")
                #expect(try await daemon.told(.reloaded).text.contains("asked by a test"))
                try daemon.drop("dog.png")
                try daemon.drop("cow.png", into: "sketch")
                try await daemon.told(.submitted, about: "dog.png")
                try await daemon.told(.submitted, about: "cow.png")
                await finish(daemon)
                for name in ["cat.png", "dog.png", "cow.png"] { try await daemon.told(.tidied, about: name) }
                let dog = ["dog/dog.png", "dog/dog.result.json"]
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"] + dog)
                #expect(daemon.list(.outbox, of: "sketch") == ["cow.png", "cow.result.json"])
            }
        }

        @Test(
            "What waits for a pipeline that is taken out of service is kept and goes on when it is back; what was submitted is delivered."
        )
        func removed() async throws {
            try await withReloads { daemon, settings, reload in
                try daemon.drop("dog.png")
                try await daemon.told(.uploaded, about: "dog.png")
                settings.set { $0.pipelines = [.oil("sketch")] }
                #expect(try await reload.run(askedBy: "a test").message.contains("removed: oil"))
                await finish(daemon)
                try await daemon.told(.tidied, about: "cat.png")
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(daemon.list(.done) == ["cat.png"])
                // A job of another pipeline goes through: dog's turn would have come.
                try daemon.drop("cow.png", into: "sketch")
                try await daemon.told(.submitted, about: "cow.png")
                #expect(try await daemon.record(of: "dog.png").job.state == .queued)
                #expect(daemon.list(.work) == ["dog.png"])
                #expect(await daemon.submissions.count == 2)
                try await daemon.withControl { client in
                    let status = try await client.status()
                    #expect(status.obstacles["oil"]?.reason == "There is no pipeline oil in service.")
                }
                await finish(daemon)
                try await daemon.told(.tidied, about: "cow.png")
                settings.set { _ in }
                #expect(try await reload.run(askedBy: "a test").message.contains("new: oil"))
                try await daemon.told(.submitted, about: "dog.png")
                await finish(daemon)
                try await daemon.told(.tidied, about: "dog.png")
            }
        }

        @Test("A pipeline that is gone at the next start has its submitted jobs delivered all the same.")
        func goneAtStart() async throws {
            try await withReloads { daemon, settings, _ in
                settings.set { $0.pipelines = [] }
                try await daemon.restart()
                await finish(daemon)
                try await daemon.told(.tidied, about: "cat.png")
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
            }
        }

        @Test("A job under way is delivered into the outbox that it was submitted for, a later one into the new.")
        func movedOutbox() async throws {
            try await withReloads(places: 2) { daemon, settings, reload in
                let outbox = daemon.root + "/elsewhere"
                try FileManager.default.createDirectory(atPath: outbox, withIntermediateDirectories: true)
                chmod(outbox, 0o2770)
                settings.set { $0.pipelines[0].folders.outbox = outbox }
                _ = try await reload.run(askedBy: "a test")
                try daemon.drop("dog.png")
                try await daemon.told(.submitted, about: "dog.png")
                await finish(daemon)
                for name in ["cat.png", "dog.png"] { try await daemon.told(.tidied, about: name) }
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(EngineHarness.visibleFiles(in: outbox) == ["dog.png", "dog.result.json"])
            }
        }

        @Test("A key that a task under way needs is refused by name, and nothing else of it comes into force.")
        func stranding() async throws {
            try await withReloads { daemon, settings, reload in
                settings.set {
                    $0.api.keys?[0].name = "other"
                    $0.pipelines.append(.oil("sketch"))
                }
                let refusal = try await daemon.refusal(of: reload)
                #expect(refusal.contains("key main is taken out, but the task of 1 job under way"))
                #expect(refusal.contains("key other is new"))
                #expect(try await daemon.told(.reloadRefused).text.contains("the old configuration stays in force"))
                #expect(try daemon.engine.pipelines.names == ["oil"])
                #expect(try daemon.engine.accounts.keys.sorted() == ["main"])
                await finish(daemon)
                try await daemon.told(.tidied, about: "cat.png")
                settings.set { $0.pipelines.append(.oil("sketch")) }
                #expect(try await reload.run(askedBy: "a test").message.contains("new: sketch"))
            }
        }

        @Test("A wrong configuration is refused with every mistake, and the old stays in force.")
        func wrong() async throws {
            try await withDaemon { daemon in
                let position = SourcePosition(file: "/etc/config.yaml", line: 3, column: 1)
                let problems = [
                    ConfigurationProblem(at: position, "There is no key 'spoool'."),
                    ConfigurationProblem(at: position, "Another mistake."),
                ]
                let reload = Reload(of: try daemon.daemonStart, try daemon.engine) {
                    ConfigurationReading(configuration: nil, problems: problems, documents: [])
                }
                let refusal = try await daemon.refusal(of: reload)
                for problem in problems { #expect(refusal.contains(problem.description)) }
                try await daemon.probe()
            }
        }

        @Test("A pipeline's own mistake takes it out of service, is told, and fails no reload.")
        func ownMistake() async throws {
            try await withDaemon { daemon in
                let mistake = ConfigurationProblem(
                    at: SourcePosition(file: "/etc/pipelines.d/oil.yaml"),
                    "A pipeline needs a target.",
                    pipeline: "oil"
                )
                let reload = Reload(of: try daemon.daemonStart, try daemon.engine) {
                    var configuration = daemon.configuration
                    configuration.pipelines = [.oil("sketch")]
                    configuration.outOfService = ["oil"]
                    return ConfigurationReading(configuration: configuration, problems: [mistake], documents: [])
                }
                let answer = try await reload.run(askedBy: "a test").message
                #expect(answer.contains("out of service: oil") && answer.contains(mistake.description))
                try await daemon.told(.pipelineOut)
                try daemon.drop("cat.png")
                try await daemon.probe("sketch")
                #expect(daemon.list(.inbox) == ["cat.png"])
                let status = try String(contentsOfFile: daemon.path(.inbox, "_STATUS.txt"), encoding: .utf8)
                #expect(status.contains("out of service"))
            }
        }

        @Test("More places of a key are used at once.")
        func places() async throws {
            try await withReloads { daemon, settings, reload in
                try daemon.drop("dog.png")
                try await daemon.told(.uploaded, about: "dog.png")
                settings.set { $0.api.keys?[0].concurrency = 2 }
                #expect(try await reload.run(askedBy: "a test").message.contains("keys: main"))
                try await daemon.told(.submitted, about: "dog.png")
                await finish(daemon)
                for name in ["cat.png", "dog.png"] { try await daemon.told(.tidied, about: name) }
            }
        }

        @Test("More coins for the day, of all pipelines together, are there at once.")
        func coins() async throws {
            let settings = ChangingSettings()
            let budget = { @Sendable (coins: Int64) in
                settings.set {
                    $0.general.spending.coinsPerDay = coins
                    $0.pipelines[0].spending.coinsPerDay = coins
                }
            }
            budget(10)
            try await withDaemon {
                $0.cloud.answers.usage = .coins
                $0.adjust = { settings.apply(to: &$0) }
            } _: { daemon in
                let reload = try daemon.makeReload()
                for name in ["1.png", "2.png"] {
                    try daemon.drop(name)
                    try await daemon.told(.tidied, about: name)
                }
                try daemon.drop("3.png")
                #expect(try await daemon.told(.coinsSpent).text.contains("12 coins were spent today in all"))
                budget(100)
                _ = try await reload.run(askedBy: "a test")
                try await daemon.told(.tidied, about: "3.png")
            }
        }

        @Test("Over the control socket an administrator is told what came of it.")
        func control() async throws {
            try await withDaemon { daemon in
                let reload = try daemon.makeReload()
                try await daemon.withControl(reload: { try await reload.run(askedBy: $0.name) }) { client in
                    let answer = try await client.reload()
                    #expect(answer.message == "Nothing has changed.")
                }
            }
        }

        @Test("Over the control socket it is refused to everybody else.")
        func refusedToOthers() async throws {
            try await withDaemon { daemon in
                let reload = try daemon.makeReload()
                try await daemon.withControl(
                    isAdministrator: { _ in false },
                    reload: { try await reload.run(askedBy: $0.name) }
                ) { client in
                    let refusal = try await daemon.refusal { try await client.reload() }
                    #expect(refusal.code == 1 && refusal.message.contains("runninghub-admin"))
                }
            }
        }
    }
}
