/// Texts as YAML scalars.
enum YAMLText {
    /// Plain where it is surely read back as the same text, in double quotes elsewhere.
    static func scalar(_ text: String) -> String {
        let isPlain =
            (text.first.map { $0.isASCIIWord || $0 == "/" } ?? false)
            && text.allSatisfy { $0.isASCIIWord || "/.:-+@%".contains($0) } && !text.hasSuffix(":")
        let isText = text != "null" && SettingScalar(text: text, isPlain: true).meaning == .text
        return isPlain && isText || isDigits(text) ? text : quoted(text)
    }

    /// In double quotes.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    let width = scalar.value > 0xFFFF ? 8 : 4
                    result +=
                        (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: width - digits.count) + digits
                default:
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
