import GRDB
package import Jobs

extension Ledger {
    /// One job with its attempts, or nothing.
    package func job(_ id: JobID) async throws(LedgerError) -> JobRecord? {
        try await read { try self.load(id, in: $0)?.record }
    }

    /// Jobs of a pipeline that wait for their upload or submission and may go on, oldest first.
    package func waiting(
        in pipeline: String,
        at now: Timestamp,
        except busy: Set<JobID>,
        limit: Int
    ) async throws(LedgerError) -> [JobRecord] {
        try await select(
            "WHERE pipeline = ? AND state = 'queued' AND claimed = 1 AND joined IS NULL AND due_at <= ? ORDER BY seq LIMIT ?",
            [pipeline, now.milliseconds, limit + busy.count],
            except: busy,
            limit: limit
        )
    }

    /// Where the originals of jobs lie in a pipeline's `work/` that wait for their upload or submission, whenever they may go on, oldest
    /// first: of those behind another.
    package func waitingPlaces(
        in pipeline: String,
        after: JobID?,
        limit: Int
    ) async throws(LedgerError) -> [(job: JobID, place: RelativePath)] {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT id, place FROM jobs WHERE pipeline = ? AND state = 'queued' AND claimed = 1 AND joined IS NULL
                        AND seq > coalesce((SELECT seq FROM jobs WHERE id = ?), 0) ORDER BY seq LIMIT ?
                    """
            )
            return try Row.fetchAll(statement, arguments: [pipeline, after?.text, limit]).compactMap { row in
                guard let job = JobID(row[0]), let place = RelativePath(bytes: Blob.bytes(row, 1)) else { return nil }
                return (job, place)
            }
        }
    }

    /// Jobs whose claim was begun and not completed, oldest first; also those that were cancelled meanwhile, whose files are to be kept like
    /// any other's.
    package func unclaimed(in pipeline: String, after: JobID?, limit: Int) async throws(LedgerError) -> [JobRecord] {
        try await select(
            """
            WHERE pipeline = ? AND claimed = 0 AND (state = 'queued' OR (state = 'cancelled' AND folder = 'inbox'))
                AND seq > coalesce((SELECT seq FROM jobs WHERE id = ?), 0) ORDER BY seq LIMIT ?
            """,
            [pipeline, after?.text, limit],
            except: [],
            limit: limit
        )
    }

    /// The pipelines that have jobs whose claim was begun and not completed.
    package func pipelinesTaking() async throws(LedgerError) -> Set<String> {
        try await read { Set(try self.pipelines(with: "state = 'queued' AND claimed = 0", in: $0)) }
    }

    /// All jobs of a state that is not final, page by page in the order of their ids' rows.
    package func page(_ state: JobState, after: JobID?, limit: Int) async throws(LedgerError) -> [JobRecord] {
        try await select(
            """
            WHERE state = '\(state.rawValue)' AND state NOT IN ('delivered', 'failed', 'cancelled')
                AND seq > coalesce((SELECT seq FROM jobs WHERE id = ?), 0) ORDER BY seq LIMIT ?
            """,
            [after?.text, limit],
            except: [],
            limit: limit
        )
    }

    /// The job that ended without results and whose original this is: a file by device, inode, size and time of change, a folder by device
    /// and inode, since what systems keep in a folder changes the rest.
    ///
    /// One that a callback brought back since counts too, while its original still lies in `failed/`; and one whose original is said to be
    /// still to be put away.
    package func ended(original: FileIdentity, in pipeline: String) async throws(LedgerError) -> JobRecord? {
        let arguments: StatementArguments = [
            Int64(bitPattern: original.inode), Int64(bitPattern: original.device), original.size, original.modified,
            pipeline,
        ]
        return try await select(
            """
            WHERE (state IN ('failed', 'cancelled') OR folder = 'failed') AND inode = ? AND device = ?
                AND (kind = 'folder' OR (size = ? AND modified = ?)) AND pipeline = ?
                ORDER BY seq DESC LIMIT 1
            """,
            arguments,
            except: [],
            limit: 1
        ).first
    }

    /// The job to which a file of a pipeline's `work/` belongs: one that is not final, or whose original is still to be moved out of it.
    package func owner(of place: RelativePath, in pipeline: String) async throws(LedgerError) -> JobRecord? {
        try await select(
            """
            WHERE pipeline = ? AND place = ? AND folder IN ('inbox', 'work')
                AND (state NOT IN ('delivered', 'failed', 'cancelled') OR duty <> 'none') LIMIT 1
            """,
            [pipeline, Blob(place.bytes)],
            except: [],
            limit: 1
        ).first
    }

    /// Whether a place in `work/` belongs to another job than the one that is to be taken there: what lies in it is not its file then, be it
    /// the same one under a second name.
    package func isPlace(_ place: RelativePath, ofAnotherThan job: Job) async throws(LedgerError) -> Bool {
        try await read { database in
            let sql = """
                SELECT EXISTS (SELECT 1 FROM jobs WHERE pipeline = ? AND place = ? AND folder IN ('inbox', 'work')
                    AND (state NOT IN ('delivered', 'failed', 'cancelled') OR duty <> 'none')
                    AND (claimed = 1 OR (inode = ? AND device = ?)) AND id <> ?)
                """
            let (inode, device) = (Int64(bitPattern: job.identity.inode), Int64(bitPattern: job.identity.device))
            let arguments: StatementArguments = [job.pipeline, Blob(place.bytes), inode, device, job.id.text]
            return try Bool.fetchOne(database.cachedStatement(sql: sql), arguments: arguments) ?? false
        }
    }

    /// Whether a job's file has become another job's of its pipeline: one that is still to be run, or to be put away.
    ///
    /// It came back with something else in it or beside it, and so as another job; or two names lead to one file.
    package func hasAnotherOwner(_ job: Job) async throws(LedgerError) -> Bool {
        try await read { database in
            // That it is not gone is said twice: SQLite knows by that text alone that the index of files will do.
            let sql = """
                SELECT EXISTS (SELECT 1 FROM jobs WHERE inode = ? AND device = ? AND folder <> 'gone' AND folder IN ('inbox', 'work')
                    AND (state NOT IN ('delivered', 'failed', 'cancelled') OR duty <> 'none') AND pipeline = ? AND id <> ?)
                """
            let (inode, device) = (Int64(bitPattern: job.identity.inode), Int64(bitPattern: job.identity.device))
            let arguments: StatementArguments = [inode, device, job.pipeline, job.id.text]
            return try Bool.fetchOne(database.cachedStatement(sql: sql), arguments: arguments) ?? false
        }
    }

    /// Whether any job has a task of this id.
    package func knows(task id: String) async throws(LedgerError) -> Bool {
        try await read { database in
            let sql = "SELECT EXISTS (SELECT 1 FROM attempts WHERE task_id = ?)"
            return try Bool.fetchOne(database, sql: sql, arguments: [id]) ?? false
        }
    }

    /// The steps of a job's life, oldest first.
    package func history(of id: JobID) async throws(LedgerError) -> [(at: Timestamp, attempt: Int, story: Story)] {
        try await read { database in
            let sql = """
                SELECT e.at, e.attempt, e.kind, e.detail, e.code FROM events e JOIN jobs j ON j.seq = e.job WHERE j.id = ? ORDER BY e.id
                """
            return try Row.fetchAll(database, sql: sql, arguments: [id.text]).compactMap { row in
                Story.Kind(rawValue: row[2]).map {
                    (Timestamp(milliseconds: row[0]), row[1], Story($0, row[3], code: row[4]))
                }
            }
        }
    }

    func select(
        _ clause: String,
        _ arguments: StatementArguments,
        except busy: Set<JobID>,
        limit: Int
    ) async throws(LedgerError) -> [JobRecord] {
        try await read { try self.selected(clause, arguments, except: busy, limit: limit, in: $0) }
    }

    func selected(
        _ clause: String,
        _ arguments: StatementArguments,
        except busy: Set<JobID>,
        limit: Int,
        in database: Database
    ) throws -> [JobRecord] {
        let statement = try database.cachedStatement(sql: "SELECT seq, version FROM jobs \(clause)")
        let jobs = try loaded(Row.fetchCursor(statement, arguments: arguments), in: database)
        return Array(jobs.lazy.map(\.record).filter { !busy.contains($0.job.id) }.prefix(limit))
    }
}
