import Jobs
import Synchronization

/// Pipelines whose folders did not do what was asked of them, and that one stage leaves alone for a while.
final class RestingPipelines: Sendable {
    private let ends = Mutex<[String: Timestamp]>([:])

    /// Leaves a pipeline alone for a while from now on.
    ///
    /// - Returns: until when.
    @discardableResult
    func rest(_ pipeline: String, at now: Timestamp) -> Timestamp {
        let end = now + DiskTrouble.pace
        ends.withLock { $0[pipeline] = end }
        return end
    }

    /// A pipeline goes on at once.
    func end(_ pipeline: String) {
        ends.withLock { $0[pipeline] = nil }
    }

    /// Those that rest now.
    func pipelines(at now: Timestamp) -> Set<String> {
        ends.withLock { ends in
            ends = ends.filter { $0.value > now }
            return Set(ends.keys)
        }
    }
}

extension Engine {
    /// Leaves what one stage does for a pipeline alone for a while, and puts the job that met trouble behind the others, so that neither stands
    /// in another's way.
    ///
    /// However many wait, a few are tried at each end of the rest: no storm of commits.
    ///
    /// - Parameters:
    ///   - record: the job.
    ///   - resting: the pipelines that this stage leaves alone.
    ///   - stage: what it is called in the journal.
    ///   - reason: what it waits for.
    /// - Returns: false where the ledger cannot be written.
    func putBehind(
        _ record: JobRecord,
        _ resting: RestingPipelines,
        _ stage: String,
        because reason: String
    ) async -> Bool {
        let now = time.now()
        let until = resting.rest(record.job.pipeline, at: now)
        do {
            try await change(record.job.id) { $0.hadToWait(reason: reason, until: until, at: now) }
            return true
        } catch {
            guard !Task.isCancelled else { return true }
            tellTrouble(stage, error)
            return false
        }
    }
}
