import struct FoundationEssentials.Decimal

/// What the service calls a `taskId`: 19 decimal digits today, opaque here.
enum TaskID {
    /// The longest id that is taken.
    static let maximumLength = 64

    /// The most digits of which a `Decimal` keeps every one; longer numbers are rounded, which makes another id of them.
    private static let exactDigits = 38

    /// The id in a JSON value, which may be a text or a bare number; `nil` where there is none.
    ///
    /// Empty texts, zero and `null` written as text stand for «no task»; anything that an id cannot look like is none either.
    static func read(_ value: JSONValue?) -> String? {
        switch value {
        case .text(let text): read(text)
        case .integer(let number): number > 0 ? String(number) : nil
        // A whole number beyond 64 bits comes here; a fraction has a point and is refused by its form.
        case .number(let number): number.description.utf8.count <= exactDigits ? read(number.description) : nil
        case .bool, .array, .object, .null, nil: nil
        }
    }

    /// The id in a text.
    static func read(_ text: String) -> String? {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        let id = String(start[...last])
        guard id.utf8.count <= maximumLength, id.utf8.allSatisfy(isIDByte),
            id.utf8.first != UInt8(ascii: "-"),
            id.contains(where: { $0 != "0" }), !["null", "nil", "none", "undefined"].contains(id.lowercased())
        else { return nil }
        return id
    }

    /// Finds a decimal task id in an answer that is not whole: cut off, or followed by garbage.
    ///
    /// A task that was created costs money, so its id is taken from whatever is left of the answer. Only a value that is complete
    /// (its closing quote, or the sign after its last digit, is there) and has at least ten digits counts.
    static func salvage(_ bytes: some Collection<UInt8>) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        let matches = text.matches(of: /"taskId"\s*:\s*(?:"([0-9]{10,64})(?=")|([0-9]{10,64})(?=[\s,}]))/)
        // Zeros stand for «no task», which says nothing about another member of this name, not even where its quote is theirs.
        return matches.lazy.compactMap { ($0.output.1 ?? $0.output.2).flatMap { read(String($0)) } }.first
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
