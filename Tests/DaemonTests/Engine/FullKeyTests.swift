import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("A key that cannot start tasks", .timeLimit(.minutes(1)))
    struct FullKeyTests {
        @Test(
            "A full queue spends no attempt: the key rests, and the job goes on with its upload.",
            arguments: [AnswerSettings.ErrorShape.flat, .envelope]
        )
        func full(shape: AnswerSettings.ErrorShape) async throws {
            try await withDaemon {
                $0.cloud.answers.errorShape = shape
                $0.cloud.faults.submit.errors = [CodeFault(421, .next(2))]
            } _: { daemon in
                try daemon.drop("cat.png")
                let refusal = try await daemon.told(.refused)
                #expect(refusal.fields["code"] == "421")
                let record = try await daemon.record(of: "cat.png")
                #expect(record.job.state == .queued && record.attempts.isEmpty && record.job.upload != nil)
                #expect(record.job.wait != nil)
                daemon.clock.advance(by: .seconds(11))
                try await daemon.told(.refused, times: 2)
                daemon.clock.advance(by: .seconds(21))
                try await daemon.told(.delivered)
                #expect(try daemon.manifest("cat").attempts == 1)
                #expect(await daemon.submissions.map(\.refused) == [421, 421, nil])
                #expect(await daemon.simulator.record.uploads.count == 1)
            }
        }

        @Test("Places that others hold are waited for without a storm: one trial at a time, further and further apart.")
        func occupied() async throws {
            try await withDaemon {
                $0.cloud.keys[0].occupied = 3
            } _: { daemon in
                for index in 1...10 { try daemon.drop("\(index).png") }
                try await daemon.told(.taken, times: 10)
                let start = daemon.clock.now()
                daemon.clock.run(times: 300)
                try await daemon.cloud { $0.submissions.count { $0.refused != nil } >= 12 }
                let minutes = (daemon.clock.now() - start).milliseconds / 60_000
                #expect(minutes >= 20, "12 refused submissions in \(minutes) min")
                await daemon.simulator.update { $0.keys[0].occupied = 0 }
                try await daemon.told(.tidied, times: 10)
                let submissions = await daemon.submissions
                #expect(submissions.count { $0.taskID != nil } == 10)
                #expect(daemon.list(.outbox).count == 20)
            }
        }

        @Test("A place that another gives back is used, although a task of our own runs on and on.")
        func oneOfOurOwn() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.keys[0].occupied = 2
            } _: { daemon in
                try daemon.drop("long.png")
                try await daemon.cloud { $0.tasks.count == 1 }
                try daemon.drop("cat.png")
                try await daemon.told(.refused)
                await daemon.simulator.update { $0.keys[0].occupied = 0 }
                daemon.clock.advance(by: .seconds(11))
                try await daemon.cloud { $0.tasks.count == 2 }
            }
        }

        @Test("A key that is wrong rests; what waits goes on when it is right.", arguments: [true, false])
        func wrongKey(hasUpload: Bool) async throws {
            try await withDaemon {
                $0.cloud.keys[0].name = "another"
                if !hasUpload { $0.pipeline { $0.nodes = [.text("{stem}")] } }
            } _: { daemon in
                try daemon.drop("cat.png")
                let rest = try await daemon.told(.keyRests)
                #expect(rest.text.contains("main"))
                try await daemon.told(hasUpload ? .uploadFailed : .refused)
                let record = try await daemon.record(of: "cat.png")
                #expect(record.job.state == .queued && record.attempts.isEmpty)
                #expect(daemon.list(.work) == ["cat.png"])
                await daemon.simulator.update {
                    $0.keys = [RunningHubSimulator.KeySettings(name: "main", key: "unknown-to-the-cloud")]
                }
                // The key rests for longer by itself, but its account is asked every minute; what it refused waits no longer than it.
                daemon.clock.advance(by: .seconds(76))
                try await daemon.told(.keyBack)
                try await daemon.told(.delivered)
                #expect(try daemon.manifest("cat").attempts == 1)
            }
        }

        @Test("An account with fewer coins than a task costs is not tried again while it has no more.")
        func tooFewCoins() async throws {
            try await withDaemon {
                $0.cloud.keys[0].coins = 3
                $0.cloud.faults.submit.errors = [CodeFault(414, .next(1))]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.keyRests)
                // It is asked twice within its rest.
                for count in 1...2 {
                    daemon.clock.advance(by: .seconds(76))
                    try await daemon.cloud { record in
                        record.requests.filter { $0.key.hasSuffix("accountStatus") }.map(\.value).reduce(0, +) == count
                    }
                }
                #expect(await daemon.submissions.map(\.refused) == [414])
                await daemon.simulator.update { $0.keys[0].coins = 1000 }
                daemon.clock.advance(by: .seconds(76))
                try await daemon.told(.keyBack)
                try await daemon.told(.tidied)
                #expect(await daemon.submissions.map(\.refused) == [414, nil])
            }
        }

        @Test("An account without coins rests its key, and nothing is uploaded or asked in the meantime.")
        func outOfCoins() async throws {
            try await withDaemon {
                $0.cloud.keys[0].coins = 0
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.keyRests)
                try daemon.drop("dog.png")
                try await daemon.told(.taken, about: "dog.png")
                daemon.clock.advance(by: .seconds(200))
                try await daemon.cloud { record in record.requests.contains { $0.key.hasSuffix("accountStatus") } }
                await daemon.simulator.update { $0.keys[0].coins = 1000 }
                daemon.clock.run(times: 60)
                try await daemon.told(.keyBack)
                try await daemon.told(.tidied, times: 2)
                #expect(await daemon.submissions.map(\.refused) == [414, nil, nil])
            }
        }
    }
}
