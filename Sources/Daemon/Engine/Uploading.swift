import Crypto
import Jobs
import Ledger
import NIOCore
import RunningHub
import Spool

extension Engine {
    /// Sees to it that RunningHub has the job's file.
    ///
    /// - Returns: the job, ready to be submitted, or nothing where it has to wait, was withdrawn or failed.
    func uploaded(_ record: JobRecord, _ pipeline: Pipeline) async throws -> JobRecord? {
        let now = time.now()
        guard let file = try await openFile(of: record, pipeline) else { return nil }
        guard pipeline.needsUpload else { return record }
        if let upload = record.job.upload, upload.at + Job.Upload.lifetime > now, accounts[upload.key] != nil {
            return record
        }
        if let failure = try await refusal(of: file, pipeline) {
            try await change(record.job.id) { $0.refusedForGood(failure, at: now) }
            return nil
        }
        guard let account = chooseAccount(for: pipeline) else { return nil }
        guard try await change(record.job.id, { $0.uploadStarted(at: now) })?.value == .applied else { return nil }
        sending.uploadBegan(with: account.name)
        defer { sending.uploadEnded(with: account.name) }
        return try await upload(file, of: record, pipeline, account)
    }

    /// Opens a job's file if it still is what was claimed; puts the job where it belongs if it is not.
    private func openFile(of record: JobRecord, _ pipeline: Pipeline) async throws -> ClaimedFile? {
        guard let entry = pipelines.entry(pipeline.name), await isHere(entry), let work = entry.folders[.work] else {
            return nil
        }
        let job = record.job
        let (state, file) = try await blocking { try work.openClaimed(job.place, expecting: job.identity) }
        switch state {
        case .unchanged:
            return file
        case .withdrawn:
            let now = time.now()
            try await change(job.id) { $0.withdrawn(at: now) }
        case .changed(let identity):
            try await settleAgain(record, identity, pipeline)
        }
        return nil
    }

    private func settleAgain(_ record: JobRecord, _ identity: FileIdentity, _ pipeline: Pipeline) async throws {
        let now = time.now()
        let settled = now + pipeline.inbox.quietTime
        try await change(record.job.id) { $0.contentChanged(to: identity, settledAt: settled, at: now) }
    }

    /// Why the file is not for this pipeline, if it is not.
    ///
    /// Told before a byte is sent.
    private func refusal(of file: ClaimedFile, _ pipeline: Pipeline) async throws -> Failure? {
        let size = file.identity.size
        guard size <= pipeline.limits.upload else {
            return Failure(
                .notAccepted,
                message:
                    "The file has \(size) bytes; limits.upload of pipeline \(pipeline.name) allows \(pipeline.limits.upload).",
                hint:
                    "Make it smaller, or use {url} in the pipeline for larger files; then move it back into the inbox.",
                mayHaveBeenPaid: false
            )
        }
        let kind = try await kind(of: file)
        guard kind.isAccepted(by: pipeline.accept) else {
            let accepted = pipeline.accept.isEmpty ? MediaKind.listed.map(\.rawValue).sorted() : pipeline.accept
            let what = kind == .unknown ? "of no known kind" : "of kind \(kind.rawValue)"
            return Failure(
                .notAccepted,
                message:
                    "The file is \(what) by its content; pipeline \(pipeline.name) takes \(accepted.joined(separator: ", ")).",
                hint:
                    "Convert it, or add the kind to accept: in the pipeline's file; then move it back into the inbox.",
                mayHaveBeenPaid: false
            )
        }
        return nil
    }

    private func kind(of file: ClaimedFile) async throws -> MediaKind {
        try await blocking {
            let prefix = try file.read(at: 0, count: MediaKind.prefixLength)
            return MediaKind(prefix: Array(prefix.readableBytesView), length: file.identity.size)
        }
    }

    private func upload(
        _ file: ClaimedFile,
        of record: JobRecord,
        _ pipeline: Pipeline,
        _ account: Account
    ) async throws -> JobRecord? {
        let job = record.job
        do {
            let digest = try await digest(of: file)
            let kind = try await kind(of: file)
            let uploaded = try await account.cloud.upload(
                descriptor: file.descriptor,
                length: file.identity.size,
                name: job.origin.name.bytes,
                kind: kind.uploadType,
                to: pipeline.upload == .v1 ? .v1 : .v2
            )
            proof.cloud(answered: true, at: time.now())
            guard try await blocking({ try !file.hasChanged() }) else {
                return try await changedMeanwhile(record, pipeline)
            }
            let now = time.now()
            let upload = Job.Upload(key: account.name, site: account.site, remoteName: uploaded.fileName, at: now)
            let change = await changeSurely(job.id, telling: "its file was uploaded") {
                $0.uploadFinished(upload, digest: digest, at: now)
            }
            return change?.value == .applied ? change?.record : nil
        } catch let error as CloudError where error.code == .fileChanged {
            return try await changedMeanwhile(record, pipeline)
        } catch let error as CloudError {
            try await uploadFailed(record, error, account)
            return nil
        } catch let error as SystemError {
            try await uploadFailed(
                record,
                CloudError(.fileUnreadable, "The file could not be read: \(error)."),
                account
            )
            return nil
        }
    }

    /// The file was written to while it was uploaded: what RunningHub has is of no use.
    private func changedMeanwhile(_ record: JobRecord, _ pipeline: Pipeline) async throws -> JobRecord? {
        guard let work = pipelines.folders(pipeline.name)?[.work] else { return nil }
        let job = record.job
        switch try await blocking({ try work.state(of: job.place, expecting: job.identity) }) {
        case .changed(let identity): try await settleAgain(record, identity, pipeline)
        case .withdrawn, .unchanged:
            let now = time.now()
            try await change(job.id) { $0.withdrawn(at: now) }
        }
        return nil
    }

    private func uploadFailed(_ record: JobRecord, _ error: CloudError, _ account: Account) async throws {
        // A stop ended it; the next start begins it anew.
        guard !Task.isCancelled else { return }
        let now = time.now()
        proof.cloud(answered: error.httpStatus != nil, at: now)
        let translation = translation
        let wait: Duration
        switch error.disposition {
        case .permanent:
            let failure = translation.uploadFailure(error)
            try await change(record.job.id) { $0.refusedForGood(failure, at: now) }
            return
        case .restKey(let trouble):
            wait = rest(account, trouble, error.message, hint: error.hint, at: now) - now
        default:
            wait = error.retryAfter ?? Backoff.wait(tries: record.job.tries, jitter: time.jitter())
        }
        try await change(record.job.id) { $0.uploadFailed(reason: error.message, retryAt: now + wait, at: now) }
    }

    private func digest(of file: ClaimedFile) async throws -> String {
        var hash = SHA256()
        for try await chunk in file.chunks(on: files) {
            chunk.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        }
        return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The largest dropped text that goes into a node's value.
    private static let textLimit: Int64 = 256 * 1024

    /// The content of a dropped text.
    func text(of record: JobRecord, _ pipeline: Pipeline) async throws -> String? {
        guard let file = try await openFile(of: record, pipeline) else { return nil }
        guard file.identity.size <= Self.textLimit else {
            throw SubmissionProblem(
                "The text has \(file.identity.size) bytes; at most \(Self.textLimit) fit into a node.",
                hint: "Shorten it, then move it back into the inbox."
            )
        }
        let bytes = try await blocking { try file.read(at: 0, count: Int(Self.textLimit)) }
        return String(validating: bytes.readableBytesView, as: UTF8.self)
    }
}

extension Translation {
    /// A file that RunningHub will never take.
    func uploadFailure(_ error: CloudError) -> Failure {
        Failure(
            .uploadRefused,
            message: error.message,
            hint: error.hint?.text(in: language) ?? "Check the file, then move it back into the inbox.",
            code: error.errorCode.map { String($0.number) },
            codeName: error.errorCode?.name,
            mayHaveBeenPaid: false
        )
    }
}
