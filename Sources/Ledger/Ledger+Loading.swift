import GRDB
import Jobs

// How rows become jobs.
extension Ledger {
    /// A job as it is in the file, with what it takes to store it again.
    ///
    /// A class, since it is handed around much and never changes: a record alone is two dozen references to count.
    final class Loaded: Sendable {
        let row: Int64
        let version: Int64
        let record: JobRecord

        init(row: Int64, version: Int64, record: JobRecord) {
            (self.row, self.version, self.record) = (row, version, record)
        }
    }

    func load(_ id: JobID, in database: Database) throws -> Loaded? {
        let statement = try database.cachedStatement(sql: "SELECT seq, version FROM jobs WHERE id = ?")
        return try loaded(Row.fetchCursor(statement, arguments: [id.text]), in: database).first
    }

    /// The jobs of which a query gives rows and versions, in its order; read from their rows only where they are not known.
    func loaded(_ keys: RowCursor, in database: Database) throws -> [Loaded] {
        var (jobs, unknown): ([(row: Int64, job: Loaded?)], [Int64]) = ([], [])
        while let key = try keys.next() {
            let job = records.record(row: key[0], version: key[1])
            if job == nil { unknown.append(key[0]) }
            jobs.append((key[0], job))
        }
        guard !unknown.isEmpty else { return jobs.compactMap(\.job) }
        let sql = "SELECT \(JobRow.columns) FROM jobs WHERE seq IN (SELECT value FROM json_each(?))"
        let rows = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: [try JSONText.encode(unknown)])
        var read: [Int64: Loaded] = [:]
        while let row = try rows.next() {
            let job = try loaded(row, in: database)
            read[job.row] = job
        }
        return jobs.compactMap { $0.job ?? read[$0.row] }
    }

    func loaded(_ row: Row, in database: Database) throws -> Loaded {
        let (sequence, version): (Int64, Int64) = (row[0], row[29])
        let job = try JobRow.job(row)
        let plan: Blob? = row[28]
        let attempts = job.attempt == 0 ? [] : try attempts(of: sequence, in: database)
        let record = JobRecord(job: job, attempts: attempts, plan: plan?.bytes)
        let loaded = Loaded(row: sequence, version: version, record: record)
        records.keep(loaded)
        return loaded
    }

    private func attempts(of row: Int64, in database: Database) throws -> [Attempt] {
        let statement = try database.cachedStatement(
            sql: "SELECT \(AttemptRow.columns) FROM attempts WHERE job = ? ORDER BY number"
        )
        return try Row.fetchAll(statement, arguments: [row]).map { row in
            try AttemptRow.attempt(row, settings: settings.pipeline(row[3], in: database))
        }
    }
}
