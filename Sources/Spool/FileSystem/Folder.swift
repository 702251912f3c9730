package import Glibc
package import Jobs

/// An open folder.
///
/// Everything in it is reached by name through its descriptor; links are never followed.
package final class Folder: Sendable {
    /// The folder's descriptor, open as long as this value lives.
    package let descriptor: CInt
    /// The calls by which it and everything below it is touched.
    package let calls: any SystemCalls
    /// What is remembered of the names in it and in the folders below it.
    let memory: NameMemory

    /// Opens a folder by its absolute path.
    ///
    /// The path comes from the configuration, so links in it are followed.
    package convenience init(path: String, calls: any SystemCalls = LinuxCalls()) throws(SystemError) {
        let descriptor = try calls.open(Array(path.utf8), in: AT_FDCWD, flags: O_RDONLY | O_DIRECTORY, mode: 0)
        self.init(owning: descriptor, calls: calls)
    }

    /// Takes over an open folder's descriptor.
    init(owning descriptor: CInt, calls: any SystemCalls, memory: NameMemory = NameMemory()) {
        self.descriptor = descriptor
        self.calls = calls
        self.memory = memory
    }

    deinit {
        try? calls.close(descriptor)
    }

    /// Opens a folder in this one; a link in its place is refused (`ELOOP`, `ENOTDIR`).
    package func folder(_ name: FileName) throws(SystemError) -> Folder {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        let opened = try calls.open(name.bytes, in: descriptor, flags: flags, mode: 0)
        return Folder(owning: opened, calls: calls, memory: memory)
    }

    /// Opens a folder in this one, and makes it first where there is none.
    ///
    /// Made by plain `mkdir` with mode 0770: group and the setgid bit come from the parent.
    package func madeFolder(_ name: FileName) throws(SystemError) -> Folder {
        do {
            try calls.makeFolder(name.bytes, in: descriptor, mode: 0o770)
        } catch  where error.code == EEXIST {}
        return try folder(name)
    }

    /// Flushes the folder's entries to disk.
    package func synchronize() throws(SystemError) {
        try calls.synchronize(descriptor)
    }

    /// The identity and kind of an entry, links not followed; nothing where there is no such entry.
    package func entry(_ name: FileName) throws(SystemError) -> Entry? {
        do {
            return Entry(name: name, status: try calls.status(of: name.bytes, in: descriptor))
        } catch  where error.code == ENOENT {
            return nil
        }
    }
}

/// What stands in a folder under a name.
package struct Entry: Sendable, Hashable {
    /// Its name.
    package let name: FileName
    /// What it is.
    package let kind: Kind
    /// Which one it is, and in what condition.
    package let identity: FileIdentity
    /// How many names it has.
    package let links: UInt64

    /// The kinds of directory entries.
    package enum Kind: Sendable, Hashable {
        case file, folder, symbolicLink, pipe, socket, device
    }

    /// Reads the kind and identity from a status.
    package init(name: FileName, status: stat) {
        self.name = name
        self.links = UInt64(status.st_nlink)
        self.identity = FileIdentity(status)
        self.kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket
            default: .device
            }
    }
}

extension FileIdentity {
    /// The identity that a status tells.
    package init(_ status: stat) {
        self.init(
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            modified: nanoseconds(status.st_mtim),
            changed: nanoseconds(status.st_ctim)
        )
    }
}

/// Nanoseconds since 1970; the ends of `Int64` for times beyond the years 1677 to 2262, which a file may well claim.
private func nanoseconds(_ time: timespec) -> Int64 {
    let (seconds, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carried) = seconds.addingReportingOverflow(Int64(time.tv_nsec))
    return overflow || carried ? (time.tv_sec < 0 ? .min : .max) : sum
}
