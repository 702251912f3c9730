internal import Glibc
package import Jobs

/// A lock on a file in a folder, held as long as this value lives and, whatever happens, no longer than the process.
package final class FolderLock: Sendable {
    /// Why a lock was not got.
    package enum Failure: Error, Hashable {
        /// Another process has it: another daemon is at work here.
        case held
        case system(SystemError)
    }

    private let descriptor: CInt
    private let calls: any SystemCalls

    /// Takes the lock, or throws at once; it never waits.
    ///
    /// The file is made where there is none, and never removed. Blocks only on disk.
    package init(_ name: FileName, in folder: Folder) throws(Failure) {
        calls = folder.calls
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK
        do throws(SystemError) {
            descriptor = try folder.calls.open(name.bytes, in: folder.descriptor, flags: flags, mode: 0o600)
        } catch {
            throw .system(error)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            throw code == EWOULDBLOCK ? .held : .system(SystemError(call: "flock", code: code, subject: name.bytes))
        }
    }

    deinit {
        try? calls.close(descriptor)
    }
}
