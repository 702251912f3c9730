internal import Glibc
internal import Jobs

extension Claims {
    /// Gives a file in the inbox the hidden name that is its job's alone, so that what follows need not be done at once; false where it
    /// is not there any more.
    func hide(_ claim: Claim, in from: Folder) throws(SystemError) -> Bool {
        do {
            try from.rename(claim.source.name, to: from, as: claim.hiddenName)
        } catch {
            switch error.code {
            case ENOENT: return false
            case EINVAL, ENOSYS:
                // Nobody else uses the hidden name, and `locate` has just seen that it is free.
                let (old, new) = (claim.source.name.bytes, claim.hiddenName.bytes)
                try from.calls.rename(old, in: from.descriptor, to: new, in: from.descriptor, flags: 0)
            default: throw error
            }
        }
        return true
    }

    /// Brings a file from under its hidden name to its place in `work/`: by rename or link on the same file system, else by a copy.
    func bringIn(_ claim: Claim) throws(SystemError) -> Claim.Outcome {
        let from = try inbox.folder(at: claim.source.folders)
        guard let entry = try from.entry(claim.hiddenName) else { return try missed(claim) }
        guard try isIntact(entry, in: from, claim) else {
            try removeCopy(claim)
            return .changed(try putBack(claim.hiddenName, of: from, for: claim))
        }
        let to = try work.synchronizedFolder(at: claim.place.folders)
        if try isBesideAnothersParameters(claim) { return .nameTaken }
        do {
            try from.place(claim.hiddenName, in: to, as: claim.place.name)
        } catch {
            switch error.code {
            case EEXIST: return .nameTaken
            case EXDEV where claim.kind == .file: return try copyIn(claim, from: from, to: to)
            case EXDEV: return try copyFolderIn(claim, from: from, to: to)
            default: throw error
            }
        }
        return try arrived(claim)
    }

    /// Removes what is left of a copy that was cut off.
    func removeCopy(_ claim: Claim) throws(SystemError) {
        do {
            try work.folder(at: claim.place.folders).removeAnything(claim.copyName, depth: RelativePath.maximumDepth)
        } catch {
            guard error.isAbsence else { throw error }
        }
    }

    /// Copies a file under its hidden name to its place.
    ///
    /// The copy keeps a name of the job's own until the source is gone, by which it is known after a crash.
    private func copyIn(_ claim: Claim, from: Folder, to: Folder) throws(SystemError) -> Claim.Outcome {
        guard try to.entry(claim.place.name) == nil else { return .nameTaken }
        do throws(SystemError) {
            let copied = try from.copyFile(claim.hiddenName, to: to, as: claim.copyName)
            guard copied.isSameContent(as: claim.settled) else { throw SystemError(call: "copy", code: EAGAIN) }
        } catch {
            if error.code == EACCES {
                let cure = try cureForReading(claim, in: from)
                try putBack(claim.hiddenName, of: from, for: claim)
                return .refused(.unreadable(cure: cure))
            }
            guard error.code == EAGAIN else { throw error }
            try to.remove(claim.copyName)
            return .changed(try putBack(claim.hiddenName, of: from, for: claim))
        }
        do {
            try linkCopy(claim, in: to)
        } catch {
            guard error.code == EEXIST else { throw error }
            try to.remove(claim.copyName)
            return .nameTaken
        }
        return try resume(claim)
    }

    private func linkCopy(_ claim: Claim, in to: Folder) throws(SystemError) {
        do {
            try to.calls.link(claim.copyName.bytes, in: to.descriptor, to: claim.place.name.bytes, in: to.descriptor)
        } catch {
            guard [EPERM, EOPNOTSUPP, ENOSYS].contains(error.code) else { throw error }
            // Without links a crash before the source is gone leaves a second copy, which has no row and is put away as unknown.
            try to.place(claim.copyName, in: to, as: claim.place.name)
        }
    }

    /// Lets go of the source of a copy that lies in its place, once that copy is on disk.
    func finishCopy(_ claim: Claim, _ copy: Entry, in to: Folder) throws(SystemError) -> Claim.Outcome {
        try to.synchronize()
        if let source = try inbox.entry(at: claim.source.sibling(claim.hiddenName)) {
            let from = try inbox.folder(at: claim.source.folders)
            guard source.identity.isSameContent(as: claim.settled) else {
                // Written to after it was copied: what counts is the source.
                try to.remove(claim.place.name)
                try to.remove(claim.copyName)
                return .changed(try putBack(claim.hiddenName, of: from, for: claim))
            }
            try from.remove(claim.hiddenName)
            try from.synchronize()
        }
        try to.remove(claim.copyName)
        return .taken(try to.entry(claim.place.name)?.identity ?? copy.identity)
    }

    private func cureForReading(_ claim: Claim, in from: Folder) throws(SystemError) -> String {
        let status = try from.calls.status(of: claim.hiddenName.bytes, in: from.descriptor)
        let cure = try Cure(place).forReading(claim.source, status, of: from)
        return cure ?? "chmod g+r \(Cure.quoted(Array(place.utf8) + [UInt8(ascii: "/")] + claim.source.bytes))"
    }
}
