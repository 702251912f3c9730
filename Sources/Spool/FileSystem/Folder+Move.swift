internal import CLinux
internal import Glibc
package import Jobs

extension Folder {
    /// Renames an entry into a folder of the same file system, and replaces nothing there: throws `EEXIST` where the name is taken.
    ///
    /// One call, so nobody can step between. Throws `EINVAL` or `ENOSYS` where the file system cannot do it (NFS, CIFS, much of FUSE)
    /// and `EXDEV` where it is another. Blocks.
    package func rename(_ name: FileName, to target: Folder, as newName: FileName) throws(SystemError) {
        let flags = CUnsignedInt(CLINUX_RENAME_NOREPLACE)
        try calls.rename(name.bytes, in: descriptor, to: newName.bytes, in: target.descriptor, flags: flags)
    }

    /// As `rename(_:to:as:)`, also where the file system cannot rename without replacing; for a `name` that only this process uses.
    ///
    /// The entry is linked to its new name and its old name unlinked; where the file system cannot link either, the new name is looked
    /// for first. Others could step between these calls, hence the condition on `name`. Repeated after it was cut off, it goes on.
    /// Blocks.
    package func place(_ name: FileName, in target: Folder, as newName: FileName) throws(SystemError) {
        do {
            try rename(name, to: target, as: newName)
        } catch {
            guard error.code == EINVAL || error.code == ENOSYS || error.code == EEXIST else { throw error }
            if error.code == EEXIST {
                // Perhaps linked by an earlier call that came no further; renaming one link over the other would do nothing.
                guard try isSameFile(name, in: target, as: newName) else { throw error }
            } else {
                guard try link(name, in: target, as: newName) else {
                    return try renameAfterLooking(name, to: target, as: newName)
                }
            }
            try calls.unlink(name.bytes, in: descriptor, flags: 0)
        }
    }

    /// Removes an entry that is no folder; nothing where there is none.
    ///
    /// Blocks.
    package func remove(_ name: FileName) throws(SystemError) {
        do {
            try calls.unlink(name.bytes, in: descriptor, flags: 0)
        } catch {
            guard error.code == ENOENT else { throw error }
        }
    }

    /// Whether it could be linked, or was already; not where the file system has no links or others' files may not be linked.
    private func link(_ name: FileName, in target: Folder, as newName: FileName) throws(SystemError) -> Bool {
        do {
            try calls.link(name.bytes, in: descriptor, to: newName.bytes, in: target.descriptor)
            return true
        } catch {
            if error.code == EEXIST, try isSameFile(name, in: target, as: newName) { return true }
            guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(error.code) else { throw error }
            return false
        }
    }

    private func renameAfterLooking(_ name: FileName, to target: Folder, as newName: FileName) throws(SystemError) {
        guard try target.entry(newName) == nil else {
            throw SystemError(call: "renameat", code: EEXIST, subject: newName.bytes)
        }
        try calls.rename(name.bytes, in: descriptor, to: newName.bytes, in: target.descriptor, flags: 0)
    }

    private func isSameFile(_ name: FileName, in target: Folder, as newName: FileName) throws(SystemError) -> Bool {
        guard let here = try entry(name), let there = try target.entry(newName) else { return false }
        return here.identity.device == there.identity.device && here.identity.inode == there.identity.inode
    }
}
