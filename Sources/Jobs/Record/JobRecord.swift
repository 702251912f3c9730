/// A job with its attempts: the unit in which state changes, and the state machine of the daemon.
///
/// Events are methods in the past tense. Each checks that it applies to the job as it is *now*, changes the value, and adds to `stories`
/// what is to be told of it; an event that does not apply changes nothing and says `.ignored`. The ledger runs an event and stores its
/// outcome in one transaction, so a change is compare-and-set on job, attempt and state. Nothing here reads a clock, throws dice or does
/// input or output; nothing that a remote peer, a restart or the file system can cause is a trap.
package struct JobRecord: Sendable, Hashable {
    /// The job.
    package var job: Job
    /// Its attempts that may have been paid, oldest first.
    package var attempts: [Attempt]
    /// The publish plan, once it is made.
    ///
    /// What is in staging under which name and is to be named how. Opaque here.
    package var plan: [UInt8]?
    /// What has happened since the record was loaded, oldest first.
    package internal(set) var stories: [Story] = []

    /// A job as the ledger has it.
    package init(job: Job, attempts: [Attempt] = [], plan: [UInt8]? = nil) {
        self.job = job
        self.attempts = attempts
        self.plan = plan
    }

    /// The newest attempt that may have been paid.
    package var current: Attempt? { attempts.last }

    /// The attempt of this number, if it may have been paid.
    package func attempt(_ number: Int) -> Attempt? {
        attempts.first { $0.number == number }
    }

    /// The attempt whose task is to be asked about next.
    ///
    /// One of which a callback has said that it ended, and of which query has not been asked since; else the one that has not been asked
    /// about for longest, so that every task of the job is asked about in turn until one is of use.
    package var attemptInQuestion: Attempt? { attemptInQuestion { _ in true } }

    /// The same, of those that can be asked about, if there is one: whether the key and the site of an attempt are there.
    package func attemptInQuestion(isReachable: (Attempt) -> Bool) -> Attempt? {
        let all = attempts.filter { $0.hasOpenTask && $0.finishedAt == nil }
        let reachable = all.filter(isReachable)
        let open = reachable.isEmpty ? all : reachable
        if let called = open.last(where: \.hasUnheardCallback) { return called }
        return open.reversed().min { ($0.askedAt?.milliseconds ?? .min) < ($1.askedAt?.milliseconds ?? .min) }
    }

    /// The attempt whose success is being fetched: the first of `successes`.
    package var successful: Attempt? { successes.first }

    /// All attempts that succeeded, in their order.
    ///
    /// There is more than one only where an older task ended after a newer one was paid for; the results of all are delivered.
    package var successes: [Attempt] {
        attempts.filter { $0.finishedAt != nil && !$0.isFruitless }
    }

    /// The attempts whose tasks the cloud is to be asked to cancel, once each: `cancelAsked` takes them off.
    ///
    /// Where a person wishes it, where a task has outlived its deadline, and where the job has no more use for it. Never one whose id only a
    /// callback's body named: it could be a stranger's.
    package var attemptsToCancel: [Attempt] {
        switch job.state {
        case .running:
            attempts.filter { $0.canBeCancelled && (job.isCancelWished || $0.isOverdue) }
        case .fetching, .delivered, .cancelled:
            attempts.filter { $0.canBeCancelled && $0.callbackAt == nil }
        case .queued, .uploading, .submitting, .unconfirmed, .failed:
            []
        }
    }
}

/// What became of an event.
package enum EventOutcome: Sendable, Hashable {
    /// The job changed.
    case applied
    /// The event does not apply to the job as it is; the reason is for people.
    case ignored(String)
}

extension JobRecord {
    mutating func tell(_ kind: Story.Kind, _ detail: String = "", code: String? = nil, isRepeated: Bool = false) {
        stories.append(Story(kind, detail, code: code, isRepeated: isRepeated))
    }

    mutating func enter(_ state: JobState, at now: Timestamp) {
        job.state = state
        job.stateSince = now
        // While a POST is on the wire its number stays the job's; one that a callback proved beyond it counts from here on.
        if state != .submitting { job.attempt = max(job.attempt, attempts.last?.number ?? 0) }
        job.dueAt = now
        job.wait = nil
        job.tries = 0
    }

    mutating func waits(until due: Timestamp, because reason: String, at now: Timestamp) {
        job.dueAt = due
        if job.wait?.reason != reason {
            job.wait = Job.Wait(reason: reason, since: now)
        }
    }

    /// Goes to where its attempts put it, if one of them may still come to something.
    ///
    /// Whatever would make a new submission asks this first: a task that is known is asked about, and one that may exist is waited for.
    mutating func resume(at now: Timestamp) -> Bool {
        if attempts.contains(where: \.hasOpenTask) {
            enter(.running, at: now)
        } else if let attempt = attempts.last(where: \.awaitsProof) {
            enter(.unconfirmed, at: now)
            job.isReviving = false
            let reason =
                attempt.callbackAt == nil
                ? "Whether RunningHub took the submission is not known; its callback will tell."
                : "A callback proves the submission but names no task."
            waits(until: now + .seconds(60), because: reason, at: now)
        } else {
            return false
        }
        job.joined = nil
        return true
    }

    /// Ends the job without results.
    ///
    /// The original goes to `failed/`.
    mutating func fail(_ failure: Failure, at now: Timestamp) {
        enter(.failed, at: now)
        job.failure = failure
        job.duty = job.isClaimed ? .failed : .none
        job.isReviving = false
        tell(.failed, failure.message, code: failure.code)
    }

    /// Ends the job because somebody wanted it to end.
    mutating func endAsCancelled(_ message: Phrase, at now: Timestamp) {
        enter(.cancelled, at: now)
        job.failure = Failure(
            .cancelled,
            message: message,
            hint: Phrase(
                "Move the file back into the inbox to run it after all.",
                zh: "如果仍要处理，请把文件移回 inbox。",
                ru: "Чтобы всё же обработать файл, переместите его обратно в inbox."
            ),
            mayHaveBeenPaid: !attempts.isEmpty
        )
        job.duty = job.isClaimed ? .failed : .none
        job.isReviving = false
        tell(.cancelled, message.english)
    }

    mutating func update(_ number: Int, _ change: (inout Attempt) -> Void) {
        guard let index = attempts.firstIndex(where: { $0.number == number }) else { return }
        change(&attempts[index])
    }
}
