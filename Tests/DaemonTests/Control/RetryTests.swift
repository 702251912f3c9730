import FoundationEssentials
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("retry", .timeLimit(.minutes(1)))
    struct RetryTests {
        @Test(
            "A task that has succeeded meanwhile is fetched; nothing new is submitted.",
            .bug("https://github.com/jlesage/docker-handbrake/issues/62", "a failed file is never tried again")
        )
        func alreadyPaid() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.transientFailed = .always
                $0.cloud.faults.tasks.transientFailedQueries = 2
            } _: { daemon in
                try daemon.drop("trip/cat.png")
                try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.tidied)
                let id = try await daemon.record(of: "trip/cat.png").job.id.text
                try await daemon.withControl { client in
                    let answer = try await client.retry(id, mayPayTwice: false)
                    #expect(answer.message.hasPrefix("oil/trip/cat.png (\(id)) is back in the inbox"))
                    #expect(!answer.isLeftOut)
                    try await daemon.told(.delivered)
                    try await daemon.told(.tidied, times: 2)
                    #expect(daemon.list(.outbox) == ["trip/cat.png", "trip/cat.result.json"])
                    #expect(daemon.list(.failed).isEmpty && daemon.list(.inbox).isEmpty, "\(daemon.list(.failed))")
                    #expect(await daemon.submissions.count == 1)
                    let asked = try await daemon.told(.asked)
                    #expect(asked.text == "\(Caller.ofThisProcess.name) asked to retry oil/trip/cat.png (\(id)).")
                    let again = try await daemon.refusal { try await client.retry(id, mayPayTwice: true) }
                    #expect(again.code == 1 && again.message.contains("its results were delivered"))
                }
            }
        }

        @Test("A task that failed in truth is asked about first, then a new one is paid; its place may be taken.")
        func paysAnew() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.failures = [TaskFailureFault(.moderation, .next(1))]
            } _: { daemon in
                try daemon.drop("dog.png")
                try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.tidied)
                let id = try await daemon.record(of: "dog.png").job.id.text
                let queries = await daemon.simulator.record.tasks[0].queries
                // A folder of the name: nothing is replaced.
                try FileManager.default.createDirectory(
                    atPath: daemon.path(.inbox, "dog.png"),
                    withIntermediateDirectories: true
                )
                try await daemon.withControl { client in
                    _ = try await client.retry(id, mayPayTwice: false)
                    daemon.clock.run(times: 100)
                    try await daemon.told(.delivered)
                    let record = await daemon.simulator.record
                    #expect(record.tasks[0].queries > queries && record.submissions.count == 2)
                    #expect(daemon.list(.outbox) == ["dog (2).png", "dog (2).result.json"])
                    #expect(try await client.job(id).attempts.count == 2)
                }
            }
        }

        @Test("What may have been paid is left out, named as it is, and paid anew only where that is wished.")
        func mayHaveBeenPaid() async throws {
            try await withDaemon {
                $0.hasPublicURL = false
                $0.cloud.faults.submit.lostByCut = .next(1)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let id = try await daemon.record(of: "cat.png").job.id.text
                try await daemon.withControl { client in
                    let answer = try await client.retry(id, mayPayTwice: false)
                    #expect(answer.isLeftOut && answer.message.contains("outcome-unknown"))
                    #expect(answer.message.contains("runninghubctl retry --may-pay-twice \(id)"))
                    #expect(daemon.list(.failed).count == 3)
                    #expect(!(try await client.retry(id, mayPayTwice: true)).isLeftOut)
                    try await daemon.told(.delivered)
                    #expect(await daemon.submissions.count == 2)
                }
            }
        }

        @Test("A job that has not ended, or whose original is gone, is refused with the reason.")
        func refused() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.faults.submit.errors = [CodeFault(380, .next(1))]
            } _: { daemon in
                try daemon.drop("bad.png")
                try await daemon.told(.tidied)
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                let running = try await daemon.record(of: "cat.png").job.id.text
                let bad = try await daemon.record(of: "bad.png").job.id.text
                try FileManager.default.removeItem(atPath: daemon.path(.failed, "bad.png"))
                try await daemon.withControl { client in
                    let early = try await daemon.refusal { try await client.retry(running, mayPayTwice: false) }
                    #expect(early.code == 1 && early.message.contains("it has not ended"))
                    let gone = try await daemon.refusal { try await client.retry(bad, mayPayTwice: false) }
                    #expect(gone.code == 1 && gone.message.contains("no longer in failed/"))
                }
            }
        }
    }
}
