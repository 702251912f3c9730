/// How a reader puts mistakes into words, and what it leaves out of them.
extension SettingReader {
    /// The entries of a list.
    mutating func items(of node: SettingNode, _ key: String, advice: String) -> [SettingNode]? {
        if case .list(let items) = node.content { return items }
        problem("'\(key)' must be a list: \(advice).", at: node.position)
        return nil
    }

    /// A single value is a list of one, once it has its brackets.
    func listAdvice(_ node: SettingNode, _ key: String) -> String {
        guard case .scalar(let scalar) = node.content, !isSensitive(key), !Quotation.looksSecret(scalar.text),
            scalar.text.utf8.count <= 40
        else { return "values in brackets, such as [a, b]" }
        return "write [\(YAMLText.scalar(scalar.text))]"
    }

    /// Why a scalar is refused; quotes it where it may be quoted.
    func sentence(_ refusal: Refusal, _ key: String, _ scalar: SettingScalar, expected: String) -> String {
        if let message = refusal.message { return "'\(key)' \(message)" + (message.hasSuffix("?") ? "" : ".") }
        let isHidden = isSensitive(key)
        let given = isHidden ? nil : Quotation.value(scalar.text)
        let suggestion = isHidden && refusal.quotes ? nil : refusal.suggestion
        return "'\(key)' must be \(expected)" + (given.map { ", not \($0)" } ?? "")
            + (suggestion.map { "; did you mean \($0)?" } ?? ".")
    }

    /// A map or list where a scalar is wanted; most often a placeholder without quotes, which is a map to YAML.
    mutating func refuse(_ node: SettingNode, _ key: String, expected: String) {
        guard case .map(let entries, true) = node.content else {
            problem("'\(key)' must be \(expected), not a list or map.", at: node.position)
            return
        }
        let pieces = entries.map(Self.placeholder)
        let text = "{" + pieces.compactMap { $0 }.joined(separator: ", ") + "}"
        guard !pieces.isEmpty, !pieces.contains(nil) else {
            problem("'\(key)' must be \(expected), not a list or map.", at: node.position)
            return
        }
        let isHidden = isSensitive(key) || Quotation.looksSecret(text)
        let advice = isHidden ? "put it into quotes" : "write \(key): \(YAMLText.quoted(text))"
        problem("Without quotes YAML takes the braces for a map: \(advice).", at: node.position)
    }

    /// What an entry of a map that was to be a text most likely was to be: `file`, `file:person`.
    private static func placeholder(_ entry: SettingEntry) -> String? {
        switch entry.value.content {
        case .absent: entry.key
        case .scalar(let scalar) where ["file", "url", "text", "param"].contains(entry.key):
            "\(entry.key):\(scalar.text)"
        case .scalar, .list, .map: nil
        }
    }

    /// What to tell about a key that nobody asked for.
    func unknown(_ key: String) -> String {
        let isListOfKeys = key == "key" && asked.contains("keys") && !isSensitive
        if SettingPlaces.isSecret(key), !isListOfKeys {
            return
                "Unknown key \(Quotation.key(key)). API keys are not written here: 'runninghubd key add NAME' stores one."
        }
        let name = "Unknown key \(Quotation.key(key))"
        if let place = SettingPlaces.place(of: key) { return "\(name) here; it belongs \(place)." }
        let free = asked.filter { name in !entries.contains { $0.key == name } }
        if let better = Suggestion.closest(to: key, among: free) ?? Suggestion.closest(to: key, among: asked) {
            return "\(name); did you mean '\(better)'?"
        }
        // A value in braces, {like this}, is a key to YAML.
        let isHidden = isSensitive || Quotation.looksSecret(key)
        return "\(isHidden ? "Unknown key" : name); there are \(asked.joined(separator: ", ", last: " and "))."
    }
}
