/// A call by which a job's end is told to somebody outside: to a program, or to an address.
///
/// It is owed from the commit that ends the job until it is answered or given up, and made at least once: who is called tells by `id` whether
/// it was before.
package struct HookCall: Sendable, Hashable, Codable {
    /// Who is called.
    package enum Target: String, Sendable, Hashable, Codable, CaseIterable {
        case program, url
    }

    /// What is told.
    package enum Event: String, Sendable, Hashable, Codable, CaseIterable {
        case delivered, failed, cancelled
    }

    /// What became of it.
    package enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// It is to be made, or made again.
        case owed
        case answered
        /// It is not made again.
        case givenUp = "given-up"
    }

    package let target: Target
    package let event: Event
    /// Which of its job's ends it tells, from 1: a job that is retried ends again.
    package let end: Int
    /// When that was.
    package let at: Timestamp
    /// When it is to be made next, while it is owed.
    package internal(set) var dueAt: Timestamp
    package internal(set) var outcome = Outcome.owed
    /// How many times it was made.
    package internal(set) var tries = 0
    /// When it was made last.
    package internal(set) var triedAt: Timestamp?
    /// What the last try came to, as a clause.
    package internal(set) var detail: String?

    /// A call that is owed since then, to be made at `dueAt`.
    package init(_ target: Target, _ event: Event, end: Int, at now: Timestamp, dueAt: Timestamp) {
        self.target = target
        self.event = event
        self.end = end
        self.at = now
        self.dueAt = dueAt
    }

    /// Its name for the receiver, the same each time it is made: `webhook-id`.
    package func id(of job: JobID) -> String { "\(job)-\(end)-\(event.rawValue)" }
}

/// What a call came to.
package enum HookReply: Sendable, Hashable {
    /// It is done.
    case answered(String)
    /// It is to be made again at that time.
    case failed(String, retryAt: Timestamp)
    /// It is not wanted, or cannot be made.
    case refused(String)

    /// What came of it, as a clause.
    package var detail: String {
        switch self {
        case .answered(let detail), .failed(let detail, _), .refused(let detail): detail
        }
    }
}

extension Job {
    /// The call to a target that is owed first; they are made in the order of the job's ends.
    package func owedCall(to target: HookCall.Target) -> HookCall? {
        calls.first { $0.target == target && $0.outcome == .owed }
    }
}
