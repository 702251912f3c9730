import Jobs
import RunningHub

/// Puts what the cloud says into the terms in which jobs decide.
struct Translation: Sendable {
    /// The end of a POST.
    ///
    /// - Parameters:
    ///   - outcome: what the cloud's client says of it.
    ///   - wait: how long to wait before the submission is tried again, where the answer does not say.
    ///   - now: the time.
    /// - Returns: the event for the job.
    func answer(_ outcome: SubmissionOutcome, wait: Duration, at now: Timestamp) -> SubmissionAnswer {
        switch outcome {
        case .created(let task):
            return .created(taskID: task.taskID, complaint: PromptTips.line(task.warnings))
        case .notSent(let error):
            return .notSent(reason: error.message, retryAt: now + wait)
        case .unknown(let error):
            return .unknown(reason: error.message, code: error.codeText)
        case .refused(let refusal) where refusal.next == .permanent:
            return .rejected(failure(of: refusal))
        case .refused(let refusal):
            let retryAt = now + (refusal.retryAfter ?? wait)
            return .refused(
                reason: refusal.message,
                code: refusal.errorCode.map { String($0.number) },
                retryAt: retryAt
            )
        }
    }

    /// A submission that will always be refused.
    private func failure(of refusal: RunningHub.Refusal) -> Failure {
        Failure(
            .refused,
            message: refusal.sentence,
            hint: refusal.hint ?? .correctPipeline,
            code: refusal.errorCode.map { String($0.number) },
            codeName: refusal.errorCode?.name,
            nodeReport: PromptTips.line(refusal.complaints),
            mayHaveBeenPaid: false
        )
    }

    /// What query said of a task that was submitted with these settings.
    func report(_ report: RunningHub.TaskReport, on settings: Pipeline) -> Jobs.TaskReport {
        switch report.status {
        case .created, .queued:
            return .waiting(status: report.wireStatus, isQueued: true)
        case .running:
            return .waiting(status: report.wireStatus, isQueued: false)
        case .succeeded:
            return .succeeded(results: report.results?.count ?? 0, usage: report.usage?.json)
        case .cancelled:
            return .cancelled(usage: report.usage?.json)
        case .failed:
            return .failed(
                failure(of: report.failure, on: settings.instanceType),
                mayPass: report.failure?.onFailure == .mayPass,
                usage: report.usage?.json
            )
        }
    }

    /// A query that gave no report.
    func report(_ error: CloudError, wait: Duration, at now: Timestamp) -> Jobs.TaskReport {
        switch error.disposition {
        case .unknownTask: .unknownTask
        default: .unavailable(reason: error.message, retryAt: now + (error.retryAfter ?? wait))
        }
    }

    func failure(of failure: TaskFailure?, on machine: Pipeline.InstanceType) -> Failure {
        guard let failure else {
            return Failure(
                .taskFailed,
                message: Phrase(
                    "The task failed; RunningHub gives no reason.",
                    zh: "任务失败；RunningHub 没有给出原因。",
                    ru: "Задача завершилась ошибкой; RunningHub не называет причины."
                ),
                hint: .lookAtTask,
                mayHaveBeenPaid: true
            )
        }
        return Failure(
            .taskFailed,
            message: failure.sentence,
            hint: failure.hint(on: machine),
            code: failure.code,
            codeName: failure.errorCode?.name,
            node: failure.reason?.nodeID,
            nodeReport: failure.nodeReport,
            detail: Self.detail(of: failure),
            mayHaveBeenPaid: true
        )
    }

    /// The longest traceback that a job keeps, in bytes: it is read and written with the job.
    private static let longestDetail = 8192

    /// What ComfyUI found wrong before it ran, a line for each node, and the traceback of what went wrong then.
    private static func detail(of failure: TaskFailure) -> String? {
        let parts = failure.complaints + [failure.reason?.traceback.map(end(of:))].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }

    /// The last lines of a traceback, for the exception stands at its end.
    private static func end(of traceback: String) -> String {
        guard traceback.utf8.count > longestDetail else { return traceback }
        let kept = String(decoding: traceback.utf8.suffix(longestDetail), as: UTF8.self)
        let lines = kept.firstIndex(of: "\n").map { kept[kept.index(after: $0)...] } ?? kept[...]
        return "…\n" + lines
    }
}
