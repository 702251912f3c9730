import Crypto

/// The name of a job: 12 characters of lower-case Crockford base32 (60 random bits).
package struct JobID: Sendable, Hashable, Codable {
    /// How many characters an id has.
    package static let length = 12

    /// The characters.
    package let text: String

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    /// A new id.
    package init(using randomness: inout some RandomNumberGenerator) {
        self.init(bits: randomness.next())
    }

    /// The id under which a file without a job is put away: the same whenever it is asked for, so that what was cut off is gone on with.
    package init(puttingAway file: FileIdentity) {
        let digest = SHA256.hash(data: Array("\(file.device) \(file.inode) \(file.size) \(file.modified)".utf8))
        self.init(bits: digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// An id of the lower 60 of these bits.
    private init(bits: UInt64) {
        var bits = bits
        var text = ""
        for _ in 0..<Self.length {
            text.append(Self.alphabet[Int(bits & 31)])
            bits >>= 5
        }
        self.text = text
    }

    /// Reads an id, or nothing where the text is none.
    package init?(_ text: String) {
        guard text.utf8.count == Self.length, text.utf8.allSatisfy(Self.isDigit) else { return nil }
        self.text = text
    }

    /// Whether the byte is one of the alphabet; ids are read for each row, and characters are slow to compare.
    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "i"), UInt8(ascii: "l"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }
}

extension JobID: CustomStringConvertible {
    package var description: String { text }
}
