internal import Glibc
internal import Jobs

extension Folder {
    /// Removes an entry, and where it is a folder, everything in it down to this depth.
    ///
    /// Links are removed, not followed. Blocks.
    func removeAnything(_ name: FileName, depth: Int) throws(SystemError) {
        do {
            try remove(name)
        } catch {
            // Linux says `EISDIR` for a folder, POSIX `EPERM`.
            guard error.code == EISDIR || error.code == EPERM, depth > 0 else { throw error }
            guard try entry(name)?.kind == .folder else { throw error }
            try folder(name).removeContents(depth: depth - 1)
            try removeFolder(name)
        }
    }

    /// Removes everything in the folder, and in folders below it down to this depth.
    ///
    /// Blocks.
    func removeContents(depth: Int) throws(SystemError) {
        // What is removed while it is read may hide others from the reader: until a reading finds nothing.
        var isEmpty = false
        while !isEmpty {
            isEmpty = true
            let listing = try DirectoryListing(of: self)
            while let page = try listing.nextPage() {
                for item in page {
                    isEmpty = false
                    try removeAnything(item.name, depth: depth)
                }
            }
        }
    }

    /// Removes an empty folder; nothing where there is none.
    ///
    /// Blocks.
    func removeFolder(_ name: FileName) throws(SystemError) {
        do {
            try calls.unlink(name.bytes, in: descriptor, flags: AT_REMOVEDIR)
        } catch {
            guard error.code == ENOENT else { throw error }
        }
    }

    /// Removes the folders on this path that are empty, the innermost first.
    ///
    /// No error where it does not work: somebody may just be putting something there. Whoever makes a folder to put something into it
    /// must be ready to make it again (`ENOENT`). Blocks.
    func removeEmptyFolders(at path: [FileName]) {
        var path = path
        while let name = path.popLast() {
            do throws(SystemError) {
                try folder(at: path).removeFolder(name)
            } catch {
                return
            }
        }
    }
}
