/// Ends the process, and so makes libFuzzer keep the input, where a promise is broken.
///
/// - Parameters:
///   - isKept: Whether it is kept.
///   - sentence: What was promised.
///   - found: What there is instead.
func promise(_ isKept: Bool, _ sentence: StaticString, _ found: @autoclosure () -> Any = "") {
    guard !isKept else { return }
    fatalError("Broken promise: \(sentence) \(String(reflecting: found()))")
}

/// What holds for all texts that are shown or kept of what others wrote.
enum ShownText {
    /// One line, without what moves a cursor or turns the direction of writing.
    static func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            default: !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value)
            }
        }
    }

    /// Whether a text shows these bytes, whatever stands beside them.
    static func shows(_ text: String, _ secret: String) -> Bool {
        Array(text.utf8).contains(Array(secret.utf8))
    }
}
