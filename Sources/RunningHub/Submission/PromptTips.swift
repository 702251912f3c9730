import Jobs

/// What ComfyUI said about the workflow when it took it: JSON inside a text.
package enum PromptTips {
    /// The most lines that are kept.
    private static let maximumLines = 32

    /// What is wrong, a line for each node; empty where all is well, or nothing can be read.
    static func warnings(in value: JSONValue?, hiding secrets: [Secret] = []) -> [String] {
        guard let tips = value?.unwrapped, tips.members != nil else { return [] }
        var lines: [String] = []
        if let error = tips["error"] { lines.append(sentence(error)) }
        let nodes = tips["node_errors"]?.members ?? [:]
        for (node, error) in nodes.sorted(by: { $0.key < $1.key }) {
            let kind = error["class_type"]?.filledText.map { " (\($0))" } ?? ""
            let details = error["errors"]?.elements?.map(sentence).filter { !$0.isEmpty } ?? [sentence(error)]
            lines.append("Node \(node)\(kind): \(details.joined(separator: "; "))")
        }
        if lines.isEmpty, tips["result"] == false { lines.append("The workflow was not accepted.") }
        return lines.prefix(maximumLines).map { RemoteText.clean($0, hiding: secrets) }.filter { !$0.isEmpty }
    }

    /// All in one line, cut where it grows long; `nil` where there is nothing.
    package static func line(_ warnings: [String]) -> String? {
        guard !warnings.isEmpty else { return nil }
        let line = RemoteText.clean(warnings.joined(separator: "; "))
        return line.hasSuffix(".") || line.hasSuffix("…") ? line : line + "."
    }

    private static func sentence(_ error: JSONValue) -> String {
        if let text = error.scalarText { return text }
        let parts = [error["message"]?.filledText, error["details"]?.filledText].compactMap(\.self)
        return parts.isEmpty ? error.serialized : parts.joined(separator: ": ")
    }
}
