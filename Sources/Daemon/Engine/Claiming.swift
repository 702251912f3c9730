import Glibc
import Jobs
import Ledger
import Logging
import Spool

extension Engine {
    /// Claims settled files and job folders: each is recorded first, and then taken out of the inbox.
    func claim(
        _ files: [SettledFile],
        _ entry: PipelineTable.Entry,
        _ inbox: Inbox,
        _ unfinished: UnfinishedClaims
    ) async {
        guard await isHere(entry) else {
            for file in files {
                await inbox.returned(file.path, after: .seconds(5), message: .foldersAway)
            }
            return
        }
        let jobs = await withTaskGroup(of: Job?.self) { group in
            for file in files {
                group.addTask {
                    do {
                        return try await self.record(file, entry)
                    } catch let awaited as ParametersAwaited {
                        await inbox.returned(
                            file.path,
                            awaitingParameters: awaited.sentence,
                            after: awaited.after
                        )
                        return nil
                    } catch let awaited as TidyingAwaited {
                        await inbox.returned(file.path, after: awaited.after, message: awaited.message)
                        return nil
                    } catch let awaited as PipelineAwaited {
                        self.journal.tell(
                            ongoing: .fileStuck,
                            about: "\(entry.pipeline.name)/\(file.path)",
                            at: self.time.now(),
                            "\(entry.pipeline.name)/\(file.path): \(awaited.sentence)",
                            ["file": FileValue(file.path).metadata]
                        )
                        await inbox.returned(file.path, after: .seconds(30), message: awaited.sentence)
                        return nil
                    } catch {
                        self.tellTrouble("the inbox of \(entry.pipeline.name)", error)
                        let message = DiskTrouble.cause(of: error).map(Self.phrase(about:)) ?? .ledgerUnwritable
                        await inbox.returned(file.path, after: .seconds(5), message: message)
                        return nil
                    }
                }
            }
            var jobs: [Job] = []
            for await job in group { if let job { jobs.append(job) } }
            return jobs
        }
        await carryOut(jobs, entry, inbox, unfinished)
    }

    /// Records a settled file or job folder: as a new job, or as the return of one that had ended without results.
    private func record(_ file: SettledFile, _ entry: PipelineTable.Entry) async throws -> Job {
        let given = try await parameters(for: file, entry)
        if let job = try await recordReturn(of: file, given, entry) { return job }
        try lacking(given.values, for: file.path, isFolder: file.content != .file, entry.pipeline)
        var generator = SystemRandomNumberGenerator()
        var job = file.job(JobID(using: &generator), given, entry.pipeline, at: time.now())
        job.parameters = given.values
        return try await ledger.record(job)
    }

    /// Moves recorded files into `work/`, flushes them together, and commits that they are claimed.
    func carryOut(
        _ jobs: [Job],
        _ entry: PipelineTable.Entry,
        _ inbox: Inbox,
        _ unfinished: UnfinishedClaims
    ) async {
        guard let from = entry.folders[.inbox], let work = entry.folders[.work] else {
            unfinished.add()
            for job in jobs {
                await inbox.returned(job.origin, after: .seconds(5), message: .foldersAway)
            }
            return
        }
        let claims = Claims(inbox: from, work: work, place: entry.folders.path(of: .inbox))
        var taken: [Taken] = []
        for job in jobs {
            guard let one = await takeIn(job, claims, inbox, entry, unfinished) else { continue }
            taken.append(one)
        }
        guard !taken.isEmpty else { return }
        let all = taken.map(\.claim)
        // Where a reload or a stop came before it could be made nothing counts as flushed; who takes over goes on with these.
        guard let failures = try? await blocking({ claims.synchronize(all) }) else { return }
        await withDiscardingTaskGroup { group in
            for one in taken {
                let job = one.job
                if let error = failures[job.id] {
                    journal.tell(
                        ongoing: .spoolTrouble,
                        about: entry.pipeline.name,
                        at: time.now(),
                        "\(entry.pipeline.name)/\(job.place) could not be flushed to disk; it waits in work/ and is written anew: \(error)"
                    )
                    unfinished.add(unflushed: job.id)
                    // In the ledger, too: by the next start the kernel has forgotten that it could not write it.
                    let now = time.now()
                    _ = try? await change(job.id) { $0.claimUnflushed(because: "\(error)", at: now) }
                    // What a person moves back there meanwhile is to be offered again.
                    group.addTask { await inbox.left([job.origin]) }
                    continue
                }
                unfinished.finished(job.id)
                group.addTask {
                    let now = self.time.now()
                    let (id, pipeline) = (job.id, entry.pipeline)
                    await self.changeSurely(id) { record in
                        let outcome = record.claimCompleted(identity: one.identity, inputs: one.inputs, at: now)
                        // What cannot be run at all is said at once, not when its turn comes.
                        if let failure = record.job.unfitness(for: pipeline) {
                            _ = record.refusedForGood(failure, at: now)
                        }
                        return outcome
                    }
                    await inbox.left([job.origin])
                    if job.isReviving { await self.removeNotes(of: job.id, beside: job.origin, in: from) }
                }
            }
        }
    }

    /// Whether a recorded file or job folder lies no more in the inbox under its name: no look into it will bring it again.
    func hasLeftInbox(_ job: Job, _ entry: PipelineTable.Entry) async throws -> Bool {
        switch try await locate(job, entry) {
        case .inbox, .changed: false
        case .hidden, .work, .nowhere: true
        }
    }

    /// Whether the file of a recorded job still lies where it is to be taken from, or on the way from there.
    func isElsewhere(_ job: Job, _ entry: PipelineTable.Entry) async throws -> Bool {
        switch try await locate(job, entry) {
        case .inbox, .hidden, .work: true
        case .changed(let identity): identity.inode == job.identity.inode
        case .nowhere: false
        }
    }

    private func locate(_ job: Job, _ entry: PipelineTable.Entry) async throws -> Claim.Location {
        guard let inbox = entry.folders[.inbox], let work = entry.folders[.work] else {
            throw SystemError(call: "openat", code: ENOENT)
        }
        let claims = Claims(inbox: inbox, work: work, place: entry.folders.path(of: .inbox))
        // Where another job has the place, what lies there says nothing of this one's file.
        let isAnothers = try await ledger.isPlace(job.place, ofAnotherThan: job)
        return try await blocking { try claims.locate(Claim(job, to: job.place), isPlaceAnothers: isAnothers) }
    }

    /// A job whose file or folder lies in `work/`, in this condition.
    private struct Taken: Sendable {
        let job: Job
        let claim: Claim
        let identity: FileIdentity
        let inputs: [Job.Input]
    }

    /// Moves one file, under another name where its own is taken in `work/`.
    private func takeIn(
        _ job: Job,
        _ claims: Claims,
        _ inbox: Inbox,
        _ entry: PipelineTable.Entry,
        _ unfinished: UnfinishedClaims
    ) async -> Taken? {
        var place = job.place
        var number = 1
        do {
            while true {
                let claim = Claim(job, to: place)
                switch try await takeIn(claim, of: job, claims) {
                case .taken where unfinished.isUnflushed(job.id) || job.tries > 0:
                    let (identity, inputs) = try await blocking { try claims.rewrite(claim) }
                    return Taken(job: job, claim: claim, identity: identity, inputs: inputs)
                case .taken(let identity, let inputs):
                    return Taken(job: job, claim: claim, identity: identity, inputs: inputs)
                case .nameTaken:
                    number += 1
                    place.name = job.origin.name.numbered(number, leaving: claim.reserve)
                    let next = place
                    try await change(job.id) { $0.placeChanged(next) }
                case .gone:
                    // Nothing is gone from a disk that is.
                    guard await isHere(entry) else { throw SystemError(call: "openat", code: ENODEV) }
                    try await giveBack(claim, of: job, entry)
                    try await withdraw(job)
                    await inbox.left([job.origin])
                    return nil
                case .changed(let identity):
                    if identity.inode != job.identity.inode || identity.device != job.identity.device {
                        try await giveBack(claim, of: job, entry)
                        try await withdraw(job)
                    }
                    await inbox.returned(job.origin, after: .zero, putBack: identity)
                    return nil
                case .refused(let reason):
                    let sentence = reason.phrase(at: time.now())
                    // Where its folder is the reason, all the files in it are refused; each says so in _STATUS.txt.
                    journal.tell(
                        ongoing: .fileStuck,
                        about: job.pipeline,
                        at: time.now(),
                        "\(job.pipeline)/\(job.origin): \(sentence)",
                        ["job": .string(job.id.text), "file": FileValue(job.origin).metadata]
                    )
                    await inbox.returned(job.origin, after: .seconds(20), message: sentence)
                    return nil
                }
            }
        } catch {
            journal.tell(
                ongoing: .spoolTrouble,
                about: entry.pipeline.name,
                at: time.now(),
                "\(job.pipeline)/\(job.origin) could not be taken; it is tried again: \(Self.sentence(about: error))",
                ["job": .string(job.id.text), "file": FileValue(job.origin).metadata]
            )
            await inbox.returned(job.origin, after: .seconds(5), message: Self.phrase(about: error))
            unfinished.add()
            return nil
        }
    }

    /// Takes one file to its place, if that is not another job's: a second name of that one's file would be taken for this one's.
    private func takeIn(_ claim: Claim, of job: Job, _ claims: Claims) async throws -> Claim.Outcome {
        if try await ledger.isPlace(claim.place, ofAnotherThan: job) { return .nameTaken }
        return try await blocking { try claims.takeIn(claim) }
    }

    /// A job's file was taken away; the parameters that came with it are left where people look.
    ///
    /// Where the job by now is not what this was concluded from, it stays as it is.
    func withdraw(_ job: Job, where isSame: @escaping @Sendable (Job) -> Bool = { _ in true }) async throws {
        let now = time.now()
        let change = try await change(job.id) { record in
            isSame(record.job) ? record.withdrawn(at: now) : .ignored("it has gone on")
        }
        guard change?.value == .applied, job.sidecar != nil else { return }
        guard let folders = pipelines.folders(job.pipeline), let work = folders[.work], let done = folders[.done],
            let failed = folders[.failed]
        else { return }
        let original = Original(job: job.id, place: job.place, identity: job.identity, sidecar: job.sidecar)
        // Where that does not work they lie in work/, in nobody's way but that of another file of this name with parameters.
        try? await blocking { try Originals(work: work, done: done, failed: failed).leaveParameters(of: original) }
    }

    /// Removes a job's notes beside a file: in `failed/`, whence a person took the file, or in the inbox, where they came along.
    func removeNotes(of id: JobID, beside path: RelativePath, in folder: Folder?) async {
        guard let folder else { return }
        // What cannot be removed is in nobody's way, and no folder means no notes.
        try? await blocking { try ErrorNotes.remove(beside: path.name, in: folder.folder(at: path.folders), of: id) }
    }
}

extension SettledFile {
    /// What a job of it is made of.
    var kind: Job.Kind { content == .file ? .file : .folder }

    /// A job that is recorded for it where it lies, with the parameters that lie beside it.
    func job(_ id: JobID, _ given: GivenParameters, _ pipeline: Pipeline, at now: Timestamp) -> Job {
        var job = Job(
            id: id,
            pipeline: pipeline.name,
            origin: path,
            place: path,
            kind: kind,
            identity: identity,
            at: now
        )
        job.inputs = inputs
        job.sidecar = given.sidecar
        return job
    }

    /// The files of a job folder; none for a file, or where some are missing.
    var inputs: [Job.Input] {
        if case .folder(let inputs) = content { inputs } else { [] }
    }
}

extension Claim {
    /// The claim of what a job was recorded for.
    fileprivate init(_ job: Job, to place: RelativePath) {
        self.init(
            job: job.id,
            source: job.origin,
            settled: job.identity,
            place: place,
            kind: job.kind,
            inputs: job.inputs,
            sidecar: job.sidecar
        )
    }
}
