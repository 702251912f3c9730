import Glibc
import Jobs
import Ledger
import Logging
import Spool

extension DaemonStart {
    /// Takes the spool: makes it at the first start, knows it again at every other, and holds everything where history was lost.
    ///
    /// Nothing is remembered of this start before that is judged, so that a start that fails leaves the next one to judge the same.
    ///
    /// - Throws: `DaemonExit` where the spool is taken, is not there, or cannot be used.
    /// - Returns: the ledger's generation from now on, which the marker bears.
    func takeSpool(_ layout: SpoolLayout, _ ledger: Ledger, _ identity: Ledger.Identity) async throws -> Int64 {
        let isKnown = try await ledger.markedFolders().contains(layout.path)
        let generation: Int64
        do {
            let folder = isKnown ? try layout.folder() : try layout.make()
            let marker = try Marker.find(in: folder)
            if isKnown, marker == .none { throw missingMarker(in: layout.path) }
            try keep(lock: layout)
            let lost = LostHistory.judge(
                marker: marker,
                folderLedger: folderLedger(layout, identity),
                identity: identity,
                hasForeignLog: ledger.hasForeignLog,
                machine: machineName
            )
            generation = try await beginGeneration(ledger, identity, lost)
            try Marker(ledger: identity.id, generation: generation).write(in: folder)
        } catch let error as SystemError {
            throw DaemonExit(
                .failed,
                "The spool \(layout.path) cannot be used: \(error). It must exist and belong to the daemon's user."
            )
        }
        try await ledger.rememberMarked([layout.path])
        return generation
    }

    private func missingMarker(in path: String) -> DaemonExit {
        DaemonExit(
            .failed,
            """
            \(path) is not the spool it was: its marker is missing. If it lies on a disk, mount it; it is tried again. \
            If it is the right folder all the same, this lets it start, with everything held until you release it: touch '\(path)/\(Marker.name)'
            """
        )
    }

    /// The other ledger whose marker a pipeline's folder in `work/` bears, if there is one.
    private func folderLedger(_ layout: SpoolLayout, _ identity: Ledger.Identity) -> String? {
        for pipeline in configuration.pipelines {
            guard let name = FileName(pipeline.name) else { continue }
            let other = PipelineFolders(pipeline: name, spool: layout).ledger(of: .work)
            if let other, other != identity.id { return other }
        }
        return nil
    }

    private func beginGeneration(
        _ ledger: Ledger,
        _ identity: Ledger.Identity,
        _ lost: LostHistory?
    ) async throws -> Int64 {
        let hold = lost.map { Hold(pipeline: "", reason: $0.phrase, since: time.now()) }
        let predecessor = lost?.predecessor(of: identity.id)
        let generation = try await ledger.beginGeneration(on: machineName, after: predecessor, holding: hold)
        if let lost {
            journal.tell(
                .historyLost,
                """
                Everything is held, since \(lost.phrase). Jobs may have run, and been paid, already: look at the call records on the \
                RunningHub site, then release with 'runninghubctl release --all'. Tasks that are known to run are still fetched.
                """
            )
        }
        if identity.hasNewSecret {
            journal.tell(
                .historyLost,
                """
                The secret of the callback addresses was gone from the ledger and a new one was made: callbacks for tasks that were \
                submitted before are refused, and their outcomes are asked for instead. Nothing is submitted again because of that.
                """
            )
        }
        return generation
    }

    /// Opens the folders of each pipeline, makes and marks those that are new.
    func preparePipelines(
        _ layout: SpoolLayout,
        _ ledger: Ledger,
        _ marker: Marker
    ) async throws -> PipelineTable {
        let contents = try await prepare(configuration, layout, ledger, marker) { _ in nil }
        if configuration.pipelines.isEmpty {
            journal.tell(
                .noPipelines,
                "There is no pipeline, so nothing is taken: copy an example in pipelines.d to NAME.yaml, put your id in, then: systemctl reload runninghubd"
            )
        }
        return PipelineTable(contents)
    }

    /// Opens the folders of a configuration's pipelines, makes and marks those that are new; where there is one that may be kept, that stays.
    func prepare(
        _ configuration: Configuration,
        _ layout: SpoolLayout,
        _ ledger: Ledger,
        _ marker: Marker,
        keeping kept: (Pipeline) -> PipelineTable.Entry?
    ) async throws -> PipelineTable.Contents {
        var contents = PipelineTable.Contents(mistaken: configuration.outOfService)
        for pipeline in configuration.pipelines {
            if let entry = kept(pipeline) {
                contents.entries.append(entry)
                continue
            }
            switch try await prepare(pipeline, layout, ledger, marker) {
            case .success(let entry): contents.entries.append(entry)
            case .failure(let reason): contents.closed[pipeline.name] = reason.sentence
            }
        }
        return contents
    }

    /// Opens the folders of one pipeline, makes and marks those that are new; nothing where others could look into them.
    private func prepare(
        _ pipeline: Pipeline,
        _ layout: SpoolLayout,
        _ ledger: Ledger,
        _ marker: Marker
    ) async throws -> Result<PipelineTable.Entry, PipelineClosed> {
        guard let name = FileName(pipeline.name) else {
            return .failure(PipelineClosed(sentence: "Pipeline \(pipeline.name) has a name that no folder can have."))
        }
        if let sentence = try sentence(aboutCredentialsOf: pipeline) {
            journal.tell(.pipelineOut, sentence, ["pipeline": .string(pipeline.name)])
            return .failure(PipelineClosed(sentence: sentence))
        }
        let predecessors = try await ledger.predecessors()
        let marked = try await ledger.markedFolders()
        let folders = PipelineFolders(pipeline: name, spool: layout, elsewhere: pipeline.folders)
        let problems = folders.prepare(
            marker: marker,
            group: pipeline.group,
            // The spool's own group, where people dropped before there were others; a run by hand may do without it.
            mayKeepParentsGroup: pipeline.group == Pipeline.commonGroup,
            wasMarked: marked.contains
        )
        if let sentence = sentence(aboutClosed: problems, pipeline) {
            journal.tell(.pipelineOut, sentence, ["pipeline": .string(pipeline.name)])
            return .failure(PipelineClosed(sentence: sentence))
        }
        tell(.folderAway, problems, pipeline)
        if !problems.contains(where: \.isUnusable) {
            // Of a ledger whose place this one has taken: a person decides over what is held; the folders are the right ones.
            try? folders.adopt(marker: marker, from: predecessors)
            try await ledger.rememberMarked(FolderRole.allCases.map(folders.path))
        }
        return .success(PipelineTable.Entry(pipeline: pipeline, folders: folders))
    }

    /// What is said of a pipeline whose credentials the service was not handed, or cannot use.
    private func sentence(aboutCredentialsOf pipeline: Pipeline) throws -> String? {
        let wanted = [pipeline.accessPassword, pipeline.hooks?.credential].compactMap(\.self)
        guard !wanted.isEmpty else { return nil }
        let names = try credentialNames()
        if let missing = wanted.first(where: { !names.contains($0) }) {
            return """
                Pipeline \(pipeline.name) is out of service: the service was handed no credential \(missing). Keep it in a file that only \
                root can read, 'systemctl edit runninghubd', there [Service] and LoadCredential=\(missing):/THE/FILE, then: \
                systemctl restart runninghubd
                """
        }
        guard let name = pipeline.hooks?.credential, try credential(name).flatMap(HookSignature.init) == nil else {
            return nil
        }
        return """
            Pipeline \(pipeline.name) is out of service: the credential \(name) is nothing that a POST can be signed with. Write one anew: \
            echo "whsec_$(openssl rand -base64 32)" >/THE/FILE, then: systemctl restart runninghubd
            """
    }

    /// Tells what is the matter with a pipeline's folders: once, where it is the same with all of them.
    private func tell(_ message: Message, _ problems: [PipelineFolders.Problem], _ pipeline: Pipeline) {
        var told: Set<String> = []
        for sentence in problems.map({ sentence(about: $0, pipeline) }) where told.insert(sentence).inserted {
            journal.tell(message, sentence, ["pipeline": .string(pipeline.name)])
        }
    }

    /// What is said of folders that were not made since others could have looked into them, with the command that makes them.
    private func sentence(aboutClosed problems: [PipelineFolders.Problem], _ pipeline: Pipeline) -> String? {
        let closed = problems.filter(\.keepsOthersOut)
        guard case .groupOutOfReach(let group, let isKnown)? = closed.first?.kind else { return nil }
        let user = Caller(user: geteuid(), process: getpid()).name
        let paths = closed.map { "'\($0.path)'" }.joined(separator: " ")
        return """
            Pipeline \(pipeline.name) is out of service: its folders cannot be given to group \(group) from within the service, and would be \
            open to others. Run: \(isKnown ? "" : "groupadd --system \(group) && ")usermod -aG \(group) \(user) && \
            install -d -o \(user) -g \(group) -m 2770 \(paths) && systemctl restart runninghubd
            """
    }

    private func sentence(about problem: PipelineFolders.Problem, _ pipeline: Pipeline) -> String {
        let path = problem.path
        switch problem.kind {
        case .unusable(let error):
            return
                "Pipeline \(pipeline.name): \(path) cannot be used: \(error). Make it and give it to the daemon's user, then restart."
        case .unknownGroup(let group):
            return "Pipeline \(pipeline.name): there is no group \(group): groupadd \(group), then restart."
        case .groupOutOfReach(let group, _):
            return "Pipeline \(pipeline.name): \(path) cannot be given to group \(group)."
        case .groupNotGiven(let group, let error):
            return
                "Pipeline \(pipeline.name): \(path) could not be given to group \(group): \(error). Run: chgrp \(group) '\(path)'"
        case .otherGroup(let number, let wanted):
            let name = getgrgid(number).map { String(cString: $0.pointee.gr_name) } ?? "\(number)"
            return
                "Pipeline \(pipeline.name): \(path) belongs to group \(name), not to \(wanted): chgrp \(wanted) '\(path)'."
        case .noGroupBit:
            return
                "Pipeline \(pipeline.name): \(path) lacks the setgid bit, so results may not be readable by its group: chmod g+s '\(path)'."
        }
    }
}

/// Why a pipeline stays out of service although its file is good, and what to do.
struct PipelineClosed: Error {
    let sentence: String
}

extension PipelineFolders.Problem {
    fileprivate var isUnusable: Bool {
        if case .unusable = kind { true } else { false }
    }

    fileprivate var keepsOthersOut: Bool {
        if case .groupOutOfReach = kind { true } else { false }
    }
}
