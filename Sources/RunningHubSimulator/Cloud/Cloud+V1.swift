/// The v1 paths that ask about a task or a key. All answer in the envelope.
extension Cloud {
    /// Paths that ask something about one task with a key in the body.
    enum TaskQuestion: String, Sendable, CaseIterable {
        case status = "/task/openapi/status"
        case outputs = "/task/openapi/outputs"
        case cancel = "/task/openapi/cancel"
        case webhookDetail = "/task/openapi/getWebhookDetail"

        var group: PathGroup {
            switch self {
            case .status, .outputs: .query
            case .cancel, .webhookDetail: .other
            }
        }
    }

    /// Answers a question about a task.
    mutating func ask(_ question: TaskQuestion, _ request: APIRequest, now: Duration) -> Answer {
        let gate = gate(question.group, path: question.rawValue)
        let id = request.taskId?.readable ?? ""
        let answer: Answer
        if let refusal = Refusal(gate) ?? unauthorized(request.bodyKey) {
            answer = refusal.answer(flat: false, settings: settings.answers)
        } else {
            answer = truth(question, id, key: key(request.bodyKey)?.name ?? "", now: now)
        }
        note(question, id, answer)
        return gate.passing(answer)
    }

    private mutating func truth(_ question: TaskQuestion, _ id: String, key: String, now: Duration) -> Answer {
        switch question {
        case .status:
            guard let seen = look(at: id, key: key, by: question.rawValue) else { return unknownTask }
            return .envelope(.string(Self.oldStatus(seen.status)), message: "")
        case .outputs:
            guard let seen = look(at: id, key: key, by: question.rawValue), let task = tasks[id] else {
                return unknownTask
            }
            return outputs(task, as: seen)
        case .cancel:
            guard tasks[id]?.record.key == key else { return .failure(807) }
            return finish(id, as: .cancelled, now: now) ? .envelope(.null, message: "") : .failure(807)
        case .webhookDetail:
            guard tasks[id]?.record.key == key else { return .failure(807) }
            return webhookDetail(id)
        }
    }

    /// The answer about a task that doesn't exist.
    private var unknownTask: Answer { .failure(settings.answers.unknownTaskCodeV1) }

    private mutating func note(_ question: TaskQuestion, _ id: String, _ answer: Answer) {
        if question.group == .query {
            events.append(.queried(taskID: id, answer: answer.summary))
        } else {
            events.append(.asked(path: question.rawValue, answer: answer.summary))
        }
    }

    /// The refusal of a key that isn't known, on a v1 path.
    func unauthorized(_ key: String?) -> Refusal? {
        self.key(key) == nil ? unknownKey(key, flat: false) : nil
    }

    /// v1 knows four statuses.
    static func oldStatus(_ status: TaskStatus) -> String {
        switch status {
        case .create, .queued: "QUEUED"
        case .running: "RUNNING"
        case .success: "SUCCESS"
        case .failed, .cancelled: "FAILED"
        }
    }

    /// What `outputs` says: an error code for everything that isn't finished.
    private func outputs(_ task: CloudTask, as seen: SeenTask) -> Answer {
        if settings.answers.startingNull, !seen.status.isFinal { return .envelope(.null) }
        switch seen.status {
        case .create, .queued: return .failure(813)
        case .running:
            return .failure(804, data: settings.answers.runningData ? ["netWssUrl": .string(netWssURL(task))] : .null)
        case .failed, .cancelled:
            let reason = (seen.failure ?? task.failure).map { failedReason($0, isOld: true) } ?? [:]
            guard settings.answers.failureTips else { return .failure(805, data: ["failedReason": reason]) }
            return .failure(805, data: ["failedReason": reason, "promptTips": .string(tips(of: task))])
        case .success:
            switch seen.results {
            case .none: return .envelope(.null)
            case .empty: return .envelope([])
            case .all: return Answer(body: .json(outputsEnvelope(task)))
            }
        }
    }

    /// The answer of `GET /task/openapi/status`, as the one document that has it describes it.
    mutating func statusObject(_ id: String, key sent: String?) -> Answer {
        let gate = gate(.query, path: "GET /task/openapi/status")
        let answer: Answer
        if let refusal = Refusal(gate) ?? unauthorized(sent) {
            answer = refusal.answer(flat: false, settings: settings.answers)
        } else if let seen = look(at: id, key: key(sent)?.name ?? "", by: "GET /task/openapi/status"),
            let task = tasks[id]
        {
            answer = .envelope([
                "taskStatus": .string(Self.oldStatus(seen.status)),
                "result": seen.results == .all ? ["outputs": outputsEnvelope(task)["data"] ?? .null] : .null,
            ])
        } else {
            answer = unknownTask
        }
        events.append(.queried(taskID: id, answer: answer.summary))
        return gate.passing(answer)
    }

    // MARK: Webhooks

    private func webhookDetail(_ id: String) -> Answer {
        guard let task = tasks[id], let index = task.callback, record.callbacks.indices.contains(index) else {
            return .failure(1)
        }
        let callback = record.callbacks[index]
        let last = callback.tries.last
        let eventData = callbackBody(task, shape: .a)["eventData"] ?? ""
        return .envelope(
            [
                "id": .string(webhookID(index)),
                "userApiKey": .string(maskedKey(task.record.key)),
                "taskId": .string(id),
                "webhookUrl": .string(callback.url),
                "eventData": eventData,
                "callbackStatus": callback.delivered ? "SUCCESS" : "FAILED",
                "callbackResponse": .string(last?.status.map { "\($0)" } ?? last?.error ?? ""),
                "retryCount": .int(Int64(max(callback.tries.count - 1, 0))),
                "createTime": .string(WallTime.text(began + (task.endedAt ?? .zero).components.seconds)),
                "updateTime": .string(WallTime.text(began + (last?.at.duration ?? .zero).components.seconds)),
            ],
            message: "success"
        )
    }

    private func webhookID(_ index: Int) -> String {
        String(1_900_000_000_000_000_000 + index)
    }

    private func maskedKey(_ name: String) -> String {
        let key = settings.keys.first { $0.name == name }?.key ?? ""
        return "\(key.prefix(4))****\(key.suffix(4))"
    }

    /// Sends a callback again, to another address if one is given.
    mutating func retryWebhook(_ request: APIRequest) -> Answer {
        let gate = gate(.other, path: "/task/openapi/retryWebhook")
        let answer: Answer
        let index = request.webhookId.flatMap { Int($0.readable) }.map { $0 - 1_900_000_000_000_000_000 } ?? -1
        if let refusal = Refusal(gate) ?? unauthorized(request.bodyKey) {
            answer = refusal.answer(flat: false, settings: settings.answers)
        } else if record.callbacks.indices.contains(index),
            tasks[record.callbacks[index].taskID]?.record.key == key(request.bodyKey)?.name
        {
            var again = record.callbacks[index]
            again.kind = .retried
            again.tries = []
            if let url = request.webhookUrl, !url.isEmpty { again.url = url }
            record.callbacks.append(again)
            send(callback: record.callbacks.count - 1)
            answer = .envelope(.null, message: "")
        } else {
            answer = .failure(1)
        }
        events.append(.asked(path: "/task/openapi/retryWebhook", answer: answer.summary))
        return gate.passing(answer)
    }
}

extension Answer {
    /// Code and message for a printed line.
    var summary: String {
        guard case .json(let json) = body else { return "HTTP \(status)" }
        let code = (json["code"] ?? json["errorCode"])?.readable ?? ""
        let message = (json["msg"] ?? json["message"] ?? json["errorMessage"])?.text ?? ""
        if code == "0" || code.isEmpty { return json["data"]?.text ?? "ok" }
        return "\(code) \(message)"
    }
}
