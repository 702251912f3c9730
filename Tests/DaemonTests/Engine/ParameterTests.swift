import FoundationEssentials
import Jobs
import RunningHub
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Parameters", .timeLimit(.minutes(1)))
    struct ParameterTests {
        private static func prompted(_ setup: inout EngineHarness.Setup) {
            setup.pipeline {
                $0.nodes = [
                    .file(), .text("{param:prompt|a cat} by {param:artist|nobody}"),
                    .init(id: "7", field: "steps", value: .text(.parsed("{param:steps|20}"))),
                    .init(id: "8", field: "hires", value: .text(.parsed("{param:hires|no}"))),
                ]
            }
        }

        /// Puts a parameter file into the inbox, in place and complete.
        private func put(_ name: String, _ text: String, _ daemon: EngineHarness) throws {
            try daemon.drop(name, Array(text.utf8))
        }

        /// The values that a submission had, as JSON has them.
        private func values(_ submission: SimulatorRecord.Submission) -> [String] {
            let body = try? JSONDecoder().decode(Body.self, from: Data(submission.body.utf8))
            return body?.nodeInfoList.filter { $0.fieldName != "image" }.map { "\($0.fieldValue)" } ?? []
        }

        private struct Body: Decodable {
            struct Node: Decodable {
                let fieldName: String
                let fieldValue: Parameter
            }

            let nodeInfoList: [Node]
        }

        @Test("A file's parameters go into its task with their types, travel with it, and leave other files alone.")
        func beside() async throws {
            try await withDaemon(Self.prompted) { daemon in
                try put("cat.png.yaml", "params:\n  prompt: \"a {dog}: no\"\n  steps: 30\n  hires: true\n", daemon)
                try daemon.drop("cat.png")
                try await daemon.told(.tidied, about: "cat.png")
                try daemon.drop("other.png")
                try await daemon.told(.tidied, about: "other.png")
                let submissions = await daemon.submissions
                #expect(values(submissions[0]) == ["text(\"a {dog}: no by nobody\")", "integer(30)", "boolean(true)"])
                #expect(values(submissions[1]) == ["text(\"a cat by nobody\")", "text(\"20\")", "text(\"no\")"])
                #expect(daemon.list(.done) == ["cat.png", "cat.png.yaml", "other.png"])
                #expect(daemon.list(.inbox).isEmpty && daemon.list(.work).isEmpty)
            }
        }

        @Test("Parameters of a whole batch hold for every file in it, nearer ones before those further out.")
        func batch() async throws {
            try await withDaemon {
                Self.prompted(&$0)
                $0.startsAtOnce = false
            } _: { daemon in
                try await daemon.start()
                try put("_params.yaml", "params: { artist: everybody }\n", daemon)
                let files: [(String, [UInt8])] = [
                    ("_params.yaml", Array("params: { prompt: batch }".utf8)), ("a.png", EngineHarness.picture("a")),
                    ("sub/_params.yaml", Array("params: { prompt: sub }".utf8)),
                    ("sub/b.png", EngineHarness.picture("b")), ("sub/c.png", EngineHarness.picture("c")),
                    ("sub/c.png.yaml", Array("params: { prompt: own, steps: 1 }".utf8)),
                ]
                for (name, content) in files {
                    let path = "\(daemon.root)/drop/shoot/\(name)"
                    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
                    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                    try #require(FileManager.default.createFile(atPath: path, contents: Data(content)))
                }
                try EngineHarness.move("\(daemon.root)/drop/shoot", to: daemon.path(.inbox, "shoot"))
                try await daemon.told(.tidied, times: 3)
                let prompts = Set(await daemon.submissions.compactMap { values($0).first })
                #expect(
                    prompts == [
                        "text(\"batch by everybody\")", "text(\"sub by everybody\")", "text(\"own by everybody\")",
                    ]
                )
                #expect(daemon.list(.outbox).contains("shoot/sub/b.png"))
                // What is left of the batch follows its files, once nothing has come for a while.
                daemon.clock.run(times: 300)
                try await daemon.told(.parametersMoved, times: 2)
                #expect(
                    daemon.list(.done).contains("shoot/_params.yaml")
                        && daemon.list(.done).contains("shoot/sub/_params.yaml")
                )
                #expect(daemon.list(.inbox) == ["_params.yaml"])
            }
        }

        @Test("A pipeline with a parameter without default waits for it, says how to give it, and takes the file then.")
        func required() async throws {
            try await withDaemon {
                $0.pipeline { $0.nodes = [.file(), .text("{param:prompt}")] }
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 200)
                let line = try await daemon.told(.fileStuck)
                #expect(line.text.contains("prompt") && line.text.contains("cat.png.yaml"))
                #expect(await daemon.simulator.record.requests.isEmpty)
                try put("cat.png.yaml", "params:\n  prompt: a harbour\n", daemon)
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.first?.nodes.last?.value == "a harbour")
            }
        }

        @Test(
            "A wrong parameter file keeps its file in the inbox, told with line and column, until it is right.",
            arguments: [
                (
                    "params:\n  promt: x\n",
                    "cat.png.yaml:2:3: The pipeline has no parameter 'promt'; did you mean 'prompt'?"
                ),
                ("prompt: x\n", "cat.png.yaml:1:1: "), ("params: [1]\n", "cat.png.yaml:1:9: "),
                ("params:\n  prompt: { a: b }\n", "cat.png.yaml:2:11: "), ("params: {\n", "cat.png.yaml:"),
                ("params:\n  steps: 99999999999999999999\n", "cat.png.yaml:2:10: "),
            ]
        )
        func wrong(text: String, told: String) async throws {
            try await withDaemon(Self.prompted) { daemon in
                try put("cat.png.yaml", text, daemon)
                try daemon.drop("cat.png")
                daemon.clock.run(times: 200)
                let line = try await daemon.told(.fileStuck)
                #expect(line.text.contains(told), "\(line.text)")
                #expect(await daemon.simulator.record.requests.isEmpty && daemon.list(.inbox).count == 2)
                try put("cat.png.yaml", "params:\n  prompt: x\n", daemon)
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("The parameters of a file that is withdrawn are not left behind in work/.")
        func withdrawn() async throws {
            try await withDaemon {
                Self.prompted(&$0)
                $0.cloud.keys[0].occupied = 3
            } _: { daemon in
                try put("cat.png.yaml", "params: { prompt: one }", daemon)
                try daemon.drop("cat.png")
                try await daemon.told(.refused)
                try EngineHarness.move(daemon.path(.work, "cat.png"), to: "\(daemon.root)/drop/taken.png")
                daemon.clock.advance(by: .seconds(16))
                try await daemon.told(.withdrawn)
                try daemon.drop("dog.png")
                await daemon.simulator.update { $0.keys[0].occupied = 0 }
                daemon.clock.run(times: 60)
                try await daemon.told(.tidied, about: "dog.png")
                #expect(daemon.list(.work).isEmpty && daemon.list(.failed) == ["cat.png.yaml"])
            }
        }

        @Test("A failed file that comes back with other parameters is another job, with the same it is the same.")
        func changedParameters() async throws {
            try await withDaemon {
                Self.prompted(&$0)
                $0.cloud = .manual
            } _: { daemon in
                try put("cat.png.yaml", "params: { prompt: one }", daemon)
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                let task = try #require(await daemon.submissions.first?.taskID)
                await daemon.simulator.finish(task, as: .failed(TaskFailure()))
                daemon.clock.run(times: 20)
                try await daemon.told(.tidied)
                #expect(daemon.list(.failed).contains("cat.png.yaml"))
                try EngineHarness.move(daemon.path(.failed, "cat.png.yaml"), to: "\(daemon.root)/drop/old.yaml")
                try put("cat.png.yaml", "params: { prompt: two }", daemon)
                try EngineHarness.move(daemon.path(.failed, "cat.png"), to: daemon.path(.inbox, "cat.png"))
                try await daemon.cloud { $0.submissions.count == 2 }
                #expect(daemon.journal.all(.revived).isEmpty)
                #expect(await values(daemon.submissions[1]).first == "text(\"two by nobody\")")
            }
        }

        @Test(
            "What was withdrawn before anything was paid, and is dropped again, has the parameters that are given now."
        )
        func withdrawnAndDroppedAgain() async throws {
            try await withDaemon {
                Self.prompted(&$0)
                $0.cloud = .manual
                $0.cloud.keys[0].occupied = 3
            } _: { daemon in
                try put("_params.yaml", "params: { prompt: one }", daemon)
                try daemon.drop("cat.png")
                try await daemon.told(.uploaded)
                try EngineHarness.move(daemon.path(.work, "cat.png"), to: "\(daemon.root)/drop/cat.png")
                try await daemon.told(.withdrawn)
                try put("_params.yaml", "params: { prompt: two }", daemon)
                try EngineHarness.move("\(daemon.root)/drop/cat.png", to: daemon.path(.inbox, "cat.png"))
                await daemon.simulator.update { $0.keys[0].occupied = 0 }
                daemon.clock.run(times: 20)
                try await daemon.told(.submitted)
                #expect(await values(daemon.submissions[0]).first == "text(\"two by nobody\")")
            }
        }

        @Test(
            "What came back with other parameters is another job's file: late results of the first leave it alone.",
            arguments: [Pipeline.AfterDelivery.keep, .delete]
        )
        func lateResults(afterDelivery: Pipeline.AfterDelivery) async throws {
            try await withDaemon {
                Self.prompted(&$0)
                $0.pipeline { $0.afterDelivery = afterDelivery }
                $0.cloud = .manual
                $0.cloud.faults.tasks.transientFailed = .next(1)
                $0.cloud.faults.tasks.transientFailedQueries = 2
                $0.cloud.faults.callbacks.dropped = .always
            } _: { daemon in
                try await daemon.dropToItsEnd("cat.png")
                daemon.clock.run(times: 1)
                try put("cat.png.yaml", "params: { prompt: two }", daemon)
                try EngineHarness.move(daemon.path(.failed, "cat.png"), to: daemon.path(.inbox, "cat.png"))
                try await daemon.cloud { $0.submissions.count == 2 }
                #expect(daemon.list(.work) == ["cat.png", "cat.png.yaml"])
                let url = try #require(await daemon.submissions[0].webhookURL)
                #expect(try await daemon.call(url, "{}") == 200)
                try await daemon.told(.delivered)
                try await daemon.told(.tidied, times: 2)
                #expect(daemon.list(.work) == ["cat.png", "cat.png.yaml"])
                let second = try #require(await daemon.submissions[1].taskID)
                await daemon.simulator.finish(second)
                daemon.clock.run(times: 50)
                try await daemon.told(.delivered, times: 2)
            }
        }

        @Test("Of several jobs that a file was, that goes on which asked for the same.")
        func earlierJobAgain() async throws {
            try await withDaemon {
                Self.prompted(&$0)
                $0.cloud.faults.tasks.transientFailed = .always
                $0.cloud.faults.tasks.transientFailedQueries = 2
                $0.cloud.faults.callbacks.dropped = .always
            } _: { daemon in
                for (count, prompt) in ["one", "two", "one"].enumerated() {
                    try put("cat.png.yaml", "params: { prompt: \(prompt) }", daemon)
                    if count > 0 {
                        // By the file alone, without what its notes say.
                        for name in daemon.list(.failed) where name != "cat.png" {
                            try FileManager.default.removeItem(atPath: daemon.path(.failed, name))
                        }
                        try EngineHarness.move(daemon.path(.failed, "cat.png"), to: daemon.path(.inbox, "cat.png"))
                    } else {
                        try daemon.drop("cat.png")
                    }
                    guard count < 2 else { break }
                    try await daemon.told(.submitted, times: count + 1)
                    daemon.clock.run(times: 50)
                    try await daemon.told(.tidied, times: count + 1)
                }
                try await daemon.told(.revived)
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 2)
            }
        }

        @Test("A dropped text is the job of a pipeline that only has a prompt; its seed is a number, fresh for each.")
        func promptOnly() async throws {
            try await withDaemon {
                $0.pipeline {
                    $0.nodes = [.text("{text}"), .init(id: "3", field: "seed", value: .text(.parsed("{seed}")))]
                }
            } _: { daemon in
                try daemon.drop("wish.txt", Array("\u{FEFF}a harbour\nat dawn\r\n\n".utf8))
                try daemon.drop("again.txt", Array("more".utf8))
                try await daemon.told(.tidied, times: 2)
                let submissions = await daemon.submissions
                #expect(submissions.contains { $0.nodes.first?.value == "a harbour\nat dawn" })
                let seeds = Set(submissions.compactMap { values($0).last })
                #expect(seeds.count == 2 && seeds.allSatisfy { $0.hasPrefix("integer(") })
                #expect(daemon.list(.done) == ["again.txt", "wish.txt"])
            }
        }

        @Test(
            "What is no text fails before anything is paid, where its content goes into a node.",
            .bug("https://github.com/paperless-ngx/paperless-ngx/issues/14128", "a wrong template loses the file")
        )
        func noText() async throws {
            try await withDaemon {
                $0.pipeline { $0.nodes = [.text("{text}")] }
            } _: { daemon in
                try daemon.drop("wish.txt", [0xFF, 0xFE, 0x00, 0x61])
                try await daemon.told(.tidied)
                #expect(try daemon.notes("wish.txt").name == "not-accepted")
                #expect(await daemon.simulator.record.requests.isEmpty)
            }
        }
    }
}

extension Template {
    /// A template of this text, which a test knows to be one.
    static func parsed(_ text: String) -> Template {
        (try? Template(parsing: text)) ?? Template(literal: text)
    }
}
