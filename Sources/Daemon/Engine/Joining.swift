import Jobs
import Ledger
import Spool

extension Engine {
    /// How many jobs of the same name are compared with a new one.
    private static let mostNamesakes = 8

    /// The stage that ends jobs with the one that they are the same as.
    func joinedStage() -> Stage {
        Stage(
            name: "joined",
            width: 8,
            wake: wakes.joined,
            time: time,
            busy: BusyJobs(),
            select: { busy, room in
                let now = self.time.now()
                let resting = self.restingJoined.pipelines(at: now)
                return try await self.ledger.look {
                    Work(jobs: try $0.joined(dueAt: now, exceptOf: resting, except: busy, limit: room))
                }
            },
            perform: { await self.followLeader($0) },
            trouble: { self.tellTrouble("joined", $0) },
            alive: { self.progress.alive("joined", at: self.time.now()) }
        )
    }

    /// Has a job wait for one under way that is the same, where its pipeline wants that.
    ///
    /// - Returns: whether it waits.
    func joins(_ record: JobRecord, _ inputs: [OpenInput], _ pipeline: Pipeline) async throws -> Bool {
        guard pipeline.duplicates == .join else { return false }
        let namesakes = try await ledger.namesakes(of: record.job, limit: Self.mostNamesakes)
            .filter { $0.job.isLike(record.job) && $0.current.map { $0.settings.asksForSame(as: pipeline) } ?? true }
        guard !namesakes.isEmpty else { return false }
        let digests = try await digests(of: inputs)
        for other in namesakes where try await self.digests(of: other, pipeline) == digests {
            let now = time.now()
            let change = try await change(record.job.id, beside: other.job.id) { record, other in
                guard let other else { return EventOutcome.ignored("it was forgotten") }
                return record.joins(other.job, digests: digests, at: now)
            }
            guard change?.value == .applied else { continue }
            // Where the other has ended already, so does this one.
            wakes.joined()
            return true
        }
        return false
    }

    /// The sums of what goes, or went, into a job, by the stems; read from its files where they are not known yet.
    private func digests(of record: JobRecord, _ pipeline: Pipeline) async throws -> [String: String]? {
        let sources = record.job.sources
        let known = sources.compactMap { input in input.digest.map { (input.stem, $0) } }
        if known.count == sources.count { return Dictionary(known) { first, _ in first } }
        guard let inputs = try await openInputs(of: record, pipeline) else { return nil }
        return try await digests(of: inputs)
    }

    /// The job that another waits for has ended, or it is simply looked at again.
    private func followLeader(_ record: JobRecord) async -> Bool {
        guard let leader = record.job.joined else { return false }
        guard let pipeline = pipelines.pipeline(record.job.pipeline) else {
            restingJoined.rest(record.job.pipeline, at: time.now())
            return true
        }
        do {
            // Where somebody wrote to its file, or took it away, it goes its own way.
            guard try await openInputs(of: record, pipeline) != nil else {
                if pipelines.away(pipeline.name) != nil { restingJoined.rest(pipeline.name, at: time.now()) }
                return true
            }
            let now = time.now()
            try await change(record.job.id, beside: leader) { record, other in
                record.leaderSeen(other?.job, afterDelivery: pipeline.afterDelivery, at: now)
            }
            return true
        } catch {
            tellTrouble("joined", error)
            guard let cause = DiskTrouble.cause(of: error) else { return false }
            return await putBehind(record, restingJoined, "joined", because: Self.sentence(about: cause))
        }
    }
}
