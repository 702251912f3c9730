internal import FaultPoints
internal import Glibc
package import Jobs

/// The hidden folder in which one job's results are gathered until they can appear.
///
/// It lies in the outbox itself, and so on its file system: putting a result where people see it is a rename. Nobody but the daemon's user
/// can enter it. Names in it are the daemon's own and have no dot, so they can never be those of results. All functions block.
package struct Staging: Sendable {
    /// The folder in each outbox that holds the jobs' own ones.
    package static let rootName = FileName(cleaning: ".runninghubd-staging".utf8)
    /// In the layout `folder`: what will be the visible folder.
    static let wholeName = FileName(cleaning: "whole".utf8)

    /// The job.
    package let job: JobID
    /// The job's folder.
    package let folder: Folder
    let root: Folder
    private let outbox: Folder

    /// A complete file of the staging folder.
    package struct Content: Sendable, Hashable {
        /// Its name there.
        package let name: FileName
        /// Its length.
        package let bytes: Int64
    }

    /// Opens the job's staging folder in a pipeline's outbox, and makes it where there is none.
    package static func make(for job: JobID, in outbox: Folder) throws(SystemError) -> Staging {
        do {
            // Closed to others, who could otherwise link or exchange what is staged.
            try outbox.calls.makeFolder(rootName.bytes, in: outbox.descriptor, mode: 0o700)
        } catch {
            guard error.code == EEXIST else { throw error }
        }
        let root = try outbox.folder(rootName)
        return Staging(job: job, folder: try root.madeFolder(folderName(job)), root: root, outbox: outbox)
    }

    /// Opens the job's staging folder; nothing where there is none.
    package static func existing(for job: JobID, in outbox: Folder) throws(SystemError) -> Staging? {
        do {
            let root = try outbox.folder(rootName)
            return Staging(job: job, folder: try root.folder(folderName(job)), root: root, outbox: outbox)
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    /// Starts a result's file afresh; what was staged of it before is gone.
    ///
    /// - Parameters:
    ///   - index: Which result, from 0.
    ///   - limit: The most bytes that it may have.
    /// - Throws: The call that failed.
    /// - Returns: The file, to be written to.
    package func file(_ index: Int, limit: Int64) throws(SystemError) -> StagedFile {
        let name = Self.outputName(index)
        try folder.remove(name)
        return try StagedFile(name: name, in: folder, limit: limit)
    }

    /// Stages a manifest and flushes it.
    ///
    /// Each plan has a manifest of its own: one that is written anew with other names must not stand in for the one of the plan before.
    ///
    /// - Returns: The manifest's name in the staging folder, for the plan.
    package func writeManifest(_ bytes: [UInt8], revision: Int) throws(SystemError) -> FileName {
        let name = Self.manifestName(revision)
        FaultPoint.stageManifest.before()
        defer { FaultPoint.stageManifest.after() }
        try folder.replace(name, with: bytes, by: StagedFile.partName(name))
        return name
    }

    /// Flushes the folder's entries, so that everything finished so far is on disk.
    ///
    /// To be called before a plan is committed.
    package func synchronize() throws(SystemError) {
        try folder.synchronize()
        try root.synchronize()
        try outbox.synchronize()
    }

    /// The complete files, in no order; what was cut off is left out.
    package func contents() throws(SystemError) -> [Content] {
        var contents: [Content] = []
        let listing = try DirectoryListing(of: folder)
        while let page = try listing.nextPage() {
            for item in page where !StagedFile.isPart(item.name) {
                guard let entry = try folder.entry(item.name), entry.kind == .file else { continue }
                contents.append(Content(name: item.name, bytes: entry.identity.size))
            }
        }
        return contents
    }

    /// The name under which a result is staged.
    package static func outputName(_ index: Int) -> FileName {
        FileName(cleaning: "output-\(index)".utf8)
    }

    /// The name under which a plan's manifest is staged.
    package static func manifestName(_ revision: Int) -> FileName {
        FileName(cleaning: "manifest-\(revision)".utf8)
    }

    static func folderName(_ job: JobID) -> FileName {
        FileName(cleaning: job.text.utf8)
    }
}
