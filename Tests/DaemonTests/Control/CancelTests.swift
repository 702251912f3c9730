import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("cancel", .timeLimit(.minutes(1)))
    struct CancelTests {
        private func cancelled(_ daemon: EngineHarness) async -> Int {
            let record = await daemon.simulator.record
            return record.tasks.count { $0.status == .cancelled }
        }

        @Test("A file that is taken out of work/ while its pipeline is held is withdrawn then, not when the hold ends.")
        func takenOut() async throws {
            try await withDaemon { daemon in
                try await daemon.withControl { _ = try await $0.hold("oil") }
                for name in ["cat.png", "dog.png"] {
                    try daemon.drop(name)
                    try await daemon.told(.taken, about: name)
                }
                try EngineHarness.move(daemon.path(.work, "cat.png"), to: daemon.root + "/cat.png")
                daemon.clock.run(times: 20)
                try await daemon.told(.withdrawn, about: "cat.png")
                #expect(try daemon.engine.unsubmitted["oil"] == 1)
                #expect(daemon.list(.work) == ["dog.png"])
                #expect(await daemon.simulator.record.uploads.isEmpty)
            }
        }

        @Test("A job that waits is cancelled at once, and nothing is paid.")
        func queued() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.keys = ["main": 1]
            } _: { daemon in
                try daemon.drop("first.png")
                try await daemon.told(.submitted)
                try daemon.drop("cat.png")
                try await daemon.told(.uploaded, about: "cat.png")
                let id = try await daemon.record(of: "cat.png").job.id.text
                try await daemon.withControl { client in
                    let answer = try await client.cancel(id)
                    #expect(answer.message == "oil/cat.png (\(id)) is cancelled; nothing was paid for it.")
                    try await daemon.told(.tidied, about: "cat.png")
                    #expect(daemon.list(.failed) == ["cat.png", "cat.png.error.json", "cat.png.error.txt"])
                    #expect(try daemon.notes("cat.png").may_have_been_paid == false)
                    let asked = try await daemon.told(.asked)
                    #expect(asked.text.hasPrefix("\(Caller.ofThisProcess.name) asked to cancel oil/cat.png"))
                    #expect(asked.job?.text == id)
                    let again = try await daemon.refusal { try await client.cancel(id) }
                    #expect(again.code == 1 && again.message.contains("it has ended already"))
                }
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("Of a task that runs the cloud is asked once; what it cost is told.")
        func running() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                let id = try await daemon.record(of: "cat.png").job.id.text
                try await daemon.withControl { client in
                    #expect(try await client.cancel(id).message.contains("bills the time already run"))
                    try await daemon.told(.cancelAsked)
                    let told = try await daemon.told(.cancelled)
                    #expect(told.text.contains("(6 coins, "), "\(told.text)")
                    #expect(told.fields["coins"] == "6")
                    try await daemon.told(.tidied)
                    let job = try await client.job(id)
                    #expect(job.state == "cancelled" && job.attempts.first?.coins == "6")
                    #expect(job.attempts.first?.cancelAskedAt != nil)
                }
                #expect(await cancelled(daemon) == 1)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("807 is survived: the cloud is asked once, and what becomes of the task is for query to say.")
        func notFound() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.faults.other.errors = [CodeFault(807, .always)]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                let id = try await daemon.record(of: "cat.png").job.id.text
                try await daemon.withControl { client in
                    _ = try await client.cancel(id)
                    let asked = try await daemon.told(.cancelAsked)
                    #expect(asked.text.contains("It answered: "))
                    #expect(try await client.cancel(id).message.contains("under way already"))
                    let standing = try await client.job(id).standing
                    #expect(standing.reason.contains("RunningHub was asked to cancel"), "\(standing)")
                    let task = try #require(await daemon.simulator.record.tasks.first)
                    await daemon.simulator.finish(task.id)
                    try await daemon.told(.delivered)
                    #expect(daemon.journal.all(.cancelAsked).count == 1)
                    #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                }
            }
        }

        @Test("While it is not known whether there is a task, the wish is kept until its callback names it.")
        func unconfirmed() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.faults.submit.lostByCut = .next(1)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.outcomeUnknown)
                let id = try await daemon.record(of: "cat.png").job.id.text
                try await daemon.withControl { client in
                    #expect(try await client.cancel(id).message.contains("as soon as it is"))
                    let job = try await client.job(id)
                    #expect(job.state == "unconfirmed" && job.cancelWished)
                    #expect(job.standing.next?.contains("RunningHub is asked to cancel it") == true)
                    let task = try #require(await daemon.simulator.record.tasks.first)
                    // It ended before anybody could ask: it is paid, and so it is delivered.
                    await daemon.simulator.finish(task.id)
                    try await daemon.told(.delivered)
                }
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("A wish that came while the submission was on the wire is carried out when the answer comes.")
        func submitting() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.faults.submit.slow = .next(1)
                $0.cloud.faults.submit.slowTime = 5
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.cloud { !$0.submissions.isEmpty }
                let id = try await daemon.record(of: "cat.png").job.id.text
                try await daemon.withControl { client in
                    #expect(try await client.job(id).state == "submitting")
                    _ = try await client.cancel(id)
                    try await daemon.told(.cancelled)
                    try await daemon.told(.tidied)
                }
                #expect(await cancelled(daemon) == 1)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("A job whose results are being fetched, or were delivered, is paid for: it is refused with that reason.")
        func tooLate() async throws {
            try await withDaemon {
                $0.cloud.faults.downloads.http = [StatusFault(503, .always)]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.fetchFailed)
                let id = try await daemon.record(of: "cat.png").job.id.text
                try await daemon.withControl { client in
                    let refused = try await daemon.refusal { try await client.cancel(id) }
                    #expect(refused.code == 1)
                    #expect(refused.message.contains("its task has succeeded and is paid for"))
                    #expect(try await client.job(id).state == "fetching")
                }
                #expect(daemon.journal.all(.asked).isEmpty)
            }
        }
    }
}
