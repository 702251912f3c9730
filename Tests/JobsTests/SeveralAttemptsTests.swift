import Jobs
import Testing

@Suite("Several attempts of a job", .timeLimit(.minutes(1)))
struct SeveralAttemptsTests {
    /// Attempt 1's task failed, and the retry stands where it is said.
    private func second(_ state: JobState) -> JobRecord {
        var record = JobRecord.running(retries: 1)
        record.failTask(mayPass: true)
        if state == .queued { return record }
        if state == .uploading {
            _ = record.uploadStarted(at: .at(130))
            return record
        }
        record.upload(at: .at(130))
        record.intend(retries: 1, at: .at(130))
        if state == .running { _ = record.submissionAnswered(attempt: 2, .created(taskID: "t2"), at: .at(131)) }
        if state == .unconfirmed { _ = record.submissionAnswered(attempt: 2, .unknown(reason: ""), at: .at(131)) }
        return record
    }

    @Test(
        "A callback of an older attempt has its task asked about, and its success ends the job",
        arguments: [JobState.queued, .uploading, .unconfirmed, .running]
    )
    func olderCalled(state: JobState) {
        var record = second(state)
        #expect(record.job.state == state)
        record.called(1, taskID: nil, at: .at(200))
        #expect(record.job.state == .running)
        #expect(record.job.dueAt <= .at(200))
        #expect(record.attemptInQuestion?.number == 1)
        #expect(record.intend(at: .at(200)) == nil)
        record.reported(.succeeded(results: 1, usage: nil), attempt: 1, at: .at(201))
        #expect(record.job.state == .fetching)
        #expect(record.successful?.number == 1)
        #expect(record.attemptsToCancel.map(\.number) == (state == .running ? [2] : []))
    }

    @Test(
        "A callback of an older attempt whose task did fail changes nothing for the newer",
        arguments: [JobState.queued, .uploading, .unconfirmed, .running]
    )
    func olderCalledInVain(state: JobState) {
        var record = second(state)
        record.called(1, taskID: nil, at: .at(400))
        record.reported(.failed(.broken, mayPass: true, usage: nil), attempt: 1, at: .at(401))
        #expect(record.job.state == (state == .uploading ? .queued : state))
        #expect(record.attemptInQuestion?.number == (state == .running ? 2 : nil))
        // A second callback of it is counted, and makes no more queries.
        record.called(1, taskID: nil, at: .at(402))
        #expect(record.job.state == (state == .uploading ? .queued : state))
        #expect(record.attempt(1)?.callbacks == 2)
    }

    @Test(
        "A callback of an older attempt while a POST is on the wire waits for that POST's answer",
        arguments: [
            (SubmissionAnswer.created(taskID: "t2"), 2), (.unknown(reason: ""), 2),
            (.refused(reason: "", code: nil, retryAt: .at(900)), 1), (.notSent(reason: "", retryAt: .at(900)), 1),
            (.rejected(.refusedSample), 1),
        ]
    )
    func olderCalledWhileSubmitting(answer: SubmissionAnswer, attempts: Int) {
        var record = second(.submitting)
        record.called(1, taskID: nil, at: .at(200))
        #expect(record.job.state == .submitting)
        _ = record.submissionAnswered(attempt: 2, answer, at: .at(210))
        #expect(record.job.state == .running)
        #expect(record.attempts.count == attempts)
        #expect(record.attemptInQuestion?.number == 1)
    }

    @Test("Every open task is asked about in turn")
    func turns() {
        var record = second(.running)
        record.called(1, taskID: nil, at: .at(200))
        var asked: [Int] = []
        for second in Int64(201)...204 {
            guard let number = record.attemptInQuestion?.number else { break }
            asked.append(number)
            record.reported(.waiting(status: "RUNNING", isQueued: false), attempt: number, at: .at(second))
        }
        #expect(asked == [1, 2, 1, 2])
    }

    @Test("An older task cancelled on the site does not cancel a job whose newer task runs")
    func olderCancelled() {
        var record = second(.running)
        record.called(1, taskID: nil, at: .at(200))
        record.reported(.cancelled(usage: nil), attempt: 1, at: .at(201))
        #expect(record.job.state == .running)
        #expect(record.attemptInQuestion?.number == 2)
    }

    @Test("A task that can be asked about comes before one whose key is gone, however long ago that was asked about")
    func reachable() {
        var record = second(.running)
        record.called(1, taskID: nil, at: .at(200))
        #expect(record.attemptInQuestion?.number == 1)
        #expect(record.attemptInQuestion { $0.number == 2 }?.number == 2)
        #expect(record.attemptInQuestion { _ in false }?.number == 1)
    }

    @Test("A second success that is known before the plan is delivered too")
    func secondSuccess() {
        var record = second(.running)
        record.called(1, taskID: nil, at: .at(200))
        record.reported(.succeeded(results: 1, usage: nil), attempt: 1, at: .at(201))
        _ = record.cancelAsked(attempt: 2, detail: "807", at: .at(202))
        #expect(record.attemptsToCancel.isEmpty)
        #expect(record.attemptInQuestion?.number == 2)
        #expect(record.reported(.succeeded(results: 2, usage: nil), attempt: 2, at: .at(203)) == .applied)
        #expect(record.successes.map(\.number) == [1, 2])
        #expect(record.job.state == .fetching)
        _ = record.planned([], at: .at(204))
        #expect(record.reported(.succeeded(results: 2, usage: nil), attempt: 2, at: .at(205)) != .applied)
    }

    @Test("A late answer for a cancelled job has its task cancelled in the cloud")
    func lateAnswerOfCancelled() {
        var record = JobRecord.submitting()
        record.called(taskID: "t9", at: .at(1))
        record.reported(.cancelled(usage: nil), at: .at(2))
        #expect(record.job.state == .cancelled)
        record.attempts[0].callbackAt = nil
        _ = record.submissionAnswered(attempt: 1, .created(taskID: "t1"), at: .at(3))
        #expect(record.job.state == .cancelled)
        #expect(record.attemptsToCancel.map(\.taskID) == ["t1"])
        #expect(record.cancelAsked(attempt: 1, detail: "", at: .at(4)) == .applied)
        #expect(record.attemptsToCancel.isEmpty)
    }

    @Test(
        "No POST leaves while another may still have made a task, whatever state the job is in",
        arguments: JobState.allCases
    )
    func oneAtATime(state: JobState) {
        for outcome in [Attempt.Outcome.pending, .created, .unknown] {
            var record = JobRecord.submitting()
            record.job.state = state
            record.attempts[0].outcome = outcome
            record.attempts[0].taskID = outcome == .created ? "t1" : nil
            #expect(record.intend(at: .at(1)) == nil)
        }
    }

    @Test("A number that the ledger has lost is never given to another POST")
    func numbers() {
        var record = JobRecord.submitting()
        _ = record.callbackArrived(attempt: 7, taskID: "t7", recreated: .recreated(7), at: .at(1))
        #expect(record.job.state == .submitting)
        _ = record.submissionAnswered(attempt: 1, .refused(reason: "", code: nil, retryAt: .at(9)), at: .at(2))
        #expect(record.job.state == .running, "attempt 7 is asked about first")
        record.failTask(attempt: 7, mayPass: true, at: .at(3))
        record.comeBack(at: .at(200))
        record.reported(.failed(.broken, mayPass: true, usage: nil), attempt: 7, at: .at(201))
        #expect(record.intend(at: .at(202)) == 8)
    }

    @Test(
        "An attempt number that cannot be ours is refused",
        arguments: [0, -1, .min, .max, JobRecord.maximumAttempts + 1]
    )
    func strangeNumbers(number: Int) {
        var record = JobRecord.queued()
        let before = record
        #expect(
            record.callbackArrived(attempt: number, taskID: "t", recreated: .recreated(number), at: .at(1)) != .applied
        )
        #expect(record == before)
    }
}

@Suite("Task ids from callbacks", .timeLimit(.minutes(1)))
struct CallbackTaskIDTests {
    @Test(
        "A text that cannot be a task's id is not taken for one, and the callback still counts",
        arguments: ["", " ", "a b", "a\0b", "1\n", "ä", String(repeating: "1", count: 201)]
    )
    func refused(text: String) {
        var record = JobRecord.submitting()
        #expect(record.called(taskID: text, at: .at(1)) == .applied)
        #expect(record.attempt(1)?.taskID == nil)
        #expect(record.job.state == .unconfirmed)
    }

    @Test("Ids are opaque", arguments: ["1904136902449209346", "0", "a1b2-c3_d4", String(repeating: "9", count: 200)])
    func taken(text: String) {
        var record = JobRecord.submitting()
        record.called(taskID: text, at: .at(1))
        #expect(record.attempt(1)?.taskID == text)
        #expect(record.attempt(1)?.isProvisional == true)
    }
}
