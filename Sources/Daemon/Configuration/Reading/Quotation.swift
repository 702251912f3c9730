/// What of the configuration's own text may stand in a message.
enum Quotation {
    private static let maximumLength = 48

    /// A value in quotes, or nothing where it looks like a secret.
    static func value(_ text: String) -> String? {
        looksSecret(text) ? nil : "'\(shortened(text))'"
    }

    /// A key in quotes, or `This key` where it looks like a secret.
    static func key(_ text: String) -> String {
        looksSecret(text) ? "This key" : "'\(shortened(text))'"
    }

    /// Whether a text has a run of letters and digits as long as API keys and tokens have.
    static func looksSecret(_ text: String) -> Bool {
        text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.contains { run in
            run.utf8.count >= 20 && run.contains(where: \.isNumber) && run.contains(where: \.isLetter)
        }
    }

    /// Whether a key's value is never shown.
    static func isSensitive(key: String) -> Bool {
        let name = key.lowercased()
        return name == "api" || ["password", "secret", "token"].contains(where: name.hasSuffix)
    }

    /// A text without characters that a terminal acts on or that hide others.
    static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(400) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                result.append("\u{FFFD}")
            default:
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func shortened(_ text: String) -> String {
        guard text.unicodeScalars.count > maximumLength else { return printable(text) }
        return printable(String(String.UnicodeScalarView(text.unicodeScalars.prefix(maximumLength)))) + "…"
    }
}
