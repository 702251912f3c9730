internal import Glibc
package import Jobs

extension Claims {
    /// Puts copies, flushed, in the place of files in `work/` of which a flush has failed.
    ///
    /// The kernel holds for written what it could not write, so another flush of the same file would say nothing. What it holds in memory
    /// is read, and written anew. To be called for what `takeIn` has just found; a crash leaves the file or its copy, and either is known
    /// again by `takeIn`, which removes the other. Blocks.
    ///
    /// - Parameter claim: whose file or job folder lies in `work/`.
    /// - Throws: `EAGAIN` where somebody wrote to a file meanwhile, among others.
    /// - Returns: what lies there now.
    package func rewrite(_ claim: Claim) throws(SystemError) -> (FileIdentity, inputs: [Job.Input]) {
        let folder = try work.folder(at: claim.place.folders)
        switch claim.kind {
        case .file:
            return (try rewrite(claim.place.name, in: folder, of: claim, expecting: claim.settled), inputs: [])
        case .folder:
            let own = try folder.folder(claim.place.name)
            var inputs = claim.inputs
            for index in inputs.indices {
                let input = inputs[index]
                inputs[index].identity = try rewrite(input.name, in: own, of: claim, expecting: input.identity)
            }
            return (try folder.entry(claim.place.name)?.identity ?? claim.settled, inputs: inputs)
        }
    }

    /// Removes the copy that a rewriting which was cut off has left.
    ///
    /// Only for a claim whose own file or folder lies in its place: a copy of one from another file system needs that name.
    func removeRewritten(_ claim: Claim, in folder: Folder) throws(SystemError) {
        switch claim.kind {
        case .file: try folder.remove(claim.copyName)
        case .folder: try folder.folder(claim.place.name).remove(claim.copyName)
        }
    }

    private func rewrite(
        _ name: FileName,
        in folder: Folder,
        of claim: Claim,
        expecting settled: FileIdentity
    ) throws(SystemError) -> FileIdentity {
        let copied = try folder.copyFile(name, to: folder, as: claim.copyName)
        // Copying takes its time: somebody may have taken the file away, or put another in its place.
        guard copied.isLike(settled), try folder.entry(name)?.identity.isSameContent(as: copied) == true else {
            try folder.remove(claim.copyName)
            throw SystemError(call: "copy", code: EAGAIN, subject: name.bytes)
        }
        let (copy, descriptor) = (claim.copyName.bytes, folder.descriptor)
        try folder.calls.rename(copy, in: descriptor, to: name.bytes, in: descriptor, flags: 0)
        guard let entry = try folder.entry(name) else {
            throw SystemError(call: "copy", code: ENOENT, subject: name.bytes)
        }
        return entry.identity
    }
}
