import Jobs
import Ledger
import Spool

extension Engine {
    /// How many waiting jobs of a pipeline are looked at together, and how often.
    private static let withdrawalPage = 500
    private static let withdrawalPace = Duration.seconds(5)

    /// Notices what people take out of `work/` while its job waits, as long as the task runs: its turn may be hours away, or held.
    ///
    /// The waiting jobs are gone through page by page, so that many cost no more at once than few. Where another file lies in the place
    /// nothing is concluded: that is looked at when the job's turn comes.
    func watchWithdrawals() async {
        var last: [String: JobID] = [:]
        while !Task.isCancelled {
            await time.wait(until: time.now() + Self.withdrawalPace)
            for name in pipelines.names {
                let after = last[name]
                // As a piece of work: a file system may keep it waiting.
                last[name] = await progress.watching("looking after what waits in \(name)", time) {
                    do {
                        return try await lookAfterWaiting(of: name, after: after)
                    } catch {
                        tellTrouble("what waits in \(name)", error)
                        return nil
                    }
                }
            }
        }
    }

    /// Looks at a page of a pipeline's waiting jobs.
    ///
    /// - Returns: the last one looked at; nothing where the next page is the first again.
    private func lookAfterWaiting(of name: String, after last: JobID?) async throws -> JobID? {
        let jobs = try await ledger.waiting(in: name, after: last, limit: Self.withdrawalPage).map(\.job)
        guard !jobs.isEmpty, let entry = pipelines.entry(name), await isHere(entry) else { return nil }
        guard let work = entry.folders[.work] else { return nil }
        let gone = try await blocking { try jobs.filter { try work.entry(at: $0.place) == nil } }
        // Nothing is gone from a disk that is.
        if !gone.isEmpty, await isHere(entry) {
            for job in gone { try await withdraw(job) }
        }
        return jobs.count < Self.withdrawalPage ? nil : jobs.last?.id
    }
}
