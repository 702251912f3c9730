import Jobs
import NIOCore

extension SubmissionOutcome {
    /// What an answer to a submission says.
    ///
    /// A task id anywhere settles it, whatever the HTTP status. Without one, a redirect and the 4xx statuses but 408 are refusals, and so is a
    /// 2xx whose code is one of the closed list for which nothing was created. All else is unknown.
    static func judge(_ answer: Answer, hiding secrets: [Secret] = []) -> SubmissionOutcome {
        let reply = Reply(answer, hiding: secrets)
        if let taskID = reply?.taskID ?? TaskID.salvage(answer.body.readableBytesView) {
            return .created(CreatedTask(taskID: taskID, reply: reply))
        }
        switch answer.status {
        case 200..<300:
            guard answer.cut == nil, let reply, case .nothingCreated(let next)? = reply.errorCode?.atSubmit else {
                break
            }
            return .refused(Refusal(reply, next: next, answer))
        case 300..<400:
            return .refused(.redirected(answer))
        case 400..<500 where answer.status != 408:
            return .refused(Refusal(clientError: answer, reply: reply))
        default: break
        }
        return .unknown(unknown(answer, reply))
    }

    private static func unknown(_ answer: Answer, _ reply: Reply?) -> CloudError {
        if let cut = answer.cut {
            return CloudError(
                .interrupted,
                "The answer to the submission broke off: a task may have been created.",
                httpStatus: answer.status,
                cause: cut
            )
        }
        let said = reply?.code != nil ? reply?.sentence : nil
        let what = said ?? "The answer (HTTP \(answer.status)) holds no task and no error that is known."
        return CloudError(
            .badAnswer,
            "\(what) A task may have been created.",
            errorCode: reply?.errorCode,
            wireCode: reply?.code,
            httpStatus: answer.status,
            retryAfter: answer.retryAfter
        )
    }
}

extension CreatedTask {
    fileprivate init(taskID: String, reply: Reply?) {
        self.init(
            taskID: taskID,
            status: TaskStatus(wire: reply?.content["status", "taskStatus"]?.scalarText),
            warnings: reply?.complaints ?? [],
            complaint: reply?.code == nil ? nil : reply?.sentence
        )
    }
}

extension Refusal {
    /// A refusal by a code of the table.
    ///
    /// A validation error that speaks of the balance is one of the account, not of the workflow.
    fileprivate init(_ reply: Reply, next: ErrorCode.Next, _ answer: Answer) {
        let kind = FailureKind.detect(in: reply.message, reply.complaints.joined(separator: "\n"))
        let outOfMoney = next == .permanent && kind == .balance
        self.init(
            next: outOfMoney ? .restKey(.outOfMoney) : next,
            message: reply.explanation,
            hint: next == .permanent ? kind?.hint ?? reply.errorCode?.hint : reply.errorCode?.hint,
            errorCode: reply.errorCode,
            complaints: reply.complaints,
            httpStatus: answer.status,
            retryAfter: answer.retryAfter
        )
    }

    /// A refusal by HTTP status 4xx; a code of the closed list in its body says more than the status.
    fileprivate init(clientError answer: Answer, reply: Reply?) {
        if let reply, case .nothingCreated(let next)? = reply.errorCode?.atSubmit {
            self.init(reply, next: next, answer)
            return
        }
        let said = reply.flatMap { $0.message.isEmpty ? nil : " RunningHub says: \($0)" } ?? ""
        let (next, sentence, hint) = Self.meaning(of: answer.status)
        self.init(
            next: next,
            message: "\(sentence) (HTTP \(answer.status))\(said)",
            hint: hint,
            errorCode: reply?.errorCode,
            httpStatus: answer.status,
            retryAfter: answer.retryAfter
        )
    }

    private static func meaning(of status: Int) -> (ErrorCode.Next, String, Phrase) {
        switch status {
        case 401, 403:
            (.restKey(.unauthorized), "The server refuses the API key.", ErrorCode.find(412)?.hint ?? "Check the key.")
        case 402: (.restKey(.outOfMoney), "The server asks for payment.", "Recharge the account on the site.")
        case 413: (.permanent, "The request is too large.", "Send shorter values to the pipeline's nodes.")
        case 407, 425, 429:
            (.retryLater, "The server asks to slow down.", "Nothing needs to be done: the job waits.")
        case 404, 405, 410:
            (.permanent, "The server does not know this address.", "Check `base_url`, and the pipeline's id and `api`.")
        default: (.permanent, "The server refuses the request.", "Check `base_url` and the pipeline's nodes.")
        }
    }

    /// A redirect: `base_url` is wrong, or something between (a hotel's login page) answered.
    ///
    /// Neither is the job's fault, so it waits.
    fileprivate static func redirected(_ answer: Answer) -> Refusal {
        Refusal(
            next: .retryLater,
            message: "The server answers with a redirect (HTTP \(answer.status)), which is not followed.",
            hint: "Check `base_url`, and whether this machine's way to the internet asks for a login.",
            errorCode: nil,
            httpStatus: answer.status,
            retryAfter: answer.retryAfter
        )
    }
}
