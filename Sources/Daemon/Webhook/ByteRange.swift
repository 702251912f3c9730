/// The part of a file that a request's `Range` asks for (RFC 9110 §14).
enum ByteRange: Sendable, Hashable {
    /// All of it: nothing is asked, or something that may be ignored.
    case whole
    /// These bytes.
    case part(Range<Int64>)
    /// Nothing of what is asked is there.
    case unsatisfiable

    /// Reads the field's value for a file of this length.
    ///
    /// Several ranges, units other than bytes and what cannot be read are ignored, as the standard allows and asks.
    init(_ field: String?, length: Int64) {
        self = field.flatMap { Self.read($0, length) } ?? .whole
    }

    private static func read(_ field: String, _ length: Int64) -> ByteRange? {
        let parts = field.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let ends = parts[1].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        if ends[0].isEmpty {
            guard let count = number(ends[1]) else { return nil }
            guard count > 0, length > 0 else { return .unsatisfiable }
            return .part(max(0, length - count)..<length)
        }
        guard let first = number(ends[0]) else { return nil }
        guard ends[1].isEmpty || number(ends[1]).map({ $0 >= first }) == true else { return nil }
        guard first < length else { return .unsatisfiable }
        let last = number(ends[1]) ?? .max
        return .part(first..<(last >= length ? length : last + 1))
    }

    /// Digits alone; what is beyond all files counts as the greatest number.
    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text) ?? .max
    }
}
