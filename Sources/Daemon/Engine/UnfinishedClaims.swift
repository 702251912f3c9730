import Jobs
import Spool
import Synchronization

/// The claims of one pipeline that trouble cut off after they were recorded.
///
/// Their files may have left the inbox already, under a hidden name or for `work/`, so that no look into it finds them again: they are
/// gone on with a while later, as after a start.
final class UnfinishedClaims: Sendable {
    private struct State {
        var isAny = false
        var unflushed: Set<JobID> = []
    }

    private let state = Mutex(State())
    private let wake = Wake()

    /// How long they are left alone.
    static let pace = Duration.seconds(5)

    /// Some claim could not be finished.
    func add() {
        state.withLock { $0.isAny = true }
        wake()
    }

    /// The file of this one lies in `work/`, and could not be flushed.
    func add(unflushed job: JobID) {
        state.withLock { _ = $0.unflushed.insert(job) }
        add()
    }

    /// Whether there are some to be gone on with; from here on there are none.
    func take() -> Bool {
        state.withLock { state in
            defer { state.isAny = false }
            return state.isAny
        }
    }

    /// Whether a flush of this one's file has failed: it must not be repeated over the same data.
    func isUnflushed(_ job: JobID) -> Bool {
        state.withLock { $0.unflushed.contains(job) }
    }

    /// This one is on disk.
    func finished(_ job: JobID) {
        state.withLock { _ = $0.unflushed.remove(job) }
    }

    /// Has whoever waits for an inbox's files look after the unfinished ones, a while after each that was added.
    func remind(_ inbox: Inbox, _ time: any TimeSource) async {
        for await _ in wake.signals {
            await time.wait(until: time.now() + Self.pace)
            await inbox.interrupt()
        }
    }
}
