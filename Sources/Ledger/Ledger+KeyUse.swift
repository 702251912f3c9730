import GRDB
package import Jobs

/// How many jobs under way have a task, or may have one, that was started with a key at a site: only that key can ask for it there.
package struct KeyUse: Sendable, Hashable {
    /// The key's name.
    package let key: String
    /// The site's address.
    package let site: String
    package let jobs: Int

    /// So many jobs of this key at this site.
    package init(key: String, site: String, jobs: Int) {
        self.key = key
        self.site = site
        self.jobs = jobs
    }
}

/// A place of a key that a job holds, since a task of it may be running.
package struct HeldPlace: Sendable, Hashable {
    package let job: JobID
    /// The number of the job's attempt.
    package let number: Int
    /// The name of the key that the attempt was made with.
    package let key: String
    /// The site it was made at.
    package let site: String
}

extension Ledger {
    /// The places that all jobs hold, as `JobRecord.heldPlaces` tells them of each one whose submission has ended: in one query, since a
    /// start waits for it and there may be thousands. (`CROSS JOIN` keeps SQLite from going through the attempts of all jobs that ever were.)
    package func heldPlaces(at now: Timestamp) async throws(LedgerError) -> [HeldPlace] {
        try await read { database in
            let sql = """
                SELECT j.id, a.number, a.key, a.site FROM jobs j CROSS JOIN attempts a ON a.job = j.seq
                WHERE j.state IN ('running', 'unconfirmed') AND j.state NOT IN ('delivered', 'failed', 'cancelled')
                    AND (j.state = 'running' OR j.state_since > ?)
                    AND a.fruitless = 0 AND a.finished_at IS NULL
                """
            let oldest = now - JobRecord.unconfirmedHold
            return try Row.fetchAll(database, sql: sql, arguments: [oldest.milliseconds]).compactMap { row in
                JobID(row[0]).map { HeldPlace(job: $0, number: row[1], key: row[2], site: row[3]) }
            }
        }
    }

    /// The keys and sites that jobs under way need until they have their results.
    package func keyUses() async throws(LedgerError) -> [KeyUse] {
        try await read { database in
            let sql = """
                SELECT a.key, a.site, count(DISTINCT a.job) FROM jobs j CROSS JOIN attempts a ON a.job = j.seq
                WHERE j.state IN ('submitting', 'unconfirmed', 'running', 'fetching') AND a.fruitless = 0
                    AND j.state NOT IN ('delivered', 'failed', 'cancelled')
                GROUP BY a.key, a.site ORDER BY a.key, a.site
                """
            return try Row.fetchAll(database, sql: sql).map { KeyUse(key: $0[0], site: $0[1], jobs: $0[2]) }
        }
    }
}
