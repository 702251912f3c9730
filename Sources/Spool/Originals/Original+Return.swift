internal import Glibc
package import Jobs

extension Original {
    /// Renames the original from `failed/` into the inbox, as a person would, and has both folders on disk.
    ///
    /// Its parameters (`NAME.EXT.yaml`) go before it, so that they are there when the inbox sees the file. Its notes stay: they go when the
    /// inbox takes it. Nothing is replaced: where a name is taken in the inbox, the next with a number is used. Blocks.
    ///
    /// - Parameters:
    ///   - failed: the pipeline's folder of failures.
    ///   - inbox: the pipeline's inbox.
    ///   - origin: the place in the inbox that it once had.
    /// - Throws: the call that failed; `ENOENT` where the original is not in its place, `EXDEV` where the inbox is on another file system.
    /// - Returns: where it lies in the inbox.
    @discardableResult
    package func moveBack(
        from failed: Folder,
        to inbox: Folder,
        as origin: RelativePath
    ) throws(SystemError) -> RelativePath {
        let source = try failed.folder(at: place.folders)
        guard let entry = try source.entry(place.name), try isReturnable(entry, in: source) else {
            throw SystemError(call: "rename", code: ENOENT, subject: place.bytes)
        }
        let target = try inbox.synchronizedFolder(at: origin.folders)
        let number = try target.firstFreeNumber { number in
            let name = origin.name.numbered(number)
            return [name, name.withParameters]
        }
        let name = origin.name.numbered(number)
        if try source.entry(place.name.withParameters)?.kind == .file {
            try source.place(place.name.withParameters, in: target, as: name.withParameters)
        }
        try source.place(place.name, in: target, as: name)
        try target.synchronize()
        try source.synchronize()
        return RelativePath(folders: origin.folders, name: name)
    }

    /// Whether what lies in its place is it, or, on a disk that was copied, its copy: of its size and time, with its own note beside it.
    private func isReturnable(_ entry: Entry, in folder: Folder) throws(SystemError) -> Bool {
        if isSame(entry) { return true }
        guard entry.kind == .file || entry.kind == .folder, hasSameContent(entry) else { return false }
        return try ErrorNotes.job(beside: place.name, in: folder) == job
    }
}

extension FileName {
    /// The name of the file that gives a file of this name its parameters.
    fileprivate var withParameters: FileName {
        FileName(cleaning: bytes + Array(".yaml".utf8))
    }
}
