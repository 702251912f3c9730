extension JobRecord {
    /// Everything is staged and on disk; its names and their order are decided.
    ///
    /// From here on nothing is queried or fetched.
    package mutating func planned(_ plan: [UInt8], at now: Timestamp) -> EventOutcome {
        guard job.state == .fetching, self.plan == nil else { return .ignored("it is not being fetched") }
        self.plan = plan
        job.dueAt = now
        job.wait = nil
        tell(.planned)
        return .applied
    }

    /// A name of the plan was taken by somebody else before anything was published: the names are decided anew.
    package mutating func replanned(_ plan: [UInt8], at now: Timestamp) -> EventOutcome {
        guard job.state == .fetching, self.plan != nil else { return .ignored("it has no plan") }
        self.plan = plan
        return .applied
    }

    /// What was staged for the plan is gone before all of it was published: it is fetched again, under a plan of its own.
    package mutating func stagingLost(at now: Timestamp) -> EventOutcome {
        guard job.state == .fetching, plan != nil else { return .ignored("it has no plan") }
        plan = nil
        job.dueAt = now
        job.wait = nil
        tell(.fetchFailed, "The folder that they were fetched into, .runninghubd-staging in the outbox, was removed.")
        return .applied
    }

    /// Fetching or publishing did not work out and is to be tried again.
    package mutating func fetchFailed(reason: String, retryAt: Timestamp, at now: Timestamp) -> EventOutcome {
        guard job.state == .fetching else { return .ignored("it is not being fetched") }
        job.tries += job.tries < .max ? 1 : 0
        if job.wait?.reason != reason { tell(.fetchFailed, reason) }
        waits(until: retryAt, because: reason, at: now)
        return .applied
    }

    /// The results cannot be had.
    ///
    /// What was staged is kept.
    package mutating func fetchGivenUp(_ failure: Failure, at now: Timestamp) -> EventOutcome {
        guard job.state == .fetching, plan == nil else { return .ignored("it is not being fetched") }
        if failure.name == .resultExpired {
            for attempt in successes {
                update(attempt.number) {
                    $0.isExpired = true
                    $0.isFruitless = true
                }
            }
        }
        fail(paid(failure), at: now)
        return .applied
    }

    /// All results are in the outbox and on disk.
    package mutating func published(detail: String, at now: Timestamp) -> EventOutcome {
        guard job.state == .fetching, plan != nil else { return .ignored("it has no plan") }
        let settings = successful?.settings
        enter(.delivered, at: now)
        // Also where the original is gone: what was staged is still to be removed.
        job.duty = settings?.afterDelivery == .delete ? .delete : .done
        tell(.delivered, detail)
        return .applied
    }

    /// The original is where the final state wants it.
    ///
    /// A callback can have brought the job back while its original was on the way to `failed/`; then only its place is noted.
    ///
    /// - Parameters:
    ///   - duty: what was carried out; without it what the job has to be done.
    ///   - wanted: what the job had to have done, where something else was carried out in its place.
    ///   - place: where it lies now, or nothing where there is none any more.
    ///   - identity: which file it is there.
    ///   - now: the time.
    /// - Returns: `.ignored` where there was nothing to do.
    package mutating func tidied(
        _ duty: Job.Duty? = nil,
        insteadOf wanted: Job.Duty? = nil,
        place: RelativePath?,
        identity: FileIdentity?,
        at now: Timestamp
    ) -> EventOutcome {
        let isRevived =
            job.folder == .work && (job.state == .running || job.state == .unconfirmed || job.state == .fetching)
        guard job.state.isFinal ? job.duty != .none : isRevived && !attempts.isEmpty else {
            return .ignored("there is nothing to do")
        }
        let duty = duty ?? (job.state.isFinal ? job.duty : .failed)
        switch (place, duty) {
        case (nil, .done) where job.folder == .failed:
            // Somebody took it out of failed/ before its results came: back in the inbox it is this job's still, and nothing is paid for it.
            break
        case (nil, _), (_, .delete): job.folder = .gone
        case (_?, .done): job.folder = .done
        case (_?, .failed): job.folder = .failed
        case (_?, .none): return .ignored("there is nothing to do")
        }
        if let place { job.place = place }
        if let identity { job.identity = duty == .failed ? job.identity.moved(to: identity) : identity }
        guard wanted ?? duty == job.duty else { return .applied }
        job.duty = .none
        makeWaitingCalls(at: now)
        if !job.isReviving { job.wait = nil }
        let missing = duty == .delete ? "" : Self.takenAway
        let isMissing = place == nil || job.folder == .gone
        tell(.tidied, isMissing ? missing : "\(job.folder.rawValue)/\(job.pipeline)/\(job.place)")
        return .applied
    }

    /// What a story tells of an original that was no longer there.
    package static let takenAway = "gone"

    /// A person wants it cancelled.
    ///
    /// - Returns: what that came to: done, kept as a wish until a task is known or query decides, or refused.
    package mutating func cancelRequested(at now: Timestamp) -> EventOutcome {
        switch job.state {
        case .queued, .uploading:
            endAsCancelled(.cancelledBeforeSubmission, at: now)
        case .submitting, .unconfirmed, .running:
            guard !job.isCancelWished else { return .ignored("its cancellation is under way already") }
            job.isCancelWished = true
            // In the other states nothing can be done yet, and a look at them would be counted as one for which time had gone by.
            if job.state == .running { job.dueAt = now }
            tell(.cancelWished)
        case .fetching:
            return .ignored("its task has succeeded and is paid for; the results are being fetched")
        case .delivered, .failed, .cancelled:
            return .ignored("it has ended already")
        }
        return .applied
    }

    /// The cloud was asked to cancel an attempt's task, whatever it answered: it is asked once, and query decides.
    package mutating func cancelAsked(attempt number: Int, detail: String, at now: Timestamp) -> EventOutcome {
        guard let attempt = attempt(number), attempt.taskID != nil else { return .ignored("there is no such task") }
        guard attempt.cancelAskedAt == nil else { return .ignored("it was asked to already") }
        update(number) { $0.cancelAskedAt = now }
        if job.state == .running { job.dueAt = now }
        tell(.cancelAsked, detail)
        return .applied
    }
}
