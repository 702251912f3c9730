/// A text with placeholders, as it stands in a node's value: `{file}`, `{param:prompt|a cat}`; `{{` and `}}` are literal braces.
package struct Template: Sendable, Hashable, Codable {
    /// The pieces in their order.
    package let parts: [Part]

    /// A piece of a template.
    package enum Part: Sendable, Hashable, Codable {
        case literal(String)
        case placeholder(Placeholder)
    }

    /// What stands in for a value known only when a job is submitted.
    package enum Placeholder: Sendable, Hashable, Codable {
        /// The uploaded file's name on RunningHub, of the job's only file or of the file of this stem.
        case file(stem: String?)
        /// An address on the daemon's own listener from which RunningHub can load the file.
        case url(stem: String?)
        /// The content of a dropped text.
        case text(stem: String?)
        /// The file's name.
        case name
        /// The file's name without its extension.
        case stem
        /// A fresh random seed.
        case seed
        /// A parameter of the job, with what to take where it has none.
        case parameter(String, default: String?)
    }

    /// Why a text is not a template.
    package struct ParseError: Error, Hashable, CustomStringConvertible {
        /// What is wrong, as a sentence that says what to do.
        package let message: String
        /// Where, in UTF-8 bytes from the start of the text.
        package let offset: Int
        package var description: String { message }
    }

    /// A text without placeholders, braces and all.
    package init(literal: String) {
        parts = literal.isEmpty ? [] : [.literal(literal)]
    }

    /// Reads a template.
    package init(parsing text: String) throws(ParseError) {
        var parser = TemplateParser(text)
        parts = try parser.parse()
    }

    /// The placeholders in their order.
    package var placeholders: [Placeholder] {
        parts.compactMap { part in
            if case .placeholder(let placeholder) = part { placeholder } else { nil }
        }
    }

    /// The template with each placeholder replaced by its value.
    package func filled(_ value: (Placeholder) throws -> String) rethrows -> String {
        var result = ""
        for part in parts {
            switch part {
            case .literal(let text): result += text
            case .placeholder(let placeholder): result += try value(placeholder)
            }
        }
        return result
    }
}

private struct TemplateParser {
    private let bytes: [UInt8]
    private var position = 0
    private var literal: [UInt8] = []
    private var parts: [Template.Part] = []

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func parse() throws(Template.ParseError) -> [Template.Part] {
        while position < bytes.count {
            let byte = bytes[position]
            let isDoubled = position + 1 < bytes.count && bytes[position + 1] == byte
            switch byte {
            case UInt8(ascii: "{") where isDoubled, UInt8(ascii: "}") where isDoubled:
                literal.append(byte)
                position += 2
            case UInt8(ascii: "{"):
                try parsePlaceholder()
            case UInt8(ascii: "}"):
                throw fail("A } stands alone; write }} for a literal brace.", at: position)
            default:
                literal.append(byte)
                position += 1
            }
        }
        endLiteral()
        return parts
    }

    private mutating func parsePlaceholder() throws(Template.ParseError) {
        let start = position
        guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "}")) else {
            throw fail("A { has no } behind it; write {{ for a literal brace.", at: start)
        }
        endLiteral()
        let inner = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
        parts.append(.placeholder(try placeholder(inner, at: start)))
        position = end + 1
    }

    private func placeholder(_ inner: String, at offset: Int) throws(Template.ParseError) -> Template.Placeholder {
        let pieces = inner.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let argument = pieces.count > 1 ? pieces[1] : nil
        if let argument, argument.isEmpty {
            throw fail("{\(inner)} lacks a name behind its colon.", at: offset)
        }
        switch (pieces[0], argument) {
        case ("file", let stem): return .file(stem: stem)
        case ("url", let stem): return .url(stem: stem)
        case ("text", let stem): return .text(stem: stem)
        case ("name", nil): return .name
        case ("stem", nil): return .stem
        case ("seed", nil): return .seed
        case ("param", let argument?): return try parameter(argument, inner: inner, at: offset)
        default:
            throw fail(
                "{\(inner)} is no placeholder: there are {file}, {file:STEM}, {url}, {text}, {name}, {stem}, {seed} and {param:KEY|default};"
                    + " write {{ and }} for literal braces.",
                at: offset
            )
        }
    }

    private func parameter(
        _ argument: String,
        inner: String,
        at offset: Int
    ) throws(Template.ParseError) -> Template.Placeholder {
        let pieces = argument.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard !pieces[0].isEmpty else { throw fail("{\(inner)} lacks a key behind its colon.", at: offset) }
        return .parameter(pieces[0], default: pieces.count > 1 ? pieces[1] : nil)
    }

    private mutating func endLiteral() {
        guard !literal.isEmpty else { return }
        parts.append(.literal(String(decoding: literal, as: UTF8.self)))
        literal = []
    }

    private func fail(_ message: String, at offset: Int) -> Template.ParseError {
        Template.ParseError(message: message, offset: offset)
    }
}
