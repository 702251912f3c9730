/// The guard against a folder that was dropped by mistake: more waiting jobs in one pipeline than a person has agreed to hold it.
package struct Backlog: Sendable, Hashable {
    /// How many of those that wait a person has agreed to, by releasing the pipeline while they waited.
    package private(set) var agreed: Int

    /// A backlog of which a person has agreed to so many jobs.
    package init(agreed: Int = 0) {
        self.agreed = max(0, agreed)
    }

    /// So many jobs wait now.
    ///
    /// What was agreed to shrinks with the queue: later drops count anew.
    ///
    /// - Parameters:
    ///   - waiting: how many jobs wait.
    ///   - limit: `hold_above`; 0: never.
    /// - Returns: whether the pipeline is to be held.
    package mutating func mustHold(waiting: Int, above limit: Int) -> Bool {
        agreed = min(agreed, max(0, waiting))
        return limit > 0 && waiting - agreed > limit
    }
}
