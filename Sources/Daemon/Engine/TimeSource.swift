import Glibc
package import Jobs

/// Where the daemon's time and randomness come from, so that a test can pass in its own.
package protocol TimeSource: Sendable {
    /// Now, on the ledger's clock.
    func now() -> Timestamp
    /// Now, by the wall clock, for people and for comparing with the times of files.
    func wall() -> Timestamp
    /// Waits until a point on the ledger's clock, or until the task is cancelled.
    func wait(until: Timestamp) async
    /// A number from 0 to 1, for spreading waits.
    func jitter() -> Double
}

/// The ledger's clock of a running daemon: the wall clock at its start, carried on by `CLOCK_BOOTTIME`.
///
/// So a step of the wall clock (NTP, an administrator, summer time on a badly set machine) never counts as elapsed time, and a suspended
/// machine's sleep does.
package struct LedgerClock: TimeSource {
    private let offset: Int64

    /// A clock that starts now.
    package init() {
        offset = milliseconds(CLOCK_REALTIME) - milliseconds(CLOCK_BOOTTIME)
    }

    package func now() -> Timestamp {
        Timestamp(milliseconds: milliseconds(CLOCK_BOOTTIME) + offset)
    }

    package func wall() -> Timestamp {
        Timestamp(milliseconds: milliseconds(CLOCK_REALTIME))
    }

    package func wait(until: Timestamp) async {
        // Cancellation ends the wait early, which is what it is for.
        try? await Task.sleep(for: max(.zero, until - now()), tolerance: .milliseconds(5))
    }

    package func jitter() -> Double {
        Double.random(in: 0...1)
    }
}

private func milliseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
