internal import Glibc
internal import Jobs

/// The deletion of one original: from `work/` where its results are delivered, or where its time in `done/` or `failed/` is up.
///
/// Only what was put there is deleted: the same file, unwritten since, or the same folder with nothing in it that is younger than its
/// coming. It is looked at, moved aside under a hidden name, looked at again where nobody can put anything in its place any more, and
/// only then condemned. Repeated after it was cut off at any point, it goes on. Links are never followed. All functions block.
struct Expiry {
    let original: Original
    let root: Folder
    /// Whether notes about a failure lie beside it.
    let hasNotes: Bool

    /// Deletes it, or leaves it to whoever has changed it.
    func run() throws(SystemError) -> OriginalEnd {
        let folder: Folder
        do {
            folder = try root.folder(at: original.place.folders)
        } catch {
            switch error.code {
            case ENOENT: return .absent
            // Somebody has put a link or a file in the place of a folder on its path.
            case ELOOP, ENOTDIR: return .changed
            default: throw error
            }
        }
        let end = try run(in: folder)
        if end != .changed { root.removeEmptyFolders(at: original.place.folders) }
        return end
    }

    private func run(in folder: Folder) throws(SystemError) -> OriginalEnd {
        if try folder.entry(condemned) != nil { return try remove(from: folder) }
        if try folder.entry(aside) != nil { return try judge(in: folder) }
        guard let entry = try folder.entry(original.place.name) else { return .absent }
        guard try isUntouched(entry, in: folder) else { return .changed }
        try folder.renameOwn(original.place.name, as: aside)
        return try judge(in: folder)
    }

    /// What was moved aside is the original, or goes back.
    private func judge(in folder: Folder) throws(SystemError) -> OriginalEnd {
        if let entry = try folder.entry(aside), try isUntouched(entry, in: folder) {
            try folder.renameOwn(aside, as: condemned)
            return try remove(from: folder)
        }
        let name = original.place.name
        let number = try folder.firstFreeNumber { [name.numbered($0, leaving: 0)] }
        try folder.place(aside, in: folder, as: name.numbered(number, leaving: 0))
        try folder.synchronize()
        return .changed
    }

    /// Deletes what was condemned; it goes last, so that a removal that was cut off is taken up again.
    private func remove(from folder: Folder) throws(SystemError) -> OriginalEnd {
        if hasNotes { try ErrorNotes.remove(beside: original.place.name, in: folder, of: original.job) }
        try removeParameters(from: folder)
        try folder.removeAnything(condemned, depth: RelativePath.maximumDepth)
        try folder.synchronize()
        return .deleted
    }

    /// Deletes the parameters that came with it, unless somebody has written to them.
    private func removeParameters(from folder: Folder) throws(SystemError) {
        guard let sidecar = original.sidecar else { return }
        let name = ParameterName.beside(original.place.name)
        do {
            guard let entry = try folder.entry(name), entry.kind == .file else { return }
            let own = Original(job: original.job, place: original.place, identity: sidecar)
            if own.hasSameContent(entry) { try folder.remove(name) }
        } catch {
            // The file has its longest name, and leaves no room for parameters beside it.
            guard error.code == ENAMETOOLONG else { throw error }
        }
    }

    private func isUntouched(_ entry: Entry, in folder: Folder) throws(SystemError) -> Bool {
        guard original.isSame(entry), original.hasSameContent(entry) else { return false }
        guard entry.kind == .folder else { return true }
        return try folder.folder(entry.name).isOld(at: original.identity.changed)
    }

    private var aside: FileName { original.hiddenName(".aside") }
    private var condemned: FileName { original.hiddenName(".expired") }
}

extension Folder {
    /// Renames an entry to a name that only this process uses.
    fileprivate func renameOwn(_ name: FileName, as newName: FileName) throws(SystemError) {
        try calls.rename(name.bytes, in: descriptor, to: newName.bytes, in: descriptor, flags: 0)
    }
}
