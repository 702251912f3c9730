/// A point on the ledger's clock, in milliseconds since 1970.
///
/// The ledger's clock starts as the wall clock and goes on by `CLOCK_BOOTTIME`, so a step of the wall clock while the daemon runs moves
/// nothing on it. Deadlines, waits and retention are reckoned in it.
package struct Timestamp: Sendable, Hashable, Comparable, Codable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var milliseconds: Int64

    /// The point so many milliseconds after 1970.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The point this much later; at the end of the scale where it would lie beyond.
    package static func + (left: Timestamp, right: Duration) -> Timestamp {
        let (sum, overflow) = left.milliseconds.addingReportingOverflow(right.milliseconds)
        guard overflow else { return Timestamp(milliseconds: sum) }
        return Timestamp(milliseconds: right < .zero ? .min : .max)
    }

    /// The point this much earlier.
    package static func - (left: Timestamp, right: Duration) -> Timestamp {
        left + (.zero - right)
    }

    /// The time from `right` to `left`.
    package static func - (left: Timestamp, right: Timestamp) -> Duration {
        let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
        return .milliseconds(overflow ? (left < right ? .min : .max) : difference)
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero; the ends of `Int64` where there are more.
    package var milliseconds: Int64 {
        // By attoseconds, since `components` traps beyond Int64 seconds.
        Int64(clamping: attoseconds / 1_000_000_000_000_000)
    }
}
