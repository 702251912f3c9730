import Jobs
import Synchronization

/// How much room the results of jobs need that did not fit into their outbox: they are not fetched again, over and over, before it is there.
///
/// A convenience in memory: after a start each is tried.
final class RoomNeeded: Sendable {
    private let bytes = Mutex<[JobID: Int64]>([:])

    /// The least that a job's results need, if any of them came before the trouble.
    func of(_ job: JobID) -> Int64? {
        bytes.withLock { $0[job] }
    }

    /// Remembers it, or forgets it.
    func set(_ job: JobID, _ needed: Int64?) {
        bytes.withLock { $0[job] = needed }
    }
}

/// How many bytes of a job's results have come, and how many are announced.
final class FetchedBytes: Sendable {
    private struct State {
        /// Of the results that are whole.
        var whole: Int64 = 0
        /// Of the one that is coming.
        var coming: Int64 = 0
        var announced: Int64 = 0
    }

    private let state = Mutex(State())

    /// The next result begins to come.
    func begins(announced: Int64?) {
        state.withLock { state in
            state.whole += state.coming
            (state.coming, state.announced) = (0, announced ?? 0)
        }
    }

    /// Some of it came.
    func came(_ count: Int) {
        state.withLock { $0.coming += Int64(count) }
    }

    /// The least that all of them need; nothing where none came.
    var needed: Int64? {
        state.withLock { state in
            let needed = state.whole + max(state.coming, state.announced)
            return needed > 0 ? needed : nil
        }
    }
}
