import Crypto
import FoundationEssentials
import Glibc
import Hummingbird
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Hooks", .timeLimit(.minutes(1)))
    struct HookTests {
        private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

        private func hook(_ setup: inout EngineHarness.Setup, to url: String) {
            setup.credentials = ["hook_shop": Self.secret]
            setup.pipeline { pipeline in
                var hooks = Pipeline.Hooks()
                hooks.url = url
                hooks.credential = "hook_shop"
                pipeline.hooks = hooks
            }
        }

        @Test("A delivery is posted with the paths of what was delivered, signed, and shown with the job.")
        func delivered() async throws {
            try await HookReceiver.serve { receiver in
                try await withDaemon {
                    hook(&$0, to: receiver.url)
                } _: { daemon in
                    try daemon.drop("cat.png")
                    try await daemon.told(.hookAnswered, about: "cat.png")
                    let post = try #require(receiver.received.first)
                    #expect(receiver.received.count == 1)
                    let document = try JSONDecoder().decode(HookDocument.self, from: Data(post.body))
                    let job = try await daemon.record(of: "cat.png").job
                    #expect(document.type == "job.delivered" && document.data.failure == nil)
                    #expect(document.data.results == [daemon.path(.outbox, "cat.png")])
                    #expect(document.data.manifest == daemon.path(.outbox, "cat.result.json"))
                    #expect(document.data.original == daemon.path(.done, "cat.png"))
                    #expect(FileManager.default.fileExists(atPath: try #require(document.data.manifest)))
                    let id = "\(job.id)-1-delivered"
                    #expect(document.data.id == id && post.headers["webhook-id"] == id)
                    #expect(post.headers["content-type"] == "application/json")
                    try expectSigned(post)
                    let shown = try await daemon.engine.jobDocument(try await daemon.record(of: "cat.png"))
                    #expect(shown.calls.map(\.outcome) == ["answered"])
                    #expect(shown.text(on: Screen(width: nil)).contains("told      url of delivered: answered, 1 try "))
                }
            }
        }

        private func expectSigned(_ post: HookReceiver.Post) throws {
            let key = SymmetricKey(data: try #require(Data(base64Encoded: String(Self.secret.dropFirst(6)))))
            let head = "\(post.headers["webhook-id"] ?? "").\(post.headers["webhook-timestamp"] ?? "")."
            let code = HMAC<SHA256>.authenticationCode(for: Data(head.utf8) + Data(post.body), using: key)
            #expect(post.headers["webhook-signature"] == "v1,\(Data(code).base64EncodedString())")
        }

        @Test("A receiver that fails is asked again, with the same id and body, also by the next start of the daemon.")
        func again() async throws {
            try await HookReceiver.serve(answering: [.serviceUnavailable, .found]) { receiver in
                try await withDaemon {
                    hook(&$0, to: receiver.url)
                } _: { daemon in
                    try daemon.drop("cat.png")
                    try await daemon.told(.hookFailed, about: "cat.png")
                    await daemon.stop()
                    #expect(receiver.received.count == 1)
                    daemon.clock.advance(by: .seconds(6))
                    try await daemon.start()
                    try await daemon.told(.hookFailed, times: 2)
                    daemon.clock.advance(by: .seconds(12))
                    try await daemon.told(.hookAnswered, about: "cat.png")
                    let posts = receiver.received
                    #expect(posts.count == 3)
                    #expect(Set(posts.map(\.body)).count == 1)
                    #expect(Set(posts.map { $0.headers["webhook-id"] }).count == 1)
                    let line = "it is tried again: url: it answered HTTP 503"
                    #expect(daemon.journal.entries.contains { $0.text.contains(line) })
                }
            }
        }

        @Test("One that wants no more is not asked again, and that is told.")
        func gone() async throws {
            try await HookReceiver.serve(answering: [.gone]) { receiver in
                try await withDaemon {
                    hook(&$0, to: receiver.url)
                } _: { daemon in
                    try daemon.drop("cat.png")
                    let line = try await daemon.told(.hookGivenUp, about: "cat.png")
                    #expect(line.text.contains("it answered HTTP 410, that it wants no more"))
                    #expect(try await daemon.record(of: "cat.png").job.owedCall(to: .url) == nil)
                    try daemon.drop("dog.png")
                    try await daemon.told(.hookAnswered, about: "dog.png")
                }
            }
        }

        @Test("A call is made again when it is due, and not a minute later.")
        func due() async throws {
            try await HookReceiver.serve(answering: [.serviceUnavailable]) { receiver in
                try await withDaemon {
                    hook(&$0, to: receiver.url)
                    $0.pipelines.append(.oil("ink"))
                } _: { daemon in
                    try daemon.drop("cat.png")
                    try await daemon.told(.hookFailed, about: "cat.png")
                    // The look after a second finds nothing due, and takes no turn.
                    for _ in 1...6 {
                        daemon.clock.advance(by: .seconds(1))
                        try await daemon.probe("ink")
                    }
                    try await daemon.told(.hookAnswered, about: "cat.png")
                }
            }
        }

        @Test("A file that is the same as one under way is told with the results of that one.")
        func joined() async throws {
            try await HookReceiver.serve { receiver in
                try await withDaemon {
                    hook(&$0, to: receiver.url)
                    $0.cloud = .manual
                } _: { daemon in
                    let content = EngineHarness.picture("cat")
                    try daemon.drop("cat.png", content)
                    try await daemon.told(.submitted)
                    try daemon.drop("cat.png", content)
                    try await daemon.told(.joined)
                    for task in await daemon.simulator.record.tasks { await daemon.simulator.finish(task.id) }
                    try await daemon.told(.hookAnswered, times: 2)
                    let documents = try receiver.received.map {
                        try JSONDecoder().decode(HookDocument.self, from: Data($0.body)).data
                    }
                    let follower = try #require(documents.first { $0.joined != nil })
                    let leader = try #require(documents.first { $0.joined == nil })
                    #expect(follower.joined == leader.job && follower.results == leader.results)
                    #expect(follower.manifest == daemon.path(.outbox, "cat.result.json"))
                    #expect(follower.taskID == leader.taskID)
                }
            }
        }

        @Test("A cancellation is told where it is wanted, and only there.")
        func cancelled() async throws {
            try await HookReceiver.serve { receiver in
                try await withDaemon {
                    hook(&$0, to: receiver.url)
                    $0.cloud = .manual
                    var other = Pipeline.oil("ink")
                    other.hooks = $0.pipelines[0].hooks
                    other.hooks?.events = [.cancelled]
                    $0.pipelines.append(other)
                } _: { daemon in
                    for pipeline in ["oil", "ink"] {
                        try daemon.drop("\(pipeline).png", into: pipeline)
                        try await daemon.told(.submitted, about: "\(pipeline).png")
                        let job = try await daemon.record(of: "\(pipeline).png").job.id
                        _ = try await daemon.engine.cancel(job.text, by: Caller(user: geteuid(), process: getpid()))
                        try await daemon.told(.tidied, about: "\(pipeline).png")
                    }
                    try await daemon.told(.hookAnswered, about: "ink.png")
                    let types = try receiver.received.map {
                        try JSONDecoder().decode(HookDocument.self, from: Data($0.body)).type
                    }
                    #expect(types == ["job.cancelled"])
                }
            }
        }

        @Test("A failure is told with what happened and what to do.")
        func failed() async throws {
            try await HookReceiver.serve { receiver in
                try await withDaemon {
                    hook(&$0, to: receiver.url)
                    $0.pipeline { $0.limits.upload = 10 }
                } _: { daemon in
                    try daemon.drop("cat.png")
                    try await daemon.told(.hookAnswered, about: "cat.png")
                    let post = try #require(receiver.received.first)
                    let document = try JSONDecoder().decode(HookDocument.self, from: Data(post.body))
                    #expect(document.type == "job.failed" && document.data.results.isEmpty)
                    let failure = try #require(document.data.failure)
                    #expect(failure.name == "not-accepted" && !failure.hint.isEmpty)
                    #expect(document.data.original == daemon.path(.failed, "cat.png"))
                }
            }
        }

        @Test("A program has it in its environment and on its standard input; one that fails is run again.")
        func program() async throws {
            let folder = try TemporaryFolder()
            let script = #"""
                cd "$1"; cat >document.json
                printf '%s\n' "$RUNNINGHUB_EVENT" "$RUNNINGHUB_FILE" "$RUNNINGHUB_ORIGINAL" "$RUNNINGHUB_MANIFEST" >variables
                [ -e ready ] || { touch ready; echo 'not ready' >&2; exit 1; }
                """#
            try await withDaemon {
                $0.pipeline {
                    $0.hooks = Pipeline.Hooks()
                    $0.hooks?.program = ["/bin/sh", "-c", script, "sh", folder.path]
                }
            } _: { daemon in
                try daemon.drop("cat.png")
                let line = try await daemon.told(.hookFailed, about: "cat.png")
                #expect(line.text.hasSuffix("program: it ended with exit code 1: not ready"))
                daemon.clock.advance(by: .seconds(6))
                try await daemon.told(.hookAnswered, about: "cat.png")
                let lines = try String(contentsOfFile: "\(folder.path)/variables", encoding: .utf8)
                let paths = [daemon.path(.done, "cat.png"), daemon.path(.outbox, "cat.result.json")]
                #expect(lines.split(separator: "\n").map(String.init) == ["delivered", "cat.png"] + paths)
                let document = try #require(FileManager.default.contents(atPath: "\(folder.path)/document.json"))
                #expect(try JSONDecoder().decode(HookDocument.self, from: document).type == "job.delivered")
            }
        }

        @Test("A pipeline whose credential is not there, or none, is out of service and says what to do.")
        func credentials() async throws {
            let cases = [([:], "was handed no credential hook_shop"), (["hook_shop": "secret"], "whsec_")]
            for (credentials, said) in cases {
                try await withDaemon {
                    hook(&$0, to: "http://127.0.0.1:9")
                    $0.credentials = credentials
                } _: { daemon in
                    let line = try await daemon.told(.pipelineOut)
                    #expect(line.text.contains(said))
                    #expect(try daemon.engine.pipelines.closed.first?.contains(said) == true)
                }
            }
        }
    }
}
