import struct FoundationEssentials.Data
import class FoundationEssentials.JSONDecoder
import class FoundationEssentials.JSONEncoder

extension JSONValue {
    /// The deepest nesting that is read.
    ///
    /// What the service sends has less than ten levels.
    package static let maximumDepth = 48

    /// Reads JSON from outside; `nil` for what is not JSON, or is nested deeper than ``maximumDepth``.
    ///
    /// Bytes that are not UTF-8 are replaced by U+FFFD: one bad character in a message must not hide the task id beside it.
    package static func read(_ bytes: some Collection<UInt8>) -> JSONValue? {
        decode(JSONValue.self, from: bytes)
    }

    /// Reads a type from JSON from outside, with the same bounds.
    ///
    /// - Parameters:
    ///   - type: what is read.
    ///   - bytes: JSON, or not.
    ///   - mostValues: how many members and elements it may have in all; each costs many times its bytes while it is read.
    /// - Returns: what was read, if it could be.
    static func decode<Value: Decodable>(
        _ type: Value.Type,
        from bytes: some Collection<UInt8>,
        mostValues: Int = .max
    ) -> Value? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard isBounded(text.utf8, mostValues: mostValues) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(text.utf8))
    }

    /// Whether JSON is nested no deeper than ``maximumDepth``, so that reading it cannot exhaust the stack, and has not too many values.
    ///
    /// A NUL is no part of JSON in UTF-8, and would make the decoder take the bytes for UTF-16, to which this count is blind.
    private static func isBounded(_ bytes: String.UTF8View, mostValues: Int) -> Bool {
        var depth = 0
        var commas = 0
        var inString = false
        var escaped = false
        for byte in bytes {
            if byte == 0 { return false }
            if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > maximumDepth { return false }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","):
                commas += 1
                if commas >= mostValues { return false }
            default: break
            }
        }
        return true
    }

    /// The value as JSON, members in the order of their names.
    package var serialized: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }

    /// The first of these members that is there and not null.
    subscript(names: String...) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        for name in names {
            if let member = members[name], member != .null { return member }
        }
        return nil
    }

    /// The members of an object.
    var members: [String: JSONValue]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The elements of an array.
    var elements: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// A scalar as text, numbers with all their digits; `nil` for null, arrays and objects.
    var scalarText: String? {
        switch self {
        case .text(let text): text
        case .integer(let integer): String(integer)
        case .number(let number): number.description
        case .bool(let bool): bool ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// A scalar as text that is not empty.
    var filledText: String? {
        scalarText.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The object or array itself, or the one that is written as JSON inside a text.
    var unwrapped: JSONValue? {
        switch self {
        case .object, .array: self
        case .text(let text): JSONValue.read(text.utf8)
        case .null, .bool, .integer, .number: nil
        }
    }
}
