internal import Glibc
package import Jobs

extension Staging {
    /// Removes a job's staging folder with everything in it; nothing where there is none.
    ///
    /// To be called only when the job is `delivered`, or nobody needs what was staged. Repeated after it was cut off, it goes on. Blocks.
    package static func remove(_ job: JobID, in outbox: Folder) throws(SystemError) {
        guard let staging = try existing(for: job, in: outbox) else { return }
        try staging.folder.removeContents(depth: 1)
        try staging.root.removeFolder(folderName(job))
    }

    /// Removes the staging folders of jobs that nobody knows any more.
    ///
    /// An outbox may serve several pipelines, so every job of the ledger counts. Entries that are no job's are left alone. Blocks.
    ///
    /// - Returns: The jobs whose folders were removed.
    package static func sweep(
        in outbox: Folder,
        isKnown: (JobID) throws(SystemError) -> Bool
    ) throws(SystemError) -> [JobID] {
        let root: Folder
        do {
            root = try outbox.folder(rootName)
        } catch {
            guard error.code == ENOENT else { throw error }
            return []
        }
        var removed: [JobID] = []
        let listing = try DirectoryListing(of: root)
        while let page = try listing.nextPage() {
            for item in page {
                guard item.name.isText, let job = JobID(item.name.description), try !isKnown(job) else { continue }
                try remove(job, in: outbox)
                removed.append(job)
            }
        }
        return removed
    }
}
