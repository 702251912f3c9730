package import Jobs
import Synchronization

/// When each stage last made progress.
///
/// The watchdog is fed from it, and `status` shows it.
package final class Progress: Sendable {
    private let seen = Mutex<[String: Timestamp]>([:])

    /// A stage has looked for work, or stated why it waits.
    func alive(_ stage: String, at now: Timestamp) {
        seen.withLock { $0[stage] = now }
    }

    /// The stages that have not been heard of for this long.
    package func stuck(for limit: Duration, at now: Timestamp) -> [String] {
        seen.withLock { $0.filter { $0.value + limit < now }.keys.sorted() }
    }
}

/// How much time has gone by in which a callback would have reached us: the listener served, and the cloud could be reached.
final class ProofClock: Sendable {
    private struct State {
        var isServing = false
        var lastFailure: Timestamp?
        var lastSuccess: Timestamp?
        var silentSince: Timestamp?
    }

    private let state = Mutex(State())

    /// The listener began or ceased to serve.
    func serves(_ isServing: Bool) {
        state.withLock { $0.isServing = isServing }
    }

    /// The cloud answered, or could not be reached.
    func cloud(answered: Bool, at now: Timestamp) {
        state.withLock { state in
            if answered { state.lastSuccess = now } else { state.lastFailure = now }
            state.silentSince = answered ? nil : state.silentSince ?? now
        }
    }

    /// Since when the cloud has not answered; nothing where it did when it was last asked.
    var silentSince: Timestamp? { state.withLock(\.silentSince) }

    /// Whether time counts at the moment.
    var counts: Bool {
        state.withLock { state in
            guard state.isServing else { return false }
            guard let failure = state.lastFailure else { return true }
            return state.lastSuccess.map { $0 >= failure } ?? false
        }
    }
}
