import FaultPoints
import Jobs
import Ledger
import Logging
import RunningHub
import Synchronization

extension Engine {
    /// Submits a job whose upload is done, if its key has a place.
    ///
    /// The one effect that is never repeated.
    ///
    /// - Returns: whether that came to anything; a job without a place waits as it is.
    func submit(_ record: JobRecord, _ pipeline: Pipeline) async throws -> Bool {
        let id = record.job.id
        guard let account = account(of: record, pipeline) else { return true }
        let number = record.job.attempt + 1
        let submission: Submission
        do {
            guard let made = try await makeSubmission(of: record, pipeline, attempt: number) else { return true }
            submission = made
        } catch let problem as SubmissionProblem {
            let now = time.now()
            try await change(id) { $0.refusedForGood(problem.failure, at: now) }
            return true
        }
        guard await marksSpool() else { return false }
        let now = time.now()
        guard slots.withLock({ $0.take(account.name, job: id, attempt: number, at: now) }) else { return true }
        sending.serves(pipeline.name)
        balances.used(account.name)
        guard try await intends(record, pipeline, account, attempt: number) else { return true }
        return await post(submission, of: id, pipeline, attempt: number, account)
    }

    /// Commits the intent.
    ///
    /// Where that fails, no POST leaves, and the place is given back.
    private func intends(
        _ record: JobRecord,
        _ pipeline: Pipeline,
        _ account: Account,
        attempt number: Int
    ) async throws -> Bool {
        let id = record.job.id
        let now = time.now()
        let hasWebhook = takesWebhook(pipeline)
        do {
            let change = try await change(id) { record -> Int? in
                // A hold that was answered meanwhile counts: after its answer nothing is paid.
                guard record.job.attempt == number - 1, !self.isHeld(pipeline.name) else { return nil }
                return record.submissionIntended(
                    key: account.name,
                    site: account.site,
                    settings: pipeline,
                    hasWebhook: hasWebhook,
                    at: now
                )
            }
            if change?.value == number {
                // The next of its pipeline follows it.
                wakes.sending()
                return true
            }
        } catch {
            _ = slots.withLock { $0.set(id, holds: []) }
            throw error
        }
        if let record = try await ledger.job(id) { committed(record, from: record.job.state) }
        return false
    }

    private func post(
        _ submission: Submission,
        of id: JobID,
        _ pipeline: Pipeline,
        attempt number: Int,
        _ account: Account
    ) async -> Bool {
        FaultPoint.post.before()
        WorkUnderWay.current?.waits(for: account.cloud.timeouts.submission)
        let outcome = await account.cloud.submit(submission)
        FaultPoint.post.after()
        let now = time.now()
        slots.withLock { $0.answered(account.name, job: id, attempt: number) }
        let wait = learn(from: outcome, account, at: now)
        let answer = translation.answer(outcome, wait: wait, at: now)
        let jitter = time.jitter()
        await changeSurely(id, telling: sentence(about: answer, attempt: number)) { record in
            record.submissionAnswered(attempt: number, answer, jitter: jitter, at: now)
        }
        return true
    }

    /// What the outcome says about the key and the network.
    ///
    /// - Returns: how long to wait before the same submission is tried again, if it may be.
    private func learn(
        from outcome: SubmissionOutcome,
        _ account: Account,
        at now: Timestamp
    ) -> Duration {
        switch outcome {
        case .created:
            proof.cloud(answered: true, at: now)
            slots.withLock { $0.wasAccepted(account.name, at: now) }
            return .zero
        case .notSent, .unknown:
            proof.cloud(answered: false, at: now)
            return Backoff.wait(tries: 1, jitter: time.jitter())
        case .refused(let refusal):
            proof.cloud(answered: true, at: now)
            switch refusal.next {
            case .waitForSlot:
                let jitter = time.jitter()
                _ = slots.withLock { $0.wasFull(account.name, jitter: jitter, at: now) }
            case .retryLater:
                // What the service cannot take from one job it cannot take from the next: they all wait, and one of them tries.
                let jitter = time.jitter()
                _ = slots.withLock {
                    $0.wasFull(
                        account.name,
                        because: refusal.sentence,
                        atLeast: refusal.retryAfter ?? .zero,
                        jitter: jitter,
                        at: now
                    )
                }
            case .restKey(let trouble):
                let code = refusal.errorCode.map { String($0.number) }
                rest(account, trouble, refusal.sentence, hint: refusal.hint, code: code, at: now)
            case .permanent:
                break
            }
            // It is the key that rests: the job goes on, in its turn, as soon as that does, or another may.
            return .zero
        }
    }

    /// Lets a key rest whose account cannot start tasks, and says what to do.
    func rest(
        _ account: Account,
        _ trouble: ErrorCode.KeyTrouble,
        _ message: Phrase,
        hint: Phrase?,
        code: String? = nil,
        at now: Timestamp
    ) {
        let reason = hint.map { .joined([message.asSentence, $0]) } ?? message
        slots.withLock { $0.rest(account.name, because: reason, until: now + Balances.retryPace) }
        balances.rests(account.name, trouble, at: now)
        var fields: Logger.Metadata = ["key": .string(account.name)]
        if let code { fields["code"] = .string(code) }
        journal.tell(
            ongoing: .keyRests,
            about: "\(account.name)/\(trouble.rawValue)",
            at: now,
            "Key \(account.name) rests for 5 min: \(reason)",
            fields
        )
    }

    private func sentence(about answer: SubmissionAnswer, attempt number: Int) -> String {
        if case .created(let taskID, _) = answer { return "RunningHub started task \(taskID) in attempt \(number)" }
        return "attempt \(number) ended without a task"
    }

    /// The account that submits the job: the one that uploaded its file, or, where nothing is uploaded, one that has room.
    private func account(of record: JobRecord, _ pipeline: Pipeline) -> Account? {
        guard pipeline.needsUpload else { return chooseAccount(for: pipeline) }
        return record.job.upload.flatMap { upload in accounts[upload.key].flatMap { $0.site == upload.site ? $0 : nil }
        }
    }

    /// Whether a task of the pipeline carries a `webhookUrl`: there is a listener, and that way of starting a task takes one (API.md §2).
    private func takesWebhook(_ pipeline: Pipeline) -> Bool {
        settings.publicURL != nil && pipeline.api != .v1Params
    }

    /// The address that RunningHub is to call when the task of an attempt has ended.
    func webhookURL(of id: JobID, _ pipeline: Pipeline, attempt number: Int) -> Secret? {
        guard takesWebhook(pipeline) else { return nil }
        return settings.publicURL.map { base in
            Secret("\(base)/callback/\(id)/\(number)/\(tokens.token(job: id, attempt: number))")
        }
    }
}
