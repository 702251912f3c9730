import Jobs
import Synchronization

/// The jobs whose files are being prepared: how many there are, and which of them take long.
final class Preparations: Sendable {
    private let begun = Mutex<[JobID: Timestamp]>([:])

    /// How many more may begin, where these jobs are being worked on.
    func room(whileBusy busy: Set<JobID>) -> Int {
        begun.withLock { begun in
            begun = begun.filter { busy.contains($0.key) }
            return max(0, Engine.programsAtOnce - begun.count)
        }
    }

    func begin(_ job: JobID, at now: Timestamp) {
        begun.withLock { $0[job] = now }
    }

    /// Says whether it had begun.
    @discardableResult
    func end(_ job: JobID) -> Bool {
        begun.withLock { $0.removeValue(forKey: job) != nil }
    }

    /// Those that have taken longer than this.
    func slow(_ patience: Duration, at now: Timestamp) -> Set<JobID> {
        begun.withLock { begun in Set(begun.filter { $0.value + patience <= now }.keys) }
    }
}
