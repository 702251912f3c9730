internal import CLinux
internal import Glibc
package import Jobs

/// Which names are never taken from an inbox: the built-in ones, and the globs of `inbox.ignore`.
///
/// Both are compared without case.
///
/// A rule holds for a folder's name as for a file's; nothing in such a folder is looked at.
package struct NameRules: Sendable, Hashable {
    private let ignored: [String]

    /// The built-in rules and these globs (`fnmatch(3)`: `*`, `?`, `[…]`, `\`), each matched against one name, byte by byte.
    package init(ignore: [String] = []) {
        ignored = ignore
    }

    /// The rule by which a name is never taken, or nothing.
    package func rule(for name: FileName) -> NameRule? {
        let folded = name.bytes.map(Self.lowercased)
        return Self.builtIn(folded) ?? ignored.first { Self.matches(name, $0) }.map(NameRule.ignored)
            ?? Self.parameters(name)
    }

    private static func builtIn(_ folded: [UInt8]) -> NameRule? {
        if folded.starts(with: ".".utf8) { return .hidden }
        if folded.starts(with: "~$".utf8) { return .unfinished("~$*") }
        if let name = wholeNames.first(where: { folded.elementsEqual(Self.lowercased($0)) }) { return .system(name) }
        if folded.elementsEqual(Self.lowercased(StatusFile.name.description)) {
            return .own(StatusFile.name.description)
        }
        if let end = own.first(where: { hasEnd(folded, $0) }) { return .own("*" + end) }
        if let end = unfinished.first(where: { hasEnd(folded, $0) }) { return .unfinished("*" + end) }
        if let end = companions.first(where: { hasEnd(folded, $0) }) { return .companion("*" + end) }
        return nil
    }

    private static func parameters(_ name: FileName) -> NameRule? {
        if let parameters = ParameterName(name) { return .parameters(parameters) }
        return ParameterName.corrected(name).map { .misnamedParameters($0.description) }
    }

    private static let unfinished = [
        ".part", ".partial", ".tmp", ".crdownload", ".download", ".opdownload", ".filepart", ".swp", ".lock", ".bak",
        "~",
    ]
    private static let companions = [".lnk", ".url", ".xmp", ".thm", ".aae", ".pp3", ".dop"]
    private static let own = [".result.json", ".error.json", ".error.txt"]
    private static let wholeNames = [
        "Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", "$RECYCLE.BIN", "System Volume Information",
        "@eaDir", "@Recycle", "#recycle", "#snapshot", "lost+found", ".stfolder",
    ]

    private static func hasEnd(_ folded: [UInt8], _ end: String) -> Bool {
        folded.suffix(end.utf8.count).elementsEqual(end.utf8)
    }

    private static func lowercased(_ text: String) -> [UInt8] {
        text.utf8.map(lowercased)
    }

    /// ASCII alone: a name is bytes, and all that is compared with it is ASCII.
    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
    }

    private static func matches(_ name: FileName, _ glob: String) -> Bool {
        let terminated = name.bytes.map(CChar.init(bitPattern:)) + [0]
        // In the C locale, which a process has that never sets another, fnmatch(3) goes by bytes.
        return fnmatch(glob, terminated, CInt(CLINUX_FNM_CASEFOLD)) == 0
    }
}

/// Why a name is never taken.
package enum NameRule: Sendable, Hashable {
    /// It begins with a dot.
    case hidden
    /// Programs give such a name to what they have not finished.
    case unfinished(String)
    /// Systems and storage devices keep such things for themselves.
    case system(String)
    /// It goes with another file and is no work of its own.
    case companion(String)
    /// The daemon writes files of such a name.
    case own(String)
    /// The configuration says so, with this glob.
    case ignored(String)
    /// It has parameters for these.
    case parameters(ParameterName)
    /// It would have parameters under this name.
    case misnamedParameters(String)
}
