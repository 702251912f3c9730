import Jobs
import Synchronization

/// What was seen last of the world outside, for `status`; forgotten at a stop.
final class Recent: Sendable {
    private let last = Mutex<(at: Timestamp, job: JobID)?>(nil)

    /// The callback that came last.
    var callback: (at: Timestamp, job: JobID)? { last.withLock { $0 } }

    /// A callback came for a job.
    func called(_ job: JobID, at now: Timestamp) {
        last.withLock { $0 = (now, job) }
    }
}
