package import Glibc

/// The system calls through which this room touches people's files, so that a test can fail any single one of them.
///
/// Everything goes by a folder's descriptor and a name in it, never by a path that somebody could bend in between. `LinuxCalls` makes the
/// calls; a test's own implementation forwards to it and throws where it wants to.
package protocol SystemCalls: Sendable {
    /// `openat(2)`; always with `O_CLOEXEC`.
    func open(_ name: [UInt8], in folder: CInt, flags: CInt, mode: mode_t) throws(SystemError) -> CInt
    /// `close(2)`. After an error the descriptor is gone all the same.
    func close(_ descriptor: CInt) throws(SystemError)
    /// `read(2)`: how many bytes came, 0 at the end.
    func read(_ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int
    /// `pread(2)`: how many bytes came from that offset, 0 at the end.
    func read(
        _ descriptor: CInt,
        at offset: Int64,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int
    /// `write(2)`: how many bytes went.
    func write(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int
    /// `fsync(2)`. One that failed must never be repeated over the same data.
    func synchronize(_ descriptor: CInt) throws(SystemError)
    /// `fstat(2)`.
    func status(_ descriptor: CInt) throws(SystemError) -> stat
    /// `fstatat(2)` with `AT_SYMLINK_NOFOLLOW`.
    func status(of name: [UInt8], in folder: CInt) throws(SystemError) -> stat
    /// `renameat2(2)`.
    func rename(
        _ name: [UInt8],
        in folder: CInt,
        to newName: [UInt8],
        in newFolder: CInt,
        flags: CUnsignedInt
    ) throws(SystemError)
    /// `linkat(2)`.
    func link(_ name: [UInt8], in folder: CInt, to newName: [UInt8], in newFolder: CInt) throws(SystemError)
    /// `unlinkat(2)`; `flags` may be `AT_REMOVEDIR`.
    func unlink(_ name: [UInt8], in folder: CInt, flags: CInt) throws(SystemError)
    /// `mkdirat(2)`.
    func makeFolder(_ name: [UInt8], in folder: CInt, mode: mode_t) throws(SystemError)
    /// `fstatvfs(3)`.
    func fileSystemStatus(_ descriptor: CInt) throws(SystemError) -> statvfs
    /// `fstatfs(2)`: the `f_type` of the file system, one of the magic numbers of `statfs(2)`.
    func fileSystemType(_ descriptor: CInt) throws(SystemError) -> UInt32
    /// `getdents64(2)`: how many bytes of `struct linux_dirent64` came, 0 at the end.
    func entries(_ folder: CInt, into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int
    /// `faccessat(2)` with `AT_EACCESS` and `AT_SYMLINK_NOFOLLOW`: throws `EACCES` where this process may not.
    func access(_ name: [UInt8], in folder: CInt, mode: CInt) throws(SystemError)
    /// `copy_file_range(2)` from and to where the descriptors stand: how many bytes went, 0 at the end.
    func copy(from source: CInt, to target: CInt, count: Int) throws(SystemError) -> Int
    /// `futimens(3)`.
    func setTimes(_ descriptor: CInt, accessed: timespec, modified: timespec) throws(SystemError)
    /// `inotify_add_watch(2)` on an open folder: the watch's descriptor.
    func watch(_ folder: CInt, on inotify: CInt, events: UInt32) throws(SystemError) -> CInt
}

/// A system call that failed.
package struct SystemError: Error, Hashable {
    /// The call's name as in its manual page.
    package let call: String
    /// `errno`.
    package let code: CInt
    /// The name that the call was about, if any.
    package let subject: [UInt8]?

    /// A call that failed with this code.
    package init(call: String, code: CInt, subject: [UInt8]? = nil) {
        self.call = call
        self.code = code
        self.subject = subject
    }
}

extension SystemError: CustomStringConvertible {
    package var description: String {
        let about = subject.map { " \"\(String(decoding: $0, as: UTF8.self))\"" } ?? ""
        return "\(call)\(about): \(String(cString: strerror(code)))"
    }
}
