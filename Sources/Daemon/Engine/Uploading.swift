import FaultPoints
import Jobs
import Ledger
import RunningHub
import Spool
import Synchronization

extension Engine {
    /// Sees to it that RunningHub has what a job's task needs of its files.
    ///
    /// - Returns: the job, ready to be submitted, or nothing where it has to wait, was withdrawn or failed.
    func uploaded(_ record: JobRecord, _ pipeline: Pipeline) async throws -> JobRecord? {
        let now = time.now()
        if let failure = record.job.unfitness(for: pipeline) {
            try await change(record.job.id) { $0.refusedForGood(failure, at: now) }
            return nil
        }
        guard var inputs = try await openInputs(of: record, pipeline) else { return nil }
        if pipeline.needsUpload {
            let job = record.job
            if let upload = job.upload, isUsable(upload, of: job, for: pipeline, at: now) { return record }
        } else if record.job.sources.allSatisfy({ $0.digest != nil }) {
            return record
        }
        if record.job.upload == nil, try await joins(record, inputs, pipeline) { return nil }
        guard let prepared = try await prepared(inputs, of: record, pipeline) else { return nil }
        inputs = prepared
        if preparations.end(record.job.id) { wakes.sending() }
        if let failure = try await refusal(of: inputs, pipeline) {
            try await change(record.job.id) { $0.refusedForGood(failure, at: now) }
            return nil
        }
        guard pipeline.needsUpload else { return try await read(inputs, of: record, pipeline) }
        guard let account = beginUpload(for: pipeline) else { return nil }
        defer { sending.uploadEnded(with: account.name) }
        guard try await change(record.job.id, { $0.uploadStarted(at: now) })?.value == .applied else { return nil }
        return try await upload(inputs, of: record, pipeline, account)
    }

    /// Whether what was uploaded can go into a submission.
    ///
    /// Only the account that has it can use it. Where that account cannot start tasks, another gets the files as well, if there is one.
    private func isUsable(_ upload: Job.Upload, of job: Job, for pipeline: Pipeline, at now: Timestamp) -> Bool {
        guard accounts.canUse(upload, of: job, for: pipeline, at: now) else { return false }
        return !slots.withLock({ $0.isTroubled(upload.key, at: now) }) || chooseAccount(for: pipeline) == nil
    }

    /// Reads files of which nothing is uploaded: what went in is to be known later.
    private func read(_ inputs: [OpenInput], of record: JobRecord, _ pipeline: Pipeline) async throws -> JobRecord? {
        let digests = try? await digests(of: inputs)
        guard let digests, try await blocking({ try inputs.allSatisfy { try !$0.file.hasChanged() } }) else {
            return try await changedMeanwhile(record, pipeline)
        }
        let change = try await change(record.job.id) { $0.inputsRead(digests) }
        return change?.value == .applied ? change?.record : nil
    }

    private func upload(
        _ inputs: [OpenInput],
        of record: JobRecord,
        _ pipeline: Pipeline,
        _ account: Account
    ) async throws -> JobRecord? {
        let began = time.now()
        do {
            let names = try await remoteNames(of: inputs, pipeline, account)
            // Read once more, of what is in memory by now; the upload does not wait for it.
            let digests = try await digests(of: inputs)
            guard try await blocking({ try inputs.allSatisfy { try !$0.file.hasChanged() } }) else {
                return try await changedMeanwhile(record, pipeline)
            }
            let now = time.now()
            let bytes = inputs.lazy.filter(\.use.isUploaded).map(\.sent.identity.size).reduce(0, +)
            meters.took(.upload, pipeline.name, duration: now - began)
            meters.count(.uploadedBytes, pipeline.name, by: Int(clamping: bytes))
            let upload = Job.Upload(
                key: account.name,
                site: account.site,
                remoteNames: names,
                preparation: pipeline.prepare?.identity,
                at: now
            )
            let change = await changeSurely(record.job.id) {
                $0.uploadFinished(upload, digests: digests, at: now)
            }
            return change?.value == .applied ? change?.record : nil
        } catch let error as CloudError where error.code == .fileChanged {
            return try await changedMeanwhile(record, pipeline)
        } catch let error as CloudError where error.code == .fileUnreadable {
            try await unreadable(record, error.message)
            return nil
        } catch let error as CloudError {
            try await uploadFailed(record, error, pipeline, account)
            return nil
        } catch let error as SystemError {
            try await unreadable(record, Self.sentence(about: error))
            return nil
        }
    }

    /// The file system does not give a job's files now.
    private func unreadable(_ record: JobRecord, _ reason: String) async throws {
        guard !Task.isCancelled else { return }
        let (job, now) = (record.job, time.now())
        tellDiskTrouble(
            of: job.pipeline,
            "work",
            "\(job.pipeline)/\(job.place) could not be read for its upload; it is tried again: \(reason)"
        )
        try await change(job.id) { record in
            _ = record.uploadLost(at: now)
            return record.hadToWait(reason: reason, until: now + DiskTrouble.pace, at: now)
        }
    }

    /// Uploads those files whose names on RunningHub are asked for, one after the other.
    private func remoteNames(
        of inputs: [OpenInput],
        _ pipeline: Pipeline,
        _ account: Account
    ) async throws -> [String: String] {
        var names: [String: String] = [:]
        for input in inputs where input.use.isUploaded {
            let kind = try await kind(of: input.sent)
            FaultPoint.upload.before()
            WorkUnderWay.current?.waits(for: account.cloud.timeouts.transfer(of: input.sent.identity.size))
            let uploaded = try await account.cloud.upload(
                descriptor: input.sent.descriptor,
                length: input.sent.identity.size,
                name: input.sentName,
                kind: kind.uploadType,
                to: pipeline.upload == .v1 ? .v1 : .v2
            )
            FaultPoint.upload.after()
            proof.cloud(answered: true, at: time.now())
            names[input.input.stem] = uploaded.fileName
        }
        return names
    }

    /// A file was written to while it was uploaded: what RunningHub has is of no use.
    func changedMeanwhile(_ record: JobRecord, _ pipeline: Pipeline) async throws -> JobRecord? {
        guard let work = pipelines.folders(pipeline.name)?[.work] else {
            // Its folder is away, or a reload took the pipeline out of service: it waits like any other.
            let now = time.now()
            try await change(record.job.id) { $0.uploadLost(at: now) }
            return nil
        }
        try await inputsChanged(of: record, in: work, pipeline)
        return nil
    }

    private func uploadFailed(
        _ record: JobRecord,
        _ error: CloudError,
        _ pipeline: Pipeline,
        _ account: Account
    ) async throws {
        // A stop ended it; the next start begins it anew.
        guard !Task.isCancelled else { return }
        let now = time.now()
        if error.isOfNetwork { proof.cloud(answered: error.httpStatus != nil, at: now) }
        let translation = translation
        let wait: Duration
        switch error.disposition {
        case .permanent:
            let failure = translation.uploadFailure(error)
            try await change(record.job.id) { $0.refusedForGood(failure, at: now) }
            return
        case .restKey(let trouble):
            // It is the key that rests: the job goes on as soon as that does, or another may.
            rest(account, trouble, error.sentence, hint: error.hint, code: error.codeText, at: now)
            wait = .zero
        default:
            wait = error.retryAfter ?? Backoff.wait(tries: record.job.tries, jitter: time.jitter())
        }
        try await change(record.job.id) {
            $0.uploadFailed(reason: error.message, code: error.codeText, retryAt: now + wait, at: now)
        }
    }
}

extension Translation {
    /// A file that RunningHub will never take.
    func uploadFailure(_ error: CloudError) -> Failure {
        Failure(
            .uploadRefused,
            message: error.sentence,
            hint: error.hint ?? .checkFile,
            code: error.codeText,
            codeName: error.errorCode?.name,
            mayHaveBeenPaid: false
        )
    }
}
