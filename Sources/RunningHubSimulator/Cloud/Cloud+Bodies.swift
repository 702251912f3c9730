/// The bodies in which a task is told about. Fields, order and types are those of the documents.
extension Cloud {
    /// The answer to an accepted submission.
    func submitAnswer(_ id: String, path: Submission.Path) -> Answer {
        guard let task = tasks[id] else { return .failure(500) }
        // The task has no place yet: whether it will get one decides what is said.
        let queued = settings.tasks.whenFull == .queue && !hasPlace(task.record.key)
        let status = queued ? "QUEUED" : settings.answers.submittedStatus
        if path.isFlat {
            return Answer(
                body: .json([
                    "taskId": .string(id),
                    "status": .string(status),
                    "errorCode": "",
                    "errorMessage": "",
                    "results": nil,
                    "clientId": .string(task.clientID),
                    "promptTips": .string(tips(of: task)),
                ])
            )
        }
        return .envelope([
            "taskId": .string(id),
            "clientId": .string(task.clientID),
            "taskStatus": .string(status),
            "netWssUrl": queued ? nil : .string(netWssURL(task)),
            "promptTips": .string(tips(of: task)),
        ])
    }

    /// An address as the documents show it; nothing listens there.
    func netWssURL(_ task: CloudTask) -> String {
        "wss://www.runninghub.cn:443/ws/c_instance?c_host=10.129.240.44&c_port=80&clientId=\(task.clientID)&taskId=\(task.record.id)"
    }

    static let shortTips = #"{"node_errors": {}}"#
    static let goodTips = #"{"result": true, "error": null, "outputs_to_execute": ["4"], "node_errors": {}}"#
    static let badTips =
        #"{"result": false, "error": {"type": "prompt_outputs_failed_validation", "#
        + #""message": "Prompt outputs failed validation", "details": "", "extra_info": {}}, "outputs_to_execute": [], "#
        + #""node_errors": {"4": {"errors": [{"type": "value_not_in_list", "message": "Value not in list", "#
        + #""details": "ckpt_name: 'missing.safetensors' not in []", "extra_info": {"input_name": "ckpt_name"}}], "#
        + #""dependent_outputs": ["9"], "class_type": "CheckpointLoaderSimple"}}}"#

    /// The v2 query's answer about a task as it is `seen`.
    func queryBody(_ task: CloudTask, as seen: SeenTask) -> JSON {
        [
            "taskId": .string(task.record.id),
            "status": .string(seen.status.rawValue),
            "errorCode": .string(seen.failure.map { String($0.code) } ?? ""),
            "errorMessage": .string(seen.failure.map(Self.message) ?? ""),
            "failedReason": seen.failure.map { failedReason($0, isOld: false) } ?? [:],
            "usage": usage(task),
            "results": results(task, as: seen),
            "clientId": "",
            "promptTips": .string(settings.answers.failureTips && seen.failure != nil ? tips(of: task) : ""),
        ]
    }

    /// What `promptTips` of a task's submission said.
    func tips(of task: CloudTask) -> String {
        if task.hasBadTips { return Self.badTips }
        return task.isOld && settings.answers.shortPromptTips ? Self.shortTips : Self.goodTips
    }

    func results(_ task: CloudTask, as seen: SeenTask) -> JSON {
        switch seen.results {
        case .none: nil
        case .empty: []
        case .all: .array(task.record.outputs.map { resultItem($0, of: task) })
        }
    }

    private func resultItem(_ output: SimulatorRecord.Output, of task: CloudTask) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "url", value: output.url.map(JSON.string) ?? .null),
            .init(name: "outputType", value: .string(output.type)),
            .init(name: "text", value: output.text.map(JSON.string) ?? .null),
        ]
        if let node = node(of: output, in: task) { members.append(.init(name: "nodeId", value: .string(node))) }
        return .object(members)
    }

    /// The node that saved an output, if the answer is to name it.
    func node(of output: SimulatorRecord.Output, in task: CloudTask) -> String? {
        guard let index = task.record.outputs.firstIndex(of: output) else { return nil }
        let outputs = outputSettings(of: task)
        guard outputs.indices.contains(index) else { return nil }
        let node = outputs[index].node
        return node.isEmpty ? nil : node
    }

    func usage(_ task: CloudTask) -> JSON {
        let shown = task.record.status.isFinal && [.coins, .money].contains(settings.answers.usage)
        let money = shown && settings.answers.usage == .money
        let figures: [JSON.Member] = [
            .init(name: "consumeMoney", value: money ? "0.5" : nil),
            .init(name: "consumeCoins", value: shown ? .string(String(task.record.coins)) : nil),
            .init(name: "taskCostTime", value: shown ? .string(String(task.costTime)) : "0"),
            .init(name: "thirdPartyConsumeMoney", value: money ? "3.85" : nil),
        ]
        guard settings.answers.extraMembers else { return .object(figures) }
        return .object(
            figures + [
                .init(name: "output_seconds", value: "5"),
                .init(name: "taskUsageList", value: [.object(figures)]),
            ]
        )
    }

    static func message(_ failure: TaskFailure) -> String {
        failure.message.isEmpty ? ErrorCode.message(failure.code) : failure.message
    }

    /// ComfyUI's account of a failure: v1 has everything as strings, v2 the traceback as an array.
    ///
    /// The settings may have it otherwise.
    func failedReason(_ failure: TaskFailure, isOld: Bool) -> JSON {
        guard !failure.exceptionType.isEmpty else { return [:] }
        switch settings.forms.failedReason {
        case .documented: return failedReason(failure, asText: isOld)
        case .texts: return failedReason(failure, asText: true)
        case .arrays: return failedReason(failure, asText: false)
        case .json: return .string(failedReason(failure, asText: isOld).serialized)
        }
    }

    private func failedReason(_ failure: TaskFailure, asText: Bool) -> JSON {
        let lines: [JSON] = [
            #"  File "/workspace/ComfyUI/execution.py", line 327, in execute\#n"#,
            .string("\(failure.exceptionType): \(failure.exceptionMessage)\n"),
        ]
        let traceback = JSON.array(lines)
        guard asText else {
            return [
                "exception_type": .string(failure.exceptionType),
                "node_id": .string(failure.node),
                "node_name": .string(failure.nodeName),
                "exception_message": .string(failure.exceptionMessage),
                "traceback": traceback,
            ]
        }
        return [
            "current_outputs": "[]",
            "exception_type": .string(failure.exceptionType),
            "node_name": .string(failure.nodeName),
            "current_inputs": "{}",
            "traceback": .string(traceback.serialized),
            "node_id": .string(failure.node),
            "exception_message": .string(failure.exceptionMessage),
        ]
    }
}

/// A task as one question sees it.
struct SeenTask: Sendable {
    var status: TaskStatus
    var failure: TaskFailure?
    var results: Results

    /// What is shown of the results.
    enum Results: Sendable { case none, empty, all }
}
