internal import Glibc
internal import Jobs

extension Folder {
    /// Copies a folder with everything in it, down to this depth, to a new one in another folder, and flushes all of it; the caller
    /// flushes the folder that it is made in.
    ///
    /// Times are kept. The new name must be free. Throws `EAGAIN` where a file changed while it was copied, `ELOOP` for a link in it and
    /// `EINVAL` for anything else that is neither file nor folder. After an error a part of the copy may be left. Blocks.
    func copyFolder(
        _ name: FileName,
        to target: Folder,
        as newName: FileName,
        depth: Int = RelativePath.maximumDepth
    ) throws(SystemError) {
        let source = try folder(name)
        let status = try calls.status(source.descriptor)
        try target.calls.makeFolder(newName.bytes, in: target.descriptor, mode: 0o770)
        let copy = try target.folder(newName)
        let listing = try DirectoryListing(of: source)
        while let page = try listing.nextPage() {
            for item in page {
                switch try DirectoryListing.kind(of: item, in: source) {
                case .file: _ = try source.copyFile(item.name, to: copy, as: item.name)
                case .folder where depth > 0:
                    try source.copyFolder(item.name, to: copy, as: item.name, depth: depth - 1)
                case nil: break
                case .symbolicLink: throw SystemError(call: "copy", code: ELOOP, subject: item.name.bytes)
                default: throw SystemError(call: "copy", code: EINVAL, subject: item.name.bytes)
                }
            }
        }
        try copy.calls.setTimes(copy.descriptor, accessed: status.st_atim, modified: status.st_mtim)
        try copy.synchronize()
    }

    /// Whether all files in the folder and below it are in another as well, as copies of these.
    ///
    /// Blocks.
    func isCopied(in other: Folder, depth: Int = RelativePath.maximumDepth) throws(SystemError) -> Bool {
        let listing = try DirectoryListing(of: self)
        while let page = try listing.nextPage() {
            for item in page {
                guard let entry = try entry(item.name) else { continue }
                guard let copy = try other.entry(item.name), copy.kind == entry.kind else { return false }
                switch entry.kind {
                case .file: guard copy.identity.isLike(entry.identity) else { return false }
                case .folder:
                    guard depth > 0 else { return false }
                    let (folder, copy) = (try folder(item.name), try other.folder(item.name))
                    guard try folder.isCopied(in: copy, depth: depth - 1) else { return false }
                default: return false
                }
            }
        }
        return true
    }
}
