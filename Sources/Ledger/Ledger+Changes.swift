import FaultPoints
import GRDB
package import Jobs
import Synchronization

extension Ledger {
    /// A change of a job that is on disk.
    package struct Change<Value: Sendable>: Sendable {
        /// What the event returned.
        package let value: Value
        /// The job as it is now.
        ///
        /// Its `stories` are what has just happened.
        package let record: JobRecord
        /// Its state before.
        package let previousState: JobState
        /// Whether another job was withdrawn with it: see `endAnother`.
        fileprivate var hasEndedAnother = false
    }

    /// Records a job that was just seen, before its file is touched.
    ///
    /// - Parameters:
    ///   - job: the job.
    ///   - attempts: what is known of its tasks from elsewhere; none for a new one.
    /// - Throws: `LedgerError` where nothing was changed.
    /// - Returns: the job that stands for this file from now on: the new one, or the one that was recorded for it earlier and has not been
    ///   claimed yet.
    package func record(_ job: Job, attempts: [Attempt] = []) async throws(LedgerError) -> Job {
        let recorded = try await commit { database -> Recorded in
            var ended = false
            if let known = try self.unclaimed(like: job, in: database) {
                // What is known of its tasks from elsewhere is this job's, not that one's.
                if attempts.isEmpty, let job = try self.refresh(known, as: job, in: database) {
                    return Recorded(job: job)
                }
                // It came back with the tasks that it has, and by now holds something else: those are not of it.
                try self.end(known, at: job.createdAt, in: database)
                ended = true
            }
            let record = JobRecord(job: job)
            try database.cachedStatement(sql: JobRow.insert).execute(arguments: try JobRow.values(record))
            if attempts.isEmpty {
                self.records.keep(Loaded(row: database.lastInsertedRowID, version: 1, record: record))
            } else {
                let known = JobRecord(job: job, attempts: attempts)
                try self.storeAttempts(known, over: record, row: database.lastInsertedRowID, in: database)
            }
            FaultPoint.commitRecorded.before()
            return Recorded(job: job, isNew: true, hasEndedAnother: ended)
        }
        FaultPoint.commitRecorded.after()
        let job = recorded.job
        if recorded.isNew { count(Tally.Change(pipeline: job.pipeline, from: nil, to: job.state)) }
        if recorded.hasEndedAnother { count(Tally.Change(pipeline: job.pipeline, from: .queued, to: .cancelled)) }
        return job
    }

    private struct Recorded: Sendable {
        let job: Job
        var isNew = false
        var hasEndedAnother = false
    }

    /// Runs an event on a job, and stores what it changed, its stories and attempts, all in one transaction.
    ///
    /// - Returns: what came of it, or nothing where there is no such job.
    package func change<Value: Sendable>(
        _ id: JobID,
        at now: Timestamp,
        _ event: @escaping @Sendable (inout JobRecord) throws -> Value
    ) async throws(LedgerError) -> Change<Value>? {
        try await change(id, beside: nil, at: now) { record, _ in try event(&record) }
    }

    /// As `change`, for an event that depends on another job, too: it sees that one as it is in the same transaction.
    package func change<Value: Sendable>(
        _ id: JobID,
        beside other: JobID?,
        at now: Timestamp,
        _ event: @escaping @Sendable (inout JobRecord, JobRecord?) throws -> Value
    ) async throws(LedgerError) -> Change<Value>? {
        let change = try await commit { database -> Change<Value>? in
            guard let loaded = try self.load(id, in: database) else { return nil }
            var record = loaded.record
            let value = try event(&record, other.flatMap { try self.load($0, in: database)?.record })
            let hasEndedAnother = try self.endAnother(thatWaitsLike: record, over: loaded, at: now, in: database)
            try self.store(record, over: loaded, at: now, in: database)
            for point in FaultPoint.points(of: record, from: loaded.record.job.state) { point.before() }
            return Change(
                value: value,
                record: record,
                previousState: loaded.record.job.state,
                hasEndedAnother: hasEndedAnother
            )
        }
        if let change {
            if change.hasEndedAnother {
                count(Tally.Change(pipeline: change.record.job.pipeline, from: .queued, to: .cancelled))
            }
            for point in FaultPoint.points(of: change.record, from: change.previousState) { point.after() }
            count(
                Tally.Change(
                    pipeline: change.record.job.pipeline,
                    from: change.previousState,
                    to: change.record.job.state
                )
            )
        }
        return change
    }

    /// The claim of this file was begun before: the job takes over how it is now, and keeps every task that it has.
    ///
    /// - Returns: the job; nothing where it has tasks, and they were submitted for something else than what is seen now.
    private func refresh(_ known: Loaded, as seen: Job, in database: Database) throws -> Job? {
        var record = known.record
        guard record.seenAgain(as: seen) else { return nil }
        try store(record, over: known, at: seen.createdAt, in: database)
        return record.job
    }

    /// The job that waits for its claim where this one would, for the same file; of those there is one at most.
    private func unclaimed(like job: Job, in database: Database) throws -> Loaded? {
        try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT \(JobRow.columns) FROM jobs
                    WHERE pipeline = ? AND origin = ? AND inode = ? AND state = 'queued' AND claimed = 0
                    """
            ),
            arguments: [job.pipeline, Blob(job.origin.bytes), Int64(bitPattern: job.identity.inode)]
        ).map { try self.loaded($0, in: database) }
    }

    /// Withdraws the job that was recorded for a file which is known now to be the original of one that came back.
    ///
    /// - Returns: whether there was one.
    private func endAnother(
        thatWaitsLike record: JobRecord,
        over before: Loaded,
        at now: Timestamp,
        in database: Database
    ) throws -> Bool {
        let (job, old) = (record.job, before.record.job)
        guard job.state == .queued, !job.isClaimed else { return false }
        guard old.isClaimed || old.state != .queued || old.origin != job.origin || old.identity != job.identity,
            let another = try unclaimed(like: job, in: database), another.row != before.row
        else { return false }
        try end(another, at: now, in: database)
        return true
    }

    private func end(_ unclaimed: Loaded, at now: Timestamp, in database: Database) throws {
        var record = unclaimed.record
        _ = record.withdrawn(at: now)
        try store(record, over: unclaimed, at: now, in: database)
    }

    func store(_ record: JobRecord, over loaded: Loaded, at now: Timestamp, in database: Database) throws {
        let before = loaded.record
        let hasOtherAttempts = record.attempts != before.attempts
        let isChanged = try Column.update(
            JobRow.changing,
            of: "jobs",
            to: record,
            from: before,
            // A version says what a job's attempts are, too: see `RecordCache`.
            always: hasOtherAttempts,
            more: "version = version + 1",
            where: "seq = ? AND version = ?",
            [loaded.row, loaded.version],
            in: database
        )
        guard !isChanged || database.changesCount == 1 else {
            throw LedgerError(.other, "Job \(record.job.id) was changed by somebody else at the same time.")
        }
        try noteEnd(of: record, over: before, row: loaded.row, at: now, in: database)
        if hasOtherAttempts {
            try storeAttempts(record, over: before, row: loaded.row, in: database)
            try countCosts(of: record, over: before, at: now, in: database)
        }
        for story in record.stories { try tell(story, of: record, row: loaded.row, at: now, in: database) }
        if loaded.version.isMultiple(of: 64) { try shortenHistory(of: loaded.row, in: database) }
        guard isChanged else { return }
        let stored = JobRecord(job: record.job, attempts: record.attempts, plan: record.plan)
        records.keep(Loaded(row: loaded.row, version: loaded.version + 1, record: stored))
    }

    /// What has ended is kept from now on, or from when its original was put away; who waits for it is to be looked at.
    private func noteEnd(
        of record: JobRecord,
        over before: JobRecord,
        row: Int64,
        at now: Timestamp,
        in database: Database
    ) throws {
        let (job, old) = (record.job, before.job)
        let isMoved = job.folder != old.folder && job.folder != .gone
        guard job.state != old.state || isMoved, job.state.isFinal || old.state.isFinal else { return }
        let since = job.state.isFinal ? keeping.withLock { $0.reading(at: now) }.milliseconds : nil
        try database.cachedStatement(sql: "UPDATE jobs SET kept_since = ? WHERE seq = ?")
            .execute(arguments: [since, row])
        guard job.state.isFinal, job.state != old.state else { return }
        try database.cachedStatement(
            sql: """
                UPDATE jobs SET due_at = ?, version = version + 1
                WHERE pipeline = ? AND joined = ? AND state = 'queued' AND joined IS NOT NULL
                """
        ).execute(arguments: [now.milliseconds, job.pipeline, job.id.text])
    }

    private func storeAttempts(_ record: JobRecord, over before: JobRecord, row: Int64, in database: Database) throws {
        for attempt in before.attempts
        where record.attempt(attempt.number).map({ !AttemptRow.isSamePost($0, attempt) }) ?? true {
            try database.cachedStatement(sql: "DELETE FROM attempts WHERE job = ? AND number = ?")
                .execute(arguments: [row, attempt.number])
        }
        for attempt in record.attempts {
            let known = before.attempt(attempt.number)
            if known == attempt { continue }
            if let known, AttemptRow.isSamePost(known, attempt) {
                _ = try Column.update(
                    AttemptRow.changing,
                    of: "attempts",
                    to: attempt,
                    from: known,
                    where: "job = ? AND number = ?",
                    [row, attempt.number],
                    in: database
                )
            } else {
                let settings = try settings.id(of: attempt.settings, in: database)
                try database.cachedStatement(sql: AttemptRow.insert)
                    .execute(arguments: try AttemptRow.values(attempt, job: row, settings: settings))
            }
        }
    }

    /// The most steps that a job's history holds.
    ///
    /// A job with more has gone round in a circle, and its oldest steps say nothing new.
    private static let historyLimit = 200

    private func tell(_ story: Story, of record: JobRecord, row: Int64, at now: Timestamp, in database: Database) throws
    {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO events (job, at, attempt, kind, detail, code) VALUES (?, ?, ?, ?, ?, ?)"
        )
        let detail = String(String.UnicodeScalarView(story.detail.unicodeScalars.prefix(1000)))
        try statement.execute(
            arguments: [row, now.milliseconds, record.job.attempt, story.kind.rawValue, detail, story.code]
        )
    }

    private func shortenHistory(of row: Int64, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                DELETE FROM events WHERE job = ? AND id <= (
                    SELECT id FROM events WHERE job = ? ORDER BY id DESC LIMIT 1 OFFSET \(Self.historyLimit))
                """
        ).execute(arguments: [row, row])
    }
}
