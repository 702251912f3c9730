import Jobs
import Ledger

extension Engine {
    /// What stands in the way of whole pipelines, looked up once for each.
    struct Obstacles {
        private var known: [String: Standing?] = [:]

        mutating func of(_ pipeline: String, _ engine: Engine) async -> Standing? {
            if let standing = known[pipeline] { return standing }
            let standing = await engine.obstacle(to: pipeline).map(Standing.init)
            known[pipeline] = standing
            return standing
        }
    }

    /// Why a job is where it is, and what comes next.
    func standing(of record: JobRecord, _ obstacles: inout Obstacles) async -> Standing {
        let job = record.job
        let now = time.now()
        let own = Standing(record, at: now)
        // One that waits for a time of its own would not go on even if nothing stood in its pipeline's way.
        guard job.state == .queued, job.isClaimed, job.wait == nil || job.dueAt <= now else {
            return pipelines.pipeline(job.pipeline) == nil && [.queued, .uploading].contains(job.state)
                ? await obstacles.of(job.pipeline, self) ?? own : own
        }
        return await obstacles.of(job.pipeline, self) ?? own
    }
}
