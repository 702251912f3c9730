internal import Glibc
internal import Jobs

/// The commands that let the daemon have what it may not have.
struct Cure {
    private let place: String

    /// Cures for what lies below this absolute path.
    init(_ place: String) {
        self.place = place
    }

    /// The command that makes a file readable; nothing where it is.
    ///
    /// Blocks.
    func forReading(_ path: RelativePath, _ status: stat, of folder: Folder) throws(SystemError) -> String? {
        do {
            try folder.calls.access(path.name.bytes, in: folder.descriptor, mode: R_OK)
            return nil
        } catch {
            guard error.code == EACCES || error.code == EPERM else { throw error }
        }
        let file = quoted(path)
        // A file that was moved in keeps its own group; one that was made here has the folder's.
        guard try folder.calls.status(folder.descriptor).st_gid != status.st_gid else { return "chmod g+r \(file)" }
        return "chgrp --reference=\(Self.quoted(Array(place.utf8))) \(file) && chmod g+r \(file)"
    }

    /// The command that lets a file be moved out of a sticky folder; nothing where it may be.
    ///
    /// Blocks.
    func forMoving(_ path: RelativePath, _ status: stat, of folder: Folder) throws(SystemError) -> String? {
        let user = geteuid()
        guard user != 0, status.st_uid != user else { return nil }
        let holder = try folder.calls.status(folder.descriptor)
        guard holder.st_mode & S_ISVTX != 0, holder.st_uid != user else { return nil }
        return "chmod -t \(quoted(path.folders))"
    }

    /// The command that lets what is in a folder be read and moved.
    func forFolder(_ path: RelativePath) -> String {
        let folder = quoted(path)
        return "chgrp -R --reference=\(Self.quoted(Array(place.utf8))) \(folder) && chmod -R g+rwX \(folder)"
    }

    private func quoted(_ path: RelativePath) -> String {
        Self.quoted(Array(place.utf8) + [UInt8(ascii: "/")] + path.bytes)
    }

    private func quoted(_ folders: [FileName]) -> String {
        Self.quoted(([Array(place.utf8)] + folders.map(\.bytes)).joined(separator: [UInt8(ascii: "/")]).map { $0 })
    }

    /// Bytes as one word of a shell: bare, in single quotes, or as `$'…'` where they cannot be shown.
    static func quoted(_ bytes: [UInt8]) -> String {
        let text = String(validating: bytes, as: UTF8.self)
        guard let text, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return "$'" + bytes.map(escaped).joined() + "'"
        }
        let bare = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:,@%")
        if !text.isEmpty, text.allSatisfy(bare.contains) { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    private static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
        case 0x20..<0x7F: String(UnicodeScalar(byte))
        default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}
