import GRDB
package import Jobs
import Synchronization

extension Ledger {
    private static let keepingFact = "keeping"

    /// Sets the clock of retention going; to be called once, before anything is changed.
    ///
    /// - Returns: how much the ledger's clock has gone on since it was last written down, which is every ten minutes; less than nothing where
    ///   it was set back. Nothing where no time is known before.
    @discardableResult
    package func resumeKeeping(at now: Timestamp) async throws(LedgerError) -> Duration? {
        let (clock, gap) = try await commit { database in
            let stored = try self.fact(Self.keepingFact, in: database).map { String(decoding: $0, as: UTF8.self) }
            let known = stored.flatMap(KeepingClock.Reading.init)
            let last = try known ?? Self.lastSeen(in: database)
            let clock = last.map { KeepingClock(after: $0, at: now) } ?? KeepingClock()
            try self.store(clock, at: now, in: database)
            return (clock, last.map { now - $0.ledger })
        }
        keeping.withLock { $0 = clock }
        return gap
    }

    /// Writes down how far the clock of retention has come, so that the next start goes on from there.
    package func noteKeeping(at now: Timestamp) async throws(LedgerError) {
        let clock = keeping.withLock { $0 }
        try await commit { try self.store(clock, at: now, in: $0) }
    }

    private func store(_ clock: KeepingClock, at now: Timestamp, in database: Database) throws {
        let reading = KeepingClock.Reading(ledger: now, kept: clock.reading(at: now))
        try setFact(Self.keepingFact, Array(reading.description.utf8), in: database)
    }

    /// The last that an older program has seen of time, by what it wrote.
    private static func lastSeen(in database: Database) throws -> KeepingClock.Reading? {
        let sql = "SELECT max(at) FROM (SELECT max(created_at) AS at FROM jobs UNION ALL SELECT max(at) FROM events)"
        return try Int64.fetchOne(database, sql: sql).map(Timestamp.init(milliseconds:))
            .map { KeepingClock.Reading(ledger: $0, kept: $0) }
    }

    /// Jobs that ended and whose original has lain in this folder for longer, the oldest first.
    ///
    /// One that was dropped again since, and so is the original of a newer job, is kept for as long as that one's.
    ///
    /// - Parameters:
    ///   - folder: `done` or `failed`.
    ///   - pipeline: its name.
    ///   - span: how long originals are kept there.
    ///   - now: the time.
    ///   - failures: jobs that are left out.
    ///   - limit: at most so many.
    /// - Throws: `LedgerError` where the ledger cannot be read.
    /// - Returns: the jobs with their attempts.
    package func kept(
        in folder: Job.Folder,
        of pipeline: String,
        longerThan span: Duration,
        at now: Timestamp,
        except failures: Set<JobID>,
        limit: Int
    ) async throws(LedgerError) -> [JobRecord] {
        let end = keeping.withLock { $0.reading(at: now) } - span
        return try await select(
            """
            WHERE pipeline = ? AND folder = ? AND kept_since < ? AND kept_since IS NOT NULL
                AND state IN ('delivered', 'failed', 'cancelled') AND duty = 'none' AND reviving = 0
                AND NOT EXISTS (SELECT 1 FROM jobs AS newer WHERE newer.inode = jobs.inode AND newer.seq > jobs.seq AND newer.folder <> 'gone'
                    AND (newer.device = jobs.device OR newer.kind = 'folder' OR (newer.size = jobs.size AND newer.modified = jobs.modified)))
            ORDER BY kept_since LIMIT ?
            """,
            [pipeline, folder.rawValue, end.milliseconds, limit + failures.count],
            except: failures,
            limit: limit
        )
    }

    /// Forgets jobs that ended long ago, with all that belongs to them.
    ///
    /// One with which another is to end is remembered until that has: it would be run, and paid, by itself.
    ///
    /// - Parameters:
    ///   - pipeline: its name.
    ///   - span: how long they are remembered after their end, or after their original was put away.
    ///   - folders: those whose originals are to be deleted in their time, and so have to be known until then.
    ///   - now: the time.
    ///   - limit: at most so many at once.
    /// - Throws: `LedgerError` where nothing was changed.
    /// - Returns: how many jobs were forgotten.
    package func forget(
        in pipeline: String,
        endedFor span: Duration,
        keeping folders: Set<Job.Folder> = [],
        at now: Timestamp,
        limit: Int
    ) async throws(LedgerError) -> Int {
        let end = keeping.withLock { $0.reading(at: now) } - span
        let removed = try await commit { database -> [(String, JobState)] in
            var removed: [(String, JobState)] = []
            for folder in Job.Folder.allCases where !folders.contains(folder) && removed.count < limit {
                let rows = try Row.fetchAll(
                    database,
                    sql: """
                        DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE pipeline = ? AND folder = ? AND kept_since < ?
                            AND kept_since IS NOT NULL AND state IN ('delivered', 'failed', 'cancelled') AND duty = 'none'
                            AND reviving = 0 AND program_due_at IS NULL AND url_due_at IS NULL AND NOT EXISTS (SELECT 1 FROM jobs AS follower WHERE follower.pipeline = jobs.pipeline
                                AND follower.joined = jobs.id AND follower.state = 'queued' AND follower.joined IS NOT NULL)
                            LIMIT ?) RETURNING pipeline, state
                        """,
                    arguments: [pipeline, folder.rawValue, end.milliseconds, limit - removed.count]
                )
                removed += rows.compactMap { row in JobState(rawValue: row[1]).map { (row[0], $0) } }
            }
            if !removed.isEmpty { try self.settings.removeUnused(in: database) }
            return removed
        }
        for (pipeline, state) in removed { count(Tally.Change(pipeline: pipeline, from: state, to: nil)) }
        return removed.count
    }
}
