import Jobs

/// The part of a request's path that names a file of a job: `…/input/JOB/TOKEN/NAME`.
///
/// Only the end of the path counts, so a proxy in front may keep a prefix or strip it. The name is percent-encoded; proxies write the
/// encoding anew, so it is compared decoded.
struct InputAddress: Sendable, Hashable {
    let job: JobID
    let token: Substring
    let name: FileName

    /// The longest path that is looked at: a name of 255 bytes, each written with three, and what stands before it.
    static let maximumLength = 4096

    /// Reads a path without its query, or nothing where it names no file.
    init?(path: Substring) {
        guard path.utf8.count <= Self.maximumLength else { return nil }
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count >= 4, parts[parts.count - 4] == "input" else { return nil }
        guard let job = JobID(String(parts[parts.count - 3])), let bytes = Self.decoded(parts[parts.count - 1]),
            let name = FileName(bytes: bytes)
        else { return nil }
        self.job = job
        self.token = parts[parts.count - 2]
        self.name = name
    }

    /// A name as the last part of an address; its ending stays what programs go by.
    static func encoded(_ name: FileName) -> String {
        name.bytes.percentEncoded(keeping: ".")
    }

    private static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init)
    }
}
