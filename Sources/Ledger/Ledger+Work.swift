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

    /// How many jobs of one file `returning` tells at most.
    private static let returningLimit = 32

    /// The jobs whose original this may be, come back into the inbox, newest first.
    ///
    /// A file is known by inode and size, a folder by its inode alone, since what systems keep in a folder changes the rest. That what is in
    /// it is the same is not said.
    ///
    /// They ended without results, or their original still lies in `failed/` as far as is known, or it came back already and was not taken
    /// yet. One whose original is said to be still to be put away counts, too. A device's number does not count: it may be another since a
    /// boot.
    package func returning(original: FileIdentity, in pipeline: String) async throws(LedgerError) -> [JobRecord] {
        // That it is not gone is said so that SQLite sees that the index of files will do.
        try await select(
            """
            WHERE seq IN (
                SELECT seq FROM jobs WHERE (state IN ('failed', 'cancelled') OR folder = 'failed') AND inode = ?1
                UNION ALL SELECT seq FROM jobs WHERE inode = ?1 AND folder <> 'gone' AND folder = 'inbox'
                    AND state = 'queued' AND claimed = 0 AND reviving = 1
            ) AND (kind = 'folder' OR size = ?2) AND +pipeline = ?3 ORDER BY seq DESC LIMIT \(Self.returningLimit)
            """,
            [Int64(bitPattern: original.inode), original.size, pipeline],
            except: [],
            limit: Self.returningLimit
        )
    }

    /// The job to which a file of a pipeline's `work/` belongs: one that is not final, or whose original is still to be moved out of it, on
    /// the way from `failed/`, too.
    package func owner(of place: RelativePath, in pipeline: String) async throws(LedgerError) -> JobRecord? {
        try await select(
            """
            WHERE pipeline = ? AND place = ? AND (folder IN ('inbox', 'work') OR folder = 'failed' AND duty <> 'none')
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

    /// Whether a job's file has become another job's of its pipeline: one that is still to be run, or to be put away, or a later one whose
    /// original lies in `failed/`.
    ///
    /// It came back with something else in it or beside it, and so as another job; or two names lead to one file. What is in the inbox does not
    /// lie in `failed/`.
    package func hasAnotherOwner(_ job: Job, isInInbox: Bool = false) async throws(LedgerError) -> Bool {
        try await read { database in
            // That it is not gone is said twice: SQLite knows by that text alone that the index of files will do.
            let sql = """
                SELECT EXISTS (SELECT 1 FROM jobs WHERE inode = ?1 AND (device = ?2 OR kind = 'folder' OR (size = ?3 AND modified = ?4))
                    AND folder <> 'gone' AND (folder IN ('inbox', 'work')
                        AND (state NOT IN ('delivered', 'failed', 'cancelled') OR duty <> 'none')
                        OR folder = 'failed' AND NOT ?7 AND seq > (SELECT seq FROM jobs WHERE id = ?6))
                    AND +pipeline = ?5 AND id <> ?6)
                """
            let identity = job.identity
            let arguments: StatementArguments = [
                Int64(bitPattern: identity.inode), Int64(bitPattern: identity.device), identity.size, identity.modified,
                job.pipeline, job.id.text, isInInbox,
            ]
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
