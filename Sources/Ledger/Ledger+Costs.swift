import GRDB
package import Jobs

/// What the tasks of one pipeline have cost with one key.
package struct CostTotal: Sendable, Hashable {
    /// The pipeline.
    package let pipeline: String
    /// The name of the key.
    package let key: String
    /// How many tasks RunningHub has named a cost of.
    package let tasks: Int
    /// Coins, in millionths.
    package let coins: Int64
    /// Money in the site's currency, in millionths.
    package let money: Int64
}

extension Ledger {
    /// What tasks have cost, by pipeline and key: since the beginning of the hour in which this moment lies, or all of it.
    ///
    /// What became known more than `costRecord` ago counts in all of it alone. Jobs that were forgotten since still count.
    package func costs(since start: Timestamp? = nil) async throws(LedgerError) -> [CostTotal] {
        let hours = start.map { (Self.hour(of: $0), Int64.max) } ?? (0, 0)
        return try await read { database in
            let sql = """
                SELECT pipeline, key, sum(tasks), sum(coins), sum(money) FROM costs WHERE hour BETWEEN ? AND ?
                GROUP BY pipeline, key ORDER BY pipeline, key
                """
            return try Row.fetchAll(database, sql: sql, arguments: [hours.0, hours.1]).map { row in
                CostTotal(
                    pipeline: row[0],
                    key: row[1],
                    tasks: Int(clamping: row[2] as Int64),
                    coins: row[3],
                    money: row[4]
                )
            }
        }
    }

    /// For how long costs are kept by the hour.
    package static let costRecord = Duration.seconds(40 * 24 * 3600)

    /// Counts what a change has told of costs.
    ///
    /// A figure that is corrected later corrects the totals.
    func countCosts(of record: JobRecord, over before: JobRecord, at now: Timestamp, in database: Database) throws {
        for attempt in record.attempts {
            let usage = before.attempt(attempt.number)?.usage
            guard attempt.usage != usage else { continue }
            let (old, new) = (TaskCost(usage: usage), TaskCost(usage: attempt.usage))
            guard old != new else { continue }
            let change: [Int64] = [
                (new == nil ? 0 : 1) - (old == nil ? 0 : 1),
                (new?.coins ?? 0) - (old?.coins ?? 0),
                (new?.money ?? 0) - (old?.money ?? 0),
            ]
            for hour in [0, Self.hour(of: now)] {
                try add(change, hour: hour, pipeline: record.job.pipeline, key: attempt.key, in: database)
            }
            try database.cachedStatement(sql: "DELETE FROM costs WHERE hour > 0 AND hour < ?")
                .execute(arguments: [Self.hour(of: now - Self.costRecord)])
        }
    }

    private func add(_ change: [Int64], hour: Int64, pipeline: String, key: String, in database: Database) throws {
        // A sum beyond Int64 would become a real number, which the column refuses.
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO costs (hour, pipeline, key, tasks, coins, money) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET tasks = tasks + excluded.tasks,
                    coins = min(coins + excluded.coins, 4000000000000000000),
                    money = min(money + excluded.money, 4000000000000000000)
                """
        )
        let place: [(any DatabaseValueConvertible)?] = [hour, pipeline, key]
        try statement.execute(arguments: StatementArguments(place + change))
    }

    private static func hour(of time: Timestamp) -> Int64 {
        time.milliseconds / 3_600_000
    }
}
