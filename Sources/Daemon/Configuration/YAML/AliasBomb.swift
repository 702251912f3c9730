/// Aliases of aliases grow without bound while a document is composed, before its nodes can be looked at.
enum AliasBomb {
    /// With so few, nothing that matters can be made of them.
    private static let maximum = 32

    /// Whether a text has more of what looks like an alias than can be composed safely.
    ///
    /// Says no for all that has no anchor.
    static func isLikely(in text: String) -> Bool {
        var aliases = 0
        var hasAnchor = false
        var (before, previous) = (UInt8(ascii: "\n"), UInt8(ascii: "\n"))
        for byte in text.utf8 {
            if isName(byte), startsToken(behind: before) {
                if previous == UInt8(ascii: "*") { aliases += 1 }
                if previous == UInt8(ascii: "&") { hasAnchor = true }
            }
            (before, previous) = (previous, byte)
        }
        return hasAnchor && aliases > maximum
    }

    /// Whether * and & can be more than letters of a text.
    ///
    private static func startsToken(behind byte: UInt8) -> Bool {
        // All that is not ASCII, as YAML's breaks are in there.
        byte <= 0x20 || byte >= 0x80 || "[{,:-?".utf8.contains(byte)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: byte >= 0x80
        }
    }
}
