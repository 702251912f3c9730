/// How a POST of a submission ended.
package enum SubmissionAnswer: Sendable, Hashable {
    /// RunningHub made a task; `complaint` is what it found wrong with the workflow all the same.
    case created(taskID: String, complaint: String? = nil)
    /// No byte of the request was written.
    case notSent(reason: String, retryAt: Timestamp)
    /// RunningHub refused it and made nothing; the same submission may be taken later.
    case refused(reason: String, code: String?, retryAt: Timestamp)
    /// RunningHub refused it and made nothing; it will always be refused.
    case rejected(Failure)
    /// Everything else: there may be a task, and it may be paid for.
    case unknown(reason: String, code: String? = nil)
}

extension JobRecord {
    /// A POST is about to leave.
    ///
    /// Once this is committed the POST may be made, once.
    ///
    /// - Returns: the attempt's number, or nothing where no POST may leave: the job does not wait for one, or one of its attempts may still
    ///   come to something.
    package mutating func submissionIntended(
        key: String,
        site: String,
        settings: Pipeline,
        hasWebhook: Bool,
        at now: Timestamp
    ) -> Int? {
        guard job.state == .queued, job.isClaimed, !job.isCancelWished, !job.isReviving else { return nil }
        guard job.joined == nil, job.attempt < Self.maximumAttempts, attempts.allSatisfy(\.isFruitless) else {
            return nil
        }
        let number = job.attempt + 1
        let tries = job.tries
        enter(.submitting, at: now)
        job.tries = tries
        job.attempt = number
        attempts.append(
            Attempt(
                number: number,
                key: key,
                site: site,
                settings: settings,
                remoteNames: job.upload?.remoteNames ?? [:],
                hasWebhook: hasWebhook,
                postedAt: now
            )
        )
        return number
    }

    /// The POST of an attempt ended.
    ///
    /// A task id is written wherever the attempt stands by now, and wins over one that a callback brought.
    ///
    /// - Parameters:
    ///   - number: the attempt.
    ///   - answer: how it ended.
    ///   - jitter: from 0 to 1, for the time of the first query.
    ///   - now: the time.
    /// - Returns: `.ignored` where the attempt has gone on without this answer.
    package mutating func submissionAnswered(
        attempt number: Int,
        _ answer: SubmissionAnswer,
        jitter: Double = 0.5,
        at now: Timestamp
    ) -> EventOutcome {
        guard let attempt = attempt(number) else { return .ignored("there is no such attempt") }
        if case .created(let taskID, let complaint) = answer {
            return created(attempt, taskID: taskID, complaint: complaint, jitter: jitter, at: now)
        }
        guard isAwaited(attempt) else {
            guard attempt.outcome == .pending else { return .ignored("the attempt has gone on by other proof") }
            update(number) { $0.outcome = .unknown }
            return .applied
        }
        switch answer {
        case .created:
            break
        case .notSent(let reason, let retryAt):
            returned(number, .notSent, reason: reason, code: nil, retryAt: retryAt, at: now)
        case .refused(let reason, let code, let retryAt):
            returned(number, .refused, reason: reason, code: code, retryAt: retryAt, at: now)
        case .rejected(let failure):
            attempts.removeAll { $0.number == number }
            if !resume(at: now) { fail(paid(failure), at: now) }
        case .unknown(let reason, let code):
            becomeUnconfirmed(number, reason: reason, code: code, at: now)
        }
        return .applied
    }

    /// It stands in `submitting`, and nobody waits for the POST's answer any more: whether it left is not known.
    package mutating func submissionLost(at now: Timestamp) -> EventOutcome {
        guard job.state == .submitting else { return .ignored("it is not being submitted") }
        becomeUnconfirmed(job.attempt, reason: "The daemon stopped while the submission was under way.", at: now)
        return .applied
    }

    /// Time in which a callback would have reached us went by.
    ///
    /// - Parameters:
    ///   - time: how much went by.
    ///   - limit: how much of it is enough to give up.
    ///   - now: the time.
    /// - Returns: whether it still waited for proof.
    package mutating func proofAwaited(_ time: Duration, limit: Duration, at now: Timestamp) -> EventOutcome {
        guard job.state == .unconfirmed else { return .ignored("its outcome is known") }
        for index in attempts.indices where attempts[index].awaitsProof { attempts[index].proofWaited += time }
        guard let newest = attempts.last(where: \.awaitsProof) else {
            if !resume(at: now) { fail(.outcomeUnknown, at: now) }
            return .applied
        }
        if newest.proofWaited >= limit { fail(newest.callbackAt == nil ? .outcomeUnknown : .taskUnnamed, at: now) }
        return .applied
    }

    /// Whether the job still depends on the POST's answer.
    ///
    /// One that says that nothing was made is good even after its call was given up.
    private func isAwaited(_ attempt: Attempt) -> Bool {
        guard attempt.number == job.attempt else { return false }
        if job.state == .submitting { return true }
        return job.state == .unconfirmed && attempt.awaitsProof && attempt.callbackAt == nil
    }

    private mutating func created(
        _ attempt: Attempt,
        taskID: String,
        complaint: String?,
        jitter: Double,
        at now: Timestamp
    ) -> EventOutcome {
        let isOther = attempt.taskID != taskID
        let isNews = job.state == .submitting && attempt.number == job.attempt && attempt.callbackAt == nil
        let wasFetched = job.state == .fetching && attempt.finishedAt != nil
        update(attempt.number) {
            if isOther { $0.forgetTask() }
            $0.taskID = taskID
            $0.isProvisional = false
            $0.otherNames = []
            $0.outcome = .created
            $0.complaint = complaint ?? $0.complaint
        }
        tell(.submitted, taskID)
        switch job.state {
        case .submitting where attempt.number != job.attempt:
            break
        case .queued where job.isClaimed, .uploading, .submitting, .unconfirmed:
            _ = resume(at: now)
            // The answer itself says that the task has just been made: there is nothing to ask yet.
            let isAlone = attempts.allSatisfy { $0.number == attempt.number || !$0.hasOpenTask }
            if isNews, isAlone, !job.isCancelWished {
                job.dueAt = now + PollSchedule.interval(for: attempt, jitter: jitter, at: now)
            }
        case .running:
            job.dueAt = now
        case .fetching where isOther && wasFetched && plan == nil && successes.isEmpty:
            // What was fetched was another's: a callback had named it.
            enter(.running, at: now)
        case .failed:
            wake(attempt.number, at: now)
        case .queued, .fetching, .delivered, .cancelled:
            break
        }
        return .applied
    }

    private mutating func returned(
        _ number: Int,
        _ kind: Story.Kind,
        reason: String,
        code: String?,
        retryAt: Timestamp,
        at now: Timestamp
    ) {
        attempts.removeAll { $0.number == number }
        let tries = job.tries
        tell(kind, reason, code: code, isRepeated: tries > 0)
        if resume(at: now) { return }
        if job.isCancelWished { return endAsCancelled(.cancelledBeforeTask, at: now) }
        enter(.queued, at: now)
        job.tries = tries < .max ? tries + 1 : tries
        waits(until: retryAt, because: reason, at: now)
    }

    private mutating func becomeUnconfirmed(
        _ number: Int,
        reason: String,
        code: String? = nil,
        at now: Timestamp
    ) {
        let wasPending = attempt(number)?.outcome == .pending
        update(number) { $0.outcome = .unknown }
        if wasPending { tell(.outcomeUnknown, reason, code: code) }
        let canBeProven = attempts.contains {
            $0.hasOpenTask || ($0.awaitsProof && ($0.hasWebhook || $0.callbackAt != nil))
        }
        if !canBeProven {
            fail(.outcomeUnknown, at: now)
        } else if job.state != .unconfirmed {
            _ = resume(at: now)
        }
    }

    /// The failure, with what earlier attempts may have cost.
    func paid(_ failure: Failure) -> Failure {
        var failure = failure
        failure.mayHaveBeenPaid = failure.mayHaveBeenPaid || !attempts.isEmpty
        return failure
    }
}

extension Attempt {
    /// Its task is another than was thought: nothing that was said of that one counts.
    fileprivate mutating func forgetTask() {
        status = nil
        askedAt = nil
        runningSince = nil
        failedSince = nil
        emptySince = nil
        unknownSince = nil
        finishedAt = nil
        cancelAskedAt = nil
        usage = nil
        isFruitless = false
        isExpired = false
    }
}

extension Failure {
    private static let lookAtCallRecords = Phrase(
        "Look at the call records on the RunningHub site; moving the file back into the inbox pays for a new task.",
        zh: "请查看 RunningHub 网站上的调用记录；把文件移回 inbox 会付费运行新任务。",
        ru: "Посмотрите журнал вызовов на сайте RunningHub; возврат файла в inbox означает оплату новой задачи."
    )

    /// A submission was sent, and nothing was heard of it for as long as its callback could have taken.
    package static let outcomeUnknown = Failure(
        .outcomeUnknown,
        message: Phrase(
            "The submission was sent, but its answer was lost and no callback came; the task may have run and been paid.",
            zh: "任务已提交，但应答丢失，也没有收到回调；任务可能已经运行并扣费。",
            ru:
                "Задача была отправлена, но ответ потерялся и обратный вызов не пришёл; возможно, она выполнялась и была оплачена."
        ),
        hint: lookAtCallRecords,
        mayHaveBeenPaid: true
    )

    /// A submission was sent, its answer was lost, and the callback that proves it named no task.
    package static let taskUnnamed = Failure(
        .outcomeUnknown,
        message: Phrase(
            "The submission was sent and its task has ended, but neither its answer nor its callback named the task.",
            zh: "任务已提交并已结束，但应答和回调都没有给出任务编号。",
            ru: "Задача была отправлена и завершилась, но ни ответ, ни обратный вызов не назвали её номер."
        ),
        hint: lookAtCallRecords,
        mayHaveBeenPaid: true
    )
}
