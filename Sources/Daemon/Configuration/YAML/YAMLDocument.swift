import Yams

/// One file of the configuration, read to nodes, with everything that is wrong with its YAML.
struct YAMLDocument {
    /// The file's map of settings; nothing where it cannot be read as one.
    var root: SettingNode?
    var problems: [ConfigurationProblem] = []

    /// More than this is no configuration.
    static let maximumBytes = 1 << 20
    /// Two keys of one map are told one by one up to this many; each costs a further pass.
    private static let maximumDuplicates = 32

    private let file: String

    /// Reads a file's bytes.
    ///
    /// Never fails: what cannot be read is told in `problems`.
    init(_ bytes: [UInt8], file: String) {
        self.file = file
        guard bytes.count <= Self.maximumBytes else {
            fail(1, 1, "The file is larger than \(Self.maximumBytes / 1024) KiB.")
            return
        }
        guard let text = decoded(bytes) else { return }
        let source = SourceText(text)
        guard !AliasBomb.isLikely(in: text) else {
            fail(1, 1, "The file has more YAML aliases (*name) than can be read; write the values out.")
            return
        }
        guard let composed = compose(source) else { return }
        // Nodes hold their anchors weakly: they live as long as the parser.
        withExtendedLifetime(composed.parser) {
            read(composed.node, source, composed.renamed)
        }
    }

    private mutating func decoded(_ bytes: [UInt8]) -> String? {
        let unmarked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        if let text = String(validating: unmarked, as: UTF8.self) { return text }
        // The first replacement that decoding makes stands where the file ceases to be UTF-8.
        let repaired = String(decoding: unmarked, as: UTF8.self)
        var offset = 0
        for (given, read) in zip(unmarked, repaired.utf8) {
            if given != read { break }
            offset += 1
        }
        let place = SourceText(String(decoding: unmarked.prefix(offset), as: UTF8.self)).place(ofUTF8Offset: offset)
        fail(place.line, place.column, "The file is not UTF-8 here; save it as UTF-8.")
        return nil
    }

    /// Composes with Yams, which throws at the first key that stands twice in a map.
    ///
    /// Such a key gets another first letter, so that the rest
    /// of the file can be read too and every such key is told.
    private mutating func compose(_ source: SourceText) -> (parser: Parser, node: Node?, renamed: Set<Place>)? {
        var attempt = source
        var renamed: Set<Place> = []
        while true {
            do {
                let parser = try Parser(yaml: attempt.text, resolver: .basic, encoding: .utf8)
                return (parser, try parser.singleRoot(), renamed)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let mark = context.mark
                guard renamed.count < Self.maximumDuplicates, let key = keys.first,
                    let place = attempt.rename(key, at: mark, number: renamed.count),
                    renamed.insert(place).inserted
                else {
                    fail(mark.line, mark.column, "A key stands twice in this map.")
                    return nil
                }
            } catch {
                tell(error, source)
                return nil
            }
        }
    }

    private mutating func read(_ node: Node?, _ source: SourceText, _ renamed: Set<Place>) {
        var conversion = NodeConversion(file: file, source: source, renamed: renamed)
        let position = SourcePosition(file: file)
        guard let node else {
            root = .empty(at: position)
            return
        }
        let converted = conversion.convert(node)
        problems += conversion.problems
        switch converted.content {
        case .map: root = converted
        case .absent: root = .empty(at: position)
        case .scalar, .list:
            problems.append(.init(at: converted.position, "The file must be a map: lines of 'key: value'."))
        }
    }

    /// Puts an error of libyaml into words; its own description shows the line, which may hold a secret.
    private mutating func tell(_ error: any Error, _ source: SourceText) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let since = context.map { ", \($0.text) in line \($0.mark.line)" } ?? ""
            let hint = SyntaxHint(problem, source: source, line: mark.line, column: mark.column)
            let place = source.nearest(line: mark.line, column: mark.column)
            fail(place.line, place.column, hint?.message ?? "This is not YAML: \(problem)\(since).")
        case YamlError.reader(let problem, let offset, _, let text):
            // The offset counts characters; a control character is never part of a larger one.
            let before = text.prefix(offset ?? 0).utf8.count
            let place = source.place(ofUTF8Offset: before)
            fail(place.line, place.column, "This is not YAML: \(problem).")
        default:
            fail(1, 1, "The file cannot be read as YAML.")
        }
    }

    private mutating func fail(_ line: Int, _ column: Int, _ message: String) {
        problems.append(.init(at: SourcePosition(file: file, line: max(line, 1), column: max(column, 1)), message))
    }
}

/// A line and a column.
struct Place: Hashable {
    var line: Int
    var column: Int
}

extension SourceText {
    /// Gives a key another first letter, from a range that nobody writes in.
    ///
    /// Nothing where the key does not stand in the text as it is.
    fileprivate mutating func rename(_ key: String, at mark: Mark, number: Int) -> Place? {
        let isQuoted = scalar(line: mark.line, column: mark.column).map { $0 == "\"" || $0 == "'" } ?? false
        let column = mark.column + (isQuoted ? 1 : 0)
        guard !key.isEmpty, has(key.unicodeScalars, line: mark.line, column: column),
            let letter = Unicode.Scalar(UInt32(0xE000 + number))
        else { return nil }
        replace(line: mark.line, column: column, with: letter)
        return Place(line: mark.line, column: mark.column)
    }
}
