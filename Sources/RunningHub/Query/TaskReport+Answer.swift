import Jobs

extension TaskReport {
    /// What an answer to a query says.
    ///
    /// Throws for everything that is not the state of this task: an answer that is not understood never ends a job.
    static func judge(
        _ answer: Answer,
        about taskID: String,
        hiding secrets: [Secret] = []
    ) throws(CloudError) -> TaskReport {
        try TaskReport(try Reply.aboutTask(answer, taskID, hiding: secrets), about: taskID, answer, hiding: secrets)
    }

    /// The report in a reply that is about this task; throws where it holds no state.
    init(_ reply: Reply, about taskID: String, _ answer: Answer, hiding secrets: [Secret]) throws(CloudError) {
        guard let (status, wire) = try Self.status(reply, answer) else {
            throw CloudError(
                .badAnswer,
                "The answer holds no state of the task. \(reply.sentence)",
                errorCode: reply.errorCode,
                wireCode: reply.code,
                httpStatus: answer.status,
                retryAfter: answer.retryAfter
            )
        }
        self.init(taskID: taskID, status: status, wireStatus: wire, reply: reply, hiding: secrets)
    }

    /// The state that the answer states, or that its code stands for.
    private static func status(_ reply: Reply, _ answer: Answer) throws(CloudError) -> (TaskStatus, String)? {
        if let wire = reply.wireStatus, let status = TaskStatus(wire: wire) {
            // A failure is believed of an answer that names the task, or that carries the code of failed tasks; else it may be the
            // failure of the question.
            guard status == .failed, reply.taskID == nil, reply.code != nil, reply.errorCode?.atQuery != .failed else {
                return (status, wire)
            }
            return nil
        }
        switch reply.errorCode?.atQuery {
        case .waiting(let status): return (status, status.rawValue)
        case .failed: return (.failed, "FAILED")
        case .unknownTask, .keyRefused, .tooManyRequests, .transient, nil: return nil
        }
    }
}

extension Reply {
    /// Reads the answer to a question about one task.
    ///
    /// Throws for an answer that is none, that refuses, or that is about another task.
    static func aboutTask(
        _ answer: Answer,
        _ taskID: String,
        hiding secrets: [Secret]
    ) throws(CloudError) -> Reply {
        let reply = Reply(answer, hiding: secrets)
        if answer.status < 500, answer.cut == nil, let code = reply?.errorCode, let reply {
            try refuse(code, reply, answer)
        }
        guard (200..<300).contains(answer.status) else { throw CloudError(httpStatus: answer, reply: reply) }
        if let cut = answer.cut { throw .network(cut) }
        guard let reply else {
            throw CloudError(.badAnswer, "The answer is not JSON.", httpStatus: answer.status)
        }
        if let named = reply.taskID, named != taskID {
            throw CloudError(.badAnswer, "The answer is about another task.", httpStatus: answer.status)
        }
        return reply
    }

    /// Throws where the code says that the key is refused, or that the task is unknown, whatever else the answer holds.
    ///
    /// Codes of a missing balance or of the wrong kind of key also end tasks, by the models that an app calls; with the task's own id and
    /// state beside them they are that, else a refusal of the key. 1007 is both «no such task» and the failure of a task's parameters.
    private static func refuse(_ code: ErrorCode, _ reply: Reply, _ answer: Answer) throws(CloudError) {
        let isReport = reply.taskID != nil && reply.wireStatus != nil
        switch code.atQuery {
        case .keyRefused(let trouble):
            guard !isReport || trouble == .unauthorized || trouble == .freeAccount else { return }
            throw CloudError(.keyRefused(trouble), reply.sentence, errorCode: code, httpStatus: answer.status)
        case .unknownTask:
            guard !isReport || code.number != 1007 else { return }
            throw CloudError(.unknownTask, reply.sentence, errorCode: code, httpStatus: answer.status)
        case .tooManyRequests:
            guard !isReport else { return }
            throw CloudError(
                .busy,
                reply.sentence,
                errorCode: code,
                httpStatus: answer.status,
                retryAfter: answer.retryAfter
            )
        case .waiting, .failed, .transient:
            return
        }
    }

    /// The task's state as written; `nil` where there is none.
    var wireStatus: String? {
        content["status", "taskStatus"]?.filledText
    }
}

extension CloudError {
    /// The error for an HTTP status that reports one, at anything but a submission.
    init(httpStatus answer: Answer, reply: Reply?) {
        let (code, sentence): (Code, Phrase) =
            switch answer.status {
            case 401, 403:
                (
                    .keyRefused(.unauthorized),
                    Phrase("The server refuses the API key.", zh: "服务器拒绝了 API 密钥。", ru: "Сервер отклоняет ключ API.")
                )
            case 413:
                (
                    .tooLarge,
                    Phrase("The server refuses the size.", zh: "服务器拒绝了这样的大小。", ru: "Сервер не принимает такой размер.")
                )
            case 429:
                (.busy, Phrase("The server asks to slow down.", zh: "服务器要求放慢请求。", ru: "Сервер просит снизить темп."))
            case 503: (.busy, Phrase("The server is not available.", zh: "服务器不可用。", ru: "Сервер недоступен."))
            case 300..<400:
                (
                    .badAnswer,
                    Phrase(
                        "The server answers with a redirect, which is not followed.",
                        zh: "服务器返回了重定向，未予跟随。",
                        ru: "Сервер отвечает перенаправлением, по нему переход не выполняется."
                    )
                )
            default:
                (
                    .badAnswer,
                    Phrase(
                        "The server does not answer as RunningHub does.",
                        zh: "服务器的应答不像是 RunningHub 的。",
                        ru: "Сервер отвечает не так, как RunningHub."
                    )
                )
            }
        self.init(
            code,
            .of(status: answer.status, sentence, reply),
            errorCode: reply?.errorCode,
            wireCode: reply?.code,
            httpStatus: answer.status,
            retryAfter: answer.retryAfter
        )
    }
}
