package import Logging

/// What kind of thing a journal line tells, as the 128-bit id under which the message catalog explains it.
///
/// Once released an id is never given another meaning: filters and catalogs of users rely on it.
package struct MessageID: Sendable, Hashable {
    /// The metadata key under which a log statement gives its id.
    package static let metadataKey = "message.id"

    private let value: UInt128

    /// An id from its 32 hexadecimal digits; nil for any other text.
    package init?(hexadecimal text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy(Self.isHexadecimal),
            let value = UInt128(text, radix: 16)
        else { return nil }
        self.value = value
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

extension MessageID: CustomStringConvertible {
    /// The 32 lower-case digits that `MESSAGE_ID=` and the catalog use.
    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}

extension MessageID: ExpressibleByStringLiteral {
    /// An id written in the program's own source.
    ///
    /// - Precondition: The literal has 32 hexadecimal digits.
    package init(stringLiteral literal: StaticString) {
        guard let id = MessageID(hexadecimal: literal.description) else {
            preconditionFailure("\(literal) is not a message id of 32 hexadecimal digits")
        }
        self = id
    }
}

extension Logger.MetadataValue {
    /// The value for ``MessageID/metadataKey``.
    package static func messageID(_ id: MessageID) -> Self {
        .stringConvertible(id)
    }

    /// A value whose bytes reach the journal unchanged.
    package static func bytes(_ bytes: some Sequence<UInt8>) -> Self {
        .stringConvertible(RawBytes(bytes))
    }
}
