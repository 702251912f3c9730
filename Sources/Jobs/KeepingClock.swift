/// The clock by which finished things are kept: it only counts time that the daemon has seen go by.
///
/// It goes with the ledger's clock while the daemon runs, which no step of the wall clock moves. From one start to the next the ledger's
/// clock follows the wall clock, which may be set wrong: of such a gap at most a day counts, and one that goes backwards counts for
/// nothing. So things are kept too long after a long pause, and never too short after a jump.
package struct KeepingClock: Sendable, Hashable {
    /// How far it is behind the ledger's clock.
    private var lag = Duration.zero

    /// The most of a gap between two runs that counts.
    package static let longestGap = Duration.seconds(24 * 3600)

    /// Two clocks at one moment.
    package struct Reading: Sendable, Hashable {
        package let ledger: Timestamp
        package let kept: Timestamp

        package init(ledger: Timestamp, kept: Timestamp) {
            self.ledger = ledger
            self.kept = kept
        }
    }

    /// A clock that shows what the ledger's does: of a ledger that knows no time before.
    package init() {}

    /// A clock that goes on after a pause.
    package init(after last: Reading, at now: Timestamp) {
        let gap = min(max(now - last.ledger, .zero), Self.longestGap)
        lag = now - (last.kept + gap)
    }

    /// What it shows at a time of the ledger's clock.
    package func reading(at now: Timestamp) -> Timestamp { now - lag }
}

extension KeepingClock.Reading: CustomStringConvertible {
    /// Two numbers, as they are stored.
    package var description: String { "\(ledger.milliseconds) \(kept.milliseconds)" }

    /// Reads what `description` wrote.
    package init?(_ text: String) {
        let numbers = text.split(separator: " ").map { Int64($0) }
        guard numbers.count == 2, let ledger = numbers[0], let kept = numbers[1] else { return nil }
        self.init(ledger: Timestamp(milliseconds: ledger), kept: Timestamp(milliseconds: kept))
    }
}
