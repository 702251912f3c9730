import GRDB
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
    private let tally: Mutex<Tally>
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
            let settings = SettingsStore()
            self.settings = settings
            self.owner = owner
            commit = try GroupCommit(path: path, onRollback: settings.forget)
            try commit.withQueue(Self.migrate)
            reader = try Connection.reader(path: path)
            tally = Mutex(try reader.read(Tally.init))
        } catch let error as LedgerError {
            throw error
        } catch {
            throw LedgerError(error)
        }
    }

    private static func migrate(_ queue: DatabaseQueue) throws {
        let applied = try queue.read(Schema.migrator.appliedIdentifiers)
        guard applied.isSubset(of: Schema.migrator.migrations) else {
            throw LedgerError(
                .newer,
                "The ledger was written by a newer version of runninghubd; install that version again."
            )
        }
        try Schema.migrator.migrate(queue)
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
                reader.asyncRead { result in
                    continuation.resume(with: Result { try body(result.get()) })
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
