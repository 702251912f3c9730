internal import Glibc
internal import Jobs

// Job folders.
//
// A folder goes to `work/` by one rename, with everything in it. Where the inbox is another mount, it gets its hidden name, is copied to a
// hidden name in `work/` with a mark in it, flushed, checked and renamed to its place; as long as the mark is in it, the source may still
// be there. The source, checked once more, gets a second hidden name, by which one whose removal has begun is known, and is removed; the
// mark goes last.
extension Claims {
    func locateFolder(_ claim: Claim, _ arrived: Entry?) throws(SystemError) -> Claim.Location {
        let arrived = arrived.flatMap { $0.kind == .folder ? $0 : nil }
        if let arrived, arrived.identity.isSameFile(as: claim.settled) { return .work }
        if arrived != nil, try work.entry(at: claim.place.below(claim.copyName)) != nil { return .work }
        if try inbox.entry(at: claim.source.sibling(claim.hiddenName)) != nil { return .hidden }
        let source = try inbox.entry(at: claim.source)
        if let source, source.identity.isSameFile(as: claim.settled) {
            let from = try inbox.folder(at: claim.source.folders)
            return try isIntact(source, in: from, claim) ? .inbox : .changed(source.identity)
        }
        if let arrived, try isCopy(arrived, of: claim) { return .work }
        return source.map { .changed($0.identity) } ?? .nowhere
    }

    /// Whether an entry is what settled, and as it settled.
    func isIntact(_ entry: Entry, in folder: Folder, _ claim: Claim) throws(SystemError) -> Bool {
        switch claim.kind {
        case .file: entry.kind == .file && entry.identity.isSameContent(as: claim.settled)
        case .folder: try intactInputs(of: entry, in: folder, claim) != nil
        }
    }

    /// The files of the folder that settled, as they are now; nothing where it is another, or one of them is not as it settled.
    func intactInputs(of entry: Entry, in folder: Folder, _ claim: Claim) throws(SystemError) -> [Job.Input]? {
        guard entry.kind == .folder, entry.identity.isSameFile(as: claim.settled) else { return nil }
        return try inputs(in: try folder.folder(entry.name), of: claim) { $0.isSameContent(as: $1) }
    }

    /// Whether a folder in `work/` is the finished copy of the one that settled.
    private func isCopy(_ entry: Entry, of claim: Claim) throws(SystemError) -> Bool {
        guard !entry.identity.isSameFile(as: claim.settled) else { return false }
        let copy = try work.folder(at: claim.place.folders).folder(claim.place.name)
        return try inputs(in: copy, of: claim) { $0.isLike($1) } != nil
    }

    private func inputs(
        in folder: Folder,
        of claim: Claim,
        where isSame: (FileIdentity, FileIdentity) -> Bool
    ) throws(SystemError) -> [Job.Input]? {
        var inputs: [Job.Input] = []
        for var input in claim.inputs {
            guard let entry = try folder.entry(input.name), entry.kind == .file else { return nil }
            guard isSame(entry.identity, input.identity) else { return nil }
            input.identity = entry.identity
            inputs.append(input)
        }
        return inputs
    }

    // MARK: To another file system

    func copyFolderIn(_ claim: Claim, from: Folder, to: Folder) throws(SystemError) -> Claim.Outcome {
        guard try to.entry(claim.place.name) == nil else { return .nameTaken }
        let depth = RelativePath.maximumDepth
        try to.removeAnything(claim.copyName, depth: depth)
        do throws(SystemError) {
            try from.copyFolder(claim.hiddenName, to: to, as: claim.copyName)
        } catch {
            guard let outcome = try givenUp(claim, error, in: from) else { throw error }
            try to.removeAnything(claim.copyName, depth: depth)
            return outcome
        }
        let copy = try to.folder(claim.copyName)
        try copy.write([], to: claim.copyName)
        try copy.synchronize()
        do {
            try to.place(claim.copyName, in: to, as: claim.place.name)
        } catch {
            guard error.code == EEXIST else { throw error }
            try to.removeAnything(claim.copyName, depth: depth)
            return .nameTaken
        }
        return try finishFolderCopy(claim, in: to)
    }

    /// What became of a folder that cannot be copied as it is, and lies in the inbox again; nothing for any other error.
    private func givenUp(_ claim: Claim, _ error: SystemError, in from: Folder) throws(SystemError) -> Claim.Outcome? {
        guard [EACCES, EAGAIN, ELOOP, EINVAL, ENOENT].contains(error.code) else { return nil }
        let identity = try putBack(claim.hiddenName, of: from, for: claim)
        let inside = error.subject.flatMap(RelativePath.init(bytes:)) ?? RelativePath(name: claim.source.name)
        return switch error.code {
        case EACCES: .refused(.unreadable(cure: Cure(place).forFolder(claim.source)))
        case ELOOP: .refused(.within(inside, .symbolicLink))
        case EINVAL: .refused(.within(inside, .device))
        default: .changed(identity)
        }
    }

    /// Lets go of the source of a copy that lies in its place with the mark in it.
    func finishFolderCopy(_ claim: Claim, in to: Folder) throws(SystemError) -> Claim.Outcome {
        try to.synchronize()
        if let from = try existing(claim.source.folders, in: inbox) {
            if let source = try from.entry(claim.hiddenName) {
                // Whoever has it open may have gone on writing; what the copy lacks must not be removed with the source.
                let isCopied = try from.folder(claim.hiddenName).isCopied(in: to.folder(claim.place.name))
                guard isCopied, try isIntact(source, in: from, claim) else {
                    return try undoCopy(claim, from: from, to: to)
                }
                let (old, new) = (claim.hiddenName.bytes, claim.removedName.bytes)
                try from.calls.rename(old, in: from.descriptor, to: new, in: from.descriptor, flags: 0)
            }
            try from.removeAnything(claim.removedName, depth: RelativePath.maximumDepth)
            try from.synchronize()
        }
        let copy = try to.folder(claim.place.name)
        try copy.remove(claim.copyName)
        try copy.synchronize()
        var inputs = claim.inputs
        for index in inputs.indices {
            // One that a person has taken away meanwhile keeps the identity that it had, by which it is missed before its upload.
            guard let entry = try copy.entry(inputs[index].name) else { continue }
            inputs[index].identity = entry.identity
        }
        return .taken(try copy.identity(), inputs: inputs)
    }

    /// Written to after it was copied: what counts is the source.
    private func undoCopy(_ claim: Claim, from: Folder, to: Folder) throws(SystemError) -> Claim.Outcome {
        // In one step, so that no half of it passes for the job's folder.
        let (old, new) = (claim.place.name.bytes, claim.copyName.bytes)
        try to.calls.rename(old, in: to.descriptor, to: new, in: to.descriptor, flags: 0)
        try to.removeAnything(claim.copyName, depth: RelativePath.maximumDepth)
        return .changed(try putBack(claim.hiddenName, of: from, for: claim))
    }

    private func existing(_ path: [FileName], in root: Folder) throws(SystemError) -> Folder? {
        do {
            return try root.folder(at: path)
        } catch {
            guard error.isAbsence else { throw error }
            return nil
        }
    }
}
