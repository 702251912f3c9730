package import Jobs
import Synchronization

/// When each stage last made progress, and what is under way in it.
///
/// The watchdog is fed from it.
package final class Progress: Sendable {
    private let seen = Mutex<[String: Timestamp]>([:])
    private let work = Mutex<[ObjectIdentifier: WorkUnderWay]>([:])

    /// A stage has looked for work, or stated why it waits.
    func alive(_ stage: String, at now: Timestamp) {
        seen.withLock { $0[stage] = now }
    }

    /// Does a piece of work, which is watched until it is done.
    func watching<Value>(_ name: String, _ time: any TimeSource, _ body: () async -> Value) async -> Value {
        let piece = WorkUnderWay(name, time: time)
        work.withLock { $0[ObjectIdentifier(piece)] = piece }
        defer { work.withLock { $0[ObjectIdentifier(piece)] = nil } }
        return await WorkUnderWay.$current.withValue(piece) { await body() }
    }

    /// The pieces of work that have not got on for this long.
    func stuckWork(for limit: Duration, at now: Timestamp) -> [String] {
        work.withLock { work in work.values.filter { $0.isStuck(for: limit, at: now) }.map(\.name).sorted() }
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
