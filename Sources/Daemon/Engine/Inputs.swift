import Crypto
import Jobs
import Ledger
import NIOCore
import RunningHub
import Spool

extension Engine {
    /// One of a job's files, open, and what the pipeline's nodes do with it.
    struct OpenInput: Sendable {
        let input: Job.Input
        let use: Pipeline.InputUse
        /// As it was dropped.
        let file: ClaimedFile
        /// What a program has made of it, to be uploaded in its place.
        var prepared: PreparedFile?

        /// What is uploaded.
        var sent: ClaimedFile { prepared?.file ?? file }
        /// The name that it is uploaded under, in bytes.
        var sentName: [UInt8] { prepared?.name ?? input.name.bytes }
    }

    /// Opens a job's files if they still are what was claimed; puts the job where it belongs if they are not.
    ///
    /// - Returns: the files, or nothing where the job was withdrawn, failed, or has to settle again.
    func openInputs(of record: JobRecord, _ pipeline: Pipeline) async throws -> [OpenInput]? {
        guard let entry = pipelines.entry(pipeline.name), await isHere(entry), let work = entry.folders[.work] else {
            return nil
        }
        let job = record.job
        guard try await isInPlace(job, work) else {
            try await withdraw(job) { $0.lies(where: job) }
            return nil
        }
        var opened: [OpenInput] = []
        for input in job.sources {
            let (place, identity) = (job.place(of: input), input.identity)
            let (state, file) = try await blocking { try work.openClaimed(place, expecting: identity) }
            guard state == .unchanged, let file else {
                try await inputsChanged(of: record, in: work, pipeline)
                return nil
            }
            opened.append(OpenInput(input: input, use: pipeline.use(of: input.stem), file: file))
        }
        return opened
    }

    /// Whether the folder that a job is made of is still in `work/`; for a job of one file its opening says it.
    private func isInPlace(_ job: Job, _ work: Folder) async throws -> Bool {
        guard job.kind == .folder else { return true }
        return try await blocking {
            // Its device may bear another number since a boot, and the time of a folder tells nothing of what its files are.
            guard let entry = try work.entry(at: job.place), entry.kind == .folder else { return false }
            return entry.identity.inode == job.identity.inode
        }
    }

    /// A job's files are not what was claimed: somebody wrote to one, or took it away.
    func inputsChanged(of record: JobRecord, in work: Folder, _ pipeline: Pipeline) async throws {
        let job = record.job
        let states = try await blocking {
            try job.sources.map { try work.state(of: job.place(of: $0), expecting: $0.identity) }
        }
        let now = time.now()
        var inputs = job.sources
        for (index, state) in states.enumerated() {
            switch state {
            case .unchanged: break
            case .changed(let identity):
                inputs[index].identity = identity
                inputs[index].digest = nil
            case .withdrawn where job.kind == .file:
                return try await withdraw(job) { $0.lies(where: job) }
            case .withdrawn:
                let failure = Failure.incomplete(.takenOut(inputs[index].name))
                try await change(job.id) {
                    $0.job.lies(where: job) ? $0.refusedForGood(failure, at: now) : .ignored("it lies elsewhere by now")
                }
                return
            }
        }
        let settled = now + pipeline.inbox.quietTime
        let changed = inputs
        let identity = job.kind == .file ? changed[0].identity : job.identity
        try await change(job.id) { record in
            guard record.job.lies(where: job) else { return EventOutcome.ignored("it lies elsewhere by now") }
            return record.contentChanged(to: identity, inputs: changed, settledAt: settled, at: now)
        }
    }

    /// SHA-256 of each file in hexadecimal, by the stems.
    func digests(of inputs: [OpenInput]) async throws -> [String: String] {
        var digests: [String: String] = [:]
        for input in inputs {
            digests[input.input.stem] = try await digest(of: input.file)
        }
        return digests
    }

    /// SHA-256 of a file's content, in hexadecimal.
    func digest(of file: ClaimedFile) async throws -> String {
        var hash = SHA256()
        for try await chunk in file.chunks(on: files) {
            chunk.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
            WorkUnderWay.current?.moved()
        }
        return hash.finalize().hexadecimal
    }

    func kind(of file: ClaimedFile) async throws -> MediaKind {
        try await blocking {
            let prefix = try file.read(at: 0, count: MediaKind.prefixLength)
            return MediaKind(prefix: Array(prefix.readableBytesView), length: file.identity.size)
        }
    }

    /// The largest dropped text that goes into a node's value, in bytes.
    private static let textLimit: Int64 = 256 * 1024

    /// The content of a dropped text, or nothing where it is none.
    func text(of file: ClaimedFile) async throws -> String? {
        guard file.identity.size <= Self.textLimit else { return nil }
        let bytes = try await blocking { try file.read(at: 0, count: Int(Self.textLimit)) }
        guard var text = String(validating: bytes.readableBytesView, as: UTF8.self) else { return nil }
        // Editors of other systems put a byte order mark in front, and all end a text with a line feed that no prompt wants.
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        while let last = text.last, last.isNewline { text.removeLast() }
        return text
    }

    /// Why a job's files are not for its pipeline, if they are not.
    ///
    /// Told before a byte is sent.
    func refusal(of inputs: [OpenInput], _ pipeline: Pipeline) async throws -> Failure? {
        for input in inputs {
            if let failure = try await refusal(of: input, pipeline, isAlone: inputs.count == 1) { return failure }
        }
        return nil
    }

    private func refusal(of input: OpenInput, _ pipeline: Pipeline, isAlone: Bool) async throws -> Failure? {
        let size = input.sent.identity.size
        let name = isAlone ? nil : input.input.name
        let isMedia = input.use.isUploaded || input.use.isServed || !input.use.isText
        if input.use.isUploaded, size > pipeline.limits.upload {
            return .overUploadLimit(name, size, pipeline)
        }
        if input.use.isText, size > Self.textLimit { return .longText(name, size, limit: Self.textLimit) }
        if input.use.isText, try await text(of: input.file) == nil { return .noText(name, pipeline) }
        let kind = try await kind(of: input.sent)
        guard isMedia, !kind.isAccepted(by: pipeline.accept) else { return nil }
        return .otherKind(name, kind, pipeline)
    }
}

extension Job {
    /// Whether its original still lies where it did when it was looked at: it may have come back under another name since.
    fileprivate func lies(where before: Job) -> Bool {
        isClaimed && place == before.place
    }

    /// Why the pipeline cannot run it, by what it is made of: files are missing, or the pipeline was another when it was taken.
    fileprivate func lacks(_ wanted: Pipeline.JobFolder?) -> Phrase? {
        switch (wanted, kind) {
        case (nil, .file): return nil
        case (nil, .folder):
            return .folderForFiles
        case (let wanted?, .file):
            return .fileForFolders(wanted)
        case (let wanted?, .folder):
            let needed = wanted.stems + (wanted.hasOther ? [""] : [])
            let missing = needed.filter { stem in !inputs.contains { $0.stem == stem } }
            guard !missing.isEmpty else { return nil }
            let lacking = Pipeline.JobFolder(stems: missing.filter { !$0.isEmpty }, hasOther: missing.contains(""))
            return .folderLacks(lacking)
        }
    }

    func unfitness(for pipeline: Pipeline) -> Failure? {
        lacks(pipeline.jobFolder).map { Failure.incomplete($0) }
    }
}
