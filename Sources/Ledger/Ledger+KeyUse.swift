import GRDB
import Jobs

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

extension Ledger {
    /// The keys and sites that jobs under way need until they have their results.
    package func keyUses() async throws(LedgerError) -> [KeyUse] {
        try await read { database in
            let sql = """
                SELECT a.key, a.site, count(DISTINCT a.job) FROM jobs j JOIN attempts a ON a.job = j.seq
                WHERE j.state IN ('submitting', 'unconfirmed', 'running', 'fetching') AND a.fruitless = 0
                    AND j.state NOT IN ('delivered', 'failed', 'cancelled')
                GROUP BY a.key, a.site ORDER BY a.key, a.site
                """
            return try Row.fetchAll(database, sql: sql).map { KeyUse(key: $0[0], site: $0[1], jobs: $0[2]) }
        }
    }
}
