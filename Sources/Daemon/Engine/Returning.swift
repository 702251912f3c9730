import Jobs
import Ledger
import Spool

/// Why a file is not taken yet: its job has ended, and that its original was put away is not written down; or its results came after all,
/// and it is to be put away with them.
///
/// A person may have it out of `failed/` again before the ledger knows that it was there. It must not be taken for another job's: nothing
/// would be asked of the tasks that it has.
struct TidyingAwaited: Error {
    /// When it is looked at again.
    var after = Duration.seconds(1)
    /// What is said of it.
    var message = Phrase.notPutAway
}

/// Why a file is not taken: it is that of a job whose pipeline is not configured any more, and may have been paid.
struct PipelineAwaited: Error {
    let sentence: Phrase
}

/// SHA-256 of the files that were read, by their names: each is read once, however many jobs it may be of.
private typealias Sums = [FileName: String]

extension Engine {
    /// Records a file that was moved back as the return of its job, which goes on with the tasks that it has.
    ///
    /// It is known again as the file that it is on disk, or else, on a copied disk or with a lost ledger, by the note beside it and its
    /// content. One that is to have other tasks is a job of its own: what is in it, or was given with it, is not what was submitted. Of
    /// several jobs that it was the newest goes on that asks for the same; where none does, the newest, if nothing was paid for it.
    ///
    /// - Throws: `TidyingAwaited` where its job is not put away yet, `PipelineAwaited` where its job is of no pipeline any more, among
    ///   others.
    /// - Returns: nothing where it is none.
    func recordReturn(
        of file: SettledFile,
        _ given: GivenParameters,
        _ entry: PipelineTable.Entry
    ) async throws -> Job? {
        let known = try await ended(file, in: entry)
        let note = try await note(of: file, entry)
        func own(_ record: JobRecord) -> ReturnedNote? { note.flatMap { $0.job == record.job.id ? $0 : nil } }
        // Of one that was withdrawn before anything was paid for it nothing is left to ask for.
        for ended in known where !ended.attempts.isEmpty || ended.job.folder != .gone {
            let job = try await record(file, given, asReturnOf: ended, own(ended), entry, isChanged: false)
            if let job { return job }
        }
        if let newest = known.first {
            let job = try await record(file, given, asReturnOf: newest, own(newest), entry, isChanged: true)
            if let job { return job }
        }
        if let note, try await hasContent(file, of: note, entry) {
            guard let known = try await ledger.job(note.job) else {
                return try await recordForgotten(note, file, given, entry)
            }
            if known.job.pipeline == entry.pipeline.name, known.job.kind == file.kind, note.fits(known.job),
                let ended = try await endedByNow(known, entry)
            {
                return try await record(file, given, asReturnOf: ended, note, entry, isChanged: true)
            }
        }
        try await refuseReturnToFormerPipeline(of: file, entry)
        return nil
    }

    /// The jobs that ended without results and whose original a file is, newest first.
    private func ended(_ file: SettledFile, in entry: PipelineTable.Entry) async throws -> [JobRecord] {
        var known: [JobRecord] = []
        var sums = Sums()
        for ended in try await ledger.returning(original: file.identity, in: entry.pipeline.name)
        where try await isOriginal(file, of: ended.job, entry, &sums) {
            guard ended.job.duty == .none || ended.awaitsOriginal else { throw TidyingAwaited() }
            known.append(ended)
        }
        return known
    }

    /// Refuses a file of a job with tasks that this inbox took for another pipeline, which is configured no more: by another name, perhaps,
    /// it is this one.
    private func refuseReturnToFormerPipeline(of file: SettledFile, _ entry: PipelineTable.Entry) async throws {
        // Those in the spool bear the pipeline's name.
        guard let inbox = entry.pipeline.folders.inbox else { return }
        var sums = Sums()
        for name in Set(ledger.counts.keys).subtracting(pipelines.names).sorted() {
            for ended in try await ledger.returning(original: file.identity, in: name) {
                guard ended.attempts.last?.settings.folders.inbox == inbox,
                    try await isOriginal(file, of: ended.job, entry, &sums)
                else { continue }
                throw PipelineAwaited(sentence: .ofFormerPipeline(ended.job))
            }
        }
    }

    /// Whether what settled is what a job was made of, as far as can be told.
    ///
    /// By size and time, or by its content where the time alone is another. Where the job has its results that is not enough: the file may
    /// be dropped to be run once more.
    ///
    /// Where the job came back already and was not taken yet it must not lie where it came back to: two names lead to one file then.
    private func isOriginal(
        _ file: SettledFile,
        of job: Job,
        _ entry: PipelineTable.Entry,
        _ sums: inout Sums
    ) async throws -> Bool {
        let now =
            file.content == .file
            ? [Job.Input(stem: "", name: file.path.name, identity: file.identity)] : file.inputs
        let before =
            job.kind == .file
            ? [Job.Input(stem: "", name: file.path.name, identity: job.identity, digest: job.digest)] : job.inputs
        guard file.kind == job.kind, now.count == before.count else { return false }
        for input in now {
            let known = before.first { $0.stem == input.stem && $0.name == input.name }
            guard let known else { return false }
            if input.identity.isSameContent(as: known.identity) { continue }
            guard job.state != .delivered, try await hasContent(file, input, as: known, entry, &sums) else {
                return false
            }
        }
        guard !job.isClaimed, job.state == .queued, job.origin != file.path else { return true }
        return try await !isElsewhere(job, entry)
    }

    private func hasContent(
        _ file: SettledFile,
        _ input: Job.Input,
        as known: Job.Input,
        _ entry: PipelineTable.Entry,
        _ sums: inout Sums
    ) async throws -> Bool {
        // The files of a folder may have been copied, or saved anew, in it: that one is known by its own inode.
        guard file.content != .file || input.identity.inode == known.identity.inode,
            input.identity.size == known.identity.size, let digest = known.digest
        else { return false }
        if let sum = sums[input.name] { return sum == digest }
        let path = file.content == .file ? file.path : file.path.below(input.name)
        let sum = try await self.digest(of: path, input.identity, entry)
        sums[input.name] = sum
        return sum == digest
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
        if record.awaitsOriginal { return record }
        // A callback has brought it back since, and its file came in another way than by a rename.
        if job.folder == .failed, job.state == .running || job.state == .unconfirmed { return record }
        guard job.state == .failed || job.state == .cancelled, job.folder != .inbox else { return nil }
        guard job.duty == .none else { throw TidyingAwaited() }
        return record
    }

    /// Records the return; nothing where other tasks are asked for than it has.
    ///
    /// With `isChanged` it may go on with other parameters than it had, if nothing was paid for it.
    private func record(
        _ file: SettledFile,
        _ given: GivenParameters,
        asReturnOf ended: JobRecord,
        _ note: ReturnedNote?,
        _ entry: PipelineTable.Entry,
        isChanged: Bool
    ) async throws -> Job? {
        var forgotten: Attempt?
        if let note { forgotten = try await forgottenAttempt(of: note, entry.pipeline) }
        let isPaid = !ended.attempts.isEmpty || forgotten != nil
        let values = try values(given, for: file, asReturnOf: ended, isPaid: isPaid, entry)
        guard values == ended.job.parameters || (isChanged && !isPaid) else { return nil }
        let (seen, attempt, now) = (file.inputs, forgotten, time.now())
        let change = try await change(ended.job.id) { record in
            let (job, before) = (record.job, ended.job)
            guard job.state == before.state, job.isClaimed == before.isClaimed, job.origin == before.origin,
                isPaid || record.attempts.isEmpty
            else { return EventOutcome.ignored("it has gone on since it was looked at") }
            if ended.awaitsOriginal {
                return record.cameBackForResults(
                    place: file.path,
                    identity: file.identity,
                    sidecar: given.sidecar,
                    at: now
                )
            }
            let outcome = record.cameBack(
                origin: file.path,
                place: file.path,
                identity: file.identity,
                inputs: seen,
                forgotten: attempt,
                at: now
            )
            guard outcome == .applied else { return outcome }
            if !isPaid { record.job.parameters = values }
            record.job.sidecar = given.sidecar
            return outcome
        }
        // Where it has gone on since it was read, what it is now is looked at anew.
        guard let change, change.value == .applied else { throw TidyingAwaited() }
        await removeNotes(of: ended.job.id, beside: ended.job.place, in: entry.folders[.failed])
        await removeNotes(of: ended.job.id, beside: file.path, in: entry.folders[.failed])
        // It stays where it is until it is put away with its results.
        guard !ended.awaitsOriginal else { throw TidyingAwaited(after: .seconds(5), message: .resultsAwaited) }
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
}
