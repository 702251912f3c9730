import Glibc
import Jobs
import Spool
import Synchronization

/// Clocks that go on only when a test says so.
///
/// They start as the real wall clock, because files are stamped by that one.
final class ManualClock: Sendable {
    private struct Sleeper {
        let until: Timestamp
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Observer {
        let isWanted: @Sendable (Timestamp) -> Bool
        let continuation: CheckedContinuation<Timestamp, Never>
    }

    private struct State {
        var now: Moment
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var observers: [Observer] = []
    }

    private let state: Mutex<State>

    /// Clocks that show the real time, moved by `wall` on the wall clock.
    init(wall offset: Duration = .zero) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
        state = Mutex(State(now: Moment(ledger: Timestamp(milliseconds: 1_000_000), wall: now + offset)))
    }

    var now: Moment { state.withLock { $0.now } }

    var clock: SpoolClock {
        SpoolClock(now: { self.now }, sleep: { try await self.sleep(until: $0) })
    }

    /// Lets both clocks go on, and wakes who has slept until then.
    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = Moment(ledger: state.now.ledger + duration, wall: state.now.wall + duration)
            let woken = state.sleepers.filter { $0.value.until <= state.now.ledger }
            for id in woken.keys { state.sleepers[id] = nil }
            return woken.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Lets both clocks go on to a time on the ledger's.
    func advance(to time: Timestamp) {
        advance(by: time - now.ledger)
    }

    /// Steps the wall clock alone.
    func stepWall(by duration: Duration) {
        state.withLock { $0.now.wall = $0.now.wall + duration }
    }

    /// Waits until somebody sleeps to a time that is wanted; gives that time.
    @discardableResult
    func asleep(_ isWanted: @escaping @Sendable (Timestamp) -> Bool = { _ in true }) async -> Timestamp {
        await withCheckedContinuation { continuation in
            let until = state.withLock { state -> Timestamp? in
                if let until = state.sleepers.values.map(\.until).filter(isWanted).min() { return until }
                state.observers.append(Observer(isWanted: isWanted, continuation: continuation))
                return nil
            }
            if let until { continuation.resume(returning: until) }
        }
    }

    private func sleep(until: Timestamp) async throws {
        let id = state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (result, observers) = state.withLock { state -> (Result<Void, any Error>?, [Observer]) in
                    if state.cancelled.remove(id) != nil { return (.failure(CancellationError()), []) }
                    if until <= state.now.ledger { return (.success(()), []) }
                    state.sleepers[id] = Sleeper(until: until, continuation: continuation)
                    let observers = state.observers.filter { $0.isWanted(until) }
                    state.observers.removeAll { $0.isWanted(until) }
                    return (nil, observers)
                }
                if let result { continuation.resume(with: result) }
                for observer in observers { observer.continuation.resume(returning: until) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                guard let sleeper = state.sleepers.removeValue(forKey: id) else {
                    state.cancelled.insert(id)
                    return nil as Sleeper?
                }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
