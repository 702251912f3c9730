import Jobs
import Testing

@Suite("Jobs that are brought back", .timeLimit(.minutes(1)))
struct RevivalTests {
    @Test("A person's retry asks about the task first and goes on with it while it runs")
    func retryOfRunningTask() {
        var record = JobRecord.running()
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(1))
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(8000))
        _ = record.cancelAsked(attempt: 1, detail: "", at: .at(8001))
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(9000))
        #expect(record.job.failure?.name == .timedOut)

        record.comeBack(at: .at(10_000))
        #expect(record.job.state == .running)
        #expect(record.intend(at: .at(10_000)) == nil)
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(10_001))
        #expect(record.job.state == .running)
        #expect(record.attempt(1)?.isOverdue == false, "it has all its time again")
        record.reported(.succeeded(results: 1, usage: nil), at: .at(10_100))
        #expect(record.job.state == .fetching)
    }

    @Test("A task that was unknown when its job was cancelled is asked about as long as ever before a retry pays")
    func retryOfUnknownTask() {
        var record = JobRecord.running()
        record.reported(.unknownTask, at: .at(10))
        _ = record.cancelRequested(at: .at(20))
        _ = record.cancelAsked(attempt: 1, detail: "", at: .at(21))
        record.reported(.unknownTask, at: .at(700))
        #expect(record.job.state == .cancelled)

        record.comeBack(at: .at(1000))
        record.reported(.unknownTask, at: .at(1001))
        #expect(record.job.state == .running)
        #expect(record.intend(at: .at(1001)) == nil)
        record.reported(.succeeded(results: 1, usage: nil), at: .at(1500))
        #expect(record.job.state == .fetching)
    }

    @Test("A person's retry pays for a new task only after query has said FAILED of each once more")
    func retryOfFailedTasks() {
        var record = JobRecord.running(retries: 1)
        record.failTask(mayPass: true)
        record.intend(retries: 1, at: .at(200))
        _ = record.submissionAnswered(attempt: 2, .created(taskID: "t2"), at: .at(200))
        record.failTask(attempt: 2, at: .at(300))
        #expect(record.job.state == .failed)

        record.comeBack(at: .at(1000))
        var asked: [Int] = []
        for second in Int64(1001)...1002 {
            guard let attempt = record.attemptInQuestion else { break }
            asked.append(attempt.number)
            #expect(record.intend(at: .at(second)) == nil)
            record.reported(.failed(.broken, mayPass: false, usage: nil), attempt: attempt.number, at: .at(second))
        }
        #expect(asked.sorted() == [1, 2])
        #expect(record.job.state == .queued)
        record.upload(at: .at(1003))
        #expect(record.intend(at: .at(1003)) == 3)
    }

    @Test("The success of an older attempt ends a retried job")
    func olderSucceeds() {
        var record = JobRecord.running(retries: 1)
        record.failTask(mayPass: true)
        record.intend(retries: 1, at: .at(200))
        _ = record.submissionAnswered(attempt: 2, .created(taskID: "t2"), at: .at(200))
        record.failTask(attempt: 2, at: .at(300))
        record.comeBack(at: .at(1000))
        record.reported(.failed(.broken, mayPass: false, usage: nil), attempt: 2, at: .at(1001))
        record.reported(.succeeded(results: 1, usage: nil), attempt: 1, at: .at(1002))
        #expect(record.job.state == .fetching)
        #expect(record.successful?.number == 1)
    }

    @Test("A person's retry of an unknown outcome pays for a new task, as its hint says")
    func retryOfUnknown() {
        var record = StateTableRow.failed.record
        record.comeBack(at: .at(1))
        #expect(record.job.state == .queued)
        record.upload(at: .at(2))
        #expect(record.intend(at: .at(2)) == 2)
        #expect(record.attempts.count == 2, "what may have been paid stays")
    }

    @Test("A late answer for an attempt that a person gave up is asked about before anything is paid")
    func lateAnswerBeforeNewAttempt() {
        var record = StateTableRow.failed.record
        record.comeBack(at: .at(1))
        _ = record.submissionAnswered(attempt: 1, .created(taskID: "t1"), at: .at(2))
        #expect(record.job.state == .running)
        #expect(record.intend(at: .at(2)) == nil)
    }

    @Test("Results that have expired are not fetched again: a retry pays for a new task")
    func expired() {
        var record = JobRecord.running()
        record.reported(.succeeded(results: 1, usage: nil))
        let failure = Failure(.resultExpired, message: "Gone.", hint: "Again.", mayHaveBeenPaid: true)
        _ = record.fetchGivenUp(failure, at: .at(1))
        record.comeBack(at: .at(2))
        #expect(record.job.state == .queued)

        var unfetched = JobRecord.running()
        unfetched.reported(.succeeded(results: 1, usage: nil))
        _ = unfetched.fetchGivenUp(Failure(.resultUnfetched, message: "", hint: "", mayHaveBeenPaid: true), at: .at(1))
        unfetched.comeBack(at: .at(2))
        #expect(unfetched.job.state == .running, "results that may still be there are asked for")
    }

    @Test("A retry does not take «unknown task» for an outcome until 10 min have gone by")
    func retryUnknownTask() {
        var record = JobRecord.running()
        record.failTask()
        record.comeBack(at: .at(1000))
        record.reported(.unknownTask, at: .at(1000))
        #expect(record.job.state == .running)
        record.reported(.unknownTask, at: .at(1599))
        #expect(record.job.state == .running)
        record.reported(.unknownTask, at: .at(1600))
        #expect(record.job.state == .queued)
    }

    @Test(
        "A callback brings a failed job back only when query says that its task runs or succeeded",
        arguments: [
            (TaskReport.waiting(status: "RUNNING", isQueued: false), JobState.running),
            (.succeeded(results: 1, usage: nil), .fetching), (.failed(.broken, mayPass: true, usage: nil), .failed),
            (.cancelled(usage: nil), .failed), (.unknownTask, .failed), (.succeeded(results: 0, usage: nil), .failed),
        ]
    )
    func callbackRevival(report: TaskReport, becomes: JobState) {
        var record = JobRecord.running(retries: 9)
        record.failTask(mayPass: false)
        #expect(record.job.state == .failed)
        let failure = record.job.failure
        record.called(taskID: nil, at: .at(3600))
        #expect(record.job.state == .failed)
        #expect(record.job.isReviving)
        for second in stride(from: Int64(3600), to: 3600 + 1200, by: 100) where record.job.isReviving {
            record.reported(report, at: .at(second))
        }
        #expect(record.job.state == becomes)
        #expect(!record.job.isReviving)
        if becomes == .failed { #expect(record.job.failure == failure) } else { #expect(record.job.duty == .none) }
    }

    @Test("A callback later than 24 h after the failure is counted and no more")
    func lateCallback() {
        var record = JobRecord.running()
        record.failTask()
        let failed = record.job.stateSince
        var late = record
        late.called(taskID: nil, at: failed + .seconds(24 * 3600))
        #expect(!late.job.isReviving)
        #expect(late.attempt(1)?.callbacks == 1)
        record.called(taskID: nil, at: failed + .seconds(24 * 3600 - 1))
        #expect(record.job.isReviving)
    }

    @Test("A callback that proves an unknown outcome after the wait was given up brings its task to light")
    func provenAfterAll() {
        var record = StateTableRow.failed.record
        record.called(taskID: "t1", at: .at(5000))
        record.reported(.succeeded(results: 1, usage: nil), at: .at(5001))
        #expect(record.job.state == .fetching)
        #expect(record.job.failure == nil)
    }

    @Test("A job that a callback brought back after its original went to failed/ delivers, and tidies it from there")
    func originalInFailed() {
        var record = JobRecord.running(retries: 5)
        record.failTask()
        #expect(record.job.folder == .work)
        let there = RelativePath.sample("cat (2).png")
        _ = record.tidied(place: there, identity: nil, at: .at(200))
        #expect(record.job.folder == .failed)
        record.called(taskID: nil, at: .at(300))
        var failsAgain = record
        record.reported(.succeeded(results: 1, usage: nil), at: .at(301))
        _ = record.planned([], at: .at(302))
        _ = record.published(detail: "", at: .at(303))
        #expect(record.job.duty == .done)
        #expect(record.job.folder == .failed)
        #expect(record.job.place == there)
        _ = record.tidied(place: .sample("cat.png"), identity: nil, at: .at(304))
        #expect(record.job.folder == .done)

        failsAgain.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(301))
        #expect(failsAgain.job.state == .running)
        failsAgain.failTask(mayPass: true, at: .at(400))
        #expect(failsAgain.job.state == .failed, "nothing is paid for without a person once the job has failed")
    }

    @Test("An original on its way to failed/ while a callback brings its job back is found there")
    func originalOnItsWay() {
        var record = JobRecord.running()
        record.failTask()
        record.called(taskID: nil, at: .at(300))
        record.reported(.waiting(status: "RUNNING", isQueued: false), at: .at(301))
        #expect(record.job.duty == .none)
        let there = RelativePath.sample("cat (2).png")
        #expect(record.tidied(.failed, place: there, identity: nil, at: .at(302)) == .applied)
        #expect(record.job.folder == .failed)
        #expect(record.job.place == there)
        #expect(record.job.state == .running)
    }

    @Test(
        "An original that comes back while its results are fetched after all is put away with them, also where they were delivered first",
        arguments: [false, true]
    )
    func cameBackForResults(isDelivered: Bool) {
        var record = JobRecord.running()
        let place = RelativePath.sample("again.png")
        #expect(record.cameBackForResults(place: place, identity: .sample, at: .at(1)) != .applied)
        record.failTask()
        _ = record.tidied(place: .sample("cat.png"), identity: nil, at: .at(200))
        record.called(taskID: nil, at: .at(300))
        record.reported(.succeeded(results: 1, usage: nil), at: .at(301))
        #expect(record.cameBack(origin: place, place: place, identity: .sample, at: .at(302)) != .applied)
        if isDelivered {
            _ = record.planned([], at: .at(302))
            _ = record.published(detail: "", at: .at(303))
            // It lay in neither place when it was looked for.
            #expect(record.tidied(place: nil, identity: nil, at: .at(304)) == .applied)
            #expect(record.job.duty == .none && record.job.folder == .failed)
        }
        #expect(record.cameBackForResults(place: place, identity: .sample, at: .at(305)) == .applied)
        if !isDelivered {
            _ = record.planned([], at: .at(306))
            _ = record.published(detail: "", at: .at(307))
        }
        #expect(record.job.duty == .done)
        #expect(record.tidied(.done, place: place, identity: nil, at: .at(308)) == .applied)
        #expect(record.job.folder == .done)
        #expect(record.cameBackForResults(place: place, identity: .sample, at: .at(309)) != .applied)
    }

    @Test("One that came back and could not be taken is the same one's wherever it lies next")
    func movedOnBeforeItsClaim() {
        var record = StateTableRow.failed.record
        let (first, second) = (RelativePath.sample("cat.png"), RelativePath.sample("dog.png"))
        #expect(record.cameBack(origin: first, place: first, identity: .sample, at: .at(1)) == .applied)
        #expect(record.cameBack(origin: second, place: second, identity: .sample, at: .at(2)) == .applied)
        #expect(record.job.origin == second)
        #expect(record.claimCompleted(identity: .sample, at: .at(3)) == .applied)
        #expect(record.cameBack(origin: first, place: first, identity: .sample, at: .at(4)) != .applied)
    }

    @Test("A file that could not be flushed is remembered, over a restart, too, until its claim is complete")
    func unflushed() {
        var record = JobRecord.unclaimed()
        #expect(record.claimUnflushed(because: "fsync: EIO", at: .at(1)) == .applied)
        #expect(record.job.tries == 1 && record.job.wait?.reason.contains("EIO") == true)
        #expect(record.claimCompleted(identity: .sample, at: .at(2)) == .applied)
        #expect(record.job.tries == 0 && record.job.wait == nil)
        #expect(record.claimUnflushed(because: "fsync: EIO", at: .at(3)) != .applied)
    }

    @Test("A job cancelled during its claim keeps its file from being run, wherever the claim was")
    func cancelledDuringClaim() {
        var record = JobRecord.unclaimed()
        _ = record.cancelRequested(at: .at(1))
        var inWork = record
        #expect(inWork.claimCompleted(identity: .sample, at: .at(2)) == .applied)
        #expect(inWork.job.state == .cancelled)
        #expect(inWork.job.duty == .failed)
        // The file still lay in the inbox: it is taken as it is found, for failed/.
        let place = RelativePath.sample("cat.png")
        #expect(record.cameBack(origin: place, place: place, identity: .sample, at: .at(3)) == .applied)
        #expect(record.job.state == .cancelled)
        #expect(record.claimCompleted(identity: .sample, at: .at(4)) == .applied)
        #expect(record.job.duty == .failed)
    }

    @Test("Taken out of work/ before its upload a job is withdrawn; what was paid before is not forgotten")
    func withdrawn() {
        var fresh = JobRecord.queued()
        _ = fresh.withdrawn(at: .at(1))
        #expect(fresh.job.state == .cancelled)
        #expect(fresh.job.failure == nil)
        #expect(fresh.job.duty == .none)

        var retried = StateTableRow.failed.record
        let place = RelativePath.sample("cat.png")
        _ = retried.cameBack(origin: place, place: place, identity: .sample, at: .at(1))
        _ = retried.withdrawn(at: .at(2))
        #expect(retried.job.state == .cancelled)
        #expect(retried.job.failure?.mayHaveBeenPaid == true)
        #expect(!retried.job.isReviving)
    }
}
