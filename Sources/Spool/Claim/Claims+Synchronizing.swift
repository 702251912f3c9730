internal import FaultPoints
internal import Glibc
package import Jobs

extension Claims {
    /// Flushes taken files and the folders that they left and came to, each folder once.
    ///
    /// Returns the jobs for which that failed. It must not be repeated for them over the same data: after a failed flush the kernel
    /// holds for written what is not. Such a file has to be read anew, or given up.
    package func synchronize(_ claims: [Claim]) -> [JobID: SystemError] {
        FaultPoint.claimFlush.before()
        defer { FaultPoint.claimFlush.after() }
        var failures: [JobID: SystemError] = [:]
        for claim in claims {
            do throws(SystemError) {
                try synchronizeFile(claim)
            } catch {
                failures[claim.job] = error
            }
        }
        synchronizeFolders(work, claims, { $0.place.folders }, &failures)
        synchronizeFolders(inbox, claims, { $0.source.folders }, &failures)
        return failures
    }

    private func synchronizeFile(_ claim: Claim) throws(SystemError) {
        let folder = try work.folder(at: claim.place.folders)
        switch claim.kind {
        case .file:
            try folder.synchronizeFile(claim.place.name)
            guard claim.sidecar != nil else { return }
            do {
                try folder.synchronizeFile(ParameterName.beside(claim.place.name))
            } catch {
                // A person has taken it away, or put anything else there.
                guard [ENOENT, ENAMETOOLONG, ELOOP, ENXIO, EACCES].contains(error.code) else { throw error }
            }
        case .folder:
            let own = try folder.folder(claim.place.name)
            for input in claim.inputs { try own.synchronizeFile(input.name) }
            try own.synchronize()
        }
    }

    private func synchronizeFolders(
        _ root: Folder,
        _ claims: [Claim],
        _ folders: (Claim) -> [FileName],
        _ failures: inout [JobID: SystemError]
    ) {
        for (path, claims) in Dictionary(grouping: claims, by: folders) {
            do throws(SystemError) {
                try root.folder(at: path).synchronize()
            } catch {
                // A folder of the inbox may be gone with its last file; there is nothing left in it to be flushed.
                guard !(root === inbox && error.isAbsence && !path.isEmpty) else { continue }
                for claim in claims { failures[claim.job] = failures[claim.job] ?? error }
            }
        }
    }
}

extension Folder {
    /// Flushes a file's content.
    ///
    /// Blocks.
    fileprivate func synchronizeFile(_ name: FileName) throws(SystemError) {
        let descriptor = try calls.open(name.bytes, in: descriptor, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK, mode: 0)
        defer { try? calls.close(descriptor) }
        try calls.synchronize(descriptor)
    }
}
