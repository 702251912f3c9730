import Glibc

/// A path that a person asks about, as it leads from the root.
package struct AskedPath: Sendable {
    /// The absolute paths by which the daemon may know the place, the likeliest first; last a relative one, as it was typed: below the spool.
    package let candidates: [[UInt8]]

    /// A path as it was typed: relative to this process's folder, or absolute.
    ///
    /// Links in the folders that lead to it are followed, for they may lead into the spool; the last name is left as it is, since it may be
    /// gone, or a link that the daemon does not take.
    package init(_ typed: [UInt8]) {
        let whole = Self.clean(
            typed.first == UInt8(ascii: "/") ? typed : Self.workingFolder + [UInt8(ascii: "/")] + typed
        )
        let slash = UInt8(ascii: "/")
        let end = whole.lastIndex(of: slash) ?? 0
        var candidates = [whole]
        if let parent = Self.real(end == 0 ? [slash] : Array(whole[..<end])) {
            candidates.append(Self.clean(parent + whole[end...]))
        }
        // A folder may be named by a link of its own.
        if let real = Self.real(whole) { candidates.append(real) }
        // As README and the journal name places: below the spool, which the daemon knows.
        if typed.first != slash { candidates.append(typed) }
        self.candidates = candidates
    }

    private static var workingFolder: [UInt8] {
        guard let path = getcwd(nil, 0) else { return [] }
        defer { free(path) }
        return bytes(path)
    }

    private static func real(_ path: [UInt8]) -> [UInt8]? {
        let found = (path + [0]).withUnsafeBufferPointer { pointer in
            pointer.withMemoryRebound(to: CChar.self) { $0.baseAddress.flatMap { realpath($0, nil) } }
        }
        guard let found else { return nil }
        defer { free(found) }
        return bytes(found)
    }

    private static func bytes(_ path: UnsafeMutablePointer<CChar>) -> [UInt8] {
        UnsafeBufferPointer(start: path, count: strlen(path)).map { UInt8(bitPattern: $0) }
    }

    /// The path without `.`, `..` and needless slashes.
    private static func clean(_ path: [UInt8]) -> [UInt8] {
        var names: [[UInt8]] = []
        for name in path.split(separator: UInt8(ascii: "/")).map(Array.init) where name != Array(".".utf8) {
            if name == Array("..".utf8) { names = names.dropLast() } else { names.append(name) }
        }
        return [UInt8(ascii: "/")] + names.joined(separator: [UInt8(ascii: "/")])
    }
}
