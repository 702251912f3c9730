import Jobs

/// Reads parameter files: a map `params:` with a text, a number, `true` or `false` for each key.
struct ParameterText {
    /// The parameters that were read.
    private(set) var parameters: [String: Parameter] = [:]
    /// The first thing that is wrong with a file, as `FILE:LINE:COLUMN: …`; nothing of such a file is used.
    private(set) var problem: String?

    /// The keys that the pipeline's nodes ask for.
    private let known: Set<String>

    /// A reader for a pipeline whose nodes ask for these parameters.
    init(known: Set<String>) {
        self.known = known
    }

    /// Lays a file's parameters over those that were read before.
    mutating func add(_ bytes: [UInt8], file: String) {
        let document = YAMLDocument(bytes, file: file)
        var problems = document.problems
        if let root = document.root { problems += read(root) }
        guard let first = problems.inOrder().first, problem == nil else { return }
        problem = first.description
    }

    private mutating func read(_ root: SettingNode) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        for entry in root.entries ?? [] {
            guard entry.key == "params" else {
                problems.append(
                    .init(
                        at: entry.position,
                        "A parameter file has 'params:' and the parameters below it, indented; \(Quotation.key(entry.key)) is none."
                    )
                )
                continue
            }
            switch entry.value.content {
            case .absent: break
            case .map(let parameters, _): problems += read(parameters)
            case .scalar, .list:
                problems.append(
                    .init(at: entry.value.position, "'params' must be a map: lines of 'key: value' below it, indented.")
                )
            }
        }
        return problems
    }

    private mutating func read(_ entries: [SettingEntry]) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        for entry in entries {
            guard known.contains(entry.key) else {
                problems.append(.init(at: entry.position, unknown(entry.key)))
                continue
            }
            switch value(of: entry.value) {
            case .success(let value): parameters[entry.key] = value
            case .failure(let problem): problems.append(problem)
            }
        }
        return problems
    }

    private func value(of node: SettingNode) -> Result<Parameter, ConfigurationProblem> {
        guard case .scalar(let scalar) = node.content else {
            let message = "A parameter is a text, a number, true or false; an empty text is \"\"."
            return .failure(.init(at: node.position, message))
        }
        switch scalar.meaning {
        case .boolean(let value): return .success(.boolean(value))
        case .integer(let value): return .success(.integer(value))
        case .fraction(let value): return .success(value.isFinite ? Parameter(value) : .text(scalar.text))
        case .text: return .success(.text(scalar.text))
        case .outOfRange:
            return .failure(.init(at: node.position, "This is too large for a number; in quotes it is a text."))
        }
    }

    private func unknown(_ key: String) -> String {
        let what = "The pipeline has no parameter \(Quotation.key(key))"
        if let better = Suggestion.closest(to: key, among: known.sorted()) {
            return "\(what); did you mean '\(better)'?"
        }
        guard !known.isEmpty else { return "\(what): no node of it asks for any ({param:KEY})." }
        return "\(what); there are: \(known.sorted().joined(separator: ", "))."
    }
}
