/// How a scalar is read as a value of one kind, and how such a value is shown.
struct SettingKind<Value> {
    /// What is wanted, as it stands behind «must be».
    let expected: String
    /// Reads a scalar.
    let read: (SettingScalar) throws(Refusal) -> Value
    /// The value as YAML.
    let yaml: (Value) -> String
}

/// Why a scalar is not a value of the kind that is wanted.
///
/// Never holds the scalar's own text, which may be a secret.
struct Refusal: Error {
    /// What stands behind the key's name in the message; nothing: «must be» and what is wanted.
    ///
    var message: String?
    /// A better value.
    var suggestion: String?
    /// Where in the text, in UTF-8 bytes.
    var offset: Int?
    /// Whether message and suggestion quote the value.
    var quotes = false

    /// It is something else than what is wanted.
    static let unexpected = Refusal()

    /// It is something else than what is wanted, which was probably meant to be this.
    static func suggest(_ better: String?) -> Refusal { Refusal(suggestion: better) }

    /// It cannot be, for a reason of its own.
    static func because(_ message: String) -> Refusal { Refusal(message: message) }
}

extension SettingKind {
    /// This kind or a word for none of it.
    func orWord(_ word: String) -> SettingKind<Value?> {
        SettingKind<Value?>(
            expected: "\(expected), or \(word)",
            read: { scalar throws(Refusal) in
                if scalar.text == word { return nil }
                guard !wordsForNone.contains(scalar.text.lowercased()) else { throw .suggest(word) }
                return try self.read(scalar)
            },
            yaml: { $0.map(self.yaml) ?? word }
        )
    }
}

/// What people write for «without end».
private let wordsForNone: Set<String> = [
    "none", "never", "forever", "unlimited", "infinite", "infinity", "inf", "always", "off", "no", "false", "~", "-1",
]

extension SettingKind<String> {
    /// A text that has to pass a check, which may also put it into its usual form.
    static func text(
        _ expected: String,
        _ read: @escaping (String) throws(Refusal) -> String
    ) -> SettingKind<String> {
        SettingKind(
            expected: expected,
            read: { scalar throws(Refusal) in try read(scalar.text) },
            yaml: YAMLText.scalar
        )
    }
}

extension SettingKind<Bool> {
    /// `true` or `false`.
    static var boolean: SettingKind<Bool> {
        SettingKind(
            expected: "true or false",
            read: { scalar throws(Refusal) in
                if case .boolean(let value) = scalar.meaning { return value }
                switch scalar.text.lowercased() {
                case "yes", "on", "y", "true", "1": throw .suggest("true")
                case "no", "off", "n", "false", "0": throw .suggest("false")
                default: throw .unexpected
                }
            },
            yaml: { $0 ? "true" : "false" }
        )
    }
}

extension SettingKind where Value: FixedWidthInteger {
    /// A whole number of a range.
    static func integer(_ range: ClosedRange<Value>) -> SettingKind<Value> {
        let expected =
            range.upperBound == .max
            ? "a whole number, \(range.lowerBound) or more"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return SettingKind(
            expected: expected,
            read: { scalar throws(Refusal) in
                guard case .integer(let number) = scalar.meaning, let value = Value(exactly: number),
                    range.contains(value)
                else {
                    // A number in quotes, or one written for another reader than a person.
                    let plain = Value(scalar.text).flatMap { range.contains($0) ? "\($0)" : nil }
                    throw plain.map { Refusal(suggestion: $0, quotes: true) } ?? .unexpected
                }
                return value
            },
            yaml: { "\($0)" }
        )
    }
}

extension SettingKind where Value: CaseIterable & RawRepresentable<String> {
    /// One of the words of an enumeration.
    static var choice: SettingKind<Value> {
        let words = Value.allCases.map(\.rawValue)
        return SettingKind(
            expected: words.joined(separator: ", ", last: " or "),
            read: { scalar throws(Refusal) in
                guard let value = Value(rawValue: scalar.text) else {
                    throw .suggest(Suggestion.closest(to: scalar.text, among: words))
                }
                return value
            },
            yaml: { YAMLText.scalar($0.rawValue) }
        )
    }
}

extension [String] {
    /// `a, b or c`.
    func joined(separator: String, last: String) -> String {
        guard count > 1, let end = self.last else { return joined() }
        return dropLast().joined(separator: separator) + last + end
    }
}
