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
        if folded.first == UInt8(ascii: ".") { return .hidden }
        if folded.starts(with: "~$".utf8) { return .unfinished("~$*") }
        if let name = wholeNames[folded] { return name }
        if let end = own.first(where: { $0.ends(folded) }) { return .own(end.text) }
        if let end = unfinished.first(where: { $0.ends(folded) }) { return .unfinished(end.text) }
        if let end = companions.first(where: { $0.ends(folded) }) { return .companion(end.text) }
        return nil
    }

    private static func parameters(_ name: FileName) -> NameRule? {
        if let parameters = ParameterName(name) { return .parameters(parameters) }
        return ParameterName.corrected(name).map { .misnamedParameters($0.description) }
    }

    private static let unfinished = [
        ".part", ".partial", ".tmp", ".crdownload", ".download", ".opdownload", ".filepart", ".swp", ".lock", ".bak",
        "~",
    ].map(End.init)
    private static let companions = [".lnk", ".url", ".xmp", ".thm", ".aae", ".pp3", ".dop"].map(End.init)
    private static let own = [".result.json", ".error.json", ".error.txt"].map(End.init)
    /// By their folded bytes.
    private static let wholeNames: [[UInt8]: NameRule] = {
        let system = [
            "Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", "$RECYCLE.BIN", "System Volume Information",
            "@eaDir", "@Recycle", "#recycle", "#snapshot", "lost+found", ".stfolder",
        ]
        var rules = system.reduce(into: [:]) { $0[$1.utf8.map(lowercased)] = NameRule.system($1) }
        let status = StatusFile.name
        rules[status.bytes.map(lowercased)] = .own(status.description)
        return rules
    }()

    /// An end of names.
    ///
    /// An inbox is looked through entry by entry, so that it is compared byte by byte and not as text.
    private struct End: Sendable {
        private let bytes: [UInt8]

        init(_ text: String) {
            bytes = Array(text.utf8)
        }

        /// The glob that it stands for.
        var text: String { "*" + String(decoding: bytes, as: UTF8.self) }

        func ends(_ folded: [UInt8]) -> Bool {
            let start = folded.count - bytes.count
            guard start >= 0, folded.last == bytes.last else { return false }
            return bytes.indices.allSatisfy { folded[start + $0] == bytes[$0] }
        }
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
