import Jobs
import Synchronization

/// A piece of a stage's work, which is to get on: it moves with every call that returns, and says how long it may wait.
final class WorkUnderWay: Sendable {
    /// What is done, for the journal.
    let name: String
    private let time: any TimeSource
    private let movedAt: Mutex<Timestamp>

    /// That which the current task does.
    @TaskLocal static var current: WorkUnderWay?

    init(_ name: String, time: any TimeSource) {
        self.name = name
        self.time = time
        movedAt = Mutex(time.now())
    }

    /// It has got on: what it waited for is over.
    func moved() {
        movedAt.withLock { $0 = time.now() }
    }

    /// It waits for somebody else, who is given up after this long.
    func waits(for limit: Duration) {
        movedAt.withLock { $0 = time.now() + limit }
    }

    /// Whether nothing was heard of it for so long, beyond what it said it would wait.
    func isStuck(for limit: Duration, at now: Timestamp) -> Bool {
        movedAt.withLock { $0 + limit < now }
    }
}
