import Jobs
import Ledger
import Synchronization

extension Engine {
    /// What stands in the way of whole pipelines, looked up once for each.
    struct Obstacles {
        private var known: [String: Standing?] = [:]

        mutating func of(_ pipeline: String, _ engine: Engine) async -> Standing? {
            if let standing = known[pipeline] { return standing }
            let standing = await engine.obstacle(to: pipeline)
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
            return pipelines.pipeline(job.pipeline) == nil && !job.state.isFinal && job.state != .running
                ? await obstacles.of(job.pipeline, self) ?? own : own
        }
        return await obstacles.of(job.pipeline, self) ?? own
    }

    /// What keeps a pipeline's waiting jobs from being sent; nothing where they go on as their turns come.
    func obstacle(to name: String) async -> Standing? {
        guard let pipeline = pipelines.pipeline(name) else {
            return Standing(
                "There is no pipeline \(name) in service.",
                next: "'runninghubd check' tells what is wrong with its file; then systemctl restart runninghubd."
            )
        }
        if let hold = holds.hold(on: name) {
            let target = hold.pipeline.isEmpty ? "--all" : name
            return Standing(
                "\(hold.pipeline.isEmpty ? "Everything" : "The pipeline") is held: \(hold.reason).",
                since: hold.since,
                next: "Nothing, until: runninghubctl release \(target)"
            )
        }
        if let sentence = pipelines.away(name) {
            return Standing(sentence, next: "It goes on by itself when the folder is back.")
        }
        let isStopped = await isStopped()
        let lacksRoom = await lacksRoom(pipeline)
        if isStopped || lacksRoom {
            return Standing(
                "There is too little free space on the disk of the outbox or of the state folder.",
                next: "It goes on by itself when there is room."
            )
        }
        return keyObstacle(to: pipeline)
    }

    private func keyObstacle(to pipeline: Pipeline) -> Standing? {
        let names = (pipeline.keys.isEmpty ? accounts.keys.sorted() : pipeline.keys).filter { accounts[$0] != nil }
        guard !names.isEmpty else {
            return Standing("There is no API key for it.", next: "Nothing, until: runninghubd key add NAME")
        }
        let now = time.now()
        let slots = slots.withLock { $0 }
        let rests = names.compactMap { name in slots.rest(name, at: now).map { (name, $0.reason, $0.until) } }
        if rests.count == names.count, let first = rests.min(by: { $0.2 < $1.2 }) {
            return Standing("Key \(first.0) rests: \(first.1)", next: "It is tried again.", at: first.2)
        }
        guard names.allSatisfy({ slots.free($0, at: now) == 0 }) else { return nil }
        let places = names.map { "\($0) (\(slots.held($0)) of \(slots.concurrency($0)))" }.joined(separator: ", ")
        return Standing(
            "All places are taken of \(names.count == 1 ? "key" : "keys") \(places).",
            next: "The pipeline's oldest job goes on when a task has ended."
        )
    }
}
