import Crypto
import FoundationEssentials
import Jobs

/// Signs what is posted, by the convention of Standard Webhooks 1.0.0: a receiver's library checks it with the secret alone.
struct HookSignature: Sendable {
    private let key: SymmetricKey

    /// The shortest and the longest secret, in bytes (Standard Webhooks 1.0.0, "Signature scheme").
    private static let lengths = 24...64
    private static let prefix = "whsec_"

    /// A signature by a secret, `whsec_` and Base64; nothing where it is none.
    init?(_ secret: Secret) {
        let text = secret.expose()
        let encoded = text.hasPrefix(Self.prefix) ? String(text.dropFirst(Self.prefix.count)) : text
        guard let bytes = Data(base64Encoded: encoded), Self.lengths.contains(bytes.count) else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// The headers with which a body is posted now.
    ///
    /// - Parameters:
    ///   - id: the same each time that it is posted.
    ///   - now: by the wall clock, which the receiver compares with its own.
    ///   - body: the bytes as they are sent.
    /// - Returns: the three headers of the convention.
    func headers(id: String, at now: Timestamp, body: [UInt8]) -> [(name: String, value: String)] {
        let seconds = now.milliseconds / 1000
        let signed = Array("\(id).\(seconds).".utf8) + body
        let code = Data(HMAC<SHA256>.authenticationCode(for: signed, using: key))
        return [
            ("webhook-id", id), ("webhook-timestamp", "\(seconds)"),
            ("webhook-signature", "v1,\(code.base64EncodedString())"),
        ]
    }
}
