import Glibc
import Jobs
import Ledger
import Spool

extension Engine {
    /// Has a job that ended without results tried again: its original is moved from `failed/` back into the inbox.
    ///
    /// That is all: the inbox takes it as a person's wish to have it tried once more, and every task that it has is asked about before
    /// anything new is paid for. One rename, so that a crash leaves the file either failed as it was or on its way.
    ///
    /// - Parameters:
    ///   - prefix: the beginning of the job's id.
    ///   - mayPayTwice: whether that is also wanted where what it would pay for may have been paid already.
    ///   - caller: who asks.
    /// - Throws: `ControlRefusal` where it cannot be retried, and nothing was done.
    /// - Returns: what was done, as a sentence.
    func retry(_ prefix: String, mayPayTwice: Bool, by caller: Caller) async throws -> RetryAnswer {
        let record = try await find(prefix)
        let job = record.job
        let name = "\(job.pipeline)/\(job.origin) (\(job.id))"
        try refuseRetry(of: job, name)
        if !mayPayTwice, let message = costOfRetry(job, name) { return RetryAnswer(message: message, isLeftOut: true) }
        guard let entry = pipelines.entry(job.pipeline), await isHere(entry), let failed = entry.folders[.failed],
            let inbox = entry.folders[.inbox]
        else { throw ControlRefusal(.conflict, "\(name) cannot be retried: the folders of its pipeline are away.") }
        let known = try await knownOnDisk(job, in: failed)
        try await refuseEdited(known, name, in: failed)
        try await moveBack(known, name, from: failed, to: inbox)
        journal.tell(.asked, "\(caller.name) asked to retry \(name).", journal.fields(of: record))
        await inboxes[job.pipeline]?.rescan()
        return RetryAnswer(
            message: "\(name) is back in the inbox; RunningHub is asked about its tasks before anything is paid anew.",
            isLeftOut: false
        )
    }

    /// Why a job is left out unless a person risks paying twice, if it is.
    private func costOfRetry(_ job: Job, _ name: String) -> String? {
        guard let failure = job.failure else { return nil }
        let anyway = "runninghubctl retry --may-pay-twice \(job.id)"
        if let other = job.joined, failure.name.leavesPaidTask {
            return """
                \(name) is left out: it waited for job \(other), whose task may have been paid; try that one: \
                runninghubctl retry \(other). To pay for a task of this one's own: \(anyway)
                """
        }
        guard failure.name.isCostlyToRetry else { return nil }
        let name = "\(name) is left out: \(failure.name.rawValue)"
        return "\(name), its task may have been paid. To risk paying twice: \(anyway)"
    }

    private func refuseRetry(of job: Job, _ name: String) throws {
        guard job.state == .failed || job.state == .cancelled else {
            let reason = job.state == .delivered ? "its results were delivered" : "it has not ended"
            throw ControlRefusal(.conflict, "\(name) cannot be retried: \(reason).")
        }
        guard pipelines.pipeline(job.pipeline) != nil else {
            throw ControlRefusal(.conflict, "\(name) cannot be retried: pipeline \(job.pipeline) is not in service.")
        }
        guard job.duty == .none else {
            throw ControlRefusal(.conflict, "\(name) is still on its way to failed/; try again in a moment.")
        }
        guard job.folder == .failed else {
            throw ControlRefusal(.conflict, "\(name) cannot be retried: its original is gone. Drop the file again.")
        }
    }

    /// The job with its original's identity as the disk has it now: on a disk that was copied it is another, and by it the inbox knows it.
    private func knownOnDisk(_ job: Job, in failed: Folder) async throws -> Job {
        guard let identity = try await blocking({ try failed.entry(at: job.place)?.identity }),
            !job.identity.isSameContent(as: identity)
        else { return job }
        return try await change(job.id) { $0.identityChanged(to: identity) }?.record.job ?? job
    }

    /// Refuses an original that was written to since it was submitted: to the inbox it is another's, of whose tasks nothing would be asked.
    private func refuseEdited(_ job: Job, _ name: String, in failed: Folder) async throws {
        guard job.kind == .file, let entry = try await blocking({ try failed.entry(at: job.place) }),
            entry.identity.inode == job.identity.inode, !entry.identity.isSameContent(as: job.identity)
        else { return }
        throw ControlRefusal(
            .conflict,
            "\(name) cannot be retried: its original was written to since. Moved into the inbox it is run, and paid, as a new job."
        )
    }

    private func moveBack(_ job: Job, _ name: String, from failed: Folder, to inbox: Folder) async throws {
        let original = Original(job: job.id, place: job.place, identity: job.identity)
        do {
            _ = try await blocking { try original.moveBack(from: failed, to: inbox, as: job.origin) }
        } catch let error as SystemError where error.code == ENOENT {
            throw ControlRefusal(.conflict, "\(name) cannot be retried: its original is no longer in failed/.")
        } catch let error as SystemError where error.code == EXDEV {
            // A copy would be another file, and so a new job, which is paid without asking about the old one's tasks.
            throw ControlRefusal(
                .conflict,
                "\(name) cannot be retried: failed/ and inbox/ of \(job.pipeline) lie on different file systems. "
                    + "Copied into the inbox it is run, and paid, as a new job."
            )
        } catch let error as SystemError {
            throw ControlRefusal(.conflict, "\(name) could not be moved back into the inbox: \(error).")
        }
    }
}

extension Failure.Name {
    /// Whether asking RunningHub cannot rule out that what a retry would pay for has been paid already.
    var isCostlyToRetry: Bool {
        switch self {
        case .outcomeUnknown, .timedOut, .resultExpired: true
        case .refused, .uploadRefused, .notAccepted, .taskFailed, .noResults, .resultUnfetched, .cancelled,
            .cannotSubmit, .incomplete, .unknownJob, .notPrepared:
            false
        }
    }
}
