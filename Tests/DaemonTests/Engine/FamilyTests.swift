import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("The ways to run a pipeline", .timeLimit(.minutes(1)))
    struct FamilyTests {
        private static let app = Pipeline.Target.aiApp("2016740236478386178")
        private static let workflow = Pipeline.Target.workflow("1904136902449209346")

        /// A way to run a pipeline, and the path that its submission takes.
        struct Way: Sendable, CustomStringConvertible {
            let api: Pipeline.API
            let target: Pipeline.Target
            let path: String
            var hasNodes = true
            var description: String { path + (hasNodes ? "" : " without nodes") }
        }

        static let ways = [
            Way(api: .v2, target: app, path: "/openapi/v2/run/ai-app"),
            Way(api: .v2, target: workflow, path: "/openapi/v2/run/workflow"),
            Way(api: .v1, target: app, path: "/task/openapi/ai-app/run"),
            Way(api: .v1, target: workflow, path: "/task/openapi/create"),
            Way(api: .v1, target: workflow, path: "/task/openapi/create", hasNodes: false),
            Way(api: .v1Params, target: workflow, path: "/task/openapi/createWithParams"),
        ]

        @Test(
            "A dropped file goes through by each way and both uploads, and its callback is used where there is one.",
            arguments: ways,
            Pipeline.UploadEndpoint.allCases
        )
        func each(way: Way, upload: Pipeline.UploadEndpoint) async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.pipeline {
                    $0.target = way.target
                    $0.api = way.api
                    $0.upload = upload
                    if !way.hasNodes { $0.nodes = [] }
                }
            } _: { daemon in
                let content = try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                let submission = try #require(await daemon.submissions.first)
                #expect(submission.path == way.path)
                #expect((submission.webhookURL != nil) == (way.api != .v1Params))
                let uploads = await daemon.simulator.record.uploads
                #expect(uploads.count == (way.hasNodes ? 1 : 0))
                #expect(uploads.allSatisfy { ($0.name ?? "").hasPrefix(upload == .v2 ? "openapi/" : "api/") })
                await daemon.simulator.finish(try #require(submission.taskID))
                if way.api == .v1Params { daemon.clock.run(times: 10) }
                try await daemon.told(.delivered)
                if way.hasNodes { #expect(try daemon.content(.outbox, "cat.png") == content) }
                #expect(try daemon.manifest("cat").cost?.coins != nil)
            }
        }

        @Test(
            "Where v2 query does not know tasks of version 1, version 1 is asked, and says the same.",
            arguments: ways.filter { $0.api != .v2 },
            [true, false]
        )
        func unknownToQuery(way: Way, succeeds: Bool) async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.answers.ignorantPaths = ["/openapi/v2/query"]
                if way.api == .v1Params {
                    $0.cloud.answers.ignorantPaths = ["/openapi/v2/query", "/task/openapi/outputs"]
                }
                $0.pipeline {
                    $0.target = way.target
                    $0.api = way.api
                }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                daemon.clock.run(times: 3)
                let task = try #require(await daemon.submissions.first?.taskID)
                if succeeds {
                    await daemon.simulator.finish(task)
                } else {
                    await daemon.simulator.finish(task, as: .failed(TaskFailure()))
                }
                daemon.clock.run(times: 60)
                try await daemon.told(.tidied)
                #expect(daemon.list(succeeds ? .outbox : .failed).count == (succeeds ? 2 : 3))
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test(
            "A callback that does not come is asked about, and RunningHub's reason is told once.",
            .bug("https://github.com/stripe/stripe-cli/issues/600", "the way looks alive, and events are missing")
        )
        func missedCallback() async throws {
            try await withDaemon {
                $0.cloud.faults.callbacks.dropped = .always
            } _: { daemon in
                for index in 1...3 { try daemon.drop("\(index).png") }
                try await daemon.told(.submitted, times: 3)
                daemon.clock.run(times: 60)
                try await daemon.told(.tidied, times: 3)
                daemon.clock.run(times: 20)
                let line = try await daemon.told(.callbackMissed)
                #expect(line.text.contains("callback") && line.text.contains("30 s"))
                #expect(daemon.journal.all(.callbackMissed).count == 1)
            }
        }
    }
}
