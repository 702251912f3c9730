extension String {
    /// The text on one line, without anything that moves a terminal's cursor or turns the reading direction.
    ///
    /// Names of files and answers of the cloud end up in lines that people read: a newline in one would forge a line,
    /// an escape sequence would repaint the terminal, and journalctl shows a line with either as `[blob data]`.
    package var escapedToOneLine: String {
        guard unicodeScalars.contains(where: \.needsEscape) else { return self }
        var line = ""
        for scalar in unicodeScalars {
            if scalar.needsEscape {
                line += scalar.escape
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}

extension Unicode.Scalar {
    fileprivate var needsEscape: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F: true  // C0, DEL, C1
        case 0x2028, 0x2029: true  // line and paragraph separator
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // marks and overrides of direction
        default: false
        }
    }

    fileprivate var escape: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(value, radix: 16))}"
        }
    }
}
