internal import Glibc
package import Jobs

extension Folder {
    /// Opens the folder that these names lead to, one by one and without following a link; this one where there are none.
    ///
    /// Blocks. Throws `ENOENT` where one is missing, `ELOOP` or `ENOTDIR` where one is no folder.
    package func folder(at path: some Sequence<FileName>) throws(SystemError) -> Folder {
        var folder = self
        for name in path { folder = try folder.folder(name) }
        return folder
    }

    /// The same, or nothing where one is missing.
    ///
    /// Blocks.
    package func existingFolder(at path: some Sequence<FileName>) throws(SystemError) -> Folder? {
        do {
            return try folder(at: path)
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    /// Opens the folder that these names lead to, and makes what is missing on the way.
    ///
    /// Blocks.
    package func madeFolder(at path: some Sequence<FileName>) throws(SystemError) -> Folder {
        var folder = self
        for name in path { folder = try folder.madeFolder(name) }
        return folder
    }

    /// The entry at a path below this folder; nothing where it or a folder on the way is missing, or is no folder.
    ///
    /// Blocks.
    package func entry(at path: RelativePath) throws(SystemError) -> Entry? {
        do {
            return try folder(at: path.folders).entry(path.name)
        } catch  where error.code == ENOENT || error.code == ENOTDIR || error.code == ELOOP {
            return nil
        }
    }

    /// The folder's own identity: where it is on disk tells it from another that was put in its place.
    ///
    /// Blocks.
    package func identity() throws(SystemError) -> FileIdentity {
        FileIdentity(try calls.status(descriptor))
    }
}
