/// The template of a result's name: `{stem}`, `{pipeline}`, `{date}`, `{job}` and `{node}`; `{{` and `}}` are literal braces.
package struct OutputNameTemplate: Sendable, Hashable {
    /// The placeholders that a name may have.
    package static let placeholders = ["stem", "pipeline", "date", "job", "node"]
    /// How much of a node's id goes into a name, in characters.
    package static let longestNode = 64

    private enum Part: Sendable, Hashable {
        case literal(String)
        case placeholder(String)
    }

    private let parts: [Part]

    /// Reads a template.
    ///
    /// What is no placeholder is taken as it stands; `problem(in:)` tells about it beforehand.
    package init(_ text: String) {
        parts = Self.parse(text)
    }

    /// What a configuration should be told about a template, as a sentence; nothing where it is good.
    package static func problem(in text: String) -> String? {
        guard !text.isEmpty else { return "a name cannot be empty; the default is \"{stem}\"" }
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x2F || $0 == 0x7F }) else {
            return "a name cannot hold \"/\" or control characters"
        }
        for case .placeholder(let word) in parse(text) where !placeholders.contains(word) {
            return "{\(word)} is no placeholder of a name; there are {\(placeholders.joined(separator: "}, {"))}"
        }
        return nil
    }

    /// The name for a result of this node, without a number and extension; never empty.
    package func filled(_ source: OutputNames.Source, node: String?) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            switch part {
            case .literal(let text): bytes += text.utf8
            case .placeholder("stem"): bytes += source.stem
            case .placeholder("pipeline"): bytes += source.pipeline.utf8
            case .placeholder("date"): bytes += source.date.utf8
            case .placeholder("job"): bytes += source.job.text.utf8
            case .placeholder("node"): bytes += Self.sanitized(node ?? "")
            case .placeholder(let word): bytes += "{\(word)}".utf8
            }
        }
        return bytes.isEmpty ? Array(source.job.text.utf8) : FileName(cleaning: bytes).bytes
    }

    private static func sanitized(_ node: String) -> [UInt8] {
        var bytes = node.utf8.prefix(longestNode).map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            return isPlain || byte == UInt8(ascii: "-") ? byte : UInt8(ascii: "_")
        }
        if bytes.first == UInt8(ascii: "-") { bytes[0] = UInt8(ascii: "_") }
        return bytes
    }

    private static func parse(_ text: String) -> [Part] {
        var parts: [Part] = []
        var literal = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            if "{}".contains(character), rest.first == character {
                literal.append(character)
                rest.removeFirst()
            } else if character == "{", let end = rest.firstIndex(of: "}"), !rest[..<end].contains("{") {
                parts += literal.isEmpty ? [] : [.literal(literal)]
                literal = ""
                parts.append(.placeholder(String(rest[..<end])))
                rest = rest[rest.index(after: end)...]
            } else {
                literal.append(character)
            }
        }
        return parts + (literal.isEmpty ? [] : [.literal(literal)])
    }
}
