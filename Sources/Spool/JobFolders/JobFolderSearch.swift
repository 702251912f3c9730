internal import Glibc
package import Jobs

/// Finds the job folder that something in an inbox belongs to.
///
/// For a few finds right after each other: what was no job folder for one of them is taken for none by the next.
package struct JobFolderSearch: Sendable {
    private let wanted: Pipeline.JobFolder
    private let inspector: Inspector
    private var foldersOfFolders: Set<RelativePath> = []

    /// Looks for folders that hold what is wanted.
    package init(for wanted: Pipeline.JobFolder, inspector: Inspector) {
        self.wanted = wanted
        self.inspector = inspector
    }

    /// What a folder of an inbox turned out to be.
    package enum Result: Sendable, Hashable {
        /// A job folder, or a folder in one.
        case jobFolder(JobFolderListing)
        /// A folder of folders.
        case folders
        /// Something that stays, the folder itself or one on the way to it.
        case stays(RelativePath, WaitReason)
        /// There is no such folder.
        case nothing
    }

    /// Finds the outermost job folder on the way to a folder, that folder included, and lists it whole.
    ///
    /// Blocks. Throws what is no answer: an I/O error, no descriptors left.
    package mutating func find(_ place: RelativePath, in inbox: Folder) throws(SystemError) -> Result {
        var folder = inbox
        let names = place.folders + [place.name]
        for (depth, name) in names.enumerated() {
            let path = RelativePath(folders: Array(names[..<depth]), name: name)
            switch try inspector.enter(name, of: folder, at: path.folders) {
            case .stays(let reason): return .stays(path, reason)
            case .nothing: return .nothing
            case .folder(let next):
                do throws(SystemError) {
                    if !foldersOfFolders.contains(path), try isJobFolder(next) {
                        return try list(next, path, of: folder)
                    }
                } catch {
                    guard error.isAbsenceForNow else { throw error }
                    return .nothing
                }
                foldersOfFolders.insert(path)
                folder = next
            }
        }
        return .folders
    }

    private func list(_ folder: Folder, _ path: RelativePath, of parent: Folder) throws(SystemError) -> Result {
        let status = try folder.calls.status(folder.descriptor)
        if let cure = try Cure(inspector.place).forMoving(path, status, of: parent) {
            return .stays(path, .unmovable(cure: cure))
        }
        var listing = JobFolderListing(path: path, identity: FileIdentity(status))
        try listing.read(folder, by: inspector)
        return .jobFolder(listing)
    }

    /// Whether a folder directly holds a file that the pipeline names, or any file and no folders.
    private func isJobFolder(_ folder: Folder) throws(SystemError) -> Bool {
        let stems = Set(wanted.stems.compactMap { FileName($0).map(FoldedName.init) })
        var (hasFile, hasFolder) = (false, false)
        let listing = try DirectoryListing(of: folder)
        while let page = try listing.nextPage() {
            for item in page {
                switch try DirectoryListing.kind(of: item, in: folder) {
                case .file:
                    guard inspector.rules.rule(for: item.name) == nil else { continue }
                    if let stem = FileName(bytes: item.name.stem), stems.contains(FoldedName(stem)) { return true }
                    hasFile = true
                case .folder: hasFolder = hasFolder || inspector.rules.rule(for: item.name) == nil
                default: break
                }
            }
        }
        return hasFile && !hasFolder
    }
}
