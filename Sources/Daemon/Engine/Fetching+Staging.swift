import FoundationEssentials
import Jobs
import Ledger
import NIOCore
import RunningHub
import Spool

// What a task made is fetched into the staging folder, and under which names it is to appear is committed.
extension Engine {
    /// Fetches all results into the staging folder, and commits the plan.
    ///
    /// - Returns: the job with its plan, or nothing where it has to wait or has failed.
    func stage(_ record: JobRecord, in outbox: Folder) async throws -> JobRecord? {
        guard let first = record.successful else { return nil }
        let staging = try await blocking { try Staging.make(for: record.job.id, in: outbox) }
        var staged: [StagedResult] = []
        var omitted = 0
        let fetched = FetchedBytes()
        let plan: PublishPlan
        do {
            for attempt in record.successes {
                guard let results = try await freshResults(of: attempt, record) else { return nil }
                omitted += results.omitted
                for result in results.taken {
                    staged.append(try await stage(result, staged.count, in: staging, attempt.settings, fetched))
                }
            }
            plan = try await self.plan(staged, omitted: omitted, of: record, first, in: outbox, staging)
        } catch let error where DiskTrouble.cause(of: error) != nil {
            roomNeeded.set(record.job.id, fetched.needed)
            // What is there already keeps room from others, and is fetched anew all the same.
            try? await blocking { try Staging.remove(record.job.id, in: outbox) }
            throw error
        }
        roomNeeded.set(record.job.id, nil)
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
        guard let account = account(of: attempt) else {
            let start = StrandedTasks.start(with: attempt.key, at: attempt.site)
            _ = try await wait(record.job.id, "Task \(taskID) was \(start): put it back and restart.")
            tellStranded(attempt, of: record, at: time.now())
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

    /// How much of a result is gathered in memory before it is written, in bytes: to hand work to a thread that may block takes as long as
    /// to write some hundred KB.
    private static let writtenAtOnce = 256 * 1024

    private func stage(
        _ result: TaskResult,
        _ index: Int,
        in staging: Staging,
        _ pipeline: Pipeline,
        _ fetched: FetchedBytes
    ) async throws -> StagedResult {
        let limits = pipeline.limits
        let limit = limits.output
        // The task was submitted when these were trusted.
        let hosts = limits.privateHosts.compactMap { AddressPolicy.PrivateHost($0) }
        let file = try await blocking { try staging.file(index, limit: limit) }
        var mediaType: String?
        var rest = ByteBuffer()
        if result.hasUnusableAddress {
            throw CloudError(.addressRefused, "A result has an address that cannot be fetched from.")
        } else if let address = result.address {
            WorkUnderWay.current?.waits(for: downloader.timeouts.wholeDownloadHead)
            try await downloader.trusting(hosts).withDownload(of: address, limit: limit) { download in
                mediaType = download.contentType
                fetched.begins(announced: download.length)
                for try await chunk in download.body {
                    WorkUnderWay.current?.moved()
                    fetched.came(chunk.readableBytes)
                    meters.count(.downloadedBytes, pipeline.name, by: chunk.readableBytes)
                    rest.writeImmutableBuffer(chunk)
                    guard rest.readableBytes >= Self.writtenAtOnce else { continue }
                    try await blocking { [rest] in try file.write(rest) }
                    rest = ByteBuffer()
                }
            }
        } else if let text = result.text {
            mediaType = "text/plain"
            rest.writeString(text)
        }
        let output = try await blocking { [rest] in
            try file.write(rest)
            return try file.finish()
        }
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
