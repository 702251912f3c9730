import Jobs
import Ledger
import Spool

/// Why a file is not taken yet: its job has ended, and that its original was put away is not written down.
///
/// A person may have it out of `failed/` again before the ledger knows that it was there. It must not be taken for another job's: nothing
/// would be asked of the tasks that it has.
struct TidyingAwaited: Error {}

extension Engine {
    /// Records a file that was moved back as the return of its job, which goes on with the tasks that it has.
    ///
    /// It is known again as the file that it is on disk, or else, on a copied disk or with a lost ledger, by the note beside it and its
    /// content. One that is to have other tasks is a job of its own: what is in it, or was given with it, is not what was submitted.
    ///
    /// - Throws: `TidyingAwaited` where its job is not put away yet, among others.
    /// - Returns: nothing where it is none.
    func recordReturn(
        of file: SettledFile,
        _ given: GivenParameters,
        _ entry: PipelineTable.Entry
    ) async throws -> Job? {
        let ended = try await ledger.ended(original: file.identity, in: entry.pipeline.name)
        let note = try await note(of: file, entry)
        if let ended {
            guard ended.job.duty == .none else { throw TidyingAwaited() }
            let own = note.flatMap { $0.job == ended.job.id ? $0 : nil }
            guard Job.areSame(ended.job.inputs, file.inputs) else { return nil }
            return try await record(file, given, asReturnOf: ended, own, entry)
        }
        guard let note, try await hasContent(file, of: note, entry) else { return nil }
        guard let known = try await ledger.job(note.job) else {
            return try await recordForgotten(note, file, given, entry)
        }
        let kind: Job.Kind = file.content == .file ? .file : .folder
        guard known.job.pipeline == entry.pipeline.name, known.job.kind == kind, note.fits(known.job),
            let ended = try await endedByNow(known, entry)
        else {
            return nil
        }
        return try await record(file, given, asReturnOf: ended, note, entry)
    }

    /// A job as it stands once it has ended; nothing where it goes on.
    ///
    /// In a ledger that was put back from a copy it may wait still, for a file that has left `work/` long ago.
    private func endedByNow(_ record: JobRecord, _ entry: PipelineTable.Entry) async throws -> JobRecord? {
        var record = record
        if settings.hasLostHistory, record.job.state == .queued, record.job.isClaimed, let work = entry.folders[.work] {
            let place = record.job.place
            guard try await blocking({ try work.entry(at: place) }) == nil else { return nil }
            try await withdraw(record.job)
            guard let ended = try await ledger.job(record.job.id) else { return nil }
            record = ended
        }
        let job = record.job
        guard job.state == .failed || job.state == .cancelled, job.folder != .inbox else { return nil }
        guard job.duty == .none else { throw TidyingAwaited() }
        return record
    }

    private func record(
        _ file: SettledFile,
        _ given: GivenParameters,
        asReturnOf ended: JobRecord,
        _ note: ReturnedNote?,
        _ entry: PipelineTable.Entry
    ) async throws -> Job? {
        var forgotten: Attempt?
        if let note { forgotten = try await forgottenAttempt(of: note, entry.pipeline) }
        let isPaid = !ended.attempts.isEmpty || forgotten != nil
        let values = try values(given, for: file, asReturnOf: ended, isPaid: isPaid, entry)
        guard !isPaid || values == ended.job.parameters else { return nil }
        let (seen, attempt, now) = (file.inputs, forgotten, time.now())
        let change = try await change(ended.job.id) { record in
            guard isPaid || record.attempts.isEmpty else { return EventOutcome.ignored("it was paid meanwhile") }
            if !isPaid { record.job.parameters = values }
            let outcome = record.cameBack(
                origin: file.path,
                place: file.path,
                identity: file.identity,
                inputs: seen,
                forgotten: attempt,
                at: now
            )
            if outcome == .applied { record.job.sidecar = given.sidecar }
            return outcome
        }
        if let change, !isPaid, !change.record.attempts.isEmpty { throw TidyingAwaited() }
        guard let change, change.value == .applied else { return nil }
        await removeNotes(of: ended.job.id, beside: ended.job.place, in: entry.folders[.failed])
        await removeNotes(of: ended.job.id, beside: file.path, in: entry.folders[.failed])
        return change.record.job
    }

    /// The parameters that a job goes on with.
    ///
    /// Those of its batch may be gone by now, or be meant for another: it keeps what it had, and only its own can change that. Where nothing
    /// was paid for it yet all that is given now counts, for it may have been dropped again for their sake, and nothing else does where it
    /// was withdrawn.
    private func values(
        _ given: GivenParameters,
        for file: SettledFile,
        asReturnOf ended: JobRecord,
        isPaid: Bool,
        _ entry: PipelineTable.Entry
    ) throws -> [String: Parameter] {
        if !isPaid, ended.job.folder == .gone {
            try lacking(given.values, for: file.path, isFolder: file.content != .file, entry.pipeline)
            return given.values
        }
        return ended.job.parameters.merging(isPaid ? given.own : given.values) { _, new in new }
    }

    /// Records a job that only its note tells of: its task is asked about before anything is paid.
    private func recordForgotten(
        _ note: ReturnedNote,
        _ file: SettledFile,
        _ given: GivenParameters,
        _ entry: PipelineTable.Entry
    ) async throws -> Job? {
        guard note.parameters.merging(given.own, uniquingKeysWith: { _, own in own }) == note.parameters,
            let attempt = try await forgottenAttempt(of: note, entry.pipeline)
        else { return nil }
        var job = Job(
            id: note.job,
            pipeline: entry.pipeline.name,
            origin: file.path,
            place: file.path,
            kind: file.content == .file ? .file : .folder,
            identity: file.identity,
            at: time.now()
        )
        job.inputs = file.inputs
        if job.kind == .file { job.digest = note.sums(isFolder: false)?[""] }
        job.parameters = note.parameters
        job.sidecar = given.sidecar
        job.isReviving = true
        job.attempt = attempt.number
        let recorded = try await ledger.record(job, attempts: [attempt])
        await removeNotes(of: note.job, beside: file.path, in: entry.folders[.failed])
        return recorded
    }

    /// The attempt that a note tells of, where the ledger may lack it and no job has its task.
    private func forgottenAttempt(of note: ReturnedNote, _ pipeline: Pipeline) async throws -> Attempt? {
        guard settings.hasLostHistory, let taskID = note.taskID, try await !ledger.knows(task: taskID) else {
            return nil
        }
        let names = accounts.names(for: pipeline)
        guard let key = note.key ?? names.first else { return nil }
        return Attempt.remembered(
            number: note.attempts,
            taskID: taskID,
            key: key,
            isGuessed: note.key == nil,
            site: note.site ?? accounts[key]?.site ?? "",
            settings: pipeline,
            at: time.now()
        )
    }

    // MARK: Notes

    /// The note that came along with a file, or that it left behind in `failed/`; nothing where its file lies there still.
    private func note(of file: SettledFile, _ entry: PipelineTable.Entry) async throws -> ReturnedNote? {
        guard let inbox = entry.folders[.inbox], let failed = entry.folders[.failed] else { return nil }
        let path = file.path
        let bytes = try await blocking { () -> [UInt8]? in
            if let bytes = try ErrorNotes.json(beside: path.name, in: inbox.folder(at: path.folders)) { return bytes }
            guard let left = try? failed.folder(at: path.folders), try left.entry(path.name) == nil else { return nil }
            return try ErrorNotes.json(beside: path.name, in: left)
        }
        return bytes.flatMap(ReturnedNote.init)
    }

    /// Whether a file or job folder has in it what a note tells of.
    private func hasContent(
        _ file: SettledFile,
        of note: ReturnedNote,
        _ entry: PipelineTable.Entry
    ) async throws -> Bool {
        let isFolder = file.content != .file
        guard let sums = note.sums(isFolder: isFolder), let inbox = entry.folders[.inbox] else { return false }
        let files =
            isFolder
            ? file.inputs.map { (file.path.below($0.name), $0.identity, "\($0.name)") }
            : [
                (file.path, file.identity, "")
            ]
        guard files.count == sums.count else { return false }
        for (path, identity, name) in files {
            let (state, open) = try await blocking { try inbox.openClaimed(path, expecting: identity) }
            guard state == .unchanged, let open, let sum = sums[name], try await digest(of: open) == sum else {
                return false
            }
        }
        return true
    }
}
