import Jobs
import Ledger
import Spool

extension Engine {
    /// How many waiting jobs of a pipeline are looked at together, and how often.
    private static let withdrawalPage = 500
    private static let withdrawalPace = Duration.seconds(5)

    /// Notices what people take out of `work/` while its job waits, as long as the task runs: its turn may be hours away, or held.
    ///
    /// The waiting jobs are gone through page by page, so that many cost no more at once than few. A file that is missing is looked for once
    /// more, at the next look at its page: somebody may be about to put it back. Where another file lies in the place nothing is concluded:
    /// that is looked at when the job's turn comes.
    func watchWithdrawals() async {
        var last: [String: JobID] = [:]
        var missing: Set<JobID> = []
        while !Task.isCancelled {
            await time.wait(until: time.now() + Self.withdrawalPace)
            for name in pipelines.names where (ledger.counts[name]?[.queued] ?? 0) > 0 {
                let after = last[name]
                let missed = missing
                // As a piece of work: a file system may keep it waiting.
                let look = await progress.watching("looking after what waits in \(name)", time) {
                    do {
                        return try await lookAfterWaiting(of: name, after: after, missed: missed)
                    } catch {
                        tellTrouble("what waits in \(name)", error)
                        return Look()
                    }
                }
                last[name] = look.last
                missing.subtract(look.seen)
                missing.formUnion(look.missing)
            }
        }
    }

    /// What came of looking at a page of waiting jobs.
    private struct Look: Sendable {
        /// The jobs on it.
        var seen: [JobID] = []
        /// Those whose file was not there for the first time.
        var missing: [JobID] = []
        /// The last one; nothing where the next page is the first again.
        var last: JobID?
    }

    /// Looks at a page of a pipeline's waiting jobs, and withdraws those whose file was not there the last time either.
    private func lookAfterWaiting(of name: String, after last: JobID?, missed: Set<JobID>) async throws -> Look {
        let waiting = try await ledger.waitingPlaces(in: name, after: last, limit: Self.withdrawalPage)
        guard !waiting.isEmpty, let entry = pipelines.entry(name), await isHere(entry) else { return Look() }
        guard let work = entry.folders[.work] else { return Look() }
        let gone = try await blocking { try waiting.filter { try work.entry(at: $0.place) == nil } }
        var look = Look(seen: waiting.map(\.job), last: waiting.count < Self.withdrawalPage ? nil : waiting.last?.job)
        // Nothing is gone from a disk that is.
        guard !gone.isEmpty, await isHere(entry) else { return look }
        for (id, place) in gone {
            guard missed.contains(id) else {
                look.missing.append(id)
                continue
            }
            guard let job = try await ledger.job(id)?.job, job.isWaiting(at: place) else { continue }
            try await withdraw(job) { $0.isWaiting(at: place) && $0.stateSince == job.stateSince }
        }
        return look
    }
}

extension Job {
    /// Whether it waits for its turn with its original there.
    fileprivate func isWaiting(at place: RelativePath) -> Bool {
        state == .queued && isClaimed && self.place == place
    }
}
