import Jobs

/// ComfyUI's account of a failure, which version 1 writes with texts and version 2 with arrays.
package struct FailedReason: Sendable, Hashable {
    /// The node's id.
    package let nodeID: String?
    /// The node's name, often its type.
    package let nodeName: String?
    /// The kind of exception.
    package let exceptionType: String?
    /// The exception's words.
    package let exceptionMessage: String?
    /// The traceback, its lines kept, bounded.
    package let traceback: String?

    /// The longest traceback that is kept, in characters.
    package static let maximumTraceback = 32 * 1024

    /// Reads `failedReason`: an object, an object written as text, or plain words; `nil` where it says nothing.
    init?(_ value: JSONValue?, hiding secrets: [Secret] = []) {
        func clean(_ value: JSONValue?) -> String? {
            let text = value.flatMap { $0.scalarText ?? $0.serialized }
            return text.map { RemoteText.clean($0, hiding: secrets) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let value else { return nil }
        let object = value.unwrapped
        if let members = object?.members {
            guard !members.isEmpty else { return nil }
            nodeID = clean(object?["node_id", "nodeId"])
            nodeName = clean(object?["node_name", "nodeName", "node_type"])
            exceptionType = clean(object?["exception_type", "exceptionType"])
            exceptionMessage = clean(object?["exception_message", "exceptionMessage", "message", "error"])
            traceback = Self.traceback(object?["traceback"], hiding: secrets)
        } else {
            guard object?.elements?.isEmpty != true else { return nil }
            guard let words = clean(value), words != "null" else { return nil }
            (nodeID, nodeName, exceptionType, traceback) = (nil, nil, nil, nil)
            exceptionMessage = words
        }
        if line.isEmpty && traceback == nil { return nil }
    }

    /// One readable line: `Node 12 (KSampler): OutOfMemoryError: Allocation on device`.
    package var line: String {
        let node = nodeID.map { id in nodeName.map { "Node \(id) (\($0))" } ?? "Node \(id)" } ?? nodeName
        let said = exceptionMessage.flatMap { message in
            exceptionType.map { message.hasPrefix($0) ? message : "\($0): \(message)" } ?? message
        }
        return [node, said ?? exceptionType].compactMap(\.self).joined(separator: ": ")
    }

    /// A traceback: an array of lines, that array written as text, or text.
    private static func traceback(_ value: JSONValue?, hiding secrets: [Secret]) -> String? {
        guard let value else { return nil }
        let lines = value.unwrapped?.elements?.map { $0.scalarText ?? $0.serialized }
        // ComfyUI's elements end with their own newline, but not all that reach us still do.
        let text = lines?.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined() ?? value.scalarText ?? value.serialized
        let kept = RemoteText.cleanLines(text, limit: maximumTraceback, hiding: secrets)
        return kept.allSatisfy(\.isWhitespace) ? nil : kept
    }
}
