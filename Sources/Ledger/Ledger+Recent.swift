import GRDB
package import Jobs

/// What a pipeline has done lately.
package struct RecentWork: Sendable, Hashable {
    /// How many jobs were delivered since the moment asked about.
    package var delivered = 0
    /// How many failed.
    package var failed = 0
    /// The last ends of jobs that had a task, `Throughput.sample` at most.
    package var stretches: [Throughput.Stretch] = []
    /// Since when the oldest of the tasks that run now does.
    package var running: Timestamp?

    /// Nothing yet.
    package init() {}
}

extension Ledger {
    /// What a pipeline has done: counted since a moment, and the last ends whenever they were.
    package func recentWork(of pipeline: String, since moment: Timestamp) async throws(LedgerError) -> RecentWork {
        try await read { database in
            var work = RecentWork()
            work.delivered = try Self.count(.delivered, of: pipeline, since: moment, in: database)
            work.failed = try Self.count(.failed, of: pipeline, since: moment, in: database)
            for state in [JobState.delivered, .failed] {
                work.stretches += try Self.lastEnds(state, of: pipeline, in: database)
            }
            work.stretches = Array(work.stretches.sorted { $0.to > $1.to }.prefix(Throughput.sample))
            let statement = try database.cachedStatement(
                sql: "SELECT min(state_since) FROM jobs INDEXED BY jobs_ended WHERE pipeline = ? AND state = 'running'"
            )
            work.running = try Int64.fetchOne(statement, arguments: [pipeline]).map(Timestamp.init(milliseconds:))
            return work
        }
    }

    private static func count(
        _ state: JobState,
        of pipeline: String,
        since moment: Timestamp,
        in database: Database
    ) throws -> Int {
        let statement = try database.cachedStatement(
            sql:
                "SELECT count(*) FROM jobs INDEXED BY jobs_ended WHERE pipeline = ? AND state = ? AND state_since >= ?"
        )
        return try Int.fetchOne(statement, arguments: [pipeline, state.rawValue, moment.milliseconds]) ?? 0
    }

    private static func lastEnds(
        _ state: JobState,
        of pipeline: String,
        in database: Database
    ) throws -> [Throughput.Stretch] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT (SELECT max(posted_at) FROM attempts WHERE job = seq) AS posted, state_since FROM jobs INDEXED BY jobs_ended
                WHERE pipeline = ? AND state = ? ORDER BY state_since DESC LIMIT \(Throughput.sample)
                """
        )
        return try Row.fetchAll(statement, arguments: [pipeline, state.rawValue]).compactMap { row in
            (row[0] as Int64?).map {
                Throughput.Stretch(from: Timestamp(milliseconds: $0), to: Timestamp(milliseconds: row[1]))
            }
        }
    }
}
