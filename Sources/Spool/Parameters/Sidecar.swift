internal import Glibc
internal import Jobs

/// The parameter file beside one file, which follows it from folder to folder.
///
/// It is called after its file wherever that goes, and is known by its name: a file with parameters gets no place beside which others
/// lie. All functions block.
struct Sidecar {
    let job: JobID

    /// Has it follow its file, which lies in its new place already; nothing where a person took it away.
    ///
    /// - Parameters:
    ///   - old: Where its file was, below `source`.
    ///   - source: The root that it left.
    ///   - new: Where its file is, below `target`.
    ///   - target: The root that it came to.
    ///   - identity: Which file it must be, if not just any of its name.
    /// - Throws: The call that failed.
    func follow(
        from old: RelativePath,
        below source: Folder,
        to new: RelativePath,
        below target: Folder,
        expecting identity: FileIdentity? = nil
    ) throws(SystemError) {
        let name = ParameterName.beside(old.name)
        do {
            let from = try source.folder(at: old.folders)
            guard let entry = try from.entry(name), entry.kind == .file else { return }
            guard identity.map(entry.identity.isSameFile) ?? true else { return }
            let to = try target.folder(at: new.folders)
            // Where somebody put another in its place in the last moment, it stays where it was.
            _ = try from.moveFile(name, to: to, as: ParameterName.beside(new.name), by: temporaryName)
        } catch {
            // `ENAMETOOLONG`: the file has its longest name, and leaves no room.
            guard error.isAbsence || error.code == ENAMETOOLONG else { throw error }
        }
    }

    /// Whether a place has parameters beside it that are another's.
    static func isTaken(beside place: RelativePath, below root: Folder) throws(SystemError) -> Bool {
        let name = ParameterName.beside(place.name)
        guard name.bytes.count <= FileName.maximumLength else { return false }
        return try root.entry(at: place.sibling(name)) != nil
    }

    private var temporaryName: FileName {
        FileName(cleaning: ".runninghubd-\(job).yaml".utf8)
    }
}
