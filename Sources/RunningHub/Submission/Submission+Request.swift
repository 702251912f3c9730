import Jobs

extension Submission {
    /// The path and the body of the request that starts the task.
    func request(key: Secret) -> (path: String, body: JSONValue) {
        switch family {
        case .v2: (pathV2, .object(options(nodesAlways: true)))
        case .v1: requestV1(key: key)
        case .v1Params:
            (
                "/task/openapi/createWithParams",
                ["apiKey": .text(key.expose()), "workflowId": .text(id), "params": .object(parameters)]
            )
        }
    }

    /// The secrets that the request holds beside the key.
    var secrets: [Secret] {
        [webhookURL, accessPassword].compactMap(\.self) + confidential
    }

    private var pathV2: String {
        switch target {
        case .aiApp(let id): "/openapi/v2/run/ai-app/\(Self.pathSegment(id))"
        case .workflow(let id): "/openapi/v2/run/workflow/\(Self.pathSegment(id))"
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

    /// An id as one segment of a path; ids are decimal numbers, all else is escaped.
    private static func pathSegment(_ id: String) -> String {
        id.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default:
                "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}

extension Submission.Node {
    /// The node as an element of `nodeInfoList`.
    var json: JSONValue {
        ["nodeId": .text(id), "fieldName": .text(field), "fieldValue": value]
    }
}
