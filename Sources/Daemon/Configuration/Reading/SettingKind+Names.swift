import Jobs

extension SettingKind<String> {
    /// A folder, absolute or relative to the file.
    static var folder: SettingKind<String> {
        text("a folder's path") { text throws(Refusal) in
            let names = text.split(separator: "/").filter { $0 != "." }
            guard !names.isEmpty, !names.contains(".."), !text.utf8.contains(where: { $0 < 0x20 }) else {
                throw .unexpected
            }
            return (text.hasPrefix("/") ? "/" : "") + names.joined(separator: "/")
        }
    }

    /// The name of a key, which is also part of the name of its credential.
    static var keyName: SettingKind<String> {
        text("a name of letters, digits, '.', '_' and '-'") { text throws(Refusal) in
            guard isName(text) else { throw .unexpected }
            guard !Quotation.looksSecret(text) else { throw .because("looks like an API key; " + adviceOnSecrets) }
            return text
        }
    }

    /// The name of a credential.
    static var credential: SettingKind<String> {
        text("a credential's name, such as key_main") { text throws(Refusal) in
            guard !Quotation.looksSecret(text) else {
                throw .because("must be a credential's name, such as key_main, not what it holds; " + adviceOnSecrets)
            }
            guard isName(text) else { throw .unexpected }
            return text
        }
    }

    /// The name of a group of this machine.
    static var group: SettingKind<String> {
        text("the name of a group") { text throws(Refusal) in
            let isPossible = text.allSatisfy {
                $0.isASCIIWord || $0 == "-" || $0 == "." || $0 == "$" || $0 == "@" || $0 == "\\"
            }
            guard !text.isEmpty, isPossible, !text.hasPrefix("-") else { throw .unexpected }
            return text
        }
    }

    /// A pattern of file names.
    static var glob: SettingKind<String> {
        text("a pattern of file names, such as \"*.bak\"") { text throws(Refusal) in
            guard !text.isEmpty else { throw .unexpected }
            guard !text.contains("/") else { throw .because("takes patterns of names, without '/'") }
            return text
        }
    }

    /// A word of a command line.
    static var argument: SettingKind<String> {
        text("a text for a command line") { text throws(Refusal) in
            guard !text.contains("\0"), text.utf8.count <= 4096 else { throw .unexpected }
            return text
        }
    }

    /// A kind of file by content, or a family of kinds.
    static var fileKind: SettingKind<String> {
        text("a kind of file: " + fileKinds.joined(separator: ", ", last: " or ")) { text throws(Refusal) in
            if fileKinds.contains(text) { return text }
            let word = text.lowercased().drop { $0 == "." || $0 == "*" }
            // What is only written otherwise is what it means; a dot or a star suggests a pattern of names, which this is not.
            guard let kind = MediaKind(named: String(word)), kind != .unknown else {
                throw .suggest(Suggestion.closest(to: text, among: fileKinds))
            }
            guard word.count == text.count else { throw .suggest(kind.rawValue) }
            return kind.rawValue
        }
    }

    /// An id of a workflow, an app or a node: digits, kept as text, as they exceed what a JSON number holds.
    static var id: SettingKind<String> {
        text("an id, the digits at the end of the page's address") { text throws(Refusal) in
            guard isDigits(text), text.utf8.count <= 32 else {
                // What is copied from the browser.
                let last = text.split(separator: "/").last.map { $0.prefix { $0 != "?" && $0 != "#" } } ?? ""
                throw Refusal(suggestion: isDigits(last) ? String(last) : nil, quotes: true)
            }
            return text
        }
    }

    /// An id of a node; ComfyUI's are numbers, those within subgraphs `12:34`.
    static var nodeID: SettingKind<String> {
        text("a node's id, such as 6") { text throws(Refusal) in
            guard !text.isEmpty, text.utf8.count <= 128,
                text.allSatisfy({ $0.isASCIIWord || $0 == ":" || $0 == "-" || $0 == "." })
            else { throw .unexpected }
            return text
        }
    }

    /// The name of a node's input.
    static var field: SettingKind<String> {
        text("the name of the node's input") { text throws(Refusal) in
            guard !text.isEmpty, text.utf8.count <= 256 else { throw .unexpected }
            return text
        }
    }

    /// The name of results, with its own placeholders.
    static var outputName: SettingKind<String> {
        text("a name such as \"{stem}\"") { text throws(Refusal) in
            guard !text.isEmpty, text.utf8.count <= 200 else { throw .because("must be a name of 1 to 200 bytes") }
            guard !text.contains("/"), !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw .because("may not hold '/' or control characters; 'layout: folder' makes folders")
            }
            guard !text.hasPrefix(".") else { throw .because("may not begin with '.', which hides the results") }
            try checkOutputPlaceholders(text)
            return text
        }
    }
}

/// Kinds by content that can be asked for, and families of them.
private let fileKinds =
    MediaKind.allCases.filter { $0 != .unknown }.map(\.rawValue)
    + MediaKind.Family.allCases.filter { $0 != .other }.map(\.rawValue) + ["any"]

private let adviceOnSecrets =
    "'runninghubd key add NAME' stores a key as the credential key_NAME, and this one should be replaced: it was in a file"

private func isName(_ text: String) -> Bool {
    text.first?.isASCIIWord ?? false && text.utf8.count <= 64
        && text.allSatisfy { $0.isASCIIWord || $0 == "-" || $0 == "." }
}

/// Braces in pairs, with one of the names that a result can have in it.
private func checkOutputPlaceholders(_ text: String) throws(Refusal) {
    let names = OutputNameTemplate.placeholders
    var rest = Substring(text)
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
        let offset = text.utf8.distance(from: text.startIndex, to: brace)
        let isDoubled = rest[rest.index(after: brace)...].first == rest[brace]
        if isDoubled {
            rest = rest[brace...].dropFirst(2)
            continue
        }
        guard rest[brace] == "{", let end = rest[brace...].firstIndex(of: "}") else {
            throw Refusal(message: "has a brace without its partner; {{ and }} are literal braces", offset: offset)
        }
        let name = String(rest[brace..<end].dropFirst())
        guard names.contains(name) else {
            let better = Suggestion.closest(to: name, among: names).map { "; did you mean {\($0)}?" } ?? ""
            throw Refusal(
                message: "can have {stem}, {pipeline}, {date}, {job} and {node}, and no other placeholder\(better)",
                offset: offset
            )
        }
        rest = rest[rest.index(after: end)...]
    }
}
