import Jobs

extension Submission {
    /// The path and the body of the request that starts the task.
    func request(key: Secret) -> (path: String, body: JSONValue) {
        switch family {
        case .v2: (pathV2, .object(options(nodesAlways: true)))
        case .v1: requestV1(key: key)
        case .v1Params: requestWithParams(key: key)
        }
    }

    /// The secrets that the request holds beside the key.
    var secrets: [Secret] {
        [webhookURL, accessPassword].compactMap(\.self) + confidential
    }

    private var pathV2: String {
        switch target {
        case .aiApp(let id): "/openapi/v2/run/ai-app/\(id.percentEncoded)"
        case .workflow(let id): "/openapi/v2/run/workflow/\(id.percentEncoded)"
        }
    }

    private var id: String {
        switch target {
        case .aiApp(let id), .workflow(let id): id
        }
    }

    private func requestV1(key: Secret) -> (path: String, body: JSONValue) {
        switch target {
        case .aiApp(let id):
            var body = options(nodesAlways: true)
            body["apiKey"] = .text(key.expose())
            // The schema says int64, and clients convert; a text is taken too.
            body["webappId"] = Int64(id).map { .integer($0) } ?? .text(id)
            return ("/task/openapi/ai-app/run", .object(body))
        case .workflow(let id):
            var body = options(nodesAlways: false)
            body["apiKey"] = .text(key.expose())
            body["workflowId"] = .text(id)
            return ("/task/openapi/create", .object(body))
        }
    }

    /// The request as the one document that has it describes it: `workflowId`, `apiKey`, `params`.
    ///
    /// Of all else that a task can be given it says nothing, so only what departs from the service's own defaults is sent along: by the names
    /// that `create` has for it, and in vain where they are not known.
    private func requestWithParams(key: Secret) -> (path: String, body: JSONValue) {
        var plain = self
        plain.nodes = []
        if instanceType == "default" { plain.instanceType = nil }
        if usePersonalQueue == false { plain.usePersonalQueue = nil }
        if addMetadata == true { plain.addMetadata = nil }
        var body = plain.options(nodesAlways: false)
        body["apiKey"] = .text(key.expose())
        body["workflowId"] = .text(id)
        body["params"] = .object(allParameters)
        return ("/task/openapi/createWithParams", .object(body))
    }

    /// The nodes' values under the names of their fields, and over them ``parameters``.
    ///
    /// Where several nodes have a field of one name, each goes by `ID.FIELD`.
    private var allParameters: [String: JSONValue] {
        let uses = Dictionary(nodes.map { ($0.field, 1) }, uniquingKeysWith: +)
        let named = nodes.map { node in
            (uses[node.field] == 1 ? node.field : "\(node.id).\(node.field)", node.value)
        }
        return Dictionary(named) { _, last in last }.merging(parameters) { _, own in own }
    }

    private func options(nodesAlways: Bool) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        if nodesAlways || !nodes.isEmpty { members["nodeInfoList"] = .array(nodes.map(\.json)) }
        members["instanceType"] = instanceType.map { .text($0) }
        members["usePersonalQueue"] = usePersonalQueue.map { .bool($0) }
        members["webhookUrl"] = webhookURL.map { .text($0.expose()) }
        members["addMetadata"] = addMetadata.map { .bool($0) }
        members["accessPassword"] = accessPassword.map { .text($0.expose()) }
        return members
    }
}

extension Submission.Node {
    /// The node as an element of `nodeInfoList`.
    var json: JSONValue {
        ["nodeId": .text(id), "fieldName": .text(field), "fieldValue": value]
    }
}
