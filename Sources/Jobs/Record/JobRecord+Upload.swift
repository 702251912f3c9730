extension JobRecord {
    /// Its files begin to be uploaded.
    package mutating func uploadStarted(at now: Timestamp) -> EventOutcome {
        guard job.state == .queued, job.isClaimed, !job.isCancelWished, job.joined == nil else {
            return .ignored("it is not waiting")
        }
        let tries = job.tries
        enter(.uploading, at: now)
        job.tries = tries
        job.upload = nil
        return .applied
    }

    /// RunningHub has its files.
    ///
    /// - Parameters:
    ///   - upload: what they are called there.
    ///   - digests: SHA-256 of each in hexadecimal, by the stems of the inputs.
    ///   - now: the time.
    /// - Returns: whether it was still being uploaded.
    package mutating func uploadFinished(
        _ upload: Job.Upload,
        digests: [String: String],
        at now: Timestamp
    ) -> EventOutcome {
        guard job.state == .uploading else { return .ignored("it is not being uploaded") }
        enter(.queued, at: now)
        job.upload = upload
        remember(digests)
        tell(.uploaded, upload.remoteNames.sorted { $0.key < $1.key }.map(\.value).joined(separator: ", "))
        return .applied
    }

    /// Its files have been read, though nothing of them has to be uploaded.
    package mutating func inputsRead(_ digests: [String: String]) -> EventOutcome {
        guard job.state == .queued, job.isClaimed else { return .ignored("it is not waiting") }
        remember(digests)
        return .applied
    }

    private mutating func remember(_ digests: [String: String]) {
        switch job.kind {
        case .file: job.digest = digests[""]
        case .folder: for index in job.inputs.indices { job.inputs[index].digest = digests[job.inputs[index].stem] }
        }
    }

    /// Its upload did not work out, and is to be made again.
    package mutating func uploadFailed(
        reason: String,
        code: String? = nil,
        retryAt: Timestamp,
        at now: Timestamp
    ) -> EventOutcome {
        guard job.state == .uploading else { return .ignored("it is not being uploaded") }
        let tries = job.tries
        enter(.queued, at: now)
        job.tries = tries < .max ? tries + 1 : tries
        waits(until: retryAt, because: reason, at: now)
        tell(.uploadFailed, reason, code: code, isRepeated: tries > 0)
        return .applied
    }

    /// Its files could not be prepared for the upload now, for a reason that passes.
    package mutating func preparationFailed(reason: String, retryAt: Timestamp, at now: Timestamp) -> EventOutcome {
        guard job.state == .queued, job.isClaimed else { return .ignored("it is not waiting") }
        let isRepeated = job.tries > 0
        job.tries += job.tries < .max ? 1 : 0
        waits(until: retryAt, because: reason, at: now)
        tell(.uploadFailed, reason, isRepeated: isRepeated)
        return .applied
    }

    /// The stage that uploaded it is gone, without an effect that needs care.
    package mutating func uploadLost(at now: Timestamp) -> EventOutcome {
        guard job.state == .uploading else { return .ignored("it is not being uploaded") }
        enter(.queued, at: now)
        return .applied
    }

    /// It cannot be uploaded or submitted at all.
    ///
    /// Nothing was paid for it in this attempt.
    package mutating func refusedForGood(_ failure: Failure, at now: Timestamp) -> EventOutcome {
        guard job.isClaimed, job.state == .queued || job.state == .uploading else {
            return .ignored("it is past its upload, or not claimed")
        }
        fail(paid(failure), at: now)
        return .applied
    }

    /// It cannot go on for a reason that passes: its next step, its file duty, or the query that a callback woke.
    package mutating func hadToWait(reason: String, until due: Timestamp, at now: Timestamp) -> EventOutcome {
        guard !job.state.isFinal || job.duty != .none || job.isReviving else { return .ignored("it is final") }
        waits(until: due, because: reason, at: now)
        return .applied
    }
}
