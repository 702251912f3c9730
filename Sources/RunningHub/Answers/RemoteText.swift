import Jobs

/// Text that others wrote, made fit to be shown and kept.
enum RemoteText {
    /// The longest message that is kept, in characters.
    static let messageLimit = 400

    /// One line without control characters, the query strings of addresses (they may be signed), what proves the daemon's own addresses and
    /// the given secrets; cut at the limit.
    static func clean(_ text: String, limit: Int = messageLimit, hiding secrets: [Secret] = []) -> String {
        let line = redact(text, limit: limit, hiding: secrets).split(whereSeparator: { $0.isWhitespace || $0.isControl }
        )
        return cut(line.joined(separator: " "), limit)
    }

    /// As ``clean(_:limit:hiding:)``, but the lines are kept: for tracebacks.
    static func cleanLines(_ text: String, limit: Int, hiding secrets: [Secret] = []) -> String {
        // Before the secrets are sought: what is left out must not join the halves of one.
        let kept = text.prefix(limit + margin).filter { !$0.isControl || $0.isNewline || $0 == "\t" }
        return cut(redact(kept, limit: limit, hiding: secrets), limit)
    }

    /// What lies this far beyond the limit is never looked at; up to there a secret that straddles the limit is whole while it is sought.
    private static let margin = 4096

    private static func redact(_ text: String, limit: Int, hiding secrets: [Secret]) -> String {
        var text = String(text.prefix(limit + margin))
        for secret in secrets where !secret.expose().isEmpty {
            // As bytes: a combining mark behind a secret makes its last letter another character.
            let pieces = Array(text.utf8).split(
                separator: Array(secret.expose().utf8),
                omittingEmptySubsequences: false
            )
            text = String(decoding: Array(pieces.joined(separator: "<redacted>".utf8)), as: UTF8.self)
        }
        // Both have slashes in them, and codes, names and states have none: an expression is compiled each time that it is used.
        guard text.utf8.contains(UInt8(ascii: "/")) else { return text }
        return
            text
            // Callback and input addresses, of whichever attempt: the token in them is as good as a key.
            .replacing(/(\/(?:callback\/[0-9a-z]+\/[0-9]+|input\/[0-9a-z]+)\/)[A-Za-z0-9_\-]{16,}/) {
                $0.output.1 + "<redacted>"
            }
            .replacing(/(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/) { $0.output.1 + "?…" }
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
