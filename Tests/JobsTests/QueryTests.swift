import Jobs
import Testing

@Suite("Answers of query", .timeLimit(.minutes(1)))
struct QueryTests {
    @Test(
        "A success with results is fetched, and then delivered",
        .bug(
            "https://github.com/homelab-00/TranscriptionSuite/pull/312",
            "a file taken before it is finished; marked done before it is dispatched"
        )
    )
    func success() {
        var record = JobRecord.running()
        record.reported(.succeeded(results: 2, usage: "{}"), at: .at(5))
        #expect(record.job.state == .fetching)
        #expect(record.successful?.finishedAt == .at(5))
        #expect(record.successful?.usage == "{}")
        #expect(record.planned([1, 2], at: .at(6)) == .applied)
        #expect(record.published(detail: "", at: .at(7)) == .applied)
        #expect(record.job.state == .delivered)
        #expect(record.job.duty == .done)
    }

    @Test("A pipeline that deletes its originals has them deleted, after delivery alone")
    func deletes() {
        var record = JobRecord.running(deletes: true)
        record.reported(.succeeded(results: 1, usage: nil))
        #expect(record.job.duty == .none)
        _ = record.planned([], at: .start)
        _ = record.published(detail: "", at: .start)
        #expect(record.job.duty == .delete)
    }

    @Test("A wish to cancel that comes while a question is under way is carried out at once, and asked for once")
    func wishDuringQuestion() {
        var record = JobRecord.running()
        _ = record.cancelRequested(at: .at(1))
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(2))
        #expect(record.job.dueAt == .at(2) && record.attemptsToCancel.map(\.number) == [1])
        _ = record.cancelAsked(attempt: 1, detail: "", at: .at(3))
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(4))
        #expect(record.job.dueAt > .at(4) && record.attemptsToCancel.isEmpty)
    }

    @Test("FAILED is believed when it is still said 27.5 s later, and not before", arguments: [27, 28])
    func doubt(seconds: Int64) {
        var record = JobRecord.running()
        record.reported(.failed(.broken, mayPass: true, usage: nil), at: .start)
        #expect(record.job.state == .running)
        #expect(record.job.dueAt == .start + JobRecord.failureDoubt)
        record.reported(.failed(.broken, mayPass: true, usage: nil), at: .at(seconds))
        #expect(record.job.state == (seconds < 28 ? .running : .failed))
    }

    @Test("A task that fails, its callback lost, ends its job within 59 s at no more than a query every 30 s")
    func failsWithoutCallback() {
        var random = SeededRandom(seed: 7)
        var queries = 0
        var lifetime = Duration.zero
        for _ in 0..<1000 {
            let end = Timestamp.start + .milliseconds(Int64.random(in: 0...300_000, using: &random))
            var record = JobRecord.submitting()
            var jitter: Double { .random(in: 0...1, using: &random) }
            _ = record.submissionAnswered(attempt: 1, .created(taskID: "1"), jitter: jitter, at: .start)
            while record.job.state == .running {
                let now = record.job.dueAt
                let isOver = now >= end
                let report: TaskReport =
                    isOver
                    ? .failed(.broken, mayPass: false, usage: nil) : .waiting(status: "RUNNING", isQueued: false)
                queries += 1
                _ = record.taskReported(attempt: 1, report, jitter: jitter, at: now)
            }
            #expect(record.job.state == .failed && record.job.stateSince - end <= .seconds(59))
            lifetime += record.job.stateSince - .start
        }
        #expect(Double(queries) <= lifetime / .seconds(30))
    }

    @Test("A task that has just been made is not asked about for 30 s, unless its callback was there first")
    func firstQuery() {
        var record = JobRecord.submitting()
        var called = record
        _ = record.submissionAnswered(attempt: 1, .created(taskID: "1"), at: .at(1))
        #expect(record.job.state == .running && record.job.dueAt >= .at(31) && record.job.dueAt < .at(33))
        _ = record.callbackArrived(attempt: 1, taskID: "1", recreated: nil, at: .at(5))
        #expect(record.job.dueAt == .at(5))
        _ = called.callbackArrived(attempt: 1, taskID: "1", recreated: nil, at: .start)
        _ = called.submissionAnswered(attempt: 1, .created(taskID: "1"), at: .at(1))
        #expect(called.job.state == .running && called.job.dueAt == .at(1))
    }

    @Test("FAILED is doubted for 2 min where a retry would pay again", arguments: [119, 120])
    func doubtBeforePaying(seconds: Int64) {
        var record = JobRecord.running(retries: 1)
        record.reported(.failed(.broken, mayPass: true, usage: nil), at: .start)
        record.reported(.failed(.broken, mayPass: true, usage: nil), at: .at(seconds))
        #expect(record.job.state == (seconds < 120 ? .running : .queued))
        #expect((record.intend(at: .at(seconds)) == 2) == (seconds == 120))
    }

    @Test("FAILED, then running, then FAILED begins the doubt anew")
    func doubtBroken() {
        var record = JobRecord.running()
        record.reported(.failed(.broken, mayPass: false, usage: nil), at: .start)
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(20))
        record.reported(.failed(.broken, mayPass: false, usage: nil), at: .at(40))
        #expect(record.job.state == .running)
        record.reported(.succeeded(results: 1, usage: nil), at: .at(45))
        #expect(record.job.state == .fetching)
    }

    @Test("Retries are made as many times as the pipeline says, and not for what will fail again")
    func retries() {
        var record = JobRecord.running(retries: 1)
        record.failTask(mayPass: true)
        #expect(record.job.state == .queued)
        record.intend(retries: 1, at: .at(200))
        _ = record.submissionAnswered(attempt: 2, .created(taskID: "t2"), at: .at(200))
        record.failTask(attempt: 2, mayPass: true, at: .at(300))
        #expect(record.job.state == .failed)
        #expect(record.attempts.count == 2)

        var permanent = JobRecord.running(retries: 1)
        permanent.failTask(mayPass: false)
        #expect(permanent.job.state == .failed)
    }

    @Test("A success without results is asked again for a minute")
    func empty() {
        var record = JobRecord.running()
        record.reported(.succeeded(results: 0, usage: nil), at: .start)
        record.reported(.succeeded(results: 0, usage: nil), at: .at(59))
        #expect(record.job.state == .running)
        var late = record
        late.reported(.succeeded(results: 3, usage: nil), at: .at(60))
        #expect(late.job.state == .fetching)
        record.reported(.succeeded(results: 0, usage: nil), at: .at(60))
        #expect(record.job.state == .failed)
        #expect(record.job.failure?.name == .noResults)
    }

    @Test("A task cancelled on the site cancels the job")
    func cancelled() {
        var record = JobRecord.running()
        record.reported(.cancelled(usage: nil))
        #expect(record.job.state == .cancelled)
        #expect(record.job.failure?.mayHaveBeenPaid == true)
        #expect(record.job.duty == .failed)
    }

    @Test("«Unknown task» means running for 10 min, and then the job waits")
    func unknown() {
        var record = JobRecord.running()
        record.reported(.unknownTask, at: .at(10))
        #expect(record.job.dueAt == .at(40))
        record.reported(.unknownTask, at: .at(610))
        #expect(record.job.state == .running)
        #expect(record.job.dueAt == .at(910))
    }

    @Test("«Unknown task» past the deadline has the task cancelled, and then ends the job")
    func unknownForGood() {
        var record = JobRecord.running()
        record.reported(.unknownTask, at: .at(10))
        record.reported(.unknownTask, at: .at(13 * 3600))
        #expect(record.attemptsToCancel.map(\.number) == [1])
        _ = record.cancelAsked(attempt: 1, detail: "", at: .at(13 * 3600 + 1))
        record.reported(.unknownTask, at: .at(13 * 3600 + 200))
        #expect(record.job.failure?.name == .timedOut)
    }

    @Test("A job that is to be cancelled ends when its task has been unknown for as long as that means nothing")
    func unknownAndUnwanted() {
        var record = JobRecord.running()
        record.reported(.unknownTask, at: .at(10))
        _ = record.cancelRequested(at: .at(20))
        _ = record.cancelAsked(attempt: 1, detail: "", at: .at(21))
        record.reported(.unknownTask, at: .at(609))
        #expect(record.job.state == .running)
        record.reported(.unknownTask, at: .at(610))
        #expect(record.job.state == .cancelled)
        #expect(record.job.failure?.mayHaveBeenPaid == true)
    }

    @Test("A task that nobody can ask about waits for its key, and ends only where somebody wants that")
    func unreachable() {
        var record = JobRecord.running()
        #expect(record.taskUnreachable(attempt: 1, reason: "no key", until: .at(300), at: .at(10)) == .applied)
        #expect(record.job.state == .running && record.job.dueAt == .at(300))
        _ = record.cancelRequested(at: .at(20))
        #expect(record.taskUnreachable(attempt: 1, reason: "no key", until: .at(300), at: .at(21)) == .applied)
        #expect(record.job.state == .cancelled)
        #expect(record.job.failure?.mayHaveBeenPaid == true)
    }

    @Test("A task id of a callback's body that query does not know is given up, and proof is awaited again")
    func disowned() {
        var record = JobRecord.submitting()
        _ = record.submissionLost(at: .start)
        record.called(taskID: "t9", at: .at(1))
        #expect(record.attemptsToCancel.isEmpty)
        record.reported(.unknownTask, at: .at(2))
        #expect(record.job.state == .running, "query may be behind")
        #expect(record.job.dueAt == .at(2) + JobRecord.failureDoubt)
        record.reported(.unknownTask, at: .at(30))
        #expect(record.job.state == .unconfirmed)
        #expect(record.attempt(1)?.taskID == nil)
        record.called(taskID: "t1", at: .at(31))
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(32))
        #expect(record.attempt(1)?.isProvisional == false)
        record.reported(.unknownTask, at: .at(33))
        #expect(record.job.state == .running, "query has known it before")
    }

    @Test(
        "Of the ids that callbacks name, the one that query knows is the task's, whichever came first",
        arguments: [["t9", "t1"], ["t1", "t9"], ["t9", "t8", "t1", "t7"]]
    )
    func severalNames(names: [String]) {
        var record = JobRecord.submitting()
        _ = record.submissionLost(at: .start)
        for name in names { record.called(taskID: name, at: .at(1)) }
        var isBehind = true
        while record.attempt(1)?.isProvisional == true {
            // At its first sight query does not know the right one either.
            let isRight = record.attempt(1)?.taskID == "t1"
            record.reported(
                isRight && !isBehind ? .waiting(status: "RUNNING", isQueued: false) : .unknownTask,
                at: record.job.dueAt
            )
            if isRight { isBehind = false }
        }
        #expect(record.attempt(1)?.taskID == "t1" && record.attempt(1)?.isProvisional == false)
        #expect(record.attempt(1)?.otherNames == [] && record.job.state == .running)
    }

    @Test("Callbacks that name one stranger's task after the other are remembered up to a bound")
    func endlessNames() {
        var record = JobRecord.submitting()
        _ = record.submissionLost(at: .start)
        for number in 0..<100 { record.called(taskID: "stranger-\(number)", at: .at(1)) }
        #expect(record.attempt(1)?.otherNames.count == 7)
        while record.job.state == .running, record.job.dueAt < .at(600) {
            record.reported(.unknownTask, at: record.job.dueAt)
        }
        #expect(record.job.state == .unconfirmed && record.attempt(1)?.otherNames == [])
    }

    @Test("An answer about a task id that the attempt no longer has says nothing")
    func staleAnswer() {
        var record = JobRecord.submitting()
        record.called(taskID: "t9")
        _ = record.submissionAnswered(attempt: 1, .created(taskID: "t1"), at: .start)
        let outcome = record.taskReported(attempt: 1, task: "t9", .cancelled(usage: nil), jitter: 0, at: .start)
        #expect(outcome != .applied)
        #expect(record.job.state == .running)
    }

    @Test("No answer from query is no outcome, however long it lasts")
    func unavailable() {
        var record = JobRecord.running()
        for second in stride(from: Int64(0), to: 90 * 3600, by: 3600) {
            record.reported(.unavailable(reason: "down", retryAt: .at(second + 60)), at: .at(second))
        }
        #expect(record.job.state == .running)
        #expect(record.attempt(1)?.isOverdue == false)
        #expect(record.job.wait == Job.Wait(reason: "down", since: .start))
    }

    @Test("A task that outlives its deadline is cancelled in the cloud, then given up, and never retried by itself")
    func overdue() {
        var record = JobRecord.running(retries: 3)
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(10))
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(10 + 7200))
        #expect(record.attemptsToCancel.isEmpty)
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(11 + 7200))
        #expect(record.attemptsToCancel.map(\.number) == [1])
        #expect(record.cancelAsked(attempt: 1, detail: "", at: .at(7212)) == .applied)
        #expect(record.cancelAsked(attempt: 1, detail: "", at: .at(7213)) != .applied, "it is asked once")
        #expect(record.attemptsToCancel.isEmpty)
        var cancelled = record
        cancelled.reported(.cancelled(usage: nil), at: .at(7220))
        #expect(cancelled.job.failure?.name == .timedOut)
        var failed = record
        failed.failTask(mayPass: true, at: .at(7220))
        #expect(failed.job.failure?.name == .timedOut)
        var succeeded = record
        succeeded.reported(.succeeded(results: 1, usage: nil), at: .at(7220))
        #expect(succeeded.job.state == .fetching)
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(7212 + 119))
        #expect(record.job.state == .running)
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(7212 + 120))
        #expect(record.job.failure?.name == .timedOut)
        #expect(record.job.state == .failed)
    }

    @Test("The wait in the cloud's queue has its own limit, and running counts from when it began")
    func queueDeadline() {
        var record = JobRecord.running()
        record.reported(.waiting(status: "QUEUED", isQueued: true), at: .at(12 * 3600))
        #expect(record.attempt(1)?.isOverdue == false)
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(12 * 3600 + 1))
        #expect(record.attempt(1)?.isOverdue == false)
        var queued = JobRecord.running()
        queued.reported(.waiting(status: "QUEUED", isQueued: true), at: .at(12 * 3600 + 1))
        #expect(queued.attempt(1)?.isOverdue == true)
    }

    @Test("A cancellation that query answers with success is delivered: it is paid")
    func cancelTooLate() {
        var record = JobRecord.running()
        _ = record.cancelRequested(at: .at(1))
        _ = record.cancelAsked(attempt: 1, detail: "", at: .at(2))
        record.reported(.succeeded(results: 1, usage: nil), at: .at(3))
        #expect(record.job.state == .fetching)
    }

    @Test("A wish to cancel is kept until the task is known, and then carried out")
    func wishes() {
        var record = JobRecord.submitting(retries: 3)
        _ = record.cancelRequested(at: .at(1))
        #expect(record.attemptsToCancel.isEmpty)
        _ = record.submissionAnswered(attempt: 1, .created(taskID: "t1"), at: .at(2))
        #expect(record.attemptsToCancel.map(\.number) == [1])
        _ = record.cancelAsked(attempt: 1, detail: "", at: .at(3))
        var failed = record
        failed.failTask(mayPass: true, at: .at(4))
        #expect(failed.job.state == .cancelled, "no retry after a wish to cancel")
        record.reported(.cancelled(usage: nil), at: .at(4))
        #expect(record.job.state == .cancelled)
    }

    @Test("A wish to cancel ends a job whose submission was refused")
    func wishRefused() {
        var record = JobRecord.submitting()
        _ = record.cancelRequested(at: .at(1))
        _ = record.submissionAnswered(attempt: 1, .refused(reason: "full", code: "421", retryAt: .at(9)), at: .at(2))
        #expect(record.job.state == .cancelled)
        #expect(record.job.failure?.mayHaveBeenPaid == false)
    }

    @Test("Without a webhook an unknown outcome is a failure at once; with one it is waited for in time that counts")
    func proof() {
        var deaf = JobRecord.submitting(hasWebhook: false)
        _ = deaf.submissionAnswered(attempt: 1, .unknown(reason: "reset"), at: .start)
        #expect(deaf.job.failure?.name == .outcomeUnknown)

        var record = JobRecord.submitting()
        _ = record.submissionAnswered(attempt: 1, .unknown(reason: "reset"), at: .start)
        _ = record.proofAwaited(.zero, limit: .seconds(3600), at: .at(100_000))
        _ = record.proofAwaited(.seconds(3599), limit: .seconds(3600), at: .at(100_001))
        #expect(record.job.state == .unconfirmed)
        _ = record.proofAwaited(.seconds(1), limit: .seconds(3600), at: .at(100_002))
        #expect(record.job.failure == .outcomeUnknown)
        #expect(record.job.failure?.mayHaveBeenPaid == true)
    }

    @Test("A wait for proof whose attempt has gone comes to its end as well")
    func proofOfNothing() {
        var record = JobRecord.submitting()
        _ = record.submissionAnswered(attempt: 1, .unknown(reason: "reset"), at: .start)
        record.attempts = []
        _ = record.proofAwaited(.seconds(1), limit: .seconds(3600), at: .at(1))
        #expect(record.job.state == .failed)
    }
}
