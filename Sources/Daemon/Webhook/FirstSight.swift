import Glibc

/// What a connection has sent by now, looked at without taking it: enough to know whom to let in first when there are too many.
///
/// It decides over the order alone. Whether a request is genuine is decided again, from the request itself, by the one who answers it.
enum FirstSight: Sendable, Hashable {
    /// No whole head yet.
    case unfinished
    /// A whole head, whose address is genuine.
    case genuine
    /// A whole head, or what can be none, without such an address.
    case strange
    /// The peer is gone.
    case gone

    /// The most bytes that are looked at.
    ///
    /// A longer head may be genuine, and is not preferred.
    static let length = 8 * 1024

    /// Judges the bytes that a connection begins with.
    ///
    /// - Parameters:
    ///   - bytes: at most ``length`` of them, of which there may be more.
    ///   - isGenuine: whether a path without its query is one that we gave away.
    init(_ bytes: ArraySlice<UInt8>, isGenuine: (Substring) -> Bool) {
        guard Self.hasWholeHead(bytes) else {
            self = bytes.count < Self.length ? .unfinished : .strange
            return
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\r") }
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3 else {
            self = .strange
            return
        }
        let target = String(decoding: words[1], as: UTF8.self)
        self = isGenuine(target.prefix { $0 != "?" }) ? .genuine : .strange
    }

    /// Looks at what waits in a connection's socket; `room` is used again for each.
    static func of(
        _ socket: CInt,
        in room: inout [UInt8],
        judge: (ArraySlice<UInt8>) -> FirstSight
    ) -> FirstSight {
        let count = recv(socket, &room, length, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT))
        guard count >= 0 else { return errno == EAGAIN || errno == EINTR ? .unfinished : .gone }
        return count == 0 ? .gone : judge(room[..<count])
    }

    /// Judges the bytes that a connection begins with which ends TLS here: a whole record asks, as does what can be none.
    init(handshake bytes: ArraySlice<UInt8>) {
        // Type, version, length: RFC 8446 §5.1.
        let header = Array(bytes.prefix(5))
        guard header.first == 0x16 else {
            self = bytes.isEmpty ? .unfinished : .strange
            return
        }
        let isWhole = header.count == 5 && bytes.count >= 5 + (Int(header[3]) << 8 | Int(header[4]))
        self = isWhole || bytes.count >= Self.length ? .strange : .unfinished
    }

    /// Whether an empty line has come.
    ///
    /// Every connection of a flood is looked at, again and again, so the search steps over whatever cannot end in one.
    private static func hasWholeHead(_ bytes: ArraySlice<UInt8>) -> Bool {
        let (carriageReturn, lineFeed) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
        return bytes.withUnsafeBytes { bytes in
            var end = 3
            while end < bytes.count {
                switch bytes[end] {
                case lineFeed:
                    let before = (bytes[end - 3], bytes[end - 2], bytes[end - 1])
                    if before == (carriageReturn, lineFeed, carriageReturn) { return true }
                    end += 2
                case carriageReturn: end += 1
                default: end += 4
                }
            }
            return false
        }
    }
}
