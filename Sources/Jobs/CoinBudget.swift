/// The guard against a bill: what may be spent in a day.
package struct CoinBudget: Sendable, Hashable {
    /// `coins_per_day`.
    package let perDay: Int64

    /// A budget of so many coins a day.
    package init(perDay: Int64) {
        self.perDay = perDay
    }

    /// Whether nothing more may be submitted today, after so many millionths of a coin.
    ///
    /// What runs is not billed yet and still comes to it.
    package func isSpent(_ millionths: Int64) -> Bool {
        let (limit, overflow) = perDay.multipliedReportingOverflow(by: 1_000_000)
        return !overflow && millionths >= limit
    }
}
