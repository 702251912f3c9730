/// What query said about a task, in the terms that decide.
package enum TaskReport: Sendable, Hashable {
    /// Not final.
    case waiting(status: String, isQueued: Bool)
    /// Succeeded, with so many results.
    case succeeded(results: Int, usage: String?)
    /// Failed. `mayPass`: the same submission may succeed another time.
    case failed(Failure, mayPass: Bool, usage: String?)
    /// Cancelled in the cloud.
    case cancelled(usage: String?)
    /// Query does not know the task.
    case unknownTask
    /// There was no answer that says anything about the task.
    case unavailable(reason: String, retryAt: Timestamp)
}

extension JobRecord {
    /// How long two sights of FAILED must lie apart to be believed (API.md §3.3: query can say FAILED shortly before a success).
    ///
    /// Less than `PollSchedule.backstop`: a task whose callback is lost can have failed that long, and its spread, before query is
    /// asked for the first time, and its job is to end within 60 s all the same, at no more than a query every 30 s.
    package static let failureDoubt = Duration.milliseconds(27_500)
    /// The same where believing it would pay for another attempt.
    package static let failureDoubtBeforePaying = Duration.seconds(120)
    /// How long SUCCESS without results is asked again (API.md §2.3: seen while results settle).
    package static let emptyDoubt = Duration.seconds(60)
    /// How long «unknown task» means that the task runs.
    package static let unknownGrace = Duration.seconds(600)
    /// How long after the cloud was asked to cancel an overdue task its end is waited for.
    package static let cancellationGrace = Duration.seconds(120)

    /// Query answered about an attempt's task.
    ///
    /// - Parameters:
    ///   - number: the attempt whose task was asked about.
    ///   - task: the id that was asked about; an answer about an id that is no longer the attempt's says nothing.
    ///   - report: the answer.
    ///   - jitter: from 0 to 1, for the time of the next query.
    ///   - now: the time.
    /// - Returns: `.ignored` where the job does not wait for this task.
    package mutating func taskReported(
        attempt number: Int,
        task: String? = nil,
        _ report: TaskReport,
        jitter: Double,
        at now: Timestamp
    ) -> EventOutcome {
        guard let attempt = attempt(number), let known = attempt.taskID, task == nil || task == known else {
            return .ignored("there is no such task")
        }
        let isBeside = job.state == .fetching && plan == nil && attempt.finishedAt == nil
        guard job.state == .running || (job.state == .failed && job.isReviving) || isBeside else {
            return .ignored("the job no longer waits for its task")
        }
        if case .unavailable(let reason, let retryAt) = report {
            if !isBeside { waits(until: retryAt, because: reason, at: now) }
            return .applied
        }
        heard(attempt, report, at: now)
        if isBeside {
            reportedBeside(attempt, report, at: now)
        } else {
            decide(attempt, report, jitter: jitter, at: now)
        }
        return .applied
    }

    private mutating func heard(_ attempt: Attempt, _ report: TaskReport, at now: Timestamp) {
        update(attempt.number) {
            $0.askedAt = now
            guard report != .unknownTask else { return }
            $0.isProvisional = false
            $0.otherNames = []
            $0.outcome = .created
            $0.unknownSince = nil
            if let status = report.status { $0.status = status }
            if let usage = report.usage { $0.usage = usage }
        }
    }

    private mutating func decide(_ attempt: Attempt, _ report: TaskReport, jitter: Double, at now: Timestamp) {
        switch report {
        case .waiting(_, let isQueued):
            stillWaiting(attempt, isQueued: isQueued, jitter: jitter, at: now)
        case .succeeded(let results, _) where results > 0:
            succeeded(attempt, at: now)
        case .succeeded:
            succeededWithoutResults(attempt, at: now)
        case .failed(let failure, let mayPass, _):
            taskFailed(attempt, failure, mayPass: mayPass, at: now)
        case .cancelled:
            cancelledInCloud(attempt, at: now)
        case .unknownTask:
            taskUnknown(attempt, at: now)
        case .unavailable:
            break
        }
    }

    private mutating func stillWaiting(_ attempt: Attempt, isQueued: Bool, jitter: Double, at now: Timestamp) {
        if job.state == .failed {
            job.failure = nil
            job.duty = .none
            update(attempt.number) { $0.renewDeadline(at: now) }
            // A success that could not be fetched is asked about again, if this task comes to nothing.
            for other in attempts { update(other.number) { $0.finishedAt = nil } }
            enter(.running, at: now)
        }
        update(attempt.number) {
            $0.failedSince = nil
            $0.emptySince = nil
            if isQueued { $0.runningSince = nil } else { $0.runningSince = $0.runningSince ?? now }
        }
        job.isReviving = false
        job.wait = nil
        guard let attempt = self.attempt(attempt.number) else { return }
        job.dueAt = now + PollSchedule.interval(for: attempt, jitter: jitter, at: now)
        // The wish came while this question was under way, and is not to wait for the next.
        if job.isCancelWished, attempt.canBeCancelled { job.dueAt = now }
        actOnDeadline(of: attempt, at: now)
    }

    private mutating func succeeded(_ attempt: Attempt, at now: Timestamp) {
        // Whichever attempt succeeded, it is the one to fetch: no other counts as finished.
        for other in attempts { update(other.number) { $0.finishedAt = nil } }
        update(attempt.number) {
            $0.failedSince = nil
            $0.emptySince = nil
            $0.finishedAt = now
            $0.isFruitless = false
        }
        job.failure = nil
        job.duty = .none
        job.isReviving = false
        enter(.fetching, at: now)
        tell(.succeeded, attempt.taskID ?? "")
    }

    private mutating func succeededWithoutResults(_ attempt: Attempt, at now: Timestamp) {
        let since = attempt.emptySince ?? now
        update(attempt.number) {
            $0.failedSince = nil
            $0.emptySince = since
        }
        guard since + Self.emptyDoubt <= now else {
            return waits(
                until: now + .seconds(5),
                because: "RunningHub says success but names no results yet.",
                at: now
            )
        }
        ended(attempt, at: now) { $0.fail(.noResults, at: now) }
    }

    private mutating func taskFailed(_ attempt: Attempt, _ failure: Failure, mayPass: Bool, at now: Timestamp) {
        let failure = failure.adding(attempt.complaint)
        // Where the original is no longer in work/, the job had failed before: nothing more is paid for without a person.
        let mayPay =
            mayPass && attempts.count <= attempt.settings.retries && !job.isCancelWished && !attempt.isOverdue
            && job.folder == .work
        let wouldPay = mayPay || (job.isReviving && job.state == .running)
        let doubt = wouldPay ? Self.failureDoubtBeforePaying : Self.failureDoubt
        let since = attempt.failedSince ?? now
        update(attempt.number) {
            $0.failedSince = since
            $0.emptySince = nil
        }
        guard since + doubt <= now else {
            if attempt.failedSince == nil { tell(.doubted, failure.message, code: failure.code) }
            return waits(
                until: since + doubt,
                because: "RunningHub says the task failed; asked once more before it is believed.",
                at: now
            )
        }
        tell(.taskFailed, failure.message, code: failure.code)
        ended(attempt, at: now) { record in
            if record.job.isCancelWished {
                record.endAsCancelled(.cancelledWithoutSuccess, at: now)
            } else if mayPay {
                record.job.upload = nil
                record.enter(.queued, at: now)
                record.tell(.again, failure.message, code: failure.code)
            } else {
                record.fail(attempt.isOverdue ? attempt.timedOut : record.paid(failure), at: now)
            }
        }
    }

    private mutating func cancelledInCloud(_ attempt: Attempt, at now: Timestamp) {
        ended(attempt, at: now) { record in
            if record.job.isCancelWished {
                record.endAsCancelled(.cancelledAndBilled, at: now)
            } else if attempt.isOverdue {
                record.fail(attempt.timedOut, at: now)
            } else {
                record.endAsCancelled(.cancelledThere, at: now)
            }
        }
    }

    private mutating func taskUnknown(_ attempt: Attempt, at now: Timestamp) {
        guard !attempt.isProvisional else { return doubtName(attempt, at: now) }
        let since = attempt.unknownSince ?? now
        update(attempt.number) {
            $0.unknownSince = since
            $0.failedSince = nil
        }
        let isEarly = since + Self.unknownGrace > now
        let isUnwanted = job.isCancelWished && attempt.cancelAskedAt != nil
        if !isEarly, isUnwanted || job.isReviving {
            return ended(attempt, at: now) {
                $0.endAsCancelled(.cancelledUnknown, at: now)
            }
        }
        waits(
            until: now + (isEarly || job.isCancelWished ? .seconds(30) : .seconds(300)),
            because: "RunningHub does not know task \(attempt.taskID ?? "") at the moment.",
            at: now
        )
        if !isEarly, let attempt = self.attempt(attempt.number) { actOnDeadline(of: attempt, at: now) }
    }

    /// Nobody can ask about an attempt's task: the key that it was started with is not configured, or its site is another now.
    ///
    /// It waits for the key, unless somebody wants the job cancelled.
    ///
    /// - Parameters:
    ///   - number: the attempt.
    ///   - reason: what is missing, and what to do.
    ///   - due: when to look again.
    ///   - now: the time.
    /// - Returns: `.ignored` where the job does not wait for this task.
    package mutating func taskUnreachable(
        attempt number: Int,
        reason: String,
        until due: Timestamp,
        at now: Timestamp
    ) -> EventOutcome {
        guard let attempt = attempt(number), attempt.hasOpenTask else { return .ignored("there is no such task") }
        guard job.state == .running, job.isCancelWished else { return hadToWait(reason: reason, until: due, at: now) }
        ended(attempt, at: now) { $0.endAsCancelled(.cancelledUnasked, at: now) }
        return .applied
    }

    /// The id came from a callback's body, and query does not know it.
    ///
    /// Another that was named may be the one; and as little as anywhere else is one such answer believed.
    private mutating func doubtName(_ attempt: Attempt, at now: Timestamp) {
        let since = attempt.unknownSince ?? now
        guard since + Self.failureDoubt > now else { return disown(attempt, at: now) }
        update(attempt.number) {
            $0.unknownSince = since
            guard let next = $0.otherNames.first, let name = $0.taskID else { return }
            $0.otherNames = $0.otherNames.dropFirst() + [name]
            $0.taskID = next
        }
        waits(
            until: attempt.otherNames.isEmpty ? since + Self.failureDoubt : now + .seconds(2),
            because: "RunningHub does not know the task that a callback named; asked once more before it is believed.",
            at: now
        )
    }

    /// The id is none of ours; the next that a callback named is doubted anew, since it may have been asked about but once.
    private mutating func disown(_ attempt: Attempt, at now: Timestamp) {
        let next = attempt.otherNames.first
        update(attempt.number) {
            $0.taskID = next
            $0.isProvisional = next != nil
            $0.otherNames = Array($0.otherNames.dropFirst())
            $0.unknownSince = nil
        }
        tell(.disowned, attempt.taskID ?? "")
        if next != nil {
            job.dueAt = now
            return
        }
        if job.state == .failed { job.isReviving = false } else { _ = resume(at: now) }
    }
}

extension Failure {
    /// The failure with what ComfyUI found wrong when the task was made, which query no longer tells (API.md §2.2).
    fileprivate func adding(_ complaint: String?) -> Failure {
        guard let complaint, !message.contains(complaint) else { return self }
        var failure = self
        failure.sentence = .joined([sentence, Phrase(complaint)])
        failure.nodeReport = failure.nodeReport ?? complaint
        return failure
    }
}

extension TaskReport {
    /// What query called the task's state, where it called it anything.
    fileprivate var status: String? {
        switch self {
        case .waiting(let status, _): status
        case .succeeded: "SUCCESS"
        case .failed: "FAILED"
        case .cancelled: "CANCEL"
        case .unknownTask, .unavailable: nil
        }
    }

    fileprivate var usage: String? {
        switch self {
        case .succeeded(_, let usage), .failed(_, _, let usage), .cancelled(let usage): usage
        case .waiting, .unknownTask, .unavailable: nil
        }
    }
}
