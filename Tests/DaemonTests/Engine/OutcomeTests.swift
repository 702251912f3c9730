import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("What becomes of tasks", .timeLimit(.minutes(1)))
    struct OutcomeTests {
        @Test("FAILED that turns into SUCCESS is not believed, and the results are delivered.")
        func laggingFailure() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.transientFailed = .always
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.doubted)
                #expect(daemon.list(.failed).isEmpty)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
                #expect(daemon.journal.all(.failed).isEmpty)
            }
        }

        @Test(
            "FAILED that stays is told to people: what happened, what it cost, what to do.",
            .bug("https://github.com/riverqueue/river/issues/360", "no place for what failed")
        )
        func failure() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.failures = [TaskFailureFault(.outOfMemory, .always)]
            } _: { daemon in
                let picture = try daemon.drop("cat.png")
                let doubted = try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                let failed = try await daemon.told(.failed)
                #expect(failed.at - doubted.at >= .seconds(27))
                try await daemon.told(.tidied)
                #expect(daemon.list(.failed) == ["cat.png", "cat.png.error.json", "cat.png.error.txt"])
                #expect(try daemon.content(.failed, "cat.png") == picture)
                let notes = try daemon.notes("cat.png")
                let task = try #require(await daemon.simulator.record.tasks.first)
                #expect(notes.name == "task-failed" && notes.code == "805" && notes.node_id == "4")
                #expect(
                    notes.node?.hasPrefix("Node 4 (KSampler): torch.OutOfMemoryError: Allocation on device") == true
                )
                #expect(notes.task_id == task.id && notes.attempts == 1 && notes.may_have_been_paid)
                #expect(notes.hint.contains("instance_type"))
                let lines = try daemon.text(.failed, "cat.png.error.txt").split(separator: "\n")
                #expect(lines.map(String.init) == [notes.message, "It cost 6 coins.", notes.hint])
                #expect(daemon.list(.outbox).isEmpty && daemon.list(.work).isEmpty)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test(
            "A further attempt is paid only where the pipeline allows one and the reason may pass.",
            arguments: [
                (TaskFailure.outOfMemory, 0, 1), (.outOfMemory, 1, 2), (.outOfMemory, 2, 3), (.moderation, 2, 1),
            ]
        )
        func retries(failure: TaskFailure, retries: Int, submissions: Int) async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.failures = [TaskFailureFault(failure, .always)]
                $0.pipeline { $0.retries = retries }
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 200)
                try await daemon.told(.tidied)
                #expect(await daemon.submissions.count == submissions)
                #expect(try daemon.notes("cat.png").attempts == submissions)
                #expect(daemon.journal.all(.again).count == submissions - 1)
            }
        }

        @Test("A further attempt that succeeds is delivered, and the failure before it is doubted for two minutes.")
        func secondAttempt() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.failures = [TaskFailureFault(.outOfMemory, .next(1))]
                $0.pipeline { $0.retries = 1 }
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 200)
                try await daemon.told(.delivered)
                let again = try await daemon.told(.again)
                #expect(again.at - (try await daemon.told(.doubted).at) >= .seconds(120))
                let manifest = try daemon.manifest("cat")
                #expect(manifest.attempts == 2)
                #expect(manifest.taskID == (await daemon.simulator.record.tasks.last?.id))
            }
        }

        @Test("SUCCESS without results is asked again until they are there.", arguments: [true, false])
        func emptySuccess(isNull: Bool) async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.emptyResults = .always
                $0.cloud.faults.tasks.emptyResultsQueries = 3
                $0.cloud.faults.tasks.emptyResultsNull = isNull
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 50)
                try await daemon.told(.delivered)
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("SUCCESS that stays without results fails after a minute as no-results.")
        func noResults() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.emptyResults = .always
                $0.cloud.faults.tasks.emptyResultsQueries = 10_000
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 100)
                let failed = try await daemon.told(.failed)
                #expect(failed.at - (try await daemon.told(.submitted).at) >= .seconds(60))
                try await daemon.told(.tidied)
                #expect(try daemon.notes("cat.png").name == "no-results")
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("A task that query does not know yet is waited for.")
        func unknownTask() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.unknown = .always
                $0.cloud.faults.tasks.unknownQueries = 4
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 200)
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("A query that is refused, cut or garbled says nothing about a task.")
        func queryTrouble() async throws {
            try await withDaemon {
                $0.cloud.faults.query.http = [StatusFault(502, .next(2))]
                $0.cloud.faults.query.cutBefore = .next(1)
                $0.cloud.faults.query.lostByGarbage = .next(1)
                $0.cloud.faults.query.errors = [
                    CodeFault(412, .next(1)), CodeFault(1003, .next(1)), CodeFault(1000, .next(1)),
                ]
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 500)
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
                #expect(daemon.journal.all(.doubted).isEmpty)
            }
        }

        @Test(
            "What is no answer to a question is told in the journal, and the question asked again.",
            arguments: [true, false]
        )
        func noAnswer(isEndless: Bool) async throws {
            try await withDaemon {
                if isEndless {
                    $0.cloud.faults.query.lostByEndless = .next(1)
                } else {
                    $0.cloud.faults.query.lostByGarbage = .next(1)
                }
            } _: { daemon in
                try daemon.drop("cat.png")
                let told = try await daemon.told(.waiting)
                #expect(told.text.contains(isEndless ? "The answer is too long." : "The answer is not JSON."))
                daemon.clock.run(times: 200)
                try await daemon.told(.delivered)
            }
        }

        @Test("A task that was cancelled on the site ends its job as cancelled, with a note.")
        func cancelled() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.cancelled = .always
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 50)
                try await daemon.told(.tidied)
                #expect(daemon.list(.failed) == ["cat.png", "cat.png.error.json", "cat.png.error.txt"])
                #expect(try daemon.notes("cat.png").name == "cancelled")
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("A task that runs beyond its time is cancelled in the cloud, and no further attempt is paid.")
        func timeout() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.pipeline {
                    $0.timeout = .seconds(600)
                    $0.retries = 3
                }
            } _: { daemon in
                try daemon.drop("cat.png")
                let submitted = try await daemon.told(.submitted)
                daemon.clock.run(times: 500)
                let overdue = try await daemon.told(.overdue)
                #expect(overdue.at - submitted.at > .seconds(600))
                try await daemon.told(.cancelAsked)
                try await daemon.told(.tidied)
                #expect(try daemon.notes("cat.png").name == "timed-out")
                #expect(await daemon.submissions.count == 1)
                #expect(await daemon.simulator.record.tasks.map(\.status) == [.cancelled])
            }
        }

        @Test("A submission that is refused for good fails without cost, with the code's meaning.")
        func rejected() async throws {
            try await withDaemon {
                $0.cloud.faults.submit.errors = [CodeFault(380, .always)]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let notes = try daemon.notes("cat.png")
                #expect(notes.name == "refused" && notes.code == "380" && notes.code_name == "WORKFLOW_NOT_EXISTS")
                #expect(!notes.may_have_been_paid && notes.attempts == 0)
                #expect(try daemon.text(.failed, "cat.png.error.txt").contains("Nothing was paid"))
                #expect(await daemon.submissions.count == 1)
            }
        }
    }
}
