internal import Glibc
package import Jobs

extension ErrorNotes {
    /// Removes the notes whose file a person has taken out of `failed/`, in the folder and below it.
    ///
    /// The folder is read in pages. Files that merely bear such a name, without a job's id in them, are left alone. Blocks.
    ///
    /// - Parameters:
    ///   - failed: The pipeline's folder of failures.
    ///   - isWanted: Whether a job's notes stay although no file lies beside them: their original was withdrawn, or its move is not
    ///     done yet.
    /// - Throws: The call that failed.
    /// - Returns: The jobs whose notes were removed.
    package static func sweep(
        in failed: Folder,
        isWanted: (JobID) throws(SystemError) -> Bool
    ) throws(SystemError) -> [JobID] {
        try sweep(in: failed, depth: RelativePath.maximumDepth, isWanted: isWanted)
    }

    private static func sweep(
        in folder: Folder,
        depth: Int,
        isWanted: (JobID) throws(SystemError) -> Bool
    ) throws(SystemError) -> [JobID] {
        var removed: [JobID] = []
        let listing = try DirectoryListing(of: folder)
        while let page = try listing.nextPage() {
            for item in page {
                if let job = try orphan(item.name, in: folder), try !isWanted(job), let name = owner(of: item.name) {
                    try remove(beside: name, in: folder, of: job)
                    removed.append(job)
                } else if depth > 0, item.kind == .folder || item.kind == nil, try isFolder(item.name, in: folder) {
                    removed += try sweep(in: try folder.folder(item.name), depth: depth - 1, isWanted: isWanted)
                }
            }
        }
        return removed
    }

    /// The job of a note whose file is not beside it.
    private static func orphan(_ note: FileName, in folder: Folder) throws(SystemError) -> JobID? {
        // Hidden ones are on their way to their place.
        guard note.bytes.first != UInt8(ascii: "."), let name = owner(of: note) else { return nil }
        guard try folder.entry(name) == nil else { return nil }
        return try job(in: note, of: folder)
    }

    private static func isFolder(_ name: FileName, in folder: Folder) throws(SystemError) -> Bool {
        try folder.entry(name)?.kind == .folder
    }
}
