import Jobs

/// Each placeholder is replaced once, and what stands in for it is never read as a template again.
enum PlaceholderPromises {
    static func check(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        checkTemplate(text)
        checkLiteral(text)
        checkOutputName(text)
    }

    private static func checkTemplate(_ text: String) {
        let template: Template
        do throws(Template.ParseError) {
            template = try Template(parsing: text)
        } catch {
            promise((0..<text.utf8.count).contains(error.offset), "An error has its place in the text.", error)
            let place = text.utf8.index(text.utf8.startIndex, offsetBy: error.offset)
            promise("{}".utf8.contains(text.utf8[place]), "An error is told at a brace.", error)
            return
        }
        promise((try? Template(parsing: text)) == template, "A text says the same each time.", template)
        promise((try? Template(parsing: written(template))) == template, "What is written anew is the same.", template)
        checkFilling(template)
    }

    /// Values that look like placeholders come out as they went in.
    private static func checkFilling(_ template: Template) {
        let values = ["{file}", "{{", "}", "{param:x|{seed}}", "\u{301}", ""]
        var asked = 0
        let filled = template.filled { _ in
            defer { asked += 1 }
            return values[asked % values.count]
        }
        var rest = filled.utf8[...]
        var count = 0
        for part in template.parts {
            let expected: String
            switch part {
            case .literal(let literal): expected = literal
            case .placeholder:
                expected = values[count % values.count]
                count += 1
            }
            promise(rest.starts(with: expected.utf8), "A template is filled piece by piece.", filled)
            rest = rest.dropFirst(expected.utf8.count)
        }
        promise(rest.isEmpty && count == asked, "Each placeholder is filled once.", filled)
    }

    private static func checkLiteral(_ text: String) {
        let template = try? Template(parsing: escaped(text))
        promise(template == Template(literal: text), "Doubled braces are braces.", text)
    }

    private static func checkOutputName(_ text: String) {
        guard OutputNameTemplate.problem(in: text) == nil, let job = JobID("0123456789ab") else { return }
        let source = OutputNames.Source(stem: Array(text.utf8), pipeline: "oil", date: "2026-11-21", job: job)
        for node in [nil, text, "../\0/"] {
            let name = OutputNameTemplate(text).filled(source, node: node)
            promise(FileName(bytes: name) != nil, "What is good as a template makes a name.", name)
        }
    }

    private static func escaped(_ text: String) -> String {
        String(
            decoding: text.utf8.flatMap { byte in
                "{}".utf8.contains(byte) ? [byte, byte] : [byte]
            },
            as: UTF8.self
        )
    }

    private static func written(_ template: Template) -> String {
        template.parts.map { part in
            switch part {
            case .literal(let text): escaped(text)
            case .placeholder(let placeholder): "{\(written(placeholder))}"
            }
        }.joined()
    }

    private static func written(_ placeholder: Template.Placeholder) -> String {
        switch placeholder {
        case .file(let stem): stem.map { "file:\($0)" } ?? "file"
        case .url(let stem): stem.map { "url:\($0)" } ?? "url"
        case .text(let stem): stem.map { "text:\($0)" } ?? "text"
        case .name: "name"
        case .stem: "stem"
        case .seed: "seed"
        case .parameter(let key, let value): value.map { "param:\(key)|\($0)" } ?? "param:\(key)"
        }
    }
}
