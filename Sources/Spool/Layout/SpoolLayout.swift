internal import Glibc
package import Jobs

/// The five places through which a file goes.
package enum FolderRole: String, Sendable, Hashable, Codable, CaseIterable {
    case inbox, work, outbox, done, failed

    /// The folder's name in the spool.
    package var name: FileName { FileName(cleaning: rawValue.utf8) }
}

/// The spool: one folder by its path, with a folder for each role in it.
///
/// The path comes from the configuration. It is opened anew each time, because a disk may be mounted over it while the daemon runs.
package struct SpoolLayout: Sendable {
    /// The absolute path of the spool.
    package let path: String
    let calls: any SystemCalls

    private static let lockName = FileName(cleaning: ".lock".utf8)
    private static let stateLockName = FileName(cleaning: "lock".utf8)

    /// The spool at this path.
    ///
    /// Nothing is opened yet.
    package init(path: String, calls: any SystemCalls = LinuxCalls()) {
        self.path = path
        self.calls = calls
    }

    /// Opens the spool's folder as it is now.
    ///
    /// Blocks.
    package func folder() throws(SystemError) -> Folder {
        try Folder(path: path, calls: calls)
    }

    /// Makes the spool and its five folders where they are missing; what exists is not changed.
    ///
    /// Blocks.
    ///
    /// Not to be called where the ledger knows of a marker in this spool: a spool that was there and is not must come back, not be made.
    package func make() throws(SystemError) -> Folder {
        _ = try Self.makeFolder(at: path, calls: calls)
        let spool = try folder()
        for role in FolderRole.allCases { _ = try spool.madeFolder(role.name) }
        try spool.synchronize()
        return spool
    }

    /// Takes the spool for this process, as long as the lock lives.
    ///
    /// Blocks only on disk.
    package func lock() throws(FolderLock.Failure) -> FolderLock {
        try Self.lock(Self.lockName, at: path, calls: calls)
    }

    /// Takes the folder of the daemon's state for this process, as long as the lock lives.
    ///
    /// Blocks only on disk.
    package static func lockState(
        at path: String,
        calls: any SystemCalls = LinuxCalls()
    ) throws(FolderLock.Failure) -> FolderLock {
        try lock(stateLockName, at: path, calls: calls)
    }

    private static func lock(
        _ name: FileName,
        at path: String,
        calls: any SystemCalls
    ) throws(FolderLock.Failure) -> FolderLock {
        let folder: Folder
        do throws(SystemError) {
            folder = try Folder(path: path, calls: calls)
        } catch {
            throw .system(error)
        }
        return try FolderLock(name, in: folder)
    }

    /// Makes a folder by its path; says whether there was none.
    static func makeFolder(at path: String, calls: any SystemCalls) throws(SystemError) -> Bool {
        do {
            try calls.makeFolder(Array(path.utf8), in: AT_FDCWD, mode: 0o770)
            return true
        } catch {
            guard error.code == EEXIST else { throw error }
            return false
        }
    }
}
