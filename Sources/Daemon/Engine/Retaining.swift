import Jobs
import Ledger
import Spool

/// How often it is looked whether something has been kept for long enough, and how much is done at once.
private enum Pace {
    static let first = Duration.seconds(30)
    static let pass = Duration.seconds(600)
    static let pause = Duration.seconds(1)
    static let originals = 50
    static let jobs = 200
}

extension Engine {
    /// Deletes originals and forgets jobs that were kept for as long as `retention` says, as long as the task runs.
    ///
    /// A little at a time: neither the ledger nor the disk is kept from what people wait for.
    func keepWithinRetention() async {
        await time.wait(until: time.now() + Pace.first)
        while !Task.isCancelled {
            await retain()
            await time.wait(until: time.now() + Pace.pass)
        }
    }

    private func retain() async {
        do {
            try await ledger.noteKeeping(at: time.now())
            for name in Set(pipelines.names).union(ledger.counts.keys).sorted() where !Task.isCancelled {
                let retention = pipelines.pipeline(name)?.retention ?? settings.retention
                if let entry = pipelines.entry(name) {
                    try await expire(.done, of: entry, after: retention.done)
                    try await expire(.failed, of: entry, after: retention.failed)
                }
                try await forget(name, retention)
            }
        } catch {
            tellTrouble("retention", error)
        }
    }

    /// Deletes the originals in `done/` or `failed/` of a pipeline that lie there for longer.
    private func expire(_ folder: Job.Folder, of entry: PipelineTable.Entry, after span: Duration?) async throws {
        guard let span else { return }
        var failures: Set<JobID> = []
        while !Task.isCancelled, await isHere(entry) {
            let page = try await ledger.kept(
                in: folder,
                of: entry.pipeline.name,
                longerThan: span,
                at: time.now(),
                except: failures,
                limit: Pace.originals
            )
            for record in page where try await !expire(record.job, from: folder, entry) {
                failures.insert(record.job.id)
            }
            guard page.count == Pace.originals else { return }
            await time.wait(until: time.now() + Pace.pause)
        }
    }

    /// Deletes one original, and notes that.
    ///
    /// - Returns: whether that worked out; what has been deleted is found to be so when it is tried again.
    private func expire(_ job: Job, from folder: Job.Folder, _ entry: PipelineTable.Entry) async throws -> Bool {
        let folders = entry.folders
        guard let work = folders[.work], let done = folders[.done], let failed = folders[.failed] else { return false }
        let original = Original(job: job.id, place: job.place, identity: job.identity, sidecar: job.sidecar)
        let originals = Originals(work: work, done: done, failed: failed)
        do {
            let end = try await blocking {
                folder == .done ? try originals.expireDone(original) : try originals.expireFailed(original)
            }
            let now = time.now()
            try await change(job.id) { $0.expired(end, at: now) }
            return true
        } catch let error as SystemError {
            journal.tell(
                ongoing: .originalStuck,
                about: "\(job.pipeline)/retention",
                at: time.now(),
                "The original \(folder.rawValue)/\(job.pipeline)/\(job.place) has been kept for as long as retention says and could not be deleted; it is tried again: \(Self.sentence(about: error))"
            )
            return false
        }
    }

    /// Forgets the jobs of a pipeline that ended long ago; those whose original is still to be deleted are remembered until then.
    private func forget(_ name: String, _ retention: Pipeline.Retention) async throws {
        guard let span = retention.history else { return }
        var kept: Set<Job.Folder> = []
        if pipelines.pipeline(name) != nil {
            if retention.done != nil { kept.insert(.done) }
            if retention.failed != nil { kept.insert(.failed) }
        }
        var count = Pace.jobs
        while count >= Pace.jobs, !Task.isCancelled {
            count = try await ledger.forget(in: name, endedFor: span, keeping: kept, at: time.now(), limit: Pace.jobs)
            if count > 0 { await time.wait(until: time.now() + Pace.pause) }
        }
    }
}
