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
            let inbox = (pipelines.entry(job.pipeline) ?? entry).folders[.inbox]
            let isAnothers = try await isAnothers(job, inbox)
            let outcome = try await carryOut(record, entry.folders, inbox, withoutOriginal: isAnothers)
            FaultPoint.duty.after()
            if let condition = outcome.condition { tell(condition, of: record) }
            // Of a file that was moved back they may have followed it into the inbox later than it was taken.
            await removeNotes(of: job.id, beside: job.origin, in: entry.folders[.inbox])
            if job.folder == .failed, job.duty != .failed {
                // What they say is no longer true, also where the file was not beside them any more.
                await removeNotes(of: job.id, beside: job.place, in: entry.folders[.failed])
                await removeNotes(of: job.id, beside: job.place, in: entry.folders[.inbox])
            }
            try await change(job.id) { record in
                switch outcome.place {
                case .moved(let place, let identity):
                    return record.tidied(outcome.duty, insteadOf: job.duty, place: place, identity: identity, at: now)
                case .absent where record.job.place != job.place || record.job.identity != job.identity:
                    return .ignored("it came back since it was looked for")
                case .absent:
                    return record.tidied(outcome.duty, insteadOf: job.duty, place: nil, identity: nil, at: now)
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

    private func isAnothers(_ job: Job, _ inbox: Folder?) async throws -> Bool {
        guard job.folder != .work else { return false }
        let entry = job.folder == .failed ? try await blocking { try inbox?.entry(at: job.place) } : nil
        return try await ledger.hasAnotherOwner(job, isInInbox: entry?.identity.inode == job.identity.inode)
    }

    /// Tells that a delivered original is kept, and is not what was submitted.
    private func tell(_ condition: Originals.Condition, of record: JobRecord) {
        let file = "\(record.job.pipeline)/\(record.job.place)"
        let sentence =
            condition == .written
            ? "\(file) was written to after it was submitted: its results are of what it held before. It lies in done/ with all of it."
            : "Something came into \(file) after it was taken, or was changed in it: it is not deleted, and lies in done/ with all of it."
        journal.tell(.writtenLate, sentence, journal.fields(of: record))
    }

    private func carryOut(
        _ record: JobRecord,
        _ folders: PipelineFolders,
        _ inbox: Folder?,
        withoutOriginal isAbsent: Bool
    ) async throws -> PuttingAway.Outcome {
        let job = record.job
        guard let inbox, let work = folders[.work], let done = folders[.done],
            let failed = folders[.failed], let outbox = folders[.outbox]
        else {
            throw SystemError(call: "openat", code: 2)
        }
        let original = Original(job: job.id, place: job.place, identity: job.identity, sidecar: job.sidecar)
        let originals = Originals(work: work, done: done, failed: failed)
        let (wall, language) = (time.wall(), settings.language)
        return try await blocking {
            switch job.duty {
            case .none: return .init(duty: .none, place: .absent)
            case .done, .delete:
                let outcome: PuttingAway.Outcome =
                    isAbsent
                    ? .init(duty: .done, place: .absent)
                    : try PuttingAway(job: job, originals: originals, inbox: inbox).run()
                try removeStaging(of: job, in: outbox)
                return outcome
            case .failed:
                let notes = FailureNotes(record, at: wall, in: language)
                let documents = ErrorNotes(text: notes?.text ?? [], json: try notes?.json() ?? [])
                guard !isAbsent else {
                    try originals.leaveNotes(documents, of: original)
                    return .init(duty: .failed, place: .absent)
                }
                let original = try originals.takenBack(original, of: job)
                let place = try originals.moveToFailed(original, notes: documents, evenIfAbsent: true)
                return .init(duty: .failed, place: place)
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
