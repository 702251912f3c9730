import GRDB
package import Jobs

extension Ledger {
    /// The ledger as it stands at one moment: what there is to do.
    ///
    /// Not to be kept beyond `look`.
    package struct Look {
        let ledger: Ledger
        let database: Database
    }

    /// Looks at what there is to do, in one read: all that is asked belongs to the same moment.
    ///
    /// - Parameter body: what is asked.
    /// - Throws: `LedgerError` where the ledger cannot be read.
    /// - Returns: what `body` returned.
    package func look<Value: Sendable>(
        _ body: @escaping @Sendable (Look) throws -> Value
    ) async throws(LedgerError) -> Value {
        try await read { try body(Look(ledger: self, database: $0)) }
    }
}

extension Ledger.Look {
    /// Jobs of this state whose time has come, the longest due first.
    ///
    /// - Parameters:
    ///   - state: one that is not final.
    ///   - now: the time.
    ///   - busy: jobs that are being worked on, and so are left out.
    ///   - limit: at most so many.
    /// - Throws: what SQLite said.
    /// - Returns: the jobs with their attempts.
    package func due(
        _ state: JobState,
        at now: Timestamp,
        except busy: Set<JobID>,
        limit: Int
    ) throws -> [JobRecord] {
        // States stand in the text: SQLite compiles a statement anew for each value that decides whether a partial index may be used.
        try selected(
            """
            WHERE state = '\(state.rawValue)' AND due_at <= ? AND (state <> 'queued' OR claimed = 1)
                AND state NOT IN ('delivered', 'failed', 'cancelled') ORDER BY due_at LIMIT ?
            """,
            [now.milliseconds, limit + busy.count],
            except: busy,
            limit: limit
        )
    }

    /// Jobs of a pipeline on their way to a submission, oldest first: those that may go on, and those whose upload is under way.
    ///
    /// - Parameters:
    ///   - pipeline: its name.
    ///   - now: the time.
    ///   - limit: at most so many of those that may go on.
    /// - Throws: what SQLite said.
    /// - Returns: the jobs with their attempts.
    package func line(
        in pipeline: String,
        at now: Timestamp,
        limit: Int
    ) throws -> [JobRecord] {
        try selected(
            """
            WHERE seq IN (
                SELECT seq FROM (SELECT seq FROM jobs WHERE pipeline = ?1 AND state = 'queued' AND claimed = 1
                    AND joined IS NULL AND due_at <= ?2 ORDER BY seq LIMIT ?3)
                UNION ALL SELECT seq FROM jobs WHERE pipeline = ?1 AND state = 'uploading'
                    AND state NOT IN ('delivered', 'failed', 'cancelled')
            ) ORDER BY seq
            """,
            [pipeline, now.milliseconds, limit],
            except: [],
            limit: .max
        )
    }

    /// Failed jobs that a callback woke and whose originals are put away: until then it is not known where they lie.
    package func woken(at now: Timestamp, except busy: Set<JobID>, limit: Int) throws -> [JobRecord] {
        try selected(
            "WHERE state = 'failed' AND reviving = 1 AND duty = 'none' AND due_at <= ? ORDER BY due_at LIMIT ?",
            [now.milliseconds, limit + busy.count],
            except: busy,
            limit: limit
        )
    }

    /// When the next failed job that a callback woke is due after this moment, if there is one.
    package func nextWoken(after now: Timestamp) throws -> Timestamp? {
        try earliest(
            "SELECT min(due_at) FROM jobs WHERE state = 'failed' AND reviving = 1 AND duty = 'none' AND due_at > ?",
            after: now
        )
    }

    /// When the next job of a state is due after this moment, if there is one.
    package func nextDue(_ state: JobState, after now: Timestamp) throws -> Timestamp? {
        try earliest(
            """
            SELECT min(due_at) FROM jobs WHERE state = '\(state.rawValue)' AND due_at > ?
                AND state NOT IN ('delivered', 'failed', 'cancelled')
            """,
            after: now
        )
    }

    /// Jobs that ended or are being fetched and still have a task under way that is of no use any more: see `attemptsToCancel`.
    ///
    /// Only tasks that these keys started are looked for: nothing else could cancel them.
    package func superfluous(
        startedBy keys: [String],
        except busy: Set<JobID>,
        limit: Int
    ) throws -> [JobRecord] {
        try selected(
            """
            WHERE seq IN (SELECT job FROM attempts WHERE task_id IS NOT NULL AND fruitless = 0 AND finished_at IS NULL
                AND cancel_asked_at IS NULL AND callback_at IS NULL AND provisional = 0
                AND key IN (SELECT value FROM json_each(?)))
            AND state IN ('fetching', 'delivered', 'cancelled') ORDER BY seq LIMIT ?
            """,
            [try JSONText.encode(keys), limit + busy.count],
            except: busy,
            limit: limit
        )
    }

    func selected(
        _ clause: String,
        _ arguments: StatementArguments,
        except busy: Set<JobID>,
        limit: Int
    ) throws -> [JobRecord] {
        try ledger.selected(clause, arguments, except: busy, limit: limit, in: database)
    }

    /// The time that a query gives of those after this moment, if there is one.
    func earliest(_ sql: String, after now: Timestamp) throws -> Timestamp? {
        try Int64.fetchOne(database.cachedStatement(sql: sql), arguments: [now.milliseconds])
            .map(Timestamp.init(milliseconds:))
    }
}
