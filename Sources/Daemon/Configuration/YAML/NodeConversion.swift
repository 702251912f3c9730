import Yams

/// Turns Yams' nodes into settings with places, and tells what a configuration does without: anchors, tags, keys that are not words.
struct NodeConversion {
    let file: String
    let source: SourceText
    /// Keys whose first letter was changed to get past Yams.
    let renamed: Set<Place>
    private(set) var problems: [ConfigurationProblem] = []
    private var count = 0

    private static let maximumDepth = 32
    private static let maximumNodes = 100_000

    init(file: String, source: SourceText, renamed: Set<Place>) {
        self.file = file
        self.source = source
        self.renamed = renamed
    }

    /// The node with everything in it; what cannot be taken becomes absent.
    mutating func convert(_ node: Node, depth: Int = 1) -> SettingNode {
        let position = position(node.mark)
        let absent = SettingNode(position: position, content: .absent)
        count += 1
        guard count <= Self.maximumNodes else {
            if count == Self.maximumNodes + 1 { tell(position, "The file has more than \(Self.maximumNodes) values.") }
            return absent
        }
        guard depth <= Self.maximumDepth else {
            tell(position, "This is nested more than \(Self.maximumDepth) deep.")
            return absent
        }
        guard node.anchor == nil else {
            tell(position, "Anchors (&name) and aliases (*name) are not taken; write the value out.")
            return absent
        }
        return SettingNode(position: position, content: content(node, at: position, depth: depth))
    }

    private mutating func content(_ node: Node, at position: SourcePosition, depth: Int) -> SettingNode.Content {
        switch node {
        case .scalar(let scalar):
            refuseTag(scalar.tag, at: position)
            return content(scalar, at: position)
        case .sequence(let sequence):
            refuseTag(sequence.tag, at: position)
            return .list(sequence.map { convert($0, depth: depth + 1) })
        case .mapping(let mapping):
            refuseTag(mapping.tag, at: position)
            let isFlow = source.scalar(line: position.line, column: position.column) == "{"
            return .map(entries(mapping, isFlow: isFlow, depth: depth), isFlow: isFlow)
        case .alias:
            return .absent
        }
    }

    private func content(_ scalar: Node.Scalar, at position: SourcePosition) -> SettingNode.Content {
        // A plain scalar has the tag of texts only where the file says `!!str`.
        let isPlain = scalar.style == .plain && scalar.tag.description != Tag.Name.str.rawValue
        if isPlain, scalar.string.isEmpty || scalar.string == "null" { return .absent }
        let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
        var start = position
        if isQuoted { start.column += 1 }
        let isVerbatim =
            (isPlain || isQuoted)
            && source.has(scalar.string.unicodeScalars, line: start.line, column: start.column)
        return .scalar(SettingScalar(text: scalar.string, isPlain: isPlain, start: isVerbatim ? start : nil))
    }

    private mutating func entries(_ mapping: Node.Mapping, isFlow: Bool, depth: Int) -> [SettingEntry] {
        var lines: [String: Int] = [:]
        var entries: [SettingEntry] = []
        for (keyNode, valueNode) in mapping {
            let keyPosition = position(keyNode.mark)
            guard let key = key(keyNode, at: keyPosition, isFlow: isFlow) else { continue }
            let value = convert(valueNode, depth: depth + 1)
            if let line = lines[key] {
                tell(keyPosition, "\(Quotation.key(key)) stands here a second time; the first is in line \(line).")
            } else {
                lines[key] = keyPosition.line
                entries.append(SettingEntry(key: key, position: keyPosition, value: value))
            }
        }
        return entries
    }

    private mutating func key(_ node: Node, at position: SourcePosition, isFlow: Bool) -> String? {
        guard case .scalar(let scalar) = node else {
            let advice = isFlow ? "a text that begins with a brace needs quotes" : "a key is a word"
            tell(position, "A list or map cannot be a key here; \(advice).")
            return nil
        }
        if scalar.anchor != nil {
            tell(position, "Anchors (&name) and aliases (*name) are not taken; write the value out.")
        }
        refuseTag(scalar.tag, at: position)
        guard renamed.contains(Place(line: position.line, column: position.column)) else { return scalar.string }
        let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
        guard let first = source.scalar(line: position.line, column: position.column + (isQuoted ? 1 : 0)) else {
            return nil
        }
        var letters = String.UnicodeScalarView([first])
        letters.append(contentsOf: scalar.string.unicodeScalars.dropFirst())
        return String(letters)
    }

    private mutating func refuseTag(_ tag: Tag, at position: SourcePosition) {
        // What has no tag is resolved by the resolver `.basic`, which knows these and no other.
        let names: Set<Tag.Name> = [.implicit, .nonSpecific, .str, .seq, .map]
        if !names.contains(Tag.Name(rawValue: tag.description)) {
            tell(position, "Tags such as !!int are not taken; quotes make a text, and numbers need nothing.")
        }
    }

    private mutating func tell(_ position: SourcePosition, _ message: String) {
        problems.append(.init(at: position, message))
    }

    private func position(_ mark: Mark?) -> SourcePosition {
        SourcePosition(file: file, line: max(mark?.line ?? 1, 1), column: max(mark?.column ?? 1, 1))
    }
}
