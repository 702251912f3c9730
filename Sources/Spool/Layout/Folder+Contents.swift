package import Glibc
package import Jobs

extension Folder {
    /// A small file's whole content; nothing where there is no such entry.
    ///
    /// Blocks. Throws `ELOOP` for a link, `EINVAL` for anything else that is no file, `EFBIG` for one that is longer than `limit` bytes.
    package func contents(of name: FileName, limit: Int) throws(SystemError) -> [UInt8]? {
        let descriptor: CInt
        do {
            // Not to be kept waiting by a FIFO under the name of a file.
            let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
            descriptor = try calls.open(name.bytes, in: self.descriptor, flags: flags, mode: 0)
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
        defer { try? calls.close(descriptor) }
        guard try calls.status(descriptor).st_mode & S_IFMT == S_IFREG else {
            throw SystemError(call: "read", code: EINVAL, subject: name.bytes)
        }
        return try read(descriptor, limit: limit, subject: name)
    }

    private func read(_ descriptor: CInt, limit: Int, subject: FileName) throws(SystemError) -> [UInt8] {
        var content: [UInt8] = []
        let page = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
        defer { page.deallocate() }
        while case let count = try calls.read(descriptor, into: page), count > 0 {
            content += page[..<count]
            guard content.count <= limit else { throw SystemError(call: "read", code: EFBIG, subject: subject.bytes) }
        }
        return content
    }

    /// Writes a new file with this content and flushes it; what stood under the name before is removed first.
    ///
    /// The entry itself is on disk only after the folder's `synchronize`. After an error no file is left. Blocks.
    package func write(_ bytes: [UInt8], to name: FileName, mode: mode_t = 0o660) throws(SystemError) {
        try remove(name)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let descriptor = try calls.open(name.bytes, in: self.descriptor, flags: flags, mode: mode)
        do throws(SystemError) {
            defer { try? calls.close(descriptor) }
            try bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
                try calls.writeAll(descriptor, UnsafeRawBufferPointer(buffer))
            }
            try calls.synchronize(descriptor)
        } catch {
            try? remove(name)
            throw error
        }
    }

    /// Puts a file with this content in the place of whatever has the name, at once and on disk when this returns.
    ///
    /// Blocks.
    package func replace(_ name: FileName, with bytes: [UInt8], by temporary: FileName) throws(SystemError) {
        try write(bytes, to: temporary)
        try calls.rename(temporary.bytes, in: descriptor, to: name.bytes, in: descriptor, flags: 0)
        try synchronize()
    }

    /// How many bytes this process may still write to the folder's file system.
    ///
    /// Blocks.
    package func freeSpace() throws(SystemError) -> Int64 {
        let status = try calls.fileSystemStatus(descriptor)
        let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? .max : Int64(clamping: bytes)
    }

    /// The longest name that the folder's file system takes, in bytes, `FileName.maximumLength` at most.
    ///
    /// Blocks.
    package func maximumNameLength() throws(SystemError) -> Int {
        let length = Int(clamping: try calls.fileSystemStatus(descriptor).f_namemax)
        return (64...FileName.maximumLength).contains(length) ? length : FileName.maximumLength
    }

    /// Whether both are the same folder on disk.
    ///
    /// Blocks.
    func isSame(as other: Folder) throws(SystemError) -> Bool {
        let (here, there) = (try identity(), try other.identity())
        return here.device == there.device && here.inode == there.inode
    }
}

extension SystemCalls {
    /// Writes all of the bytes.
    ///
    /// A file system that takes none of them and gives no error counts as full.
    func writeAll(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try write(descriptor, UnsafeRawBufferPointer(rebasing: rest))
            guard count > 0 else { throw SystemError(call: "write", code: ENOSPC) }
            rest = rest.dropFirst(count)
        }
    }
}
