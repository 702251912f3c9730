internal import Glibc
internal import Jobs

extension Folder {
    /// Moves a small file to another folder, on another file system too, and replaces nothing there; on disk when this returns.
    ///
    /// Repeated after it was cut off, it goes on. Blocks.
    ///
    /// - Parameters:
    ///   - name: The file.
    ///   - target: Where it goes.
    ///   - newName: How it is called there.
    ///   - temporary: A name in `target` that only this process uses, for a copy.
    /// - Throws: The call that failed.
    /// - Returns: Whether the name was free; also where there is no such file any more.
    func moveFile(
        _ name: FileName,
        to target: Folder,
        as newName: FileName,
        by temporary: FileName
    ) throws(SystemError) -> Bool {
        do {
            try place(name, in: target, as: newName)
        } catch {
            switch error.code {
            case ENOENT: return true
            case EEXIST: return false
            case EXDEV: guard try moveByCopy(name, to: target, as: newName, by: temporary) else { return false }
            default: throw error
            }
        }
        try target.synchronize()
        try synchronize()
        return true
    }

    private func moveByCopy(
        _ name: FileName,
        to target: Folder,
        as newName: FileName,
        by temporary: FileName
    ) throws(SystemError) -> Bool {
        if try target.entry(newName) != nil { return try finishMove(name, to: target, as: newName) }
        let copied = try copyFile(name, to: target, as: temporary)
        do {
            try target.place(temporary, in: target, as: newName)
        } catch {
            try target.remove(temporary)
            guard error.code == EEXIST else { throw error }
            return false
        }
        try target.synchronize()
        guard try entry(name)?.identity == copied else { return true }
        try remove(name)
        return true
    }

    /// What has the name may be the copy that an earlier call made; then only the source is left to be removed.
    private func finishMove(_ name: FileName, to target: Folder, as newName: FileName) throws(SystemError) -> Bool {
        guard let source = try entry(name) else { return true }
        guard let there = try target.entry(newName), there.kind == .file else { return false }
        guard !there.identity.isSameFile(as: source.identity), there.identity.isLike(source.identity) else {
            return false
        }
        try target.synchronize()
        try remove(name)
        try synchronize()
        return true
    }
}
