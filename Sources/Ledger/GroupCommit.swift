import GRDB
import Synchronization

/// Puts changes that arrive together into one transaction, so that one fsync serves them all: the durable rate grows with the load.
///
/// A change that fails leaves the others of its transaction alone. Changes run in the order in which they came. What was asked for runs to its
/// end even where the task that asked is cancelled: a commit of a finished effect must not depend on who still waits for it.
final class GroupCommit: Sendable {
    private struct Pending: Sendable {
        /// Makes the change; what it returns tells the caller, once the transaction is committed.
        let run: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (LedgerError) -> Void
    }

    private struct State {
        var queue: DatabaseQueue
        var pending: [Pending] = []
        var isRunning = false
        var mustReopen = false
    }

    private let state: Mutex<State>
    private let path: String
    private let onRollback: @Sendable () -> Void
    private static let most = 512

    /// Opens the connection that writes.
    ///
    /// - Parameters:
    ///   - path: of the database file.
    ///   - onRollback: called when a transaction came to nothing, before its changes are told.
    /// - Throws: what SQLite said.
    init(path: String, onRollback: @escaping @Sendable () -> Void) throws {
        self.path = path
        self.onRollback = onRollback
        self.state = Mutex(State(queue: try Connection.writer(path: path)))
    }

    /// Runs a change and returns once it is on disk.
    func callAsFunction<Value: Sendable>(
        _ change: @escaping @Sendable (Database) throws -> Value
    ) async throws(LedgerError) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, LedgerError>, Never>) in
            add(
                Pending(
                    run: { database in
                        let value = try change(database)
                        return { continuation.resume(returning: .success(value)) }
                    },
                    fail: { continuation.resume(returning: .failure($0)) }
                )
            )
        }
        return try result.get()
    }

    /// Uses the connection directly, before any change runs.
    func withQueue<Value>(_ body: (DatabaseQueue) throws -> Value) throws -> Value {
        try body(state.withLock(\.queue))
    }

    private func add(_ pending: Pending) {
        let mustStart = state.withLock { state in
            state.pending.append(pending)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { startBatch() }
    }

    private func startBatch() {
        let queue: DatabaseQueue
        do {
            queue = try usableQueue()
        } catch {
            let error = LedgerError(error)
            for pending in takeBatch() { pending.fail(error) }
            return continueOrStop()
        }
        queue.asyncWriteWithoutTransaction { database in
            self.runBatch(database)
            self.continueOrStop()
        }
    }

    private func continueOrStop() {
        let hasMore = state.withLock { state in
            state.isRunning = !state.pending.isEmpty
            return state.isRunning
        }
        if hasMore { startBatch() }
    }

    private func takeBatch() -> [Pending] {
        state.withLock { state in
            let batch = Array(state.pending.prefix(Self.most))
            state.pending.removeFirst(batch.count)
            return batch
        }
    }

    /// The connection, opened anew where the last transaction ended in an input or output error: what such a connection holds in memory
    /// may not be what is on disk.
    private func usableQueue() throws -> DatabaseQueue {
        guard state.withLock(\.mustReopen) else { return state.withLock(\.queue) }
        let queue = try Connection.writer(path: path)
        state.withLock { state in
            state.queue = queue
            state.mustReopen = false
        }
        return queue
    }

    private func runBatch(_ database: Database) {
        let batch = takeBatch()
        var outcomes: [@Sendable () -> Void] = []
        outcomes.reserveCapacity(batch.count)
        do {
            try database.transaction("BEGIN IMMEDIATE") {
                for pending in batch { outcomes.append(try run(pending, in: database)) }
            }
        } catch {
            let failure = LedgerError(error)
            if failure.code == .inputOutput || failure.code == .damaged {
                state.withLock { $0.mustReopen = true }
            }
            onRollback()
            for pending in batch { pending.fail(failure) }
            return
        }
        for outcome in outcomes { outcome() }
    }

    /// Runs one change in a savepoint of its own.
    ///
    /// Throws where the whole transaction is lost.
    private func run(_ pending: Pending, in database: Database) throws -> @Sendable () -> Void {
        var outcome: @Sendable () -> Void = {}
        do {
            try database.savepoint { outcome = try pending.run(database) }
        } catch {
            let failure = LedgerError(error)
            // A row that cannot be read is the trouble of its own change. After a full disk or a failed write SQLite has given up the whole
            // transaction, whatever it says of it.
            let isOwn = error is LedgerError || failure.code == .other
            guard isOwn, database.isInsideTransaction else { throw error }
            onRollback()
            outcome = { pending.fail(failure) }
        }
        return outcome
    }
}
