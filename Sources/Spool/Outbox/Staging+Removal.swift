internal import Glibc
package import Jobs

extension Staging {
    /// Removes a job's staging folder with everything in it; nothing where there is none.
    ///
    /// To be called only when the job is `delivered`, or nobody needs what was staged. Repeated after it was cut off, it goes on. Blocks.
    package static func remove(_ job: JobID, in outbox: Folder) throws(SystemError) {
        if let staging = try existing(for: job, in: outbox) {
            try staging.folder.removeContents(depth: 1)
            try staging.root.removeFolder(folderName(job))
        }
        // Also where an earlier call was cut off in between: no power cut is to bring back what no job owns any more.
        do {
            try outbox.folder(rootName).synchronize()
        } catch {
            guard error.code == ENOENT else { throw error }
        }
    }
}
