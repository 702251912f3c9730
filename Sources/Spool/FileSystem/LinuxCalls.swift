internal import CLinux
internal import FaultPoints
package import Glibc

/// The calls themselves.
///
/// Interrupted ones (`EINTR`) are made again, `close` excepted.
package struct LinuxCalls: SystemCalls {
    /// The calls of this process.
    package init() {}

    package func open(_ name: [UInt8], in folder: CInt, flags: CInt, mode: mode_t) throws(SystemError) -> CInt {
        guard flags & O_CREAT != 0 else {
            return try call("openat", name) { openat(folder, $0, flags | O_CLOEXEC, mode) }
        }
        FaultPoint.callCreate.before()
        defer { FaultPoint.callCreate.after() }
        return try call("openat", name) { openat(folder, $0, flags | O_CLOEXEC, mode) }
    }

    package func close(_ descriptor: CInt) throws(SystemError) {
        guard Glibc.close(descriptor) == 0 else { throw SystemError(call: "close", code: errno) }
    }

    package func read(_ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try retried("read") { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    }

    package func read(
        _ descriptor: CInt,
        at offset: Int64,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        try retried("pread") { pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    package func write(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
        FaultPoint.callWrite.before()
        defer { FaultPoint.callWrite.after() }
        return try retried("write") { Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
    }

    package func synchronize(_ descriptor: CInt) throws(SystemError) {
        FaultPoint.callSynchronize.before()
        defer { FaultPoint.callSynchronize.after() }
        // Not retried over EINTR: what an interrupted fsync has written is not known.
        guard fsync(descriptor) == 0 else { throw SystemError(call: "fsync", code: errno) }
    }

    package func status(_ descriptor: CInt) throws(SystemError) -> stat {
        var status = stat()
        _ = try retried("fstat") { Int(fstat(descriptor, &status)) }
        return status
    }

    package func status(of name: [UInt8], in folder: CInt) throws(SystemError) -> stat {
        var status = stat()
        _ = try call("fstatat", name) { fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }
        return status
    }

    package func rename(
        _ name: [UInt8],
        in folder: CInt,
        to newName: [UInt8],
        in newFolder: CInt,
        flags: CUnsignedInt
    ) throws(SystemError) {
        FaultPoint.callRename.before()
        defer { FaultPoint.callRename.after() }
        let target = terminated(newName)
        _ = try call("renameat2", name) { renameat2(folder, $0, newFolder, target, flags) }
    }

    package func link(_ name: [UInt8], in folder: CInt, to newName: [UInt8], in newFolder: CInt) throws(SystemError) {
        FaultPoint.callLink.before()
        defer { FaultPoint.callLink.after() }
        let target = terminated(newName)
        _ = try call("linkat", name) { linkat(folder, $0, newFolder, target, 0) }
    }

    package func unlink(_ name: [UInt8], in folder: CInt, flags: CInt) throws(SystemError) {
        FaultPoint.callUnlink.before()
        defer { FaultPoint.callUnlink.after() }
        _ = try call("unlinkat", name) { unlinkat(folder, $0, flags) }
    }

    package func makeFolder(_ name: [UInt8], in folder: CInt, mode: mode_t) throws(SystemError) {
        FaultPoint.callMakeFolder.before()
        defer { FaultPoint.callMakeFolder.after() }
        _ = try call("mkdirat", name) { mkdirat(folder, $0, mode) }
    }

    package func fileSystemStatus(_ descriptor: CInt) throws(SystemError) -> statvfs {
        var status = statvfs()
        _ = try retried("fstatvfs") { Int(fstatvfs(descriptor, &status)) }
        return status
    }

    package func fileSystemType(_ descriptor: CInt) throws(SystemError) -> UInt32 {
        var status = statfs()
        _ = try retried("fstatfs") { Int(fstatfs(descriptor, &status)) }
        return UInt32(truncatingIfNeeded: status.f_type)
    }

    package func entries(_ folder: CInt, into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try retried("getdents64") {
            guard let start = buffer.baseAddress else { return 0 }
            return getdents64(folder, start, buffer.count)
        }
    }

    package func access(_ name: [UInt8], in folder: CInt, mode: CInt) throws(SystemError) {
        _ = try call("faccessat", name) { faccessat(folder, $0, mode, AT_EACCESS | AT_SYMLINK_NOFOLLOW) }
    }

    package func copy(from source: CInt, to target: CInt, count: Int) throws(SystemError) -> Int {
        try retried("copy_file_range") { copy_file_range(source, nil, target, nil, count, 0) }
    }

    package func setTimes(_ descriptor: CInt, accessed: timespec, modified: timespec) throws(SystemError) {
        _ = try retried("futimens") { Int(futimens(descriptor, [accessed, modified])) }
    }

    package func watch(_ folder: CInt, on inotify: CInt, events: UInt32) throws(SystemError) -> CInt {
        // By the descriptor's own link, so that what is watched is the folder that was opened and not what its path leads to by now.
        try call("inotify_add_watch", Array("/proc/self/fd/\(folder)".utf8)) {
            inotify_add_watch(inotify, $0, events)
        }
    }

    private func call(
        _ name: String,
        _ subject: [UInt8],
        _ body: ([CChar]) -> CInt
    ) throws(SystemError) -> CInt {
        guard !subject.contains(0) else { throw SystemError(call: name, code: EINVAL, subject: subject) }
        let path = terminated(subject)
        while true {
            let result = body(path)
            guard result < 0 else { return result }
            guard errno == EINTR else { throw SystemError(call: name, code: errno, subject: subject) }
        }
    }

    private func retried(_ name: String, _ body: () -> Int) throws(SystemError) -> Int {
        while true {
            let result = body()
            guard result < 0 else { return result }
            guard errno == EINTR else { throw SystemError(call: name, code: errno) }
        }
    }

    private func terminated(_ bytes: [UInt8]) -> [CChar] {
        Array(unsafeUninitializedCapacity: bytes.count + 1) { buffer, count in
            for index in bytes.indices { buffer.initializeElement(at: index, to: CChar(bitPattern: bytes[index])) }
            buffer.initializeElement(at: bytes.count, to: 0)
            count = bytes.count + 1
        }
    }
}
