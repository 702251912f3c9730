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

    private struct State {
        var troubles: [String: Trouble] = [:]
        /// How many calls of a pipeline are being made.
        var underWay: [String: Int] = [:]
    }

    private let state = Mutex(State())

    /// How many more calls of a pipeline may be made now; nothing: any number.
    func bound(_ pipeline: String, at now: Timestamp) -> Int? {
        state.withLock { state in
            guard let trouble = state.troubles[pipeline] else { return nil }
            return trouble.restsUntil <= now ? max(0, 1 - state.underWay[pipeline, default: 0]) : 0
        }
    }

    /// How many calls of a pipeline are being made.
    func underWay(_ pipeline: String) -> Int { state.withLock { $0.underWay[pipeline, default: 0] } }

    /// A call is being made.
    func begins(_ pipeline: String) {
        state.withLock { $0.underWay[pipeline, default: 0] += 1 }
    }

    /// It is over, whatever came of it.
    func ends(_ pipeline: String) {
        state.withLock { state in
            let left = state.underWay[pipeline, default: 1] - 1
            state.underWay[pipeline] = left > 0 ? left : nil
        }
    }

    /// A call was answered.
    func answered(_ pipeline: String) {
        state.withLock { $0.troubles[pipeline] = nil }
    }

    /// A call was not answered.
    func failed(_ pipeline: String, jitter: Double, at now: Timestamp) {
        state.withLock { state in
            let failures = state.troubles[pipeline]?.failures ?? 0
            let wait = Backoff.wait(tries: failures, first: .seconds(1), longest: .seconds(60), jitter: jitter)
            state.troubles[pipeline] = Trouble(failures: failures + 1, restsUntil: now + wait)
        }
    }

    /// When the first of them may be asked again.
    func nextTry(after now: Timestamp) -> Timestamp? {
        state.withLock { $0.troubles.values.map(\.restsUntil).filter { $0 > now }.min() }
    }
}
