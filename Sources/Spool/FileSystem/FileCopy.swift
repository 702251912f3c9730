internal import Glibc
package import Jobs

extension Folder {
    /// Copies a file's bytes and its times to a new file in another folder, and flushes that file; the caller flushes the folder.
    ///
    /// Whatever has the name there, and is no folder, is removed first: it must be a name that only this process uses. Returns the
    /// identity that the source had; throws `EAGAIN` where it changed while it was copied, `ELOOP` or `EINVAL` where it is no file.
    /// After an error no copy is left. Blocks.
    package func copyFile(_ name: FileName, to target: Folder, as newName: FileName) throws(SystemError) -> FileIdentity
    {
        let source = try calls.open(name.bytes, in: descriptor, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK, mode: 0)
        defer { try? calls.close(source) }
        let status = try calls.status(source)
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SystemError(call: "copy", code: EINVAL, subject: name.bytes)
        }
        try target.remove(newName)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let copy = try calls.open(newName.bytes, in: target.descriptor, flags: flags, mode: 0o660)
        defer { try? calls.close(copy) }
        do throws(SystemError) {
            let count = try copyBytes(from: source, to: copy)
            try calls.setTimes(copy, accessed: status.st_atim, modified: status.st_mtim)
            try calls.synchronize(copy)
            let identity = FileIdentity(status)
            guard count == identity.size, FileIdentity(try calls.status(source)) == identity else {
                throw SystemError(call: "copy", code: EAGAIN, subject: name.bytes)
            }
            return identity
        } catch {
            try? target.remove(newName)
            throw error
        }
    }

    private func copyBytes(from source: CInt, to target: CInt) throws(SystemError) -> Int64 {
        do {
            return try copyInKernel(from: source, to: target)
        } catch {
            // Not on these two file systems, or not at all (`ENOSYS`, or `EPERM` by a system call filter).
            guard [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM].contains(error.code) else { throw error }
            return try copyByHand(from: source, to: target)
        }
    }

    /// Throws such an error at the first call or not at all.
    private func copyInKernel(from source: CInt, to target: CInt) throws(SystemError) -> Int64 {
        var total: Int64 = 0
        while case let count = try calls.copy(from: source, to: target, count: 16 * 1024 * 1024), count > 0 {
            total += Int64(count)
            LongCall.moves()
        }
        // Some file systems whose sizes are not true (procfs, some of FUSE) give 0 at once.
        return total > 0 ? total : try copyByHand(from: source, to: target)
    }

    private func copyByHand(from source: CInt, to target: CInt) throws(SystemError) -> Int64 {
        let page = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
        defer { page.deallocate() }
        var total: Int64 = 0
        while case let count = try calls.read(source, into: page), count > 0 {
            try calls.writeAll(target, UnsafeRawBufferPointer(rebasing: page[..<count]))
            total += Int64(count)
            LongCall.moves()
        }
        return total
    }
}
