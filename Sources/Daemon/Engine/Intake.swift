import Jobs
import Ledger
import Logging
import NIOPosix
import Spool

extension Engine {
    private static let batch = 256

    /// Takes files out of one pipeline's inbox, as long as the task runs.
    func takeIn(_ name: String) async {
        guard let entry = pipelines.entry(name) else { return }
        let inbox = makeInbox(entry)
        inboxes.set(inbox, of: name)
        let unfinished = UnfinishedClaims()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.tellEvents(of: inbox, name) }
            group.addTask { await self.tellStuckFiles(in: inbox, of: entry) }
            group.addTask { await unfinished.remind(inbox, self.time) }
            // Before work/ is put in order, which takes a second for ten thousand jobs: what is dropped meanwhile is not to wait as files do
            // that came while nobody watched.
            await inbox.start()
            await bringInOrder(entry, inbox, unfinished)
            while !Task.isCancelled {
                let files = await inbox.nextBatch(limit: Self.batch)
                // A reload may have changed what is taken meanwhile.
                let current = pipelines.entry(name) ?? entry
                await progress.watching("taking in of pipeline \(name)", time) {
                    if !files.isEmpty { await claim(files, current, inbox, unfinished) }
                    // After these: one that is offered again is known by its row for as long as it is unclaimed.
                    if unfinished.take() { await goOnWithClaims(current, inbox, unfinished) }
                }
            }
            group.cancelAll()
        }
        watcher.unwatch(below: [], of: inbox)
    }

    private func makeInbox(_ entry: PipelineTable.Entry) -> Inbox {
        let folders = entry.folders
        let id = settings.publicID
        return Inbox(
            Inbox.Configuration(
                place: folders.path(of: .inbox),
                settings: entry.pipeline.inbox,
                jobFolder: entry.pipeline.jobFolder
            ),
            watcher: watcher,
            jitter: { [time] in time.jitter() },
            openFolder: {
                guard case .here = folders.presence(of: id), let folder = folders[.inbox] else {
                    throw SystemError(call: "openat", code: 2, subject: nil)
                }
                return folder
            }
        )
    }

    private func tellEvents(of inbox: Inbox, _ name: String) async {
        for await event in inbox.events {
            switch event {
            case .polling(let reason):
                journal.tell(
                    ongoing: .pollingFolder,
                    about: name,
                    at: time.now(),
                    "The inbox of \(name) is looked through at intervals, since \(reason.sentence)."
                )
            case .troubled(let message):
                journal.tell(
                    ongoing: .spoolTrouble,
                    about: name,
                    at: time.now(),
                    "The inbox of \(name) could not be looked through: \(message)"
                )
            case .watching, .overflow, .away, .back:
                break
            }
        }
    }

    // MARK: After a start

    /// Puts away what lies in `work/` and belongs to no job, and completes claims that a crash cut off.
    private func bringInOrder(
        _ entry: PipelineTable.Entry,
        _ inbox: Inbox,
        _ unfinished: UnfinishedClaims
    ) async {
        while !Task.isCancelled {
            do {
                if await isHere(entry) {
                    try await putStrangersAway(entry)
                    try await completeClaims(entry, inbox, unfinished)
                    return
                }
            } catch {
                journal.tell(
                    ongoing: .spoolTrouble,
                    about: "\(entry.pipeline.name)/work",
                    at: time.now(),
                    "What an earlier run left in work/ of \(entry.pipeline.name) could not be put in order; it is tried again: \(Self.sentence(about: error))"
                )
            }
            await time.wait(until: time.now() + .seconds(5))
        }
    }

    /// Goes on with claims that trouble cut off; tries again later what fails again.
    ///
    /// What lies in the inbox still is left to it: were it taken here as well as offered there, it would be two jobs.
    private func goOnWithClaims(
        _ entry: PipelineTable.Entry,
        _ inbox: Inbox,
        _ unfinished: UnfinishedClaims
    ) async {
        guard await isHere(entry) else { return unfinished.add() }
        do {
            try await completeClaims(entry, inbox, unfinished) { try await self.hasLeftInbox($0, entry) }
        } catch {
            tellTrouble("the inbox of \(entry.pipeline.name)", error)
            unfinished.add()
        }
    }

    private func completeClaims(
        _ entry: PipelineTable.Entry,
        _ inbox: Inbox,
        _ unfinished: UnfinishedClaims,
        where isDue: (Job) async throws -> Bool = { _ in true }
    ) async throws {
        var last: JobID?
        while case let page = try await ledger.unclaimed(in: entry.pipeline.name, after: last, limit: Self.batch),
            !page.isEmpty
        {
            var jobs: [Job] = []
            for record in page {
                do {
                    if try await isDue(record.job) { jobs.append(record.job) }
                } catch {
                    // The others are not to wait for it.
                    tellTrouble("\(entry.pipeline.name)/\(record.job.origin)", error)
                    unfinished.add()
                }
            }
            await carryOut(jobs, entry, inbox, unfinished)
            last = page.last?.job.id
        }
    }

    /// Files in `work/` without a job: of a ledger that was lost, or put there by a person.
    ///
    /// They go where a person looks.
    private func putStrangersAway(_ entry: PipelineTable.Entry) async throws {
        let folders = entry.folders
        guard let work = folders[.work] else { return }
        let place = folders.path(of: .work)
        let found = try await blocking {
            var scan = try InboxScan(of: work, inspector: Inspector(rules: NameRules(), place: place))
            var found: [(RelativePath, FileIdentity)] = []
            while let page = try scan.nextPage() {
                for item in page {
                    if case .file(let identity) = item.inspection { found.append((item.path, identity)) }
                }
            }
            return found
        }
        for (path, identity) in found {
            guard let owner = try await owner(of: path, entry.pipeline) else {
                try await putAway(path, identity, entry)
                continue
            }
            let job = owner.job
            guard job.place == path, job.isClaimed else { continue }
            guard job.identity.device != identity.device || !job.identity.isSameContent(as: identity) else { continue }
            // On a disk that was copied, or that has another number since a boot, it is the same file all the same.
            try await change(job.id) { $0.identityChanged(to: identity) }
        }
    }

    /// The job to which something in `work/` belongs, or in whose folder it lies.
    private func owner(of path: RelativePath, _ pipeline: Pipeline) async throws -> JobRecord? {
        var path = path
        while true {
            if let owner = try await ledger.owner(of: path, in: pipeline.name) { return owner }
            guard let folder = path.folders.last else { return nil }
            path = RelativePath(folders: path.folders.dropLast(), name: folder)
        }
    }

    /// Puts a file away that was found in `work/` and that no job owned after that, if it still lies there.
    func putAway(
        _ path: RelativePath,
        _ identity: FileIdentity,
        _ entry: PipelineTable.Entry
    ) async throws {
        let folders = entry.folders
        guard let work = folders[.work], let done = folders[.done], let failed = folders[.failed] else { return }
        // Its job may have ended since it was found: who let go of it has moved it first.
        let isThere = try await blocking {
            try work.entry(at: path)?.identity.isSameContent(as: identity) ?? false
        }
        guard isThere else { return }
        let id = JobID(puttingAway: identity)
        var job = Job(
            id: id,
            pipeline: entry.pipeline.name,
            origin: path,
            place: path,
            identity: identity,
            at: time.now()
        )
        job.failure = .unknownJob
        let notes = FailureNotes(JobRecord(job: job), at: time.wall(), in: settings.language)
        let documents = ErrorNotes(text: notes?.text ?? [], json: try notes?.json() ?? [])
        let original = Original(job: id, place: path, identity: identity)
        let originals = Originals(work: work, done: done, failed: failed)
        _ = try await blocking { try originals.moveToFailed(original, notes: documents) }
        journal.tell(
            .fileRefused,
            "\(entry.pipeline.name)/\(path) lay in work/ without a job and was moved to failed/. \(Failure.unknownJob.hint)"
        )
    }
}

extension Failure {
    /// A file in `work/` that the ledger does not know.
    static let unknownJob = Failure(
        .unknownJob,
        message: Phrase(
            "The daemon found this file in work/ and does not know what had become of it; a task may have run for it.",
            zh: "服务在 work/ 中发现了这个文件，但不知道它之前的处理情况；可能已经为它运行过任务。",
            ru: "Служба нашла этот файл в work/ и не знает, что с ним было; возможно, для него уже выполнялась задача."
        ),
        hint: Phrase(
            "Look at the call records on the RunningHub site; moving the file into the inbox pays for a new task.",
            zh: "请查看 RunningHub 网站上的调用记录；把文件移入 inbox 会付费运行新任务。",
            ru: "Посмотрите журнал вызовов на сайте RunningHub; перенос файла в inbox означает оплату новой задачи."
        ),
        mayHaveBeenPaid: true
    )
}
