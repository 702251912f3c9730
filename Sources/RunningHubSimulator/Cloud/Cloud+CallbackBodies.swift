/// The bodies of callbacks, in every shape that was reported.
extension Cloud {
    /// The body of the callback for a task that has ended, in one of the shapes that are set.
    mutating func callbackBody(_ task: CloudTask) -> String {
        let shape = settings.callbacks.shapes.randomElement(using: &generator) ?? .a
        return callbackBody(task, shape: shape).serialized
    }

    func callbackBody(_ task: CloudTask, shape: CallbackShape) -> JSON {
        let seen = Self.truth(task)
        let data: JSON
        switch shape {
        case .a: data = .string(outputsEnvelope(task, asCallback: true).serialized)
        case .b: data = outputsEnvelope(task, asCallback: true)
        case .c: data = flatBody(task, seen)
        case .d: data = ["code": 0, "msg": "success", "data": flatBody(task, seen)]
        case .e: return queryBodyForCallback(task, seen)
        case .f: data = firstOutput(task)
        case .hybrid: data = .string(queryBodyForCallback(task, seen).serialized)
        }
        return ["event": "TASK_END", "taskId": taskIDValue(task.record.id), "eventData": data]
    }

    /// A task id as a string or, if so set, as a bare number.
    func taskIDValue(_ id: String) -> JSON {
        guard settings.callbacks.bareTaskNumbers, let number = Int64(id) else { return .string(id) }
        return .int(number)
    }

    private func queryBodyForCallback(_ task: CloudTask, _ seen: SeenTask) -> JSON {
        guard case .object(var members) = queryBody(task, as: seen) else { return nil }
        if let index = members.firstIndex(where: { $0.name == "taskId" }) {
            members[index].value = taskIDValue(task.record.id)
        }
        return .object(members)
    }

    private func flatBody(_ task: CloudTask, _ seen: SeenTask) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "status", value: .string(seen.status.rawValue)),
            .init(name: "results", value: results(task, as: seen)),
            .init(name: "usage", value: usage(task)),
        ]
        if let failure = seen.failure {
            members.append(.init(name: "errorCode", value: .string(String(failure.code))))
            members.append(.init(name: "errorMessage", value: .string(Self.message(failure))))
        }
        return .object(members)
    }

    private func firstOutput(_ task: CloudTask) -> JSON {
        guard let output = task.record.outputs.first else { return [:] }
        return [
            "fileUrl": output.url.map(JSON.string) ?? .null,
            "fileType": .string(output.type),
            "nodeId": node(of: output, in: task).map(JSON.string) ?? .null,
        ]
    }

    /// A claim of success with a result from elsewhere.
    func forgedBody(_ task: CloudTask) -> String {
        let envelope: JSON = [
            "code": 0, "msg": "success",
            "data": [
                ["fileUrl": "http://127.0.0.1:9/forged.png", "fileType": "png", "taskCostTime": 0, "nodeId": "9"]
            ],
        ]
        let body: JSON = [
            "event": "TASK_END", "taskId": taskIDValue(task.record.id), "eventData": .string(envelope.serialized),
        ]
        return body.serialized
    }

    /// What v1 `outputs` answers about a task that has ended.
    ///
    /// The callback has `taskCostTime` as the number 0, as the vendor's sample has it.
    func outputsEnvelope(_ task: CloudTask, asCallback: Bool = false) -> JSON {
        guard task.record.status == .success else {
            let reason = task.failure.map { failedReason($0, isOld: true) } ?? [:]
            return [
                "code": 805, "msg": .string(ErrorCode.message(805)),
                "data": ["failedReason": reason],
            ]
        }
        let items = task.record.outputs.map { outputItem($0, of: task, asCallback: asCallback) }
        return ["code": 0, "msg": "success", "data": .array(items)]
    }

    private func outputItem(_ output: SimulatorRecord.Output, of task: CloudTask, asCallback: Bool) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "fileUrl", value: output.url.map(JSON.string) ?? .null),
            .init(name: "fileType", value: .string(output.type)),
            .init(name: "taskCostTime", value: asCallback ? 0 : .string(String(task.costTime))),
        ]
        if let node = node(of: output, in: task) { members.append(.init(name: "nodeId", value: .string(node))) }
        if let text = output.text { members.append(.init(name: "text", value: .string(text))) }
        guard !asCallback, settings.answers.usage != .empty else { return .object(members) }
        let money = settings.answers.usage == .money
        members += [
            .init(name: "thirdPartyConsumeMoney", value: money ? "3.85" : nil),
            .init(name: "consumeMoney", value: money ? "0.5" : nil),
            .init(
                name: "consumeCoins",
                value: settings.answers.usage == .nulls ? nil : .string(String(task.record.coins))
            ),
        ]
        if settings.answers.extraMembers {
            members += ["storageType", "bucket", "objectKey"].map { .init(name: $0, value: "cos") }
        }
        return .object(members)
    }
}
