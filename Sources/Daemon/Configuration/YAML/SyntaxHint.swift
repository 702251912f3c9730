/// What a person most likely meant where libyaml stumbles.
struct SyntaxHint {
    let message: String

    private static let placeholders = [
        "file", "url", "text", "name", "stem", "seed", "param", "pipeline", "date", "job", "node",
    ]

    /// Guesses from a place and from libyaml's own words.
    init?(_ problem: String, source: SourceText, line: Int, column: Int) {
        let here = source.scalar(line: line, column: column)
        let before = source.scalar(line: line, column: column - 1)
        if here == "\t" {
            message = "A tab stands here; YAML is indented with spaces."
        } else if problem.contains("another document") {
            message = "A second YAML document begins here; a file holds one."
        } else if let sign = [here, before].compactMap({ $0 }).first(where: { "@`*&!".unicodeScalars.contains($0) }) {
            message = "This is not YAML: a text that begins with \(sign) needs quotes."
        } else if problem.contains("mapping values are not allowed") {
            message =
                "This is not YAML: no key can stand here. The line is indented too far, or a text with ': ' in it needs quotes."
        } else if [line, line - 1].contains(where: { Self.hasBareBrace(source.line($0)) }) {
            message = "This is not YAML: a value that begins with a brace needs quotes, such as \"{file}\"."
        } else {
            return nil
        }
    }

    /// Whether a value begins with one of our placeholders and has no quotes.
    private static func hasBareBrace(_ line: String) -> Bool {
        var rest = Substring(line)
        while let brace = rest.firstIndex(of: "{") {
            let before = rest[..<brace].last { $0 != " " }
            let isValue = before == ":" || before == "-" || before == "," || before == "["
            rest = rest[rest.index(after: brace)...]
            let name = rest.prefix { $0.isLetter }
            if isValue, placeholders.contains(String(name)) { return true }
        }
        return false
    }
}
