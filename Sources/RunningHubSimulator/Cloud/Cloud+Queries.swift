extension Cloud {
    /// The answer of `POST /openapi/v2/query`.
    mutating func query(_ request: APIRequest, key sent: String?, gate: Gate) -> Answer {
        let id = request.taskId?.readable ?? ""
        if let struck = Refusal(gate) {
            events.append(.queried(taskID: id, answer: "\(struck.code) \(struck.message)"))
            return gate.passing(struck.answer(flat: true, settings: settings.answers))
        }
        guard let key = key(sent) else {
            events.append(.queried(taskID: id, answer: "412 TOKEN_INVALID"))
            return gate.passing(unknownKey(sent, flat: true).answer(flat: true, settings: settings.answers))
        }
        guard let seen = look(at: id, key: key.name, by: "/openapi/v2/query"), let task = tasks[id] else {
            let refusal = Refusal(settings.answers.unknownTaskCode)
            events.append(.queried(taskID: id, answer: "\(refusal.code) \(refusal.message)"))
            return gate.passing(refusal.answer(flat: true, settings: settings.answers))
        }
        events.append(.queried(taskID: id, answer: seen.status.rawValue))
        let body = queryBody(task, as: seen)
        return gate.passing(settings.answers.wrappedQuery ? .envelope(body) : Answer(body: .json(body)))
    }

    /// Lets one question see a task, and counts it.
    ///
    /// Nil when it is not to be known, to that key or by that path.
    mutating func look(at id: String, key: String, by path: String) -> SeenTask? {
        guard var task = tasks[id], task.record.key == key else { return nil }
        if task.isOld, settings.answers.ignorantPaths.contains(path) { return nil }
        defer { tasks[id] = task }
        task.record.queries += 1
        if task.quirks.unknown > 0 {
            task.quirks.unknown -= 1
            return nil
        }
        guard task.record.status == .success else { return Self.truth(task) }
        if task.quirks.failed > 0 {
            task.quirks.failed -= 1
            return SeenTask(status: .failed, failure: TaskFailure(), results: .none)
        }
        if task.quirks.empty > 0 {
            task.quirks.empty -= 1
            return SeenTask(status: .success, results: task.quirks.emptyIsNull ? .none : .empty)
        }
        return Self.truth(task)
    }

    /// A task as it is.
    static func truth(_ task: CloudTask) -> SeenTask {
        SeenTask(
            status: task.record.status,
            failure: task.failure,
            results: task.record.status == .success ? .all : .none
        )
    }
}
