import Crypto

/// Makes and checks the tokens in the addresses that RunningHub is given: base64url of an HMAC-SHA256 over what the address is for.
///
/// Who does not have the secret cannot make an address that the listener answers, and an address of one attempt or file is of no use for
/// another.
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

    /// The token for one attempt of a job: for the address that RunningHub calls when its task has ended.
    package func token(job: JobID, attempt: Int) -> String {
        token(for: message(job, attempt))
    }

    /// Whether the token is the one of this attempt.
    ///
    /// Takes the same time for every token of the right length.
    package func isValid(_ token: some StringProtocol, job: JobID, attempt: Int) -> Bool {
        isValid(token, for: message(job, attempt))
    }

    /// The token for one of a job's files: for the address from which RunningHub loads it.
    package func token(job: JobID, input: FileName) -> String {
        token(for: message(job, input))
    }

    /// Whether the token is the one of this file.
    ///
    /// Takes the same time for every token of the right length.
    package func isValid(_ token: some StringProtocol, job: JobID, input: FileName) -> Bool {
        isValid(token, for: message(job, input))
    }

    private func token(for message: [UInt8]) -> String {
        base64URL(Array(HMAC<SHA256>.authenticationCode(for: message, using: key)))
    }

    private func isValid(_ token: some StringProtocol, for message: [UInt8]) -> Bool {
        guard token.utf8.count == Self.length, let code = bytes(base64URL: token) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: key)
    }

    private func message(_ job: JobID, _ attempt: Int) -> [UInt8] {
        Array("callback/\(job.text)/\(attempt)".utf8)
    }

    private func message(_ job: JobID, _ input: FileName) -> [UInt8] {
        Array("input/\(job.text)/".utf8) + input.bytes
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
