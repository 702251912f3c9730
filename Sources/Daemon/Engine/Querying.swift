import FaultPoints
import Jobs
import Ledger
import Logging
import RunningHub

extension Engine {
    private static let queryingWidth = 32

    /// The stage that asks how tasks stand.
    ///
    /// It alone decides outcomes; callbacks only wake it.
    func queryingStage() -> Stage {
        Stage(
            name: "querying",
            width: Self.queryingWidth,
            wake: wakes.querying,
            time: time,
            busy: BusyJobs(),
            select: { busy, room in
                let now = self.time.now()
                return try await self.ledger.look { look in
                    let running = try look.due(.running, at: now, except: busy, limit: room)
                    let woken = try look.woken(at: now, except: busy, limit: room - running.count)
                    let times = [try look.nextDue(.running, after: now), try look.nextWoken(after: now)]
                    return Work(jobs: running + woken, next: times.compactMap(\.self).min())
                }
            },
            perform: { await self.ask($0) },
            trouble: { self.tellTrouble("querying", $0) },
            alive: { self.progress.alive("querying", at: self.time.now()) }
        )
    }

    private func ask(_ record: JobRecord) async -> Bool {
        do {
            let attempt = record.attemptInQuestion { account(of: $0) != nil }
            guard let attempt, let taskID = attempt.taskID else {
                return try await lacksTask(record)
            }
            guard let account = account(of: attempt) else {
                try await isUnreachable(attempt, taskID, record)
                return true
            }
            try await askToCancelTasks(of: record)
            FaultPoint.query.before()
            let report = await report(of: attempt, taskID, account, record)
            FaultPoint.query.after()
            let now = time.now()
            let jitter = time.jitter()
            let change = try await change(record.job.id) {
                $0.taskReported(attempt: attempt.number, task: taskID, report, jitter: jitter, at: now)
            }
            if let change { noteMissedCallback(of: change.record, attempt: attempt.number, at: now) }
            return true
        } catch {
            tellTrouble("querying", error)
            return false
        }
    }

    private func isUnreachable(_ attempt: Attempt, _ taskID: String, _ record: JobRecord) async throws {
        let now = time.now()
        let start = StrandedTasks.start(with: attempt.key, at: attempt.site)
        let way = "put it back and restart, or give up: runninghubctl cancel \(record.job.id)"
        let reason = "Task \(taskID) was \(start): \(way)"
        let change = try await change(record.job.id) {
            $0.taskUnreachable(attempt: attempt.number, reason: reason, until: now + .seconds(300), at: now)
        }
        guard let change, !change.record.job.state.isFinal else { return }
        tellStranded(attempt, of: change.record, at: now)
    }

    private func report(
        of attempt: Attempt,
        _ taskID: String,
        _ account: Account,
        _ record: JobRecord
    ) async -> Jobs.TaskReport {
        do {
            WorkUnderWay.current?.waits(for: account.cloud.timeouts.wholeOutcome)
            let report = try await account.cloud.outcome(of: taskID, startedBy: attempt.settings.family)
            meters.count(.queries, account.name, "answered")
            let now = time.now()
            proof.cloud(answered: true, at: now)
            // Of those that made too many it is told how many are left out, which takes the whole answer.
            if report.status == .succeeded, report.omittedResults == 0 {
                answers.keep(report.results ?? [], of: taskID, at: now)
            }
            return translation.report(report, on: attempt.settings)
        } catch {
            let isAnswer = error.httpStatus != nil || error.errorCode != nil
            meters.count(.queries, account.name, isAnswer ? "answered" : "failed")
            let now = time.now()
            proof.cloud(answered: error.httpStatus != nil || error.errorCode != nil, at: now)
            if case .restKey(let trouble) = error.disposition {
                rest(account, trouble, error.sentence, hint: error.hint, code: error.codeText, at: now)
            } else {
                tellUnanswered(taskID, account, error, record, at: now)
            }
            return translation.report(
                error,
                wait: Backoff.wait(tries: record.job.tries, first: .seconds(10), jitter: time.jitter()),
                at: now
            )
        }
    }

    /// Tells that the service answered a question with an error of its own, or with what is no answer, once a minute for all tasks of a key.
    ///
    /// It ends nothing; but who wonders why a task takes so long finds it in the journal.
    private func tellUnanswered(
        _ taskID: String,
        _ account: Account,
        _ error: CloudError,
        _ record: JobRecord,
        at now: Timestamp
    ) {
        guard error.codeText != nil || error.code == .badAnswer else { return }
        var fields = journal.fields(of: record)
        if let code = error.codeText { fields["code"] = .string(code) }
        journal.tell(
            ongoing: .waiting,
            about: "query/\(account.name)/\(error.codeText ?? "answer")",
            at: now,
            """
            \(record.job.pipeline)/\(record.job.place) waits: RunningHub does not say how task \(taskID) stands; \
            it is asked again: \(error.message)
            """,
            fields
        )
    }

    /// Asks the cloud to cancel the tasks that a job has no more use for, or that a person or a deadline ends.
    func askToCancelTasks(of record: JobRecord) async throws {
        for attempt in record.attemptsToCancel {
            guard let taskID = attempt.taskID, let account = account(of: attempt) else { continue }
            try await askToCancel(record, attempt, taskID, account)
        }
    }

    private func askToCancel(_ record: JobRecord, _ attempt: Attempt, _ taskID: String, _ account: Account) async throws
    {
        var detail = ""
        do throws(CloudError) {
            WorkUnderWay.current?.waits(for: account.cloud.timeouts.question)
            try await account.cloud.cancel(taskID)
        } catch {
            // Whatever it says (807 for some tasks of AI apps), query decides what became of the task.
            detail = "It answered: \(error.message)"
        }
        let now = time.now()
        let said = detail
        try await change(record.job.id) { $0.cancelAsked(attempt: attempt.number, detail: said, at: now) }
    }

    /// A job in `running` without a task to ask about: nothing is known, so proof is awaited like for any unknown submission.
    private func lacksTask(_ record: JobRecord) async throws -> Bool {
        let now = time.now()
        try await change(record.job.id) {
            $0.hadToWait(reason: "No task of it is known.", until: now + .seconds(60), at: now)
        }
        return true
    }
}
