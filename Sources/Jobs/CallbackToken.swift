import Crypto

/// Makes and checks the token in a submission's webhook address: base64url of an HMAC-SHA256 over job and attempt.
///
/// Who does not have the secret cannot make an address that the listener answers, and an address of one attempt is of no use for another.
package struct CallbackTokens: Sendable, CustomStringConvertible, CustomReflectable {
    /// The length of a token: 32 bytes in base64url without padding.
    package static let length = 43
    /// The length of the secret, in bytes.
    package static let secretLength = 32

    private let key: SymmetricKey

    /// Tokens of this secret, which the ledger keeps.
    package init(secret: [UInt8]) {
        self.key = SymmetricKey(data: secret)
    }

    /// A new secret.
    package static func makeSecret(using randomness: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<secretLength).map { _ in UInt8.random(in: .min ... .max, using: &randomness) }
    }

    /// The token for one attempt of a job, or for what else the purpose names.
    package func token(job: JobID, attempt: Int, purpose: Purpose = .callback) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: message(job, attempt, purpose), using: key)
        return base64URL(Array(code))
    }

    /// Whether the token is the one of this attempt.
    ///
    /// Takes the same time for every token of the right length.
    package func isValid(_ token: some StringProtocol, job: JobID, attempt: Int, purpose: Purpose = .callback) -> Bool {
        guard token.utf8.count == Self.length, let code = bytes(base64URL: token) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message(job, attempt, purpose), using: key)
    }

    /// What an address is for; a token of one purpose is none of another.
    package enum Purpose: String, Sendable {
        /// The address that RunningHub calls when a task has ended.
        case callback
        /// The address from which RunningHub loads an input.
        case input
    }

    private func message(_ job: JobID, _ attempt: Int, _ purpose: Purpose) -> [UInt8] {
        Array("\(purpose.rawValue)/\(job.text)/\(attempt)".utf8)
    }

    package var description: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

private func base64URL(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in bytes {
        bits = bits << 8 | UInt32(byte)
        count += 8
        while count >= 6 {
            count -= 6
            text.append(alphabet[Int(bits >> UInt32(count) & 63)])
        }
        bits &= 0xFFFF
    }
    if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
    return String(decoding: text, as: UTF8.self)
}

/// The bytes of a canonical base64url text without padding, or nothing: unused bits at the end must be zero.
private func bytes(base64URL text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for character in text.utf8 {
        guard let value = alphabet.firstIndex(of: character) else { return nil }
        bits = (bits << 6 | UInt32(value)) & 0xFFFF
        count += 6
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
    }
    guard bits & (1 << UInt32(count) - 1) == 0 else { return nil }
    return bytes
}
