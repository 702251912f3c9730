import Jobs
import Synchronization

/// Jobs as they were read or written last, so that a row is decoded once for each of its versions: a look at a queue reads the same rows
/// again and again.
///
/// Each change gives a row another version, and one that came to nothing is forgotten before the next can get the same number. Who reads an
/// older state of the file sees an older version than is kept here, and decodes it.
final class RecordCache: Sendable {
    /// Two generations: what nobody asked for while a generation filled goes with the next.
    private struct State {
        var recent: [Int64: Ledger.Loaded] = [:]
        var older: [Int64: Ledger.Loaded] = [:]

        mutating func keep(_ loaded: Ledger.Loaded) {
            if recent.count >= RecordCache.most {
                older = recent
                recent = [:]
            }
            recent[loaded.row] = loaded
        }
    }

    private let state = Mutex(State())
    /// How many a generation holds.
    ///
    /// A look at a queue reads some 150; a record takes about one KB.
    fileprivate static let most = 256

    /// The job in a row of this version, where it is known.
    func record(row: Int64, version: Int64) -> Ledger.Loaded? {
        state.withLock { state in
            if let known = state.recent[row] { return known.version == version ? known : nil }
            guard let known = state.older[row], known.version == version else { return nil }
            state.keep(known)
            return known
        }
    }

    /// Keeps a job as it was read or stored; not one that nothing will be done with any more.
    func keep(_ loaded: Ledger.Loaded) {
        let job = loaded.record.job
        let isAtRest = job.state.isFinal && job.duty == .none && job.calls.isEmpty
        state.withLock { state in
            if let known = state.recent[loaded.row], known.version > loaded.version { return }
            guard isAtRest else { return state.keep(loaded) }
            state.recent[loaded.row] = nil
            state.older[loaded.row] = nil
        }
    }

    /// Forgets everything, since what was stored may have been rolled back.
    func forget() {
        state.withLock { $0 = State() }
    }
}
