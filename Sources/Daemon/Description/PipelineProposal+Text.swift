import Jobs

extension PipelineProposal {
    /// The file: what a dropped file needs is set, everything else stands there as a comment with its present value.
    package var text: String {
        var lines = heading
        lines += ["", targetLine, ""]
        let entrance = entrance
        if entrance?.placeholder == "{text}" {
            lines += ["# It loads no file: the content of a dropped .txt is the text below.", "accept: [txt]", ""]
        }
        lines += severalFiles
        guard let entrance else {
            lines += ["# Nothing here takes a file or a text: every dropped file would run the same task."]
            return (lines + ["nodes: []"] + fields.flatMap { comment(of: $0) + [commented(line(of: $0))] } + [""])
                .joined(separator: "\n")
        }
        lines.append("nodes:")
        for (index, field) in fields.enumerated() {
            lines += comment(of: field)
            let isEntrance = index == entrance.index
            lines.append(
                isEntrance ? line(of: field, value: YAMLText.quoted(entrance.placeholder)) : commented(line(of: field))
            )
        }
        return (lines + [""]).joined(separator: "\n")
    }

    private var heading: [String] {
        let what =
            switch target {
            case .aiApp(let id): "AI app \(id)"
            case .workflow(let id): "workflow \(id)"
            }
        return [
            "# \(Self.oneLine(name ?? what))", "#",
            "# What can be set on \(what), as RunningHub tells it. Save this as pipelines.d/NAME.yaml, where NAME is",
            "# to be the name of the inbox, then run: runninghubd check",
            "#",
            "# The lines that begin with #- are inputs with their present values: without the # they are set.",
            "# \"{param:KEY|default}\" lets each file bring its own value, \"{seed}\" is a fresh random number each time.",
        ]
    }

    private var targetLine: String {
        switch target {
        case .aiApp(let id): "ai_app: \(YAMLText.scalar(id))"
        case .workflow(let id): "workflow: \(YAMLText.scalar(id))"
        }
    }

    private var severalFiles: [String] {
        let count = fields.count(where: \.isLoader)
        guard count > 1 else { return [] }
        return [
            "# It loads \(count) files. As it stands a dropped file is the first of them, and the others stay what they are.",
            "# To bring several, drop a folder for each job, and write \"{file:STEM}\" for each: STEM is the name of a file",
            "# in the folder without its ending. Then \"{file}\" has to be changed to such a one as well.",
            "",
        ]
    }

    private func comment(of field: Field) -> [String] {
        var parts = ["\(field.title.isEmpty ? "node \(field.id)" : field.title), \(field.field)"]
        if !field.type.isEmpty { parts[0] += " (\(field.type))" }
        if let note = field.note, !note.isEmpty { parts.append(note) }
        switch field.value {
        case .text(let text)?: parts.append("now \(YAMLText.quoted(text.count > 60 ? text.prefix(60) + "…" : text))")
        case .plain(let text)?: parts.append("now \(text)")
        case nil: break
        }
        var lines = ["", "  # \(Self.oneLine(parts.joined(separator: ": ")))"]
        if !field.choices.isEmpty {
            let shown = field.choices.prefix(20).joined(separator: ", ")
            let more = field.choices.count > 20 ? ", … (\(field.choices.count) in all)" : ""
            lines.append("  # one of: \(Self.oneLine(shown + more))")
        }
        return lines
    }

    private func line(of field: Field) -> String {
        guard !field.isLoader else {
            let stem = field.type.isEmpty ? "STEM" : field.type.lowercased()
            return line(of: field, value: YAMLText.quoted("{file:\(stem)}"))
        }
        switch field.value {
        case .text(let text)?:
            let literal = text.replacing("{", with: "{{").replacing("}", with: "}}")
            return line(of: field, value: YAMLText.quoted(literal))
        case .plain(let text)?: return line(of: field, value: text)
        case nil: return line(of: field, value: "\"\"")
        }
    }

    private func line(of field: Field, value: String) -> String {
        let isNumber = !field.id.isEmpty && field.id.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let id = isNumber ? field.id : YAMLText.quoted(field.id)
        return "  - { id: \(id), field: \(YAMLText.scalar(field.field)), value: \(value) }"
    }

    private func commented(_ line: String) -> String {
        "  #" + line.dropFirst(2)
    }

    private static func oneLine(_ text: String) -> String {
        Screen.printable(text.replacing("\n", with: " "))
    }
}
