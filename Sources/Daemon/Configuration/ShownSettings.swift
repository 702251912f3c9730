/// A setting as `check --show` prints it.
package struct ShownSetting: Sendable, Hashable {
    package var key: String
    package var content: Content
    /// Where its value stands; nothing: it is the default.
    package var source: SourcePosition?

    /// A setting's value.
    package indirect enum Content: Sendable, Hashable {
        /// YAML on one line.
        case value(String)
        case map([ShownSetting])
        case list([[ShownSetting]])
    }
}

/// The settings of `config.yaml` and what is merged over it, or of one pipeline.
package struct ShownDocument: Sendable, Hashable {
    /// The path of `config.yaml` or of the pipeline's file.
    package var file: String
    package var settings: [ShownSetting]

    /// Where the value at a path of keys stands; nothing for a default.
    ///
    /// Entries of lists are numbered from 0.
    package func source(of path: String...) -> SourcePosition? {
        source(of: path)
    }

    func source(of path: [String]) -> SourcePosition? {
        var settings = settings
        var source: SourcePosition?
        var lists: [[ShownSetting]] = []
        for step in path {
            if let index = Int(step), lists.indices.contains(index) {
                settings = lists[index]
                continue
            }
            guard let setting = settings.first(where: { $0.key == step }) else { return nil }
            source = setting.source
            switch setting.content {
            case .value: (settings, lists) = ([], [])
            case .map(let inner): (settings, lists) = (inner, [])
            case .list(let inner): (settings, lists) = ([], inner)
            }
        }
        return source
    }

    /// The settings as YAML, behind each value `# file:line` or `# default`.
    ///
    package var yaml: String {
        var lines: [(text: String, source: String?)] = []
        Self.append(settings, indentation: "", to: &lines)
        let column = min(lines.lazy.filter { $0.source != nil }.map(\.text.count).max() ?? 0, 60) + 2
        let rendered = lines.map { line in
            guard let source = line.source else { return line.text }
            return line.text + String(repeating: " ", count: max(column - line.text.count, 2)) + "# " + source
        }
        return (["# \(file)"] + rendered).map { $0 + "\n" }.joined()
    }

    private static func append(
        _ settings: [ShownSetting],
        indentation: String,
        to lines: inout [(text: String, source: String?)]
    ) {
        for setting in settings {
            let key = indentation + setting.key + ":"
            switch setting.content {
            case .value(let yaml):
                let source = setting.source.map { "\($0.file):\($0.line)" } ?? "default"
                lines.append((yaml.isEmpty ? key : "\(key) \(yaml)", source))
            case .map(let inner):
                lines.append((key, nil))
                append(inner, indentation: indentation + "  ", to: &lines)
            case .list(let items):
                lines.append((items.isEmpty ? key + " []" : key, nil))
                for item in items {
                    let start = lines.count
                    append(item, indentation: indentation + "    ", to: &lines)
                    guard lines.indices.contains(start) else { continue }
                    lines[start].text = indentation + "  - " + lines[start].text.dropFirst(indentation.count + 4)
                }
            }
        }
    }
}
