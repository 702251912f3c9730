package import Jobs

/// One instant on both clocks.
package struct Moment: Sendable, Hashable {
    /// On the ledger's clock: only differences of it are elapsed time.
    package var ledger: Timestamp
    /// On the wall clock, by which file systems stamp their files.
    package var wall: Timestamp

    /// An instant at which the clocks show this.
    package init(ledger: Timestamp, wall: Timestamp) {
        self.ledger = ledger
        self.wall = wall
    }
}

/// The clocks, and a way to wait for a time on the ledger's.
///
/// Passed in, so that a test's time goes as the test wants.
package struct SpoolClock: Sendable {
    /// What the clocks show.
    package let now: @Sendable () -> Moment
    /// Returns when the ledger's clock has come to that time; throws when the task is cancelled.
    package let sleep: @Sendable (Timestamp) async throws -> Void

    /// A clock of these two.
    package init(
        now: @escaping @Sendable () -> Moment,
        sleep: @escaping @Sendable (Timestamp) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }
}
