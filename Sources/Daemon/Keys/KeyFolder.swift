import Glibc
package import Jobs
package import Spool

/// The folder whose files systemd hands to the daemon as credentials: `NAME` becomes `key_NAME`.
package struct KeyFolder: Sendable {
    /// Where it is, by the shipped unit.
    package static let standard = "/etc/runninghubd/keys"

    private let path: String

    /// The folder at this path.
    package init(path: String = KeyFolder.standard) {
        self.path = path
    }

    /// Whether a text can be a key's name: what a file, a credential and a field of the journal can be called.
    package static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && name.first != "."
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D || byte == 0x5F
            }
    }

    /// The names of the keys in it.
    package func names() throws -> [String] {
        let listing = try DirectoryListing(of: Folder(path: path))
        var names: [String] = []
        while let page = try listing.nextPage() {
            names += page.map(\.name.description).filter(Self.isName)
        }
        return names.sorted()
    }

    /// The keys in it, as systemd hands them over: by the names of their credentials.
    package func credentials() throws -> [String: Secret] {
        let folder = try Folder(path: path)
        var secrets: [String: Secret] = [:]
        for name in try names() {
            guard let bytes = try folder.contents(of: FileName(cleaning: name.utf8), limit: Self.longestKey) else {
                continue
            }
            secrets[KeySource.credentialPrefix + name] = Secret(String(decoding: bytes, as: UTF8.self))
        }
        return secrets
    }

    private static let longestKey = 4096

    /// Stores a key, in the place of one of this name.
    ///
    /// Only its owner can read it, and it is on disk when this returns.
    package func store(_ key: Secret, as name: String) throws(SystemError) {
        do {
            try LinuxCalls().makeFolder(Array(path.utf8), in: AT_FDCWD, mode: 0o700)
        } catch {
            guard error.code == EEXIST else { throw error }
        }
        let folder = try Folder(path: path)
        let (file, temporary) = (FileName(cleaning: name.utf8), FileName(cleaning: ".\(name).new".utf8))
        try folder.write(Array((key.expose() + "\n").utf8), to: temporary, mode: 0o600)
        try folder.calls.rename(
            temporary.bytes,
            in: folder.descriptor,
            to: file.bytes,
            in: folder.descriptor,
            flags: 0
        )
        try folder.synchronize()
    }
}
