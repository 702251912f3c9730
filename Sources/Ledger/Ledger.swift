import GRDB
import Glibc
package import Jobs
import Synchronization

/// The durable store of all jobs: the only truth about what has happened and what is to happen.
///
/// A change is on disk when its call returns. Changes that arrive together share one transaction. Nothing outside this room knows which
/// database it is. All methods may be called from anywhere; the asynchronous ones don't block.
package final class Ledger: Sendable {
    let commit: GroupCommit
    let reader: DatabaseQueue
    let settings: SettingsStore
    let records: RecordCache
    /// The database file.
    let path: String
    private let tally: Mutex<Tally>
    /// Whether it was opened beside a log that is not its own, so that what it holds is not to be relied on.
    package let hasForeignLog: Bool
    /// What opening it has changed of its schema, if anything.
    package let upgrade: Upgrade?
    /// The clock by which things are kept; `resumeKeeping` sets it.
    let keeping = Mutex(KeepingClock())
    /// The name of this run of the daemon in leases.
    package let owner: String

    /// Opens the ledger, makes it where there is none, and brings its schema up to date.
    ///
    /// Blocks. The caller holds the lock of the state folder.
    /// - Parameters:
    ///   - path: of the database file.
    ///   - owner: a name for this run, different at each start.
    /// - Throws: `LedgerError` where it is damaged, newer than this program, or not to be opened.
    package init(path: String, owner: String) throws(LedgerError) {
        do {
            let (settings, records) = (SettingsStore(), RecordCache())
            (self.settings, self.records) = (settings, records)
            self.owner = owner
            self.path = path
            Self.removeCopy(beside: path)
            let log = Self.log(of: path)
            hasForeignLog = log == .foreign
            commit = try GroupCommit(path: path) {
                settings.forget()
                records.forget()
            }
            if log != .none { try commit.withQueue(Self.verify) }
            upgrade = try commit.withQueue { try Self.migrate($0, path: path) }
            reader = try Connection.reader(path: path)
            tally = Mutex(try reader.read(Tally.init))
        } catch let error as LedgerError {
            throw error
        } catch {
            throw LedgerError(error)
        }
    }

    /// What an earlier run left beside the ledger's file.
    private enum Log {
        /// Nothing: it ended as it should.
        case none
        /// Its log: it was cut off.
        case own
        /// A log that is older than the file beside which it lies.
        case foreign
    }

    /// SQLite cannot tell whether a log belongs to its file: one that was left beside a copy that somebody put back is replayed into it, and
    /// makes a mixture of both (sqlite.org/howtocorrupt.html, «Mispairing database files and hot journals»).
    ///
    /// The file itself is only written right after its log. Where it was put there much later, it is another. A daemon that stops leaves an
    /// empty log (`close`), so this is asked after crashes alone.
    private static func log(of path: String) -> Log {
        var (file, log) = (stat(), stat())
        guard stat("\(path)-wal", &log) == 0, log.st_size > 0, stat(path, &file) == 0 else { return .none }
        return isForeign(log: log.st_ctim.tv_sec, beside: file.st_ctim.tv_sec) ? .foreign : .own
    }

    /// Whether a log is another's than the file's, by when they last changed, in seconds.
    ///
    /// A checkpoint of a slow disk, or a small step of the wall clock, may lie between them.
    static func isForeign(log: Int, beside file: Int) -> Bool {
        file > log &+ 10
    }

    /// Makes sure that no mixture is taken for a ledger.
    ///
    /// Reads all of it, but compares no index with its rows: 1.4 s for 400 MB.
    private static func verify(_ queue: DatabaseQueue) throws {
        let found = try queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
        guard found == "ok" else { throw LedgerError.damaged(found ?? "it cannot be checked") }
    }

    /// Leaves no log behind, so that the next start need not ask whose it is.
    ///
    /// To be called when nothing changes any more; may be cut off.
    package func close() async throws(LedgerError) {
        // Written last: a checkpoint that is cut off must not leave a file that is younger than its log.
        try await commit { try self.setFact("closed", [1], in: $0) }
        do {
            try commit.withQueue { queue in
                _ = try queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            }
        } catch {
            throw LedgerError(error)
        }
    }

    /// Brings the schema up to date; a ledger that has one already is copied first.
    private static func migrate(_ queue: DatabaseQueue, path: String) throws -> Upgrade? {
        let applied = try queue.read(Schema.migrator.appliedIdentifiers)
        let known = Schema.migrator.migrations
        guard applied.isSubset(of: known) else {
            throw LedgerError.newer(path, schema: applied.count, known: known.count)
        }
        guard applied.count < known.count, !applied.isEmpty else {
            try Schema.migrator.migrate(queue)
            return nil
        }
        let copy = LedgerCopy(of: path, schema: applied.count)
        try copy.make(from: queue)
        try Schema.migrator.migrate(queue)
        return Upgrade(from: applied.count, to: known.count, copy: copy.path)
    }

    /// How many jobs there are by pipeline and state.
    package var counts: [String: [JobState: Int]] {
        tally.withLock(\.counts)
    }

    func count(_ change: Tally.Change) {
        tally.withLock { $0.apply(change) }
    }

    /// Reads without changing anything, on a connection of its own.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(LedgerError) -> Value {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                reader.asyncWriteWithoutTransaction { database in
                    continuation.resume(with: Result { try database.transaction("BEGIN") { try body(database) } })
                }
            }
        } catch {
            throw LedgerError(error)
        }
    }
}

/// Counts by pipeline and state, kept in memory so that nobody counts rows while jobs run.
struct Tally: Sendable {
    private(set) var counts: [String: [JobState: Int]] = [:]

    struct Change: Sendable {
        let pipeline: String
        let from: JobState?
        let to: JobState?
    }

    init(_ database: Database) throws {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT pipeline, state, count(*) FROM jobs GROUP BY pipeline, state"
        )
        while let row = try rows.next() {
            guard let state = JobState(rawValue: row[1]) else { continue }
            counts[row[0], default: [:]][state] = row[2]
        }
    }

    mutating func apply(_ change: Change) {
        guard change.from != change.to else { return }
        if let from = change.from { counts[change.pipeline, default: [:]][from, default: 0] -= 1 }
        if let to = change.to { counts[change.pipeline, default: [:]][to, default: 0] += 1 }
    }
}
