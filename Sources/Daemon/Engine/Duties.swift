import FaultPoints
import Jobs
import Ledger
import Spool

extension Engine {
    /// The stage that puts originals where a final state wants them.
    func dutyStage() -> Stage {
        Stage(
            name: "originals",
            width: 4,
            wake: wakes.duties,
            time: time,
            busy: BusyJobs(),
            select: { busy, room in
                let now = self.time.now()
                let resting = self.restingOriginals.pipelines(at: now)
                let keys = Array(self.accounts.keys)
                return try await self.ledger.look { look in
                    let duties = try look.duties(at: now, exceptOf: resting, except: busy, limit: room)
                    let known = busy.union(duties.map(\.job.id))
                    let superfluous = try look.superfluous(startedBy: keys, except: known, limit: room - duties.count)
                    return Work(jobs: duties + superfluous.filter { self.canLetGo($0) })
                }
            },
            perform: { self.canLetGo($0) ? await self.letGo($0) : await self.tidy($0) },
            trouble: { self.tellTrouble("originals", $0) },
            alive: { self.progress.alive("originals", at: self.time.now()) }
        )
    }

    /// Whether a job has a task that it has no more use for, and that this daemon can have cancelled.
    private func canLetGo(_ record: JobRecord) -> Bool {
        record.attemptsToCancel.contains { account(of: $0) != nil }
    }

    /// Has tasks cancelled that a job has no more use for: before its original is moved, for that may have to wait.
    private func letGo(_ record: JobRecord) async -> Bool {
        do {
            try await askToCancelTasks(of: record)
            return true
        } catch {
            tellTrouble("originals", error)
            return false
        }
    }

    private func tidy(_ record: JobRecord) async -> Bool {
        let job = record.job
        let now = time.now()
        guard let entry = entry(for: record), await isHere(entry) else {
            let reason =
                pipelines.away(job.pipeline)?.english
                ?? "Pipeline \(job.pipeline), or the folders that it was run with, are not there; its original stays where it is until they are."
            return await putBehind(record, restingOriginals, "originals", because: reason)
        }
        do {
            FaultPoint.duty.before()
            // Once it has left `work/` it may have come back as another job's: that one's it is now, wherever it lies.
            let isAnothers = job.folder != .work ? try await ledger.hasAnotherOwner(job) : false
            let isWrittenLate = isAnothers ? false : try await isWrittenLate(job, entry.folders)
            // What was written is nowhere else.
            let duty = isWrittenLate && job.duty == .delete ? .done : job.duty
            let outcome = try await carryOut(duty, of: record, entry.folders, withoutOriginal: isAnothers)
            FaultPoint.duty.after()
            if isWrittenLate { tellWrittenLate(record) }
            // Of a file that was moved back they may have followed it into the inbox later than it was taken.
            await removeNotes(of: job.id, beside: job.origin, in: entry.folders[.inbox])
            try await change(job.id) { record in
                switch outcome {
                case .moved(let place, let identity):
                    record.tidied(duty, insteadOf: job.duty, place: place, identity: identity, at: now)
                case .absent: record.tidied(job.duty, place: nil, identity: nil, at: now)
                }
            }
            return true
        } catch {
            let reason =
                "The original \(job.pipeline)/\(job.place) could not be moved; it is tried again: "
                + Self.sentence(about: error)
            journal.tell(ongoing: .originalStuck, about: job.pipeline, at: now, reason)
            return await putBehind(record, restingOriginals, "originals", because: reason)
        }
    }

    /// Whether a delivered original in `work/` was written to since it was submitted.
    private func isWrittenLate(_ job: Job, _ folders: PipelineFolders) async throws -> Bool {
        guard job.duty == .done || job.duty == .delete, let work = folders[.work] else { return false }
        return try await blocking {
            try job.sources.contains { source in
                guard case .changed = try work.state(of: job.place(of: source), expecting: source.identity) else {
                    return false
                }
                return true
            }
        }
    }

    private func tellWrittenLate(_ record: JobRecord) {
        let file = "\(record.job.pipeline)/\(record.job.place)"
        journal.tell(
            .writtenLate,
            "\(file) was written to after it was submitted: its results are of what it held before. It lies in done/ with all of it.",
            journal.fields(of: record)
        )
    }

    private func carryOut(
        _ duty: Job.Duty,
        of record: JobRecord,
        _ folders: PipelineFolders,
        withoutOriginal isAbsent: Bool
    ) async throws -> Original.Outcome {
        let job = record.job
        guard let work = folders[.work], let done = folders[.done], let failed = folders[.failed],
            let outbox = folders[.outbox]
        else {
            throw SystemError(call: "openat", code: 2)
        }
        let original = Original(job: job.id, place: job.place, identity: job.identity, sidecar: job.sidecar)
        let originals = Originals(work: work, done: done, failed: failed)
        let (wall, language) = (time.wall(), settings.language)
        return try await blocking {
            switch duty {
            case .none: return .absent
            case .done:
                let outcome: Original.Outcome =
                    isAbsent ? .absent : try originals.moveToDone(try takenBack(original, of: job, originals))
                try removeStaging(of: job, in: outbox)
                return outcome
            case .delete:
                if !isAbsent { try originals.delete(try takenBack(original, of: job, originals)) }
                try removeStaging(of: job, in: outbox)
                return .absent
            case .failed:
                let notes = FailureNotes(record, at: wall, in: language)
                let documents = ErrorNotes(text: notes?.text ?? [], json: try notes?.json() ?? [])
                guard !isAbsent else {
                    try originals.leaveNotes(documents, of: original)
                    return .absent
                }
                let original = try takenBack(original, of: job, originals)
                return try originals.moveToFailed(original, notes: documents, evenIfAbsent: true)
            }
        }
    }
}

/// Removes what is left of staging once a job's results are published: a part of the duty, so that a crash cannot leave it behind.
private func removeStaging(of job: Job, in outbox: Folder) throws(SystemError) {
    FaultPoint.stagingRemoval.before()
    try Staging.remove(job.id, in: outbox)
    FaultPoint.stagingRemoval.after()
}

/// The original in `work/`: where a callback brought a failed job back it lies in `failed/`, beside notes that are no longer true.
private func takenBack(_ original: Original, of job: Job, _ originals: Originals) throws(SystemError) -> Original {
    guard job.folder == .failed, case .moved(let place, let identity) = try originals.restoreToWork(original) else {
        return original
    }
    return Original(job: job.id, place: place, identity: identity, sidecar: job.sidecar)
}
