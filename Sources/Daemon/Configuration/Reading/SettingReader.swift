/// Reads one map of the configuration key by key, keeps what is wrong with it and where each value came from.
///
/// Whatever a file holds, reading goes on to the end, a wrong value replaced by its default, so that all problems are told at once.
struct SettingReader {
    /// Of the map, or of the key that lacks one.
    let position: SourcePosition
    private(set) var problems: [ConfigurationProblem] = []
    /// What was read, in the order in which it was asked for.
    private(set) var settings: [ShownSetting] = []
    let entries: [SettingEntry]
    private(set) var isSensitive: Bool
    private(set) var asked: [String] = []

    /// So many unknown keys of one map are told one by one; with more it is another program's file.
    private static let maximumUnknown = 50

    /// A reader of a whole file, or of several merged.
    init(_ root: SettingNode) {
        self.init(root.entries ?? [], at: root.position, isSensitive: false)
    }

    private init(_ entries: [SettingEntry], at position: SourcePosition, isSensitive: Bool) {
        self.entries = entries
        self.position = position
        self.isSensitive = isSensitive
    }

    /// The value of a key, or its default where there is none or a wrong one.
    mutating func value<Value>(_ key: String, _ kind: SettingKind<Value>, default standard: Value) -> Value {
        let read = located(key, kind)
        if read == nil { show(key, kind.yaml(standard), nil) }
        return read?.value ?? standard
    }

    /// The value of a key that may be absent.
    mutating func optional<Value>(_ key: String, _ kind: SettingKind<Value>) -> Located<Value>? {
        let read = located(key, kind)
        if read == nil { show(key, "", nil) }
        return read
    }

    /// The value of a key that is not shown where it is absent.
    mutating func unlisted<Value>(_ key: String, _ kind: SettingKind<Value>) -> Located<Value>? {
        located(key, kind)
    }

    /// The value of a key that has to be there.
    mutating func required<Value>(_ key: String, _ kind: SettingKind<Value>) -> Located<Value>? {
        let read = located(key, kind)
        if node(of: key) == nil { problem("'\(key)' is missing; it must be \(kind.expected).") }
        return read
    }

    /// A list of values; each wrong one is left out.
    mutating func list<Value>(_ key: String, of kind: SettingKind<Value>) -> [Located<Value>] {
        asked.append(key)
        guard let node = node(of: key), let items = items(of: node, key, advice: listAdvice(node, key)) else {
            show(key, "[]", nil)
            return []
        }
        let values = items.compactMap { item in
            scalar(item, key, kind).map { Located(value: $0, position: item.position) }
        }
        show(key, "[" + values.map { kind.yaml($0.value) }.joined(separator: ", ") + "]", node.position)
        return values
    }

    /// A map within this one, its defaults where there is none.
    mutating func section<Value>(_ key: String, _ read: (inout SettingReader) -> Value) -> Value {
        asked.append(key)
        let place = entry(of: key)?.position ?? position
        var reader = SettingReader([], at: place, isSensitive: isSensitive(key))
        if let node = node(of: key) {
            if let entries = node.entries {
                reader = SettingReader(entries, at: node.position, isSensitive: isSensitive(key))
            } else {
                problem("'\(key)' must be a map: lines of 'key: value' below it, indented.", at: node.position)
            }
        }
        let value = read(&reader)
        reader.finish()
        problems += reader.problems
        settings.append(ShownSetting(key: key, content: .map(reader.settings), source: entry(of: key)?.position))
        return value
    }

    /// A list of maps; nothing where the key is absent.
    ///
    /// A map that cannot be read is left out.
    mutating func maps<Value>(_ key: String, _ read: (inout SettingReader) -> Value?) -> [Located<Value>]? {
        asked.append(key)
        let advice = "each entry begins with '- ' on a line below"
        guard let node = node(of: key), let items = items(of: node, key, advice: advice) else {
            show(key, "", nil)
            return nil
        }
        var values: [Located<Value>] = []
        var shown: [[ShownSetting]] = []
        for item in items {
            guard let entries = item.entries else {
                problem("Each entry of '\(key)' must be a map: lines of 'key: value'.", at: item.position)
                continue
            }
            var reader = SettingReader(entries, at: item.position, isSensitive: isSensitive(key))
            let value = read(&reader)
            reader.finish()
            problems += reader.problems
            shown.append(reader.settings)
            if let value { values.append(Located(value: value, position: item.position)) }
        }
        settings.append(ShownSetting(key: key, content: .list(shown), source: node.position))
        return values
    }

    /// A scalar as it stands, read by the caller.
    ///
    mutating func scalar(_ key: String) -> Located<SettingScalar>? {
        asked.append(key)
        guard let node = node(of: key) else { return nil }
        guard case .scalar(let scalar) = node.content else {
            refuse(node, key, expected: "a text, a number, true or false")
            return nil
        }
        return Located(value: scalar, position: node.position)
    }

    /// Where a key's value stands, if it has one.
    func position(of key: String) -> SourcePosition? { node(of: key)?.position }

    /// Whether a key's value is never quoted.
    func isSensitive(_ key: String) -> Bool { isSensitive || Quotation.isSensitive(key: key) }

    /// From here on quotes and shows no value of this map.
    mutating func hideValues() { isSensitive = true }

    /// Keeps a problem of a place, or of the whole map.
    mutating func problem(
        _ message: String,
        at place: SourcePosition? = nil,
        severity: ConfigurationProblem.Severity = .error
    ) {
        problems.append(.init(at: place ?? position, message, severity: severity))
    }

    /// Keeps how a value is shown.
    mutating func show(_ key: String, _ yaml: String, _ source: SourcePosition?) {
        let isHidden = source != nil && !yaml.isEmpty && key != "api" && Quotation.isSensitive(key: key)
        settings.append(ShownSetting(key: key, content: .value(isHidden ? "<redacted>" : yaml), source: source))
    }

    /// Tells every key that nobody asked for.
    mutating func finish() {
        let strangers = entries.filter { !asked.contains($0.key) }
        for entry in strangers.prefix(Self.maximumUnknown) {
            problem(unknown(entry.key), at: entry.position)
        }
        if strangers.count > Self.maximumUnknown {
            let place = strangers[Self.maximumUnknown].position
            problem("\(strangers.count - Self.maximumUnknown) more unknown keys follow.", at: place)
        }
    }
}

/// A value and where it stands.
struct Located<Value> {
    var value: Value
    var position: SourcePosition
}

extension SettingReader {
    private func entry(of key: String) -> SettingEntry? { entries.first { $0.key == key } }

    /// A key's value, absent ones left out.
    private func node(of key: String) -> SettingNode? {
        guard let node = entry(of: key)?.value, node.content != .absent else { return nil }
        return node
    }

    private mutating func located<Value>(_ key: String, _ kind: SettingKind<Value>) -> Located<Value>? {
        asked.append(key)
        guard let node = node(of: key), let value = scalar(node, key, kind) else { return nil }
        show(key, kind.yaml(value), node.position)
        return Located(value: value, position: node.position)
    }

    private mutating func scalar<Value>(_ node: SettingNode, _ key: String, _ kind: SettingKind<Value>) -> Value? {
        guard case .scalar(let scalar) = node.content else {
            refuse(node, key, expected: kind.expected)
            return nil
        }
        do {
            return try kind.read(scalar)
        } catch {
            let place = error.offset.flatMap(scalar.position(ofUTF8Offset:)) ?? node.position
            problem(sentence(error, key, scalar, expected: kind.expected), at: place)
            return nil
        }
    }
}
