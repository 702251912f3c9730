import Jobs
import Ledger
import RunningHub
import Synchronization

/// The one task at a time whose callback is missing, and of which RunningHub is to say why.
///
/// Outcomes never depend on it, and query is as cheap: what query cannot tell is why callbacks don't come, and without that every job of
/// a wrong `public_url` waits for the backstop for ever.
final class MissedCallbacks: Sendable {
    /// A task that has ended without a callback.
    struct Missed: Sendable {
        let job: JobID
        let attempt: Int
        let at: Timestamp
    }

    private struct State {
        var missed: Missed?
        var askedAt: Timestamp?
    }

    private let state = Mutex(State())

    /// How long a callback may be late: RunningHub tries about three times, a minute apart (API.md §3.3).
    static let patience = Duration.seconds(90)
    /// How often it is asked why callbacks are missing, at most.
    static let pace = Duration.seconds(600)

    /// A task has ended, and its callback has not come (yet).
    func ended(_ job: JobID, attempt: Int, at now: Timestamp) {
        state.withLock { state in
            guard state.missed == nil, state.askedAt.map({ $0 + Self.pace <= now }) ?? true else { return }
            state.missed = Missed(job: job, attempt: attempt, at: now)
        }
    }

    /// The task to be asked about now, if there is one.
    func next(at now: Timestamp) -> Missed? {
        state.withLock { state in
            guard let missed = state.missed, missed.at + Self.patience <= now else { return nil }
            state.missed = nil
            return missed
        }
    }

    /// RunningHub is asked.
    func asks(at now: Timestamp) {
        state.withLock { $0.askedAt = now }
    }
}

extension Engine {
    /// Keeps in mind that a task has ended whose callback has not come.
    func noteMissedCallback(of record: JobRecord, attempt number: Int, at now: Timestamp) {
        guard let attempt = record.attempt(number), attempt.hasWebhook, attempt.callbackAt == nil else { return }
        guard attempt.finishedAt != nil || attempt.isFruitless else { return }
        missedCallbacks.ended(record.job.id, attempt: number, at: now)
    }

    /// Asks why a callback did not come, and tells.
    func lookAfterCallbacks() async {
        let now = time.now()
        guard let missed = missedCallbacks.next(at: now) else { return }
        guard let record = try? await ledger.job(missed.job), let attempt = record.attempt(missed.attempt),
            attempt.callbackAt == nil, let taskID = attempt.taskID, let account = accounts[attempt.key]
        else { return }
        missedCallbacks.asks(at: now)
        do throws(CloudError) {
            let detail = try await account.cloud.webhookDetail(taskID)
            tellMissedCallback(of: taskID, detail, record)
        } catch {
            // Nothing depends on it; the next missing callback is asked about again.
        }
    }

    private func tellMissedCallback(of taskID: String, _ detail: WebhookDetail?, _ record: JobRecord) {
        let base = settings.publicURL ?? ""
        let sentence: String
        switch (detail, detail?.delivered) {
        case (nil, _):
            sentence =
                "RunningHub has no callback for task \(taskID), which has ended; outcomes are asked for every 30 s."
        case (_, true):
            sentence = """
                RunningHub says that its callback for task \(taskID) was taken, but it never came here: \
                does another server answer at \(base)? Outcomes are asked for every 30 s meanwhile.
                """
        case (let detail?, _):
            let said = detail.response.map { "; its words: \($0)" } ?? ""
            sentence = """
                RunningHub could not deliver the callback for task \(taskID)\(said). Check that \(base) leads here from the internet, \
                with a valid certificate: runninghubctl check --online. Outcomes are asked for every 30 s meanwhile.
                """
        }
        journal.tell(.callbackMissed, sentence, journal.fields(of: record))
    }
}
