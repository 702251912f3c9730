import FoundationEssentials
import Jobs
import Ledger
import NIOCore
import RunningHub
import Spool

extension Engine {
    private static let fetchingWidth = 8

    /// The stage that fetches results, and puts them into the outbox.
    func fetchingStage() -> Stage {
        Stage(
            name: "fetching",
            width: Self.fetchingWidth,
            wake: wakes.fetching,
            time: time,
            busy: BusyJobs(),
            select: { try await self.ledger.due(.fetching, at: self.time.now(), except: $0, limit: $1) },
            nextDue: { try await self.ledger.nextDue(.fetching, after: self.time.now()) },
            perform: { await self.fetch($0) },
            trouble: { self.tellTrouble("fetching", $0) },
            alive: { self.progress.alive("fetching", at: self.time.now()) }
        )
    }

    private func fetch(_ record: JobRecord) async -> Bool {
        let id = record.job.id
        do {
            guard let entry = entry(for: record) else {
                return try await wait(
                    id,
                    "Pipeline \(record.job.pipeline) is not configured; its results are kept at RunningHub for a day."
                )
            }
            guard await isHere(entry), let folder = entry.folders[.outbox] else {
                let away = pipelines.away(entry.pipeline.name)?.english
                return try await wait(id, away ?? "\(entry.folders.path(of: .outbox)) is away.")
            }
            var record = record
            if record.plan == nil {
                guard let planned = try await stage(record, in: folder) else { return true }
                record = planned
            }
            return try await publish(record, in: Outbox(folder))
        } catch is CancellationError {
            return true
        } catch {
            guard !Task.isCancelled else { return true }
            return await putOff(record, error)
        }
    }

    private func wait(_ id: JobID, _ reason: String) async throws -> Bool {
        let now = time.now()
        try await change(id) { $0.hadToWait(reason: reason, until: now + DiskTrouble.pace, at: now) }
        return true
    }

    // MARK: Staging

    /// Fetches all results into the staging folder, and commits the plan.
    ///
    /// - Returns: the job with its plan, or nothing where it has to wait or has failed.
    private func stage(_ record: JobRecord, in outbox: Folder) async throws -> JobRecord? {
        guard let first = record.successful else { return nil }
        let staging = try await blocking { try Staging.make(for: record.job.id, in: outbox) }
        var staged: [StagedResult] = []
        var omitted = 0
        for attempt in record.successes {
            guard let results = try await freshResults(of: attempt, record) else { return nil }
            omitted += results.omitted
            for result in results.taken {
                staged.append(try await stage(result, staged.count, in: staging, attempt.settings.limits))
            }
        }
        let plan = try await plan(staged, omitted: omitted, of: record, first, in: outbox, staging)
        let bytes = Array(try JSONEncoder().encode(plan))
        let now = time.now()
        let planned = try await change(record.job.id) { $0.planned(bytes, at: now) }?.record
        if let planned, omitted > 0 { tell(omitted, of: planned) }
        return planned
    }

    /// Tells that a task made more than is taken from one.
    private func tell(_ omitted: Int, of record: JobRecord) {
        journal.tell(
            .resultsOmitted,
            "The task for \(record.job.pipeline)/\(record.job.place) made \(omitted) results more than the "
                + "\(RunningHub.TaskReport.maximumResults) that are fetched of one; RunningHub keeps them for a day.",
            journal.fields(of: record)
        )
    }

    /// The results of a task with addresses that were just given, and how many more it has; nothing where the job has to wait.
    ///
    /// Those of the query that found the success, the first time; every other time it is asked anew.
    private func freshResults(
        of attempt: Attempt,
        _ record: JobRecord
    ) async throws -> (taken: [TaskResult], omitted: Int)? {
        guard let taskID = attempt.taskID else { return ([], 0) }
        if let results = answers.take(taskID, at: time.now()) { return (results, 0) }
        guard let account = accounts[attempt.key] else {
            _ = try await wait(
                record.job.id,
                "Key \(attempt.key), with which the task was started, is not configured; add it again."
            )
            return nil
        }
        WorkUnderWay.current?.waits(for: account.cloud.timeouts.wholeOutcome)
        let report = try await account.cloud.outcome(of: taskID, startedBy: attempt.settings.family)
        proof.cloud(answered: true, at: time.now())
        guard report.status == .succeeded, let results = report.results, !results.isEmpty else {
            throw CloudError(.badAnswer, "RunningHub no longer says that task \(taskID) succeeded with results.")
        }
        return (results, report.omittedResults)
    }

    /// A result that lies in the staging folder.
    private struct StagedResult: Sendable {
        let output: StagedOutput
        let fileExtension: String
        let node: String?
    }

    private func stage(
        _ result: TaskResult,
        _ index: Int,
        in staging: Staging,
        _ limits: Pipeline.Limits
    ) async throws -> StagedResult {
        let limit = limits.output
        // The task was submitted when these were trusted.
        let hosts = limits.privateHosts.compactMap { AddressPolicy.PrivateHost($0) }
        let file = try await blocking { try staging.file(index, limit: limit) }
        var mediaType: String?
        if result.hasUnusableAddress {
            throw CloudError(.addressRefused, "A result has an address that cannot be fetched from.")
        } else if let address = result.address {
            WorkUnderWay.current?.waits(for: downloader.timeouts.wholeDownloadHead)
            try await downloader.trusting(hosts).withDownload(of: address, limit: limit) { download in
                mediaType = download.contentType
                for try await chunk in download.body {
                    try await blocking { try file.write(chunk) }
                }
            }
        } else if let text = result.text {
            mediaType = "text/plain"
            try await blocking { try file.write(ByteBuffer(string: text)) }
        }
        let output = try await blocking { try file.finish() }
        let declared = result.type ?? (result.address == nil ? "txt" : nil)
        return StagedResult(
            output: output,
            fileExtension: MediaKind.resultExtension(of: output.kind, declared: declared, mediaType: mediaType),
            node: result.nodeID
        )
    }

    private func plan(
        _ staged: [StagedResult],
        omitted: Int,
        of record: JobRecord,
        _ attempt: Attempt,
        in outbox: Folder,
        _ staging: Staging
    ) async throws -> PublishPlan {
        let names = names(of: staged, record, attempt)
        let wall = time.wall()
        let path = record.job.origin.folders
        return try await blocking {
            let free = try Outbox(outbox).freeNames(for: names, at: path)
            let items = staged.map { ($0.output, $0.fileExtension, $0.node) }
            var manifest = Manifest(record, outputs: outputs(items, named: free.names.outputs), deliveredAt: wall)
            if omitted > 0 { manifest.omittedOutputs = omitted }
            let document = try staging.writeManifest(try manifest.encoded(), revision: 0)
            try staging.synchronize()
            return PublishPlan(
                job: record.job.id,
                path: path,
                names: free,
                staged: staged.map(\.output.stagedName),
                manifest: document
            )
        }
    }

    private func names(of staged: [StagedResult], _ record: JobRecord, _ attempt: Attempt) -> OutputNames {
        OutputNames(
            attempt.settings.outbox,
            source: OutputNames.Source(
                stem: record.job.stem,
                pipeline: record.job.pipeline,
                date: String(time.wall().internetTime.prefix(10)),
                job: record.job.id
            ),
            outputs: staged.map { OutputNames.Output(fileExtension: $0.fileExtension, node: $0.node) }
        )
    }

    // MARK: Publishing

    private func publish(_ record: JobRecord, in outbox: Outbox) async throws -> Bool {
        guard let bytes = record.plan else { return false }
        let plan = try JSONDecoder().decode(PublishPlan.self, from: Data(bytes))
        switch try await blocking({ try outbox.publish(plan) }) {
        case .published:
            let id = record.job.id
            let now = time.now()
            let detail = plan.outputs.map(\.description).joined(separator: ", ")
            await changeSurely(id, telling: "its results are in the outbox") { $0.published(detail: detail, at: now) }
            return true
        case .nameTaken(let published):
            return try await planAnew(record, plan, keeping: published, in: outbox)
        case .stagingMissing:
            return try await wait(
                record.job.id,
                "The folder with its fetched results, .runninghubd-staging in the outbox, is gone; put it back, or cancel the job."
            )
        }
    }

    /// Somebody took a name of the plan: the job gets others, and its manifest tells them.
    private func planAnew(
        _ record: JobRecord,
        _ plan: PublishPlan,
        keeping published: Set<Int>,
        in outbox: Outbox
    ) async throws -> Bool {
        guard let attempt = record.successful else { return false }
        let id = record.job.id
        let settings = attempt.settings.outbox
        let date = String(time.wall().internetTime.prefix(10))
        let next = try await blocking { () -> PublishPlan in
            guard let staging = try Staging.existing(for: id, in: outbox.folder) else { return plan }
            var manifest = try staged(plan, in: staging)
            let source = OutputNames.Source(
                stem: record.job.stem,
                pipeline: record.job.pipeline,
                date: date,
                job: id
            )
            let outputs = zip(plan.outputs, manifest.outputs).map { name, output in
                OutputNames.Output(
                    fileExtension: String(decoding: name.fileExtension, as: UTF8.self),
                    node: output.nodeID
                )
            }
            let names = OutputNames(settings, source: source, outputs: outputs)
            let free = try outbox.freeNames(for: names, at: plan.path, after: plan, keeping: published)
            let next = plan.moved(to: free, keeping: published)
            for (index, name) in next.outputs.enumerated() where manifest.outputs.indices.contains(index) {
                manifest.outputs[index].file = name.description
                manifest.outputs[index].fileBase64 = base64(of: RelativePath(name: name))
            }
            _ = try staging.writeManifest(try manifest.encoded(), revision: next.revision)
            try staging.synchronize()
            return next
        }
        let bytes = Array(try JSONEncoder().encode(next))
        let change = try await change(id) { $0.replanned(bytes, at: self.time.now()) }
        guard let record = change?.record, next != plan else { return false }
        return try await publish(record, in: outbox)
    }

    // MARK: Trouble

    /// Puts the fetch off, or gives it up where nothing will help.
    private func putOff(_ record: JobRecord, _ error: any Error) async -> Bool {
        if let cause = DiskTrouble.cause(of: error) { return await waitForDisk(record, cause) }
        let now = time.now()
        let failure = record.plan == nil ? Self.hopeless(error, record, at: now) : nil
        let wait = Backoff.wait(tries: record.job.tries, jitter: time.jitter())
        let reason = Self.sentence(about: error)
        do {
            try await change(record.job.id) { record in
                if let failure { return record.fetchGivenUp(failure, at: now) }
                return record.fetchFailed(reason: reason, retryAt: now + wait, at: now)
            }
            return true
        } catch {
            tellTrouble("fetching", error)
            return false
        }
    }

    /// The outbox's file system does not take the results now.
    private func waitForDisk(_ record: JobRecord, _ cause: SystemError) async -> Bool {
        let job = record.job
        let reason = Self.sentence(about: cause)
        tellDiskTrouble(
            of: job.pipeline,
            "outbox",
            "The results of \(job.pipeline)/\(job.place) could not be put into the outbox yet; it is tried again: \(reason)"
        )
        do {
            return try await wait(job.id, reason)
        } catch {
            tellTrouble("fetching", error)
            return false
        }
    }

    /// How long results that are gone may come back under a fresh address.
    ///
    /// RunningHub keeps them for 24 h (API.md §6).
    private static let resultLifetime = Duration.seconds(24 * 3600)
    /// After this long nothing is expected any more of results that cannot be fetched for other reasons.
    private static let fetchLimit = Duration.seconds(72 * 3600)

    /// The failure that ends a job whose results will never be here.
    private static func hopeless(_ error: any Error, _ record: JobRecord, at now: Timestamp) -> Failure? {
        let age = record.successful?.finishedAt.map { now - $0 } ?? .zero
        switch error {
        case let error as CloudError where error.code == .gone && age > resultLifetime:
            return Failure(
                .resultExpired,
                message: .joined([.resultsGone, error.sentence]),
                hint: .askOnceMoreThenPay,
                mayHaveBeenPaid: true
            )
        case let error as CloudError where error.code == .tooLarge || error.code == .addressRefused || age > fetchLimit:
            return Failure(
                .resultUnfetched,
                message: .joined([.resultsUnfetched, error.sentence]),
                hint: .joined([error.hint ?? .lookAtTask, .fetchAgainForFree]),
                mayHaveBeenPaid: true
            )
        case StagedFile.Failure.tooLarge(let limit):
            return Failure(
                .resultUnfetched,
                message: .resultTooLarge(limit),
                hint: .raiseOutputLimit,
                mayHaveBeenPaid: true
            )
        default:
            return nil
        }
    }

    static func sentence(about error: any Error) -> String { phrase(about: error).english }

    static func phrase(about error: any Error) -> Phrase {
        switch error {
        case let error as CloudError: error.sentence
        case StagedFile.Failure.system(let error): phrase(about: error)
        case let error as SystemError:
            Phrase(
                "The file system said: \(error).",
                zh: "文件系统报告：\(error)。",
                ru: "Файловая система сообщает: \(error)."
            )
        default: "\(error)"
        }
    }
}

/// The manifest's entries for results under their names.
private func outputs(
    _ results: [(output: StagedOutput, fileExtension: String, node: String?)],
    named names: [FileName]
) -> [Manifest.Output] {
    zip(results, names).map { result, name in
        Manifest.Output(
            file: name.description,
            fileBase64: base64(of: RelativePath(name: name)),
            bytes: result.output.bytes,
            sha256: result.output.sha256,
            type: result.fileExtension,
            nodeID: result.node
        )
    }
}

/// The manifest that a plan would publish.
private func staged(_ plan: PublishPlan, in staging: Staging) throws -> Manifest {
    guard let name = plan.items.last?.staged,
        let bytes = try staging.folder.contents(of: name, limit: 4 << 20)
    else { throw SystemError(call: "openat", code: 2, subject: plan.items.last?.staged.bytes) }
    return try JSONDecoder().decode(Manifest.self, from: Data(bytes))
}
