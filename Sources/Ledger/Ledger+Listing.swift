import GRDB
package import Jobs

/// Where a listing of jobs goes on.
package struct ListingPlace: Sendable, Hashable {
    /// Since when the last job shown had its state.
    package let since: Timestamp
    /// That job.
    package let job: JobID

    /// Behind this job.
    package init(since: Timestamp, job: JobID) {
        self.since = since
        self.job = job
    }
}

extension Ledger {
    /// Jobs for people to look at, those first whose state changed last.
    ///
    /// Each pipeline and state is a stretch of an index that is in this order already, so however many jobs there are, only as many are read
    /// as are shown.
    ///
    /// - Parameters:
    ///   - states: empty: all.
    ///   - pipeline: nothing: all.
    ///   - place: go on behind this one.
    ///   - limit: at most so many.
    /// - Throws: `LedgerError` where the ledger cannot be read.
    /// - Returns: the jobs with their attempts.
    package func listed(
        _ states: Set<JobState> = [],
        in pipeline: String? = nil,
        after place: ListingPlace? = nil,
        limit: Int
    ) async throws(LedgerError) -> [JobRecord] {
        let stretches = counts.filter { pipeline == nil || $0.key == pipeline }.flatMap { name, counts in
            counts.keys.filter { states.isEmpty || states.contains($0) }.map { (name, $0) }
        }
        return try await read { database in
            var found: [(since: Int64, seq: Int64)] = []
            for (name, state) in stretches {
                found += try self.newest(of: name, state, after: place, limit: limit, in: database)
            }
            found.sort { ($0.since, $0.seq) > ($1.since, $1.seq) }
            let statement = try database.cachedStatement(sql: "SELECT \(JobRow.columns) FROM jobs WHERE seq = ?")
            return try found.prefix(limit).compactMap { entry in
                try Row.fetchOne(statement, arguments: [entry.seq]).map { try self.loaded($0, in: database).record }
            }
        }
    }

    private func newest(
        of pipeline: String,
        _ state: JobState,
        after place: ListingPlace?,
        limit: Int,
        in database: Database
    ) throws -> [(since: Int64, seq: Int64)] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT state_since, seq FROM jobs INDEXED BY jobs_ended WHERE pipeline = ?1 AND state = ?2 AND state_since <= ?3
                    AND NOT (state_since = ?3 AND seq >= coalesce((SELECT seq FROM jobs WHERE id = ?4), 9223372036854775807))
                ORDER BY state_since DESC, seq DESC LIMIT ?5
                """
        )
        let since = place?.since.milliseconds ?? .max
        return try Row.fetchAll(statement, arguments: [pipeline, state.rawValue, since, place?.job.text, limit])
            .map { ($0[0], $0[1]) }
    }

    /// The jobs whose ids begin with this text, in the order of their ids.
    package func jobs(idPrefix prefix: String, limit: Int) async throws(LedgerError) -> [JobRecord] {
        // All characters of ids sort before the brace.
        try await select(
            "WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            [prefix, prefix + "{", limit],
            except: [],
            limit: limit
        )
    }

    /// The job whose original lies at this place of a pipeline's `work/`, or is still to be moved out of it.
    package func job(at place: RelativePath, in pipeline: String) async throws(LedgerError) -> JobRecord? {
        try await select(
            """
            WHERE pipeline = ? AND place = ? AND (state NOT IN ('delivered', 'failed', 'cancelled') OR duty <> 'none')
            ORDER BY seq DESC LIMIT 1
            """,
            [pipeline, Blob(place.bytes)],
            except: [],
            limit: 1
        ).first
    }

    /// The newest job that was made of what was dropped under this name.
    package func newest(droppedAs origin: RelativePath, in pipeline: String) async throws(LedgerError) -> JobRecord? {
        try await select(
            "WHERE pipeline = ? AND origin = ? ORDER BY seq DESC LIMIT 1",
            [pipeline, Blob(origin.bytes)],
            except: [],
            limit: 1
        ).first
    }

    /// How many jobs have their originals in a folder of a pipeline's `work/`, at any depth, by state.
    package func counts(below folder: RelativePath, in pipeline: String) async throws(LedgerError) -> [JobState: Int] {
        let bytes = folder.bytes
        return try await read { database in
            let sql = """
                SELECT state, count(*) FROM jobs WHERE pipeline = ? AND place > ? AND place < ?
                    AND (state NOT IN ('delivered', 'failed', 'cancelled') OR duty <> 'none') GROUP BY state
                """
            // Between the folder's name with a slash behind it and with the character after the slash.
            let (first, last) = (Blob(bytes + [UInt8(ascii: "/")]), Blob(bytes + [UInt8(ascii: "0")]))
            var counts: [JobState: Int] = [:]
            for row in try Row.fetchAll(database, sql: sql, arguments: [pipeline, first, last]) {
                if let state = JobState(rawValue: row[0]) { counts[state] = row[1] }
            }
            return counts
        }
    }

    /// The newest job whose original lies in `failed/` and is this file.
    package func failed(
        original: FileIdentity,
        at place: RelativePath,
        in pipeline: String
    ) async throws(LedgerError) -> JobRecord? {
        try await select(
            """
            WHERE (state IN ('failed', 'cancelled') OR folder = 'failed') AND inode = ? AND (device = ? OR place = ?) AND pipeline = ?
            ORDER BY seq DESC LIMIT 1
            """,
            [
                Int64(bitPattern: original.inode), Int64(bitPattern: original.device), Blob(place.bytes), pipeline,
            ],
            except: [],
            limit: 1
        ).first
    }

    /// How many of the jobs delivered last `delivered(at:in:)` looks through.
    private static let deliveredLimit = 10_000

    /// The job whose original lies at this place of a pipeline's `done/`; only the newest are looked through.
    package func delivered(at place: RelativePath, in pipeline: String) async throws(LedgerError) -> JobRecord? {
        try await select(
            """
            WHERE seq = (SELECT seq FROM (SELECT seq, place FROM jobs WHERE pipeline = ? AND state = 'delivered'
                ORDER BY state_since DESC LIMIT \(Self.deliveredLimit)) WHERE place = ? LIMIT 1)
            """,
            [pipeline, Blob(place.bytes)],
            except: [],
            limit: 1
        ).first
    }

    /// How many jobs of its pipeline wait for their submission and were dropped before this one.
    package func ahead(of id: JobID, in pipeline: String) async throws(LedgerError) -> Int {
        try await read { database in
            let sql = """
                SELECT count(*) FROM jobs WHERE pipeline = ? AND state = 'queued' AND claimed = 1 AND joined IS NULL
                    AND seq < (SELECT seq FROM jobs WHERE id = ?)
                """
            return try Int.fetchOne(database, sql: sql, arguments: [pipeline, id.text]) ?? 0
        }
    }

    /// A reason for which jobs wait.
    package struct CommonWait: Sendable, Hashable {
        /// The sentence.
        package let reason: String
        /// How many jobs wait for it.
        package let count: Int
        /// Since when the first of them does.
        package let since: Timestamp
    }

    /// How many of the jobs that are not final `commonWaits` looks through.
    private static let waitSample = 2000

    /// The reasons that most jobs name for waiting, the commonest first; where very many jobs are not final, of a part of them.
    package func commonWaits(limit: Int) async throws(LedgerError) -> [CommonWait] {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT wait_reason, count(*) AS jobs, min(wait_since) FROM (SELECT wait_reason, wait_since FROM jobs
                        WHERE state NOT IN ('delivered', 'failed', 'cancelled') ORDER BY state, due_at LIMIT \(Self.waitSample))
                    WHERE wait_reason IS NOT NULL GROUP BY wait_reason ORDER BY jobs DESC, wait_reason LIMIT ?
                    """
            )
            return try Row.fetchAll(statement, arguments: [limit]).map { row in
                CommonWait(reason: row[0], count: row[1], since: Timestamp(milliseconds: row[2] ?? 0))
            }
        }
    }
}
