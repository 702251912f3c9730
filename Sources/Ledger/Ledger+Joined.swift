import GRDB
package import Jobs

extension Ledger {
    /// Jobs that were under way under the same name when this one was dropped, before it or further on: those that it may be the same as.
    ///
    /// One that has delivered since this one began to wait for its turn is one of them. When it was dropped says nothing: it may have come
    /// back after years.
    ///
    /// Their contents are not compared, and those that wait for another themselves are left out.
    package func namesakes(of job: Job, limit: Int) async throws(LedgerError) -> [JobRecord] {
        try await select(
            """
            WHERE pipeline = ? AND origin = ? AND kind = ? AND claimed = 1
                AND (state NOT IN ('delivered', 'failed', 'cancelled') OR (state = 'delivered' AND state_since >= ?))
                AND joined IS NULL AND id <> ? AND (state <> 'queued' OR seq < (SELECT seq FROM jobs WHERE id = ?))
            ORDER BY seq LIMIT ?
            """,
            [
                job.pipeline, Blob(job.origin.bytes), job.kind.rawValue, job.stateSince.milliseconds, job.id.text,
                job.id.text,
                limit,
            ],
            except: [],
            limit: limit
        )
    }

    /// How many jobs of a pipeline wait for another that is the same.
    package func joinedCount(in pipeline: String) async throws(LedgerError) -> Int {
        try await read { database in
            let sql = "SELECT count(*) FROM jobs WHERE pipeline = ? AND state = 'queued' AND joined IS NOT NULL"
            return try Int.fetchOne(database.cachedStatement(sql: sql), arguments: [pipeline]) ?? 0
        }
    }
}
