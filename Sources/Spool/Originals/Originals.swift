internal import Glibc
package import Jobs

/// What happens to a job's original once its final state is committed.
///
/// Each function does one file duty completely, replaces nothing, and can be repeated after it was cut off anywhere: it finds what it
/// has done before. The duty is cleared when it has returned. All functions block.
package struct Originals: Sendable {
    let work: Folder
    private let done: Folder
    let failed: Folder

    /// The originals of the pipeline with these folders.
    package init(work: Folder, done: Folder, failed: Folder) {
        self.work = work
        self.done = done
        self.failed = failed
    }

    /// Moves an original from `work/` to `done/`, as `NAME (2).EXT` where its name is taken there.
    package func moveToDone(_ original: Original) throws(SystemError) -> Original.Outcome {
        try Transfer(original: original, source: work, target: done).run()
    }

    /// Moves an original from `work/` to `failed/` with notes beside it.
    ///
    /// The notes are on disk under hidden names before the original moves, and get their names after it.
    ///
    /// - Parameters:
    ///   - original: The original in `work/`.
    ///   - notes: What to say. May be worded differently when repeated.
    ///   - evenIfAbsent: Whether the notes are wanted where a person has taken the original away.
    /// - Throws: The call that failed.
    /// - Returns: Where it lies now.
    package func moveToFailed(
        _ original: Original,
        notes: ErrorNotes,
        evenIfAbsent: Bool = false
    ) throws(SystemError) -> Original.Outcome {
        let folder = try failed.synchronizedFolder(at: original.place.folders)
        let placing = NotePlacing(original: original, folder: folder)
        try placing.stage(notes)
        let transfer = Transfer(
            original: original,
            source: work,
            target: failed,
            companions: [ErrorNotes.textSuffix, ErrorNotes.jsonSuffix]
        )
        let outcome = try transfer.run()
        switch outcome {
        case .moved(let path, _): try placing.put(beside: path.name)
        case .absent where evenIfAbsent: try placing.putAlone()
        case .absent:
            try placing.discard()
            failed.removeEmptyFolders(at: original.place.folders)
        }
        return outcome
    }

    /// Puts notes in `failed/` of an original that is to stay where it is, or is nowhere.
    package func leaveNotes(_ notes: ErrorNotes, of original: Original) throws(SystemError) {
        let folder = try failed.synchronizedFolder(at: original.place.folders)
        let placing = NotePlacing(original: original, folder: folder)
        try placing.stage(notes)
        try placing.putAlone()
    }

    /// Moves the parameters of an original that a person took out of `work/` to `failed/`, where people look; they stay where that has
    /// such a name already.
    package func leaveParameters(of original: Original) throws(SystemError) {
        guard original.sidecar != nil else { return }
        _ = try failed.synchronizedFolder(at: original.place.folders)
        try Sidecar(job: original.job).follow(from: original.place, below: work, to: original.place, below: failed)
    }

    /// Moves a failed original back to `work/` for a retry, and removes its notes.
    ///
    /// - Parameter original: The original with its place in `failed/`.
    /// - Throws: The call that failed.
    /// - Returns: Where it lies in `work/`.
    package func restoreToWork(_ original: Original) throws(SystemError) -> Original.Outcome {
        let outcome = try Transfer(original: original, source: failed, target: work).run()
        if case .moved = outcome, let folder = try failed.existingFolder(at: original.place.folders) {
            try ErrorNotes.remove(beside: original.place.name, in: folder, of: original.job)
            failed.removeEmptyFolders(at: original.place.folders)
        }
        return outcome
    }

    /// Moves an original that came back into the inbox to `failed/` again, from where it is put away with results that came after all.
    ///
    /// - Parameters:
    ///   - original: The original with its place in the inbox.
    ///   - inbox: The pipeline's inbox.
    /// - Throws: The call that failed.
    /// - Returns: Where it lies in `failed/`.
    package func putBack(_ original: Original, from inbox: Folder) throws(SystemError) -> Original.Outcome {
        try Transfer(original: original, source: inbox, target: failed).run()
    }

    /// Deletes an original, file or folder, from `work/`, if what lies there is still it, and nobody has changed it.
    ///
    /// Parameters beside it that somebody wrote to go to `done/`.
    package func delete(_ original: Original) throws(SystemError) -> OriginalEnd {
        let end = try Expiry(original: original, root: work, hasNotes: false).run()
        let beside = ParameterName.beside(original.place.name)
        if end != .changed, original.sidecar != nil, beside.bytes.count <= FileName.maximumLength,
            try work.entry(at: original.place.sibling(beside)) != nil
        {
            _ = try done.synchronizedFolder(at: original.place.folders)
            try Sidecar(job: original.job).follow(from: original.place, below: work, to: original.place, below: done)
            work.removeEmptyFolders(at: original.place.folders)
        }
        return end
    }

    /// Deletes an original whose time in `done/` is up, if what lies there is still it, and nobody has changed it.
    package func expireDone(_ original: Original) throws(SystemError) -> OriginalEnd {
        try Expiry(original: original, root: done, hasNotes: false).run()
    }

    /// Deletes an original whose time in `failed/` is up, and its notes, if what lies there is still it, and nobody has changed it.
    package func expireFailed(_ original: Original) throws(SystemError) -> OriginalEnd {
        try Expiry(original: original, root: failed, hasNotes: true).run()
    }
}
