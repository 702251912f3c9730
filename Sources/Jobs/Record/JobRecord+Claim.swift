extension JobRecord {
    /// Its file is in `work/` under its place, checked and on disk.
    ///
    /// - Parameters:
    ///   - identity: its own, as it lies there.
    ///   - inputs: the files of a job folder, as they lie there.
    ///   - now: the time.
    /// - Returns: whether its claim was still to be completed.
    package mutating func claimCompleted(
        identity: FileIdentity,
        inputs: [Job.Input] = [],
        at now: Timestamp
    ) -> EventOutcome {
        let outcome = completeClaim(identity, at: now)
        if outcome == .applied, job.kind == .folder { job.inputs = inputs }
        return outcome
    }

    private mutating func completeClaim(_ identity: FileIdentity, at now: Timestamp) -> EventOutcome {
        switch job.state {
        case .queued where !job.isClaimed:
            claimed(identity)
            job.duty = .none
            tell(job.isReviving ? .revived : .taken, job.place.description)
            if !resume(at: now) {
                // Since when it waits is not when its claim was complete.
                let since = job.stateSince
                job.isReviving = false
                enter(.queued, at: now)
                job.stateSince = since
            }
        case .cancelled where !job.isClaimed:
            // It was cancelled while its claim was under way: its file is kept as that of any other cancelled job.
            claimed(identity)
            job.duty = .failed
            job.dueAt = now
        default:
            return .ignored("its claim is complete already")
        }
        return .applied
    }

    /// Its file lies in `work/` and could not be flushed to disk: it is to be written anew, whoever goes on with its claim.
    package mutating func claimUnflushed(because reason: String, at now: Timestamp) -> EventOutcome {
        guard !job.isClaimed else { return .ignored("its claim is complete already") }
        job.tries += job.tries < .max ? 1 : 0
        job.wait = Job.Wait(reason: "It could not be flushed to disk, and is written anew: \(reason)", since: now)
        return .applied
    }

    private mutating func claimed(_ identity: FileIdentity) {
        job.isClaimed = true
        job.identity = identity
        job.folder = .work
    }

    /// Its file is seen in the inbox once more, before its claim was completed.
    ///
    /// - Parameter seen: a job as it would be made of the file now.
    /// - Returns: false, and nothing has changed, where it has tasks and they were submitted for something else: the file is another's.
    package mutating func seenAgain(as seen: Job) -> Bool {
        guard attempts.isEmpty else {
            guard isContent(of: seen) else { return false }
            // What it was submitted with stays; its content is known to be what it was, and so are the sums.
            job.inputs = seen.inputs.map { [inputs = job.inputs] seen in
                var input = seen
                input.digest = inputs.first(where: seen.isSame)?.digest
                return input
            }
            job.identity = seen.identity
            job.sidecar = seen.sidecar
            return true
        }
        job.kind = seen.kind
        job.identity = seen.identity
        job.inputs = seen.inputs
        job.parameters = seen.parameters
        job.sidecar = seen.sidecar
        return true
    }

    /// Whether the file, the files of a job folder, and the parameters beside them are by size and time what they were.
    private func isContent(of seen: Job) -> Bool {
        guard job.kind == seen.kind, job.inputs.count == seen.inputs.count,
            job.sidecar?.size == seen.sidecar?.size, job.sidecar?.modified == seen.sidecar?.modified
        else { return false }
        if job.kind == .file { return job.identity.isSameContent(as: seen.identity) }
        return Job.areSame(job.inputs, seen.inputs)
    }

    /// Another name for it in `work/` has to be taken, since the one it was to have is in use.
    package mutating func placeChanged(_ place: RelativePath) -> EventOutcome {
        guard !job.isClaimed, job.state == .queued || job.state == .cancelled else {
            return .ignored("its claim is complete already")
        }
        job.place = place
        return .applied
    }

    /// Its file was taken away before it was uploaded for a submission.
    package mutating func withdrawn(at now: Timestamp) -> EventOutcome {
        guard job.state == .queued || job.state == .uploading else { return .ignored("it is past its upload") }
        if attempts.isEmpty {
            enter(.cancelled, at: now)
            tell(.withdrawn, job.place.description)
        } else {
            endAsCancelled(.takenAway, at: now)
        }
        job.duty = .none
        job.folder = .gone
        job.isReviving = false
        return .applied
    }

    /// Its file in `work/` is not the one that was claimed: somebody wrote to it.
    ///
    /// It settles again, and what was uploaded is of no use. `inputs` are the files of a job folder, as they are now.
    package mutating func contentChanged(
        to identity: FileIdentity,
        inputs: [Job.Input] = [],
        settledAt: Timestamp,
        at now: Timestamp
    ) -> EventOutcome {
        guard job.isClaimed, job.state == .queued || job.state == .uploading else {
            return .ignored("it is past its upload")
        }
        enter(.queued, at: now)
        job.identity = identity
        job.digest = nil
        job.joined = nil
        if job.kind == .folder { job.inputs = inputs }
        job.upload = nil
        waits(
            until: settledAt,
            because: "The file changed after it was taken; it is uploaded once it has settled.",
            at: now
        )
        tell(.changed, job.place.description)
        return .applied
    }

    /// The original of a job that ended without results is in the inbox.
    ///
    /// Where it applies, the file is to be claimed to `place`, and `claimCompleted` follows. Mostly a person moved it back and wants it
    /// tried again: the claim begins anew, and once it is complete every task that the job has is asked about before anything new is paid
    /// for. One that came back already, and whose claim did not come about, only lies elsewhere now. A job that was cancelled while its file
    /// still lay in the inbox stays cancelled; only its file is taken.
    ///
    /// - Parameters:
    ///   - origin: where it lies in the inbox.
    ///   - place: where it is to lie in `work/`.
    ///   - identity: its own, as it lies there.
    ///   - inputs: the files of a job folder.
    ///   - forgotten: an attempt that its note tells of and the ledger may not know, since it is older than the note.
    ///   - now: the time.
    /// - Returns: whether it may be taken.
    package mutating func cameBack(
        origin: RelativePath,
        place: RelativePath,
        identity: FileIdentity,
        inputs: [Job.Input] = [],
        forgotten: Attempt? = nil,
        at now: Timestamp
    ) -> EventOutcome {
        // Its content is known to be what it was, and so are the sums.
        let inputs = inputs.map { input in
            var input = input
            input.digest = job.inputs.first { $0.name == input.name }?.digest
            return input
        }
        switch job.state {
        case .cancelled where !job.isClaimed && job.folder == .inbox, .queued where !job.isClaimed && job.isReviving:
            job.origin = origin
            job.place = place
            job.identity = identity
            job.inputs = inputs
            return .applied
        case .failed, .cancelled,
            .running where job.folder == .failed, .unconfirmed where job.folder == .failed:
            break
        default:
            return .ignored("it has not failed")
        }
        enter(.queued, at: now)
        job.origin = origin
        job.place = place
        job.identity = identity
        job.inputs = inputs
        job.folder = .inbox
        job.isClaimed = false
        job.isCancelWished = false
        job.isReviving = true
        job.failure = nil
        job.duty = .none
        job.upload = nil
        job.joined = nil
        plan = nil
        for index in attempts.indices { attempts[index].reopen(at: now) }
        if let forgotten { remember(forgotten) }
        return .applied
    }

    /// Its original came back into the inbox from `failed/` while its results came after all.
    ///
    /// There it stays until it is put away with them. Where they were delivered while it was on its way, that is still to be done.
    ///
    /// - Parameters:
    ///   - place: where it lies in the inbox.
    ///   - identity: its own, as it lies there.
    ///   - sidecar: the parameters that lie beside it.
    ///   - now: the time.
    /// - Returns: `.ignored` where its original is not waited for.
    package mutating func cameBackForResults(
        place: RelativePath,
        identity: FileIdentity,
        sidecar: FileIdentity? = nil,
        at now: Timestamp
    ) -> EventOutcome {
        guard awaitsOriginal else { return .ignored("its original is not waited for") }
        job.place = place
        // What came into a folder since it was taken is not what was submitted.
        job.identity = job.kind == .folder ? job.identity.moved(to: identity) : identity
        job.sidecar = sidecar
        if job.state == .delivered, job.duty == .none {
            job.duty = successful?.settings.afterDelivery == .delete ? .delete : .done
            job.dueAt = now
        }
        return .applied
    }

    /// Whether it failed, its results came or are coming all the same, and its original has not been put away with them.
    package var awaitsOriginal: Bool {
        job.folder == .failed && (job.state == .fetching || job.state == .delivered)
    }

    /// Takes up an attempt whose task the ledger does not know, beside those that it knows.
    private mutating func remember(_ forgotten: Attempt) {
        guard attempts.allSatisfy({ $0.taskID != forgotten.taskID }) else { return }
        let number = max(forgotten.number, (attempts.last?.number ?? 0) + 1)
        guard (1...Self.maximumAttempts).contains(number) else { return }
        attempts.append(forgotten)
        attempts[attempts.count - 1].number = number
        job.attempt = max(job.attempt, number)
    }

    /// Its original lies in its place under another identity, since the disk was copied or bears another number now.
    package mutating func identityChanged(to identity: FileIdentity) -> EventOutcome {
        guard job.kind == .file, job.isClaimed && job.folder == .work || job.state.isFinal && job.folder == .failed
        else {
            return .ignored("its original is in neither work/ nor failed/")
        }
        guard job.identity.size == identity.size, job.identity.modified == identity.modified else {
            return .ignored("it is another file")
        }
        job.identity = identity
        return .applied
    }
}

extension Attempt {
    /// A person wants its job tried again.
    ///
    /// What was doubted before stays doubted from then on, so that one more query settles it.
    fileprivate mutating func reopen(at now: Timestamp) {
        isFruitless = taskID == nil || isExpired
        finishedAt = nil
        // What was not known then is asked about anew, for as long as ever.
        unknownSince = nil
        renewDeadline(at: now)
    }

    /// Its deadline begins anew, since its job was brought back.
    mutating func renewDeadline(at now: Timestamp) {
        awaitedSince = now
        runningSince = nil
        cancelAskedAt = nil
        isOverdue = false
    }
}
