// What a job's ends are told to, outside.
extension JobRecord {
    /// How long a call waits for the original to be put away, so that it can tell where that lies; where that is held up, it waits no longer.
    package static let originalsGrace = Duration.seconds(30)
    /// How often a call is made before it is given up: with waits that double from 5 s to half an hour that is three days, whatever a clock
    /// does meanwhile.
    package static let mostTries = 145
    /// How many calls are remembered of a job that ends again and again.
    private static let mostCalls = 16

    /// Owes the calls for an end that a change has brought, if it did.
    ///
    /// - Parameters:
    ///   - before: where the job stood before the change.
    ///   - hooks: whom its pipeline tells of what.
    ///   - now: the time.
    package mutating func owesCalls(since before: JobState, to hooks: Pipeline.Hooks?, at now: Timestamp) {
        guard let hooks, job.state != before, let event = HookCall.Event(rawValue: job.state.rawValue),
            hooks.events.contains(event)
        else { return }
        let end = (job.calls.map(\.end).max() ?? 0) + 1
        let due = job.duty == .none ? now : now + Self.originalsGrace
        job.calls += hooks.targets.map { HookCall($0, event, end: end, at: now, dueAt: due) }
        let superfluous = max(0, job.calls.count - Self.mostCalls)
        let settled = job.calls.indices.filter { job.calls[$0].outcome != .owed }
        for index in settled.prefix(superfluous).reversed() { job.calls.remove(at: index) }
    }

    /// The original lies where it belongs: what waited to tell that is told.
    mutating func makeWaitingCalls(at now: Timestamp) {
        for index in job.calls.indices where job.calls[index].outcome == .owed && job.calls[index].tries == 0 {
            job.calls[index].dueAt = min(job.calls[index].dueAt, now)
        }
    }

    /// No call is due later than this: the wall clock may have been another when it was put off.
    package mutating func bringCallsForward(to latest: Timestamp) {
        for index in job.calls.indices { job.calls[index].dueAt = min(job.calls[index].dueAt, latest) }
    }

    /// A call was made.
    ///
    /// - Parameters:
    ///   - call: as it was owed.
    ///   - reply: what it came to.
    ///   - now: the time.
    /// - Returns: `.ignored` where it is not owed.
    package mutating func called(_ call: HookCall, _ reply: HookReply, at now: Timestamp) -> EventOutcome {
        let index = job.calls.firstIndex { $0.target == call.target && $0.end == call.end && $0.outcome == .owed }
        guard let index else { return .ignored("it is not owed") }
        job.calls[index].tries += job.calls[index].tries < .max ? 1 : 0
        job.calls[index].triedAt = now
        job.calls[index].detail = reply.detail
        let detail = "\(call.target.rawValue): \(reply.detail)"
        switch reply {
        case .answered:
            job.calls[index].outcome = .answered
            tell(.hookAnswered, detail)
        case .failed(_, let retryAt) where call.tries + 1 < Self.mostTries:
            job.calls[index].dueAt = retryAt
            tell(.hookFailed, detail, isRepeated: call.tries > 0)
        case .failed, .refused:
            job.calls[index].outcome = .givenUp
            tell(.hookGivenUp, detail)
        }
        return .applied
    }
}
