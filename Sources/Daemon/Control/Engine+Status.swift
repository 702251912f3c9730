import Jobs
import Ledger
import Synchronization

extension Engine {
    /// How many reasons for waiting are told.
    private static let waitLimit = 5

    /// Where everything stands.
    func statusDocument() async throws -> StatusDocument {
        let line = statusLine()
        var pipelines = line.counts.mapValues { states in
            Dictionary(uniqueKeysWithValues: states.map { ($0.key.rawValue, $0.value) })
        }
        for name in self.pipelines.names where pipelines[name] == nil { pipelines[name] = [:] }
        return StatusDocument(
            at: time.now().internetTime,
            version: Version.text,
            id: settings.publicID,
            summary: line.text,
            troubles: line.troubles,
            pipelines: pipelines,
            obstacles: await obstacles(line.counts),
            keys: keyDocuments(),
            holds: holds.all.map {
                StatusDocument.HoldDocument(
                    pipeline: $0.pipeline.isEmpty ? "all" : $0.pipeline,
                    reason: $0.reason.english,
                    since: $0.since.internetTime
                )
            },
            kept: self.pipelines.names.compactMap { name in
                self.pipelines.pipeline(name).flatMap { StatusText.keeping($0.retention, of: name)?.english }
            },
            costs: try await costDocuments(),
            waits: try await ledger.commonWaits(limit: Self.waitLimit).map {
                StatusDocument.Wait(reason: $0.reason, jobs: $0.count, since: $0.since.internetTime)
            },
            oldestWaiting: try await oldestWaiting(line.counts),
            lastTrouble: journal.lastTrouble.map { StatusDocument.Line(at: $0.at.internetTime, text: $0.text) },
            lastCallback: recent.callback.map { StatusDocument.Callback(at: $0.at.internetTime, job: $0.job.text) }
        )
    }

    private func obstacles(_ counts: [String: [JobState: Int]]) async -> [String: Standing] {
        var obstacles: [String: Standing] = [:]
        for (name, states) in counts where states[.queued, default: 0] > 0 {
            obstacles[name] = await obstacle(to: name).map(Standing.init)
        }
        return obstacles
    }

    private func keyDocuments() -> [StatusDocument.Key] {
        let now = time.now()
        let slots = slots.withLock { $0 }
        return accounts.keys.sorted().map { name in
            StatusDocument.Key(
                name: name,
                concurrency: slots.concurrency(name),
                running: slots.held(name),
                rests: slots.rest(name, at: now)?.reason.english,
                balance: balances.reading(name).map { AccountListDocument.Balance($0.status, at: $0.at) }
            )
        }
    }

    private func costDocuments() async throws -> [StatusDocument.CostDocument] {
        let today = try await ledger.costs(since: time.now() - LocalTime.sinceMidnight(at: time.wall()))
        return try await ledger.costs().map { all in
            StatusDocument.CostDocument(
                pipeline: all.pipeline,
                key: all.key,
                today: StatusDocument.Amount(today.first { $0.pipeline == all.pipeline && $0.key == all.key }),
                all: StatusDocument.Amount(all)
            )
        }
    }

    /// The job of a pipeline that has waited for its submission for longest.
    func oldestWaiting(in pipeline: String) async throws -> Job? {
        let ever = Timestamp(milliseconds: .max)
        return try await ledger.waiting(in: pipeline, at: ever, except: [], limit: 1).first?.job
    }

    private func oldestWaiting(_ counts: [String: [JobState: Int]]) async throws -> StatusDocument.Oldest? {
        var oldest: Job?
        for (name, states) in counts where states[.queued, default: 0] > 0 {
            guard let job = try await oldestWaiting(in: name) else { continue }
            if oldest.map({ job.createdAt < $0.createdAt }) ?? true { oldest = job }
        }
        return oldest.map {
            StatusDocument.Oldest(
                job: $0.id.text,
                pipeline: $0.pipeline,
                file: $0.origin.description,
                since: $0.createdAt.internetTime
            )
        }
    }
}
