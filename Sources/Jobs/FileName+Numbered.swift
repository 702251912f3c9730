extension FileName {
    /// The name with a number that sets it apart: `NAME (2).EXT`.
    ///
    /// - Parameters:
    ///   - number: Which of the names; 1 and less give the name without a number.
    ///   - reserve: How many bytes are left free at the end, for the longest suffix that other files will bear beside it.
    ///   - maximumLength: The longest name that the file system takes, in bytes.
    /// - Returns: A name of at most `maximumLength - reserve` bytes, its stem cut at a character where it has to be.
    package func numbered(
        _ number: Int,
        leaving reserve: Int = 0,
        maximumLength: Int = FileName.maximumLength
    ) -> FileName {
        let mark = number > 1 ? Array(" (\(number))".utf8) : []
        let limit = max(1, maximumLength - reserve)
        guard bytes.count + mark.count > limit else {
            return mark.isEmpty ? self : FileName(cleaning: stem + mark + dottedExtension)
        }
        // An extension that leaves its stem no room is none.
        let suffix = mark + (dottedExtension.count * 2 <= limit ? dottedExtension : [])
        let base = suffix.count == mark.count ? bytes : stem
        return FileName(cleaning: FileName.cut(base, to: max(1, limit - suffix.count)) + suffix)
    }

    private var dottedExtension: [UInt8] {
        Array(bytes[stem.count...])
    }

    /// The bytes as a name, with `_` for what no name can hold.
    package init(cleaning bytes: some Sequence<UInt8>) {
        let underscore = UInt8(ascii: "_")
        let clean = bytes.map { $0 == 0 || $0 == UInt8(ascii: "/") ? underscore : $0 }
        let isName = !clean.isEmpty && clean != Array(".".utf8) && clean != Array("..".utf8)
        self.init(verbatim: isName ? clean : [underscore])
    }

    /// At most `limit` bytes from the start, cut between characters; where they are no text, not within what may be one.
    package static func cut(_ bytes: [UInt8], to limit: Int) -> [UInt8] {
        guard bytes.count > limit else { return bytes }
        guard limit > 0 else { return [] }
        guard let text = String(validating: bytes, as: UTF8.self) else { return cutBytes(bytes, to: limit) }
        var end = text.startIndex
        for index in text.indices {
            guard text.utf8.distance(from: text.startIndex, to: index) <= limit else { break }
            end = index
        }
        // A single character may be longer than any name, built from a letter and a hundred accents.
        guard end == text.startIndex else { return Array(text.utf8[..<end]) }
        return Array(bytes[..<(bytes[...limit].lastIndex { $0 & 0xC0 != 0x80 } ?? 0)])
    }

    private static func cutBytes(_ bytes: [UInt8], to limit: Int) -> [UInt8] {
        var end = limit
        while end > 0, limit - end < 3, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(bytes[..<(end > 0 && bytes[end] & 0xC0 != 0x80 ? end : limit)])
    }

    private init(verbatim bytes: [UInt8]) {
        self.bytes = bytes
    }
}
