/// One component of a path as the file system has it: any bytes but NUL and `/`.
///
/// A name need not be UTF-8. Whatever acts on a file uses `bytes`; `description` is for people only, with U+FFFD where bytes are no text.
package struct FileName: Sendable, Hashable, Codable {
    /// The longest name that Linux file systems take, in bytes (`NAME_MAX`).
    package static let maximumLength = 255

    /// The bytes of the name, without a terminator.
    package let bytes: [UInt8]

    /// Takes the bytes as a name, or nothing where they cannot be one: empty, `.`, `..`, or with a NUL or `/` in them.
    package init?(bytes: [UInt8]) {
        let isDots = bytes.count <= 2 && bytes.allSatisfy { $0 == UInt8(ascii: ".") }
        guard !isDots, !bytes.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") }) else { return nil }
        self.bytes = bytes
    }

    /// Takes the bytes as a name, as `init(bytes:)` of an array does.
    package init?(bytes: some Sequence<UInt8>) {
        self.init(bytes: Array(bytes))
    }

    /// Takes a text as a name, or nothing where it cannot be one.
    package init?(_ text: String) {
        self.init(bytes: text.utf8)
    }

    /// Whether the bytes are UTF-8, so that `description` is the name and not an approximation of it.
    package var isText: Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// The bytes before the last dot, or all of them where there is no dot behind the first byte.
    package var stem: [UInt8] {
        guard let dot = extensionDot else { return bytes }
        return Array(bytes[..<dot])
    }

    /// The bytes behind the last dot, without it; empty where there is none.
    package var fileExtension: [UInt8] {
        guard let dot = extensionDot else { return [] }
        return Array(bytes[(dot + 1)...])
    }

    private var extensionDot: Int? {
        guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return nil }
        return dot
    }
}

extension FileName: CustomStringConvertible {
    package var description: String {
        String(decoding: bytes, as: UTF8.self)
    }
}

/// A path below a pipeline's folder: the folders that lead to an entry, then its name.
package struct RelativePath: Sendable, Hashable, Codable {
    /// How deep a batch folder may go.
    package static let maximumDepth = 64

    /// The folders from the pipeline's folder down to the entry, outermost first; empty for an entry of the folder itself.
    package var folders: [FileName]
    /// The entry's own name.
    package var name: FileName

    /// A path of these folders and this name.
    package init(folders: [FileName] = [], name: FileName) {
        self.folders = folders
        self.name = name
    }

    /// The path of an entry of the folder that has this path.
    package func below(_ name: FileName) -> RelativePath {
        RelativePath(folders: folders + [self.name], name: name)
    }

    /// Reads the bytes of a path with `/` between its components, or nothing where one of them cannot be a name.
    package init?(bytes: [UInt8]) {
        var parts: [FileName] = []
        for part in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let name = FileName(bytes: part) else { return nil }
            parts.append(name)
        }
        guard let name = parts.popLast() else { return nil }
        self.init(folders: parts, name: name)
    }

    /// The components joined by `/`.
    package var bytes: [UInt8] {
        (folders + [name]).map(\.bytes).joined(separator: [UInt8(ascii: "/")]).map { $0 }
    }
}

extension RelativePath: CustomStringConvertible {
    package var description: String {
        String(decoding: bytes, as: UTF8.self)
    }
}
