/// What a command's output is shown on.
package struct Screen: Sendable {
    /// How many columns it has; nothing for a pipe or a file, where no line is cut.
    package var width: Int?

    /// A terminal of this width, or with nothing a pipe.
    package init(width: Int?) {
        self.width = width.map { max($0, 20) }
    }

    /// One line, without what a terminal acts on, cut to the width.
    func line(_ text: String) -> String {
        let text = Self.printable(text)
        guard let width, Self.columns(text) > width else { return text }
        var kept = ""
        var used = 0
        for character in text {
            let columns = Self.columns(String(character))
            guard used + columns < width else { break }
            kept.append(character)
            used += columns
        }
        return kept + "…"
    }

    /// A text under a heading: `heading` in a column of its own, the text broken at spaces to what is left of the width.
    ///
    /// Where less than half the width would be left, the heading stands on a line of its own.
    func field(_ heading: String, _ text: String, indent: Int = 10) -> [String] {
        if let width, indent > width / 2 {
            let rest = field("", text, indent: 4)
            return heading.isEmpty ? rest : [line(heading)] + rest
        }
        let room = (width ?? .max) - indent
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .flatMap { Self.broken(Self.printable(String($0)), to: room) }
        return lines.enumerated().map { index, line in
            (index == 0 ? Self.padded(heading, to: indent) : String(repeating: " ", count: indent)) + line
        }
    }

    /// A text with spaces up to so many columns.
    static func padded(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - Self.columns(text)))
    }

    private static func broken(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if columns(longer) <= width || line.isEmpty {
                line = longer
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return lines + [line]
    }

    /// How many columns a text takes: East Asian wide characters two, marks that join none.
    static func columns(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        // Unicode's East_Asian_Width W and F, roughly.
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    /// A text without characters that a terminal acts on or that hide others: names of files are anybody's.
    static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
