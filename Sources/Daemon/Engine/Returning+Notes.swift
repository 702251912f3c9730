import Glibc
import Jobs
import Ledger
import Spool

// What the notes tell that came back with a file, or that it left behind.
extension Engine {
    /// Records a job that only its note tells of: its task is asked about before anything is paid.
    func recordForgotten(
        _ note: ReturnedNote,
        _ file: SettledFile,
        _ given: GivenParameters,
        _ entry: PipelineTable.Entry
    ) async throws -> Job? {
        guard note.parameters.merging(given.own, uniquingKeysWith: { _, own in own }) == note.parameters,
            let attempt = try await forgottenAttempt(of: note, entry.pipeline)
        else { return nil }
        var job = file.job(note.job, given, entry.pipeline, at: time.now())
        if job.kind == .file { job.digest = note.sums(isFolder: false)?[""] }
        job.parameters = note.parameters
        job.isReviving = true
        job.attempt = attempt.number
        let recorded = try await ledger.record(job, attempts: [attempt])
        await removeNotes(of: note.job, beside: file.path, in: entry.folders[.failed])
        return recorded
    }

    /// The attempt that a note tells of, where the ledger may lack it and no job has its task.
    func forgottenAttempt(of note: ReturnedNote, _ pipeline: Pipeline) async throws -> Attempt? {
        guard settings.hasLostHistory, let taskID = note.taskID, try await !ledger.knows(task: taskID) else {
            return nil
        }
        let names = accounts.names(for: pipeline)
        guard let key = note.key ?? names.first else { return nil }
        return Attempt.remembered(
            number: note.attempt,
            taskID: taskID,
            key: key,
            isGuessed: note.key == nil,
            site: note.site ?? accounts[key]?.site ?? "",
            settings: pipeline,
            at: time.now()
        )
    }

    /// The note that came along with a file, or that it left behind in `failed/`; nothing where its file lies there still.
    func note(of file: SettledFile, _ entry: PipelineTable.Entry) async throws -> ReturnedNote? {
        guard let inbox = entry.folders[.inbox], let failed = entry.folders[.failed] else { return nil }
        let path = file.path
        let bytes = try await blocking { () -> [UInt8]? in
            if let bytes = try ErrorNotes.json(beside: path.name, in: inbox.folder(at: path.folders)) { return bytes }
            // No folder means that nothing was left in it.
            guard try failed.entry(at: path) == nil, let left = try failed.existingFolder(at: path.folders) else {
                return nil
            }
            return try ErrorNotes.json(beside: path.name, in: left)
        }
        return bytes.flatMap(ReturnedNote.init)
    }

    /// Whether a file or job folder has in it what a note tells of.
    func hasContent(
        _ file: SettledFile,
        of note: ReturnedNote,
        _ entry: PipelineTable.Entry
    ) async throws -> Bool {
        let isFolder = file.content != .file
        guard let sums = note.sums(isFolder: isFolder) else { return false }
        let files =
            isFolder
            ? file.inputs.map { (file.path.below($0.name), $0.identity, "\($0.name)") }
            : [
                (file.path, file.identity, "")
            ]
        guard files.count == sums.count else { return false }
        for (path, identity, name) in files {
            guard let sum = sums[name], try await digest(of: path, identity, entry) == sum else { return false }
        }
        return true
    }

    /// SHA-256 of what lies in the inbox, in hexadecimal.
    ///
    /// - Throws: `EAGAIN` where it is not there any more as it was seen: what it is has to be asked anew.
    func digest(of path: RelativePath, _ identity: FileIdentity, _ entry: PipelineTable.Entry) async throws -> String {
        guard let inbox = entry.folders[.inbox] else { throw SystemError(call: "openat", code: ENOENT) }
        let (state, open) = try await blocking { try inbox.openClaimed(path, expecting: identity) }
        guard state == .unchanged, let open else { throw SystemError(call: "openat", code: EAGAIN) }
        return try await digest(of: open)
    }
}
