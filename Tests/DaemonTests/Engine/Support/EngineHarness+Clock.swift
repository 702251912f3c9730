import Jobs
import Synchronization

@testable import Daemon

extension EngineHarness {
    /// A clock that runs as fast as a test wants, and can be moved on.
    ///
    /// The daemon's waits end when *it* says so; the file system's times and the network go at their own pace.
    final class Clock: TimeSource {
        private struct State {
            /// What the clock showed when its speed was last set.
            var base = Timestamp(milliseconds: 1_800_000_000_000)
            var setAt = ContinuousClock.now
            var speed = 1
            var nextID = 0
            var waiters: [Int: AsyncStream<Void>.Continuation] = [:]

            func now() -> Timestamp {
                base + (ContinuousClock.now - setAt) * speed
            }

            mutating func set(to now: Timestamp, speed: Int) -> [AsyncStream<Void>.Continuation] {
                base = now
                setAt = .now
                self.speed = speed
                defer { waiters = [:] }
                return Array(waiters.values)
            }
        }

        private let state = Mutex(State())

        func now() -> Timestamp { state.withLock { $0.now() } }

        func wall() -> Timestamp { LedgerClock().wall() }

        func jitter() -> Double { 0 }

        /// Moves the clock on: whoever waits for less goes on now.
        func advance(by span: Duration) {
            let waiters = state.withLock { $0.set(to: $0.now() + span, speed: $0.speed) }
            for waiter in waiters { waiter.finish() }
        }

        /// Lets the clock go so many times as fast as time does; at 0 it stands still.
        func run(times speed: Int) {
            let waiters = state.withLock { $0.set(to: $0.now(), speed: speed) }
            for waiter in waiters { waiter.finish() }
        }

        func wait(until: Timestamp) async {
            while !Task.isCancelled, let (id, stream, real) = register(until) {
                let sleeper = Task {
                    try? await Task.sleep(for: real)
                    self.end(id)
                }
                // Ends when the time has come, the clock was set, or the task is cancelled.
                for await _ in stream {}
                sleeper.cancel()
                end(id)
            }
        }

        private func register(_ until: Timestamp) -> (Int, AsyncStream<Void>, Duration)? {
            state.withLock { state in
                let remaining = until - state.now()
                guard remaining > .zero else { return nil }
                let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
                state.nextID += 1
                state.waiters[state.nextID] = continuation
                let longest = Duration.seconds(3600)
                let real = state.speed == 0 ? longest : min(remaining / state.speed + .milliseconds(1), longest)
                return (state.nextID, stream, real)
            }
        }

        private func end(_ id: Int) {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.finish()
        }
    }
}
