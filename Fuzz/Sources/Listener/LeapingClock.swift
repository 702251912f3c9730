import Jobs
import Synchronization

@testable import Daemon

/// A clock that goes on by two minutes at each look: what is told at most once a minute is told each time.
final class LeapingClock: TimeSource {
    private let clock = LedgerClock()
    private let looks = Atomic<Int>(0)

    func now() -> Timestamp {
        clock.now() + .seconds(120 * looks.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    func wall() -> Timestamp {
        clock.wall()
    }

    func wait(until: Timestamp) async {
        await clock.wait(until: until)
    }

    func jitter() -> Double {
        clock.jitter()
    }
}
