import Glibc
import Jobs
import Ledger
import Spool

extension Engine {
    /// Why a file or folder of the spool is where it is.
    ///
    /// - Parameters:
    ///   - paths: one place, by the absolute paths by which the daemon may know it.
    ///   - caller: who asks, where that is known.
    /// - Throws: `ControlRefusal` for a place outside of all pipelines' folders; what keeps the ledger or a folder from being read.
    /// - Returns: the one reason, and what comes next.
    func why(_ paths: [[UInt8]], for caller: Caller? = nil) async throws -> WhyDocument {
        let map = try await blocking { self.makeMap() }
        // What is relative where it is asked is named as the spool has it.
        let paths = paths.map { $0.first == UInt8(ascii: "/") ? $0 : Array("\(settings.spool)/".utf8) + $0 }
        let names = paths.map { String(decoding: $0, as: UTF8.self) }
        for (path, name) in zip(paths, names) {
            guard let place = map.place(of: path) else { continue }
            var answer = try await explain(place)
            if place.path == nil, answer.standing.next == nil {
                answer.standing.next = stranger(caller, in: place.pipeline)
            }
            return WhyDocument(
                at: time.now().internetTime,
                path: name,
                pipeline: place.pipeline,
                folder: place.role.rawValue,
                job: answer.job?.text,
                standing: answer.standing
            )
        }
        throw ControlRefusal(.notFound, outside(names))
    }

    /// What somebody has to do who may not drop and take in a pipeline's folders; nothing for those who may.
    private func stranger(_ caller: Caller?, in pipeline: String) -> String? {
        guard let caller, let group = pipelines.pipeline(pipeline)?.group, !caller.isMember(of: group) else {
            return nil
        }
        return
            "\(caller.name) is not in the group \(group), whose members drop and take here: usermod -aG \(group) \(caller.name), then log in again."
    }

    private func outside(_ paths: [String]) -> String {
        let spool = settings.spool
        let known = pipelines.names.joined(separator: ", ")
        let shared = [spool] + FolderRole.allCases.map { "\(spool)/\($0.rawValue)" }
        if let path = paths.first(where: shared.contains), !known.isEmpty {
            return "\(path) holds the folders of pipelines (\(known)): ask about what is in one of them."
        }
        let path = paths.first ?? ""
        guard path == spool || path.hasPrefix("\(spool)/") else {
            return "\(path) lies in no folder of a pipeline: nothing happens with it. The spool is \(spool)."
        }
        return
            "\(path) lies in the spool, but in the folder of no pipeline in service\(known.isEmpty ? "" : " (\(known))"). "
            + "'runninghubd check' tells what is wrong with a pipeline's file; then systemctl reload runninghubd."
    }

    /// All folders, by the paths of the configuration and by those without links.
    ///
    /// Blocks.
    private func makeMap() -> SpoolMap {
        var map = SpoolMap()
        // Those too of which there are only jobs left.
        let layout = SpoolLayout(path: settings.spool)
        let names = pipelines.names
        // Of equal folders, the first are taken.
        for name in names + ledger.counts.keys.filter({ !names.contains($0) }).sorted() {
            guard let folders = pipelines.entry(name, submittedWith: nil, in: layout)?.folders ?? former(name, layout)
            else { continue }
            for role in FolderRole.allCases {
                let path = folders.path(of: role)
                map.add(Array(path.utf8), name, role)
                guard let real = realpath(path, nil) else { continue }
                map.add(Array(String(cString: real).utf8), name, role)
                free(real)
            }
        }
        return map
    }

    /// Where the folders of a pipeline that is no longer known by its file are, unless they were elsewhere.
    private func former(_ name: String, _ layout: SpoolLayout) -> PipelineFolders? {
        FileName(name).map { PipelineFolders(pipeline: $0, spool: layout) }
    }

    typealias Explanation = (job: JobID?, standing: Standing)

    private func explain(_ place: SpoolMap.Place) async throws -> Explanation {
        guard let path = place.path else { return (nil, await explainFolder(place)) }
        switch place.role {
        case .inbox: return try await explainInbox(path, place.pipeline)
        case .work: return try await explainWork(path, place.pipeline)
        case .outbox: return try await explainResult(path, place.pipeline)
        case .done: return try await explainDone(path, place.pipeline)
        case .failed: return try await explainFailed(path, place.pipeline)
        }
    }

    private func explainFolder(_ place: SpoolMap.Place) async -> Standing {
        let what =
            switch place.role {
            case .inbox: "What is dropped here is taken by pipeline \(place.pipeline) as soon as it is complete."
            case .work: "Here lies what pipeline \(place.pipeline) has taken, until it is delivered or has failed."
            case .outbox: "Here the results of pipeline \(place.pipeline) appear; they are never deleted by the daemon."
            case .done: "Here the originals lie whose results were delivered."
            case .failed: "Here the originals lie that came to nothing, each with the reason beside it."
            }
        guard let obstacle = await obstacle(to: place.pipeline).map(Standing.init) else { return Standing(what) }
        return Standing("\(what) At the moment: \(obstacle.reason)", next: obstacle.next)
    }

    // MARK: Before and during the work

    private func explainInbox(_ path: RelativePath, _ pipeline: String) async throws -> Explanation {
        let now = time.now()
        // Where one of its folders is away, nothing is taken, whichever it is.
        if pipelines.pipeline(pipeline) == nil || pipelines.away(pipeline) != nil,
            let obstacle = await obstacle(to: pipeline)
        {
            return (nil, Standing(obstacle))
        }
        guard let inbox = inboxes[pipeline] else {
            return (nil, Standing("The inbox of \(pipeline) is not looked through yet.", next: "That is done next."))
        }
        if let reason = await inbox.explain(path) {
            let next =
                reason.next
            let standing = Standing(
                reason.sentence(at: now),
                since: reason.since,
                next: reason == .batchFolder ? nil : next,
                at: reason.until
            )
            return (nil, standing)
        }
        if let record = try await ledger.job(at: path, in: pipeline) {
            return (record.job.id, try await fullStanding(of: record))
        }
        return try await explainFormer(path, pipeline)
    }

    /// What became of what was dropped under a name under which there is nothing now.
    private func explainFormer(_ path: RelativePath, _ pipeline: String) async throws -> Explanation {
        guard let record = try await ledger.newest(droppedAs: path, in: pipeline) else { return (nil, nothing) }
        return (record.job.id, try await fullStanding(of: record))
    }

    private func explainWork(_ path: RelativePath, _ pipeline: String) async throws -> Explanation {
        if let record = try await owner(of: path, in: pipeline) {
            return (record.job.id, try await fullStanding(of: record))
        }
        let counts = try await ledger.counts(below: path, in: pipeline)
        if !counts.isEmpty {
            let states = JobState.allCases.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
            return (nil, Standing("A folder of a batch; of the jobs in it are \(states.joined(separator: ", "))."))
        }
        guard try await entry(at: path, .work, pipeline) != nil else { return try await explainFormer(path, pipeline) }
        return (
            nil,
            Standing(
                "It belongs to no job.",
                next: "At the next start it is moved to failed/. To have it run, move it into the inbox."
            )
        )
    }

    /// The job whose original this is, or lies in.
    private func owner(of path: RelativePath, in pipeline: String) async throws -> JobRecord? {
        var names = path.folders + [path.name]
        while let name = names.popLast() {
            let place = RelativePath(folders: names, name: name)
            if let record = try await ledger.job(at: place, in: pipeline) { return record }
        }
        return nil
    }

    // MARK: After the work

    private func explainDone(_ path: RelativePath, _ pipeline: String) async throws -> Explanation {
        if let record = try await ledger.delivered(at: path, in: pipeline) {
            return (record.job.id, Standing(record, at: time.now()))
        }
        guard try await entry(at: path, .done, pipeline) != nil else { return (nil, nothing) }
        return (nil, Standing("It was put here after a delivery that the ledger no longer remembers, or by a person."))
    }

    private func explainFailed(_ path: RelativePath, _ pipeline: String) async throws -> Explanation {
        let owner = path.name.isErrorNote ? path.withoutNote : path
        let folders = pipelines.folders(pipeline)
        let found = try await blocking { () -> (entry: Entry?, note: JobID?) in
            guard let folder = folders?[.failed], let entry = try folder.entry(at: owner) else { return (nil, nil) }
            return (entry, try ErrorNotes.job(beside: owner.name, in: folder.folder(at: owner.folders)))
        }
        guard let entry = found.entry else { return (nil, nothing) }
        var record = try await ledger.failed(original: entry.identity, at: owner, in: pipeline)
        if record == nil, let id = found.note { record = try await ledger.job(id) }
        if let record { return (record.job.id, Standing(record, at: time.now())) }
        return (
            nil,
            Standing(
                "It failed before what the ledger remembers, or was put here by a person.",
                next: "Moved into the inbox it is run, and paid, as a new job."
            )
        )
    }

    private func explainResult(_ path: RelativePath, _ pipeline: String) async throws -> Explanation {
        if path.bytes.first == UInt8(ascii: ".") {
            return (nil, Standing("It is the daemon's own: a result that is being put together, or its record."))
        }
        let folders = pipelines.folders(pipeline)
        let id = try await blocking { try folders?[.outbox].flatMap { try Manifest.job(of: path, in: $0) } }
        if let id, let record = try await ledger.job(id) {
            return (id, Standing(record, at: time.now()))
        }
        if let id { return (id, Standing("It is a result of job \(id), which the ledger no longer remembers.")) }
        guard try await entry(at: path, .outbox, pipeline) != nil else { return (nil, nothing) }
        return (nil, Standing("No manifest names it: a person put it here, or took its .result.json away."))
    }

    private func entry(at path: RelativePath, _ role: FolderRole, _ pipeline: String) async throws -> Entry? {
        let folders = pipelines.folders(pipeline)
        return try await blocking { try folders?[role]?.entry(at: path) }
    }

    private var nothing: Standing { Standing("There is nothing here under this name.") }
}

extension WaitReason {
    /// What happens next, as a sentence that a time may follow.
    fileprivate var next: String {
        switch self {
        case .lacksFiles: "It goes to failed/, unless what it lacks comes: then it is taken."
        case .within(_, let reason): reason.next
        case _ where needsPerson: "Nothing, until somebody does something about it."
        default: "It is looked at again."
        }
    }
}
