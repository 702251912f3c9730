import Jobs

/// Text that others wrote, made fit to be shown and kept.
enum RemoteText {
    /// The longest message that is kept, in characters.
    static let messageLimit = 400

    /// One line without control characters, the query strings of addresses (they may be signed) and the given secrets; cut at the limit.
    static func clean(_ text: String, limit: Int = messageLimit, hiding secrets: [Secret] = []) -> String {
        let line = redact(text, limit: limit, hiding: secrets).split(whereSeparator: { $0.isWhitespace || $0.isControl }
        )
        return cut(line.joined(separator: " "), limit)
    }

    /// As ``clean(_:limit:hiding:)``, but the lines are kept: for tracebacks.
    static func cleanLines(_ text: String, limit: Int, hiding secrets: [Secret] = []) -> String {
        let kept = redact(text, limit: limit, hiding: secrets).filter { !$0.isControl || $0.isNewline || $0 == "\t" }
        return cut(kept, limit)
    }

    private static func redact(_ text: String, limit: Int, hiding secrets: [Secret]) -> String {
        // What lies far beyond the limit is never looked at; a margin keeps a secret that straddles the limit whole while it is sought.
        var text = String(text.prefix(limit + 4096))
        for secret in secrets where !secret.expose().isEmpty {
            text = text.split(separator: secret.expose(), omittingEmptySubsequences: false).joined(
                separator: "<redacted>"
            )
        }
        return text.replacing(/(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/) { $0.output.1 + "?…" }
    }

    private static func cut(_ text: String, _ limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit) + "…"
    }
}

extension Character {
    /// Whether this is a control character (or a Unicode format control that reorders text).
    fileprivate var isControl: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            case .format: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            default: false
            }
        }
    }
}
