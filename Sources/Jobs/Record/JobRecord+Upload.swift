extension JobRecord {
    /// Its file begins to be uploaded.
    package mutating func uploadStarted(at now: Timestamp) -> EventOutcome {
        guard job.state == .queued, job.isClaimed, !job.isCancelWished else { return .ignored("it is not waiting") }
        let tries = job.tries
        enter(.uploading, at: now)
        job.tries = tries
        job.upload = nil
        return .applied
    }

    /// RunningHub has its file.
    package mutating func uploadFinished(_ upload: Job.Upload, digest: String, at now: Timestamp) -> EventOutcome {
        guard job.state == .uploading else { return .ignored("it is not being uploaded") }
        enter(.queued, at: now)
        job.upload = upload
        job.digest = digest
        tell(.uploaded, upload.remoteName)
        return .applied
    }

    /// Its upload did not work out, and is to be made again.
    package mutating func uploadFailed(reason: String, retryAt: Timestamp, at now: Timestamp) -> EventOutcome {
        guard job.state == .uploading else { return .ignored("it is not being uploaded") }
        let tries = job.tries
        enter(.queued, at: now)
        job.tries = tries < .max ? tries + 1 : tries
        waits(until: retryAt, because: reason, at: now)
        tell(.uploadFailed, reason)
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
