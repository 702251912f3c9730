import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Many files", .timeLimit(.minutes(1)))
    struct ManyFilesTests {
        @Test(
            "However many wait, a key has never more tasks than it may, and each file is submitted once and delivered.",
            .bug("https://github.com/jlesage/docker-handbrake/issues/280", "stops after the first file")
        )
        func slots() async throws {
            try await withDaemon {
                $0.cloud.keys[0].concurrency = 50
                $0.cloud.tasks.taskTime = 0.003
            } _: { daemon in
                let names = (1...50).map { "cat-\($0).png" }
                for name in names { try daemon.drop(name) }
                try await daemon.told(.tidied, times: 50)
                #expect(daemon.list(.outbox).count == 100)
                #expect(daemon.list(.done) == names.sorted())
                for name in names { #expect(try daemon.content(.outbox, name) == EngineHarness.picture(name)) }
                let record = await daemon.simulator.record
                #expect(record.submissions.count == 50)
                #expect(
                    record.submissionsPerInput.count == 50 && record.submissionsPerInput.values.allSatisfy { $0 == 1 }
                )
                #expect(record.uploads.count == 50)
                let most = await mostAtOnce(daemon.simulator)
                #expect(most <= 3, "\(most) tasks ran at once")
            }
        }

        /// How many tasks ran at the same time at most.
        private func mostAtOnce(_ simulator: Simulator) async -> Int {
            let record = await simulator.record
            var (running, most, ended) = (0, 0, 0)
            for await event in await simulator.events() {
                if case .submitted = event { running += 1 }
                if case .taskFinished = event { (running, ended) = (running - 1, ended + 1) }
                most = max(most, running)
                if ended == record.tasks.count { break }
            }
            return most
        }

        @Test(
            "A pipeline with many files does not keep another one's few waiting.",
            .bug("https://github.com/ar-/incron/issues/92", "stops")
        )
        func fairness() async throws {
            try await withDaemon {
                $0.pipelines = [.oil("oil"), .oil("ink", .workflow("1904136902449209346"))]
                $0.keys = ["main": 1]
                $0.cloud = .manual
            } _: { daemon in
                for index in 1...12 { try daemon.drop("oil-\(index).png", into: "oil") }
                try await daemon.told(.taken, times: 12)
                for index in 1...3 { try daemon.drop("ink-\(index).png", into: "ink") }
                try await daemon.told(.taken, times: 15)
                for count in 1...8 {
                    let record = try await daemon.cloud { $0.tasks.count == count }
                    await daemon.simulator.finish(record.tasks[count - 1].id)
                }
                let targets = await daemon.submissions.prefix(8).map(\.target)
                #expect(targets.count { $0 == "1904136902449209346" } == 3, "\(targets)")
            }
        }

        @Test("Two keys share the work, each upload submitted with the key it was made with.")
        func twoKeys() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.keys = [
                    .init(name: "main", key: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", concurrency: 2),
                    .init(name: "second", key: "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", concurrency: 2),
                ]
                $0.keys = ["main": 2, "second": 2]
            } _: { daemon in
                for index in 1...8 { try daemon.drop("\(index).png") }
                let record = try await daemon.cloud { $0.tasks.count == 4 }
                #expect(record.tasks.map(\.key).sorted() == ["main", "main", "second", "second"])
                for count in 1...8 {
                    let record = try await daemon.cloud { $0.tasks.count >= count }
                    await daemon.simulator.finish(record.tasks[count - 1].id)
                }
                try await daemon.told(.tidied, times: 8)
                let submissions = await daemon.submissions
                let uploads = await daemon.simulator.record.uploads
                #expect(submissions.count == 8 && submissions.allSatisfy { $0.refused == nil })
                for submission in submissions {
                    #expect(uploads.contains { $0.name == submission.uploads.first && $0.key == submission.key })
                }
            }
        }
    }
}
