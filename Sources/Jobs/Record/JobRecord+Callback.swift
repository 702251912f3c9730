extension JobRecord {
    /// How long after a failure a valid callback still brings a job back.
    package static let callbackRevival = Duration.seconds(24 * 3600)
    /// The most POSTs a job can have made; a number beyond cannot come from us.
    package static let maximumAttempts = 1_000_000
    /// A repeated callback may not make queries at the caller's pace.
    private static let repeatedCallbackPace = Duration.seconds(5)

    /// A callback with a fitting token came for an attempt.
    ///
    /// The token proves that the POST of that attempt left and that its task has ended; from the body only the task id is taken, only where
    /// the attempt has none, and provisionally. What the task came to is for query to say.
    ///
    /// - Parameters:
    ///   - number: the attempt that the address names.
    ///   - taskID: the task's id, where the body gives one.
    ///   - recreated: the attempt as it must have been, for the case that the ledger has no row of it (it was restored from an older copy,
    ///     or the POST was taken for refused).
    ///   - now: the time.
    /// - Returns: `.ignored` only where there is no such attempt.
    package mutating func callbackArrived(
        attempt number: Int,
        taskID: String?,
        recreated: Attempt?,
        at now: Timestamp
    ) -> EventOutcome {
        guard attempt(number) != nil || recreate(recreated, as: number) else {
            return .ignored("there is no such attempt")
        }
        let isFirst = attempt(number)?.callbackAt == nil
        update(number) {
            $0.callbackAt = $0.callbackAt ?? now
            $0.callbacks += $0.callbacks < .max ? 1 : 0
        }
        let adopted = adopt(taskID, for: number)
        if isFirst { tell(.called, attempt(number)?.taskID ?? "") }
        if adopted { tell(.adopted, taskID ?? "") }
        proven(by: number, isNews: isFirst || adopted, at: now)
        return .applied
    }

    private mutating func recreate(_ recreated: Attempt?, as number: Int) -> Bool {
        guard var recreated, recreated.number == number, (1...Self.maximumAttempts).contains(number) else {
            return false
        }
        recreated.outcome = .unknown
        attempts.append(recreated)
        attempts.sort { $0.number < $1.number }
        // While a POST is on the wire its number stays the job's: its answer is for it.
        if job.state != .submitting { job.attempt = max(job.attempt, number) }
        return true
    }

    /// The most ids that are kept of those that callbacks name before query knows one of them.
    private static let mostNames = 8

    private mutating func adopt(_ taskID: String?, for number: Int) -> Bool {
        guard let taskID, Self.canBeTaskID(taskID), let attempt = attempt(number) else { return false }
        guard let known = attempt.taskID else {
            update(number) {
                $0.taskID = taskID
                $0.isProvisional = true
            }
            return true
        }
        // It may be the one, and no callback says so twice once it is answered.
        let isOther = attempt.isProvisional && taskID != known && !attempt.otherNames.contains(taskID)
        guard isOther, attempt.otherNames.count + 1 < Self.mostNames else { return false }
        update(number) { $0.otherNames.append(taskID) }
        return true
    }

    /// Whether a text from outside can be a task's id: opaque, but short and visible.
    package static func canBeTaskID(_ text: String) -> Bool {
        (1...200).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private mutating func proven(by number: Int, isNews: Bool, at now: Timestamp) {
        let hasTask = attempt(number)?.taskID != nil
        if hasTask, isNews { update(number) { $0.isFruitless = false } }
        switch job.state {
        case .submitting where number != job.attempt:
            // The newer POST is on the wire: its answer comes first, then the query stage turns to this one.
            break
        case .queued where job.isClaimed, .uploading, .submitting:
            // Neither a second callback of a task that came to nothing nor one without a name can bring the attempt back into question.
            if attempt(number)?.isFruitless == false { _ = resume(at: now) }
        case .unconfirmed where hasTask:
            _ = resume(at: now)
        case .running:
            let due = isNews ? now : now + Self.repeatedCallbackPace
            job.dueAt = min(job.dueAt, due)
        case .failed where hasTask && job.stateSince + Self.callbackRevival > now:
            wake(number, at: now)
        case .queued, .unconfirmed, .fetching, .delivered, .failed, .cancelled:
            break
        }
    }

    /// Has query say whether a task of a failed job can be used after all.
    ///
    /// The job stays failed until then.
    mutating func wake(_ number: Int, at now: Timestamp) {
        let earliest = attempt(number)?.askedAt.map { $0 + Self.repeatedCallbackPace } ?? now
        update(number) { $0.isFruitless = false }
        let due = max(now, earliest)
        job.dueAt = job.isReviving || job.duty != .none ? min(job.dueAt, due) : due
        job.isReviving = true
    }
}
