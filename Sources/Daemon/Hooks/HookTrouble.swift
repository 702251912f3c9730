import Jobs
import Synchronization

/// The pipelines whose receiver did not answer: it is left alone for a while, then asked once, and all go on when it answers.
///
/// However many calls wait for it, it gets one at a time until then.
final class HookTrouble: Sendable {
    private struct Trouble {
        var failures = 0
        var restsUntil: Timestamp
    }

    private let troubles = Mutex<[String: Trouble]>([:])

    /// How many calls of a pipeline may be made now; nothing: any number.
    ///
    /// Where it is one, that one has `patience` to be answered, before another may be made.
    func bound(_ pipeline: String, patience: Duration, at now: Timestamp) -> Int? {
        troubles.withLock { troubles in
            guard let trouble = troubles[pipeline] else { return nil }
            guard trouble.restsUntil <= now else { return 0 }
            troubles[pipeline]?.restsUntil = now + patience
            return 1
        }
    }

    /// A call was answered.
    func answered(_ pipeline: String) {
        troubles.withLock { $0[pipeline] = nil }
    }

    /// A call was not answered.
    func failed(_ pipeline: String, jitter: Double, at now: Timestamp) {
        troubles.withLock { troubles in
            let failures = troubles[pipeline]?.failures ?? 0
            let wait = Backoff.wait(tries: failures, first: .seconds(1), longest: .seconds(60), jitter: jitter)
            troubles[pipeline] = Trouble(failures: failures + 1, restsUntil: now + wait)
        }
    }

    /// When the first of them may be asked again.
    func nextTry(after now: Timestamp) -> Timestamp? {
        troubles.withLock { $0.values.map(\.restsUntil).filter { $0 > now }.min() }
    }
}
