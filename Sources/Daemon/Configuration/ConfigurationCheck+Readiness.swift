import Glibc
import Jobs
import Spool

extension Configuration {
    /// How many characters RunningHub's keys have (API.md §1).
    package static let keyLength = 32

    /// Whether not a single pipeline is described, well or with mistakes.
    package var hasNoPipeline: Bool { pipelines.isEmpty && outOfService.isEmpty }
}

// What is no mistake of the files, and keeps work from being done all the same.
extension ConfigurationCheck {
    /// That nothing is described that could be done.
    func pipelineProblems(_ configuration: Configuration) -> [ConfigurationProblem] {
        guard configuration.hasNoPipeline else { return [] }
        let text =
            "There is no pipeline yet, so nothing is taken: 'runninghubd describe --ai-app ID' (or --workflow ID) writes its file, to be kept here as NAME.yaml."
        return [.init(at: SourcePosition(file: configuration.pipelinesFolder), text, severity: .warning)]
    }

    /// That the disks of results and of the ledger have less free than what nothing is submitted below.
    func spaceProblems(_ configuration: Configuration, at position: SourcePosition) -> [ConfigurationProblem] {
        var told: Set<String> = []
        return configuration.pipelines.flatMap { pipeline -> [ConfigurationProblem] in
            // Before the first start there is no outbox yet.
            let outbox = [pipeline.folders.outbox, "\(configuration.spool)/outbox", configuration.spool]
                .compactMap(\.self).first { access($0, F_OK) == 0 }
            let limit = pipeline.limits.freeSpace
            return [outbox, configuration.state].compactMap(\.self).compactMap { path -> ConfigurationProblem? in
                guard let free = try? Folder(path: path).freeSpace(), free < limit else { return nil }
                let text = """
                    Only \(free / 1_000_000) MB are free on the disk of \(Quotation.printable(path)), and nothing is submitted below \
                    \(limit / 1_000_000) MB: make room, or lower 'free_space' of 'limits'.
                    """
                guard told.insert("\(path) \(limit)").inserted else { return nil }
                return .init(at: position, text, severity: .warning)
            }
        }
    }

    /// That the spool has lost the marker by which the daemon knows it: folders of pipelines in it still have theirs.
    func markerProblems(_ configuration: Configuration, at position: SourcePosition) -> [ConfigurationProblem] {
        // Before the first start there is none.
        guard access("\(configuration.state)/ledger.sqlite", F_OK) == 0, access(configuration.spool, F_OK) == 0 else {
            return []
        }
        guard case .some(.none) = marker(in: configuration.spool) else { return [] }
        let layout = SpoolLayout(path: configuration.spool)
        let isUsed = configuration.pipelines.contains { pipeline in
            FileName(pipeline.name).map { isMarked(PipelineFolders(pipeline: $0, spool: layout).path(of: .work)) }
                ?? false
        }
        guard isUsed else { return [] }
        let path = Quotation.printable("\(configuration.spool)/\(Marker.name)")
        let text = """
            The spool's marker is missing, so the daemon does not start: if it lies on a disk, mount it. If it is the right folder all the \
            same, with everything held until you release it: touch '\(path)'
            """
        return [.init(at: position, text)]
    }

    /// That some of a pipeline's folders are away: the others bear markers.
    ///
    /// Of those outside of the spool one may be new, which the daemon marks.
    func markerProblems(
        of folders: PipelineFolders,
        in spool: String,
        at position: SourcePosition
    ) -> [ConfigurationProblem] {
        let paths = FolderRole.allCases.map(folders.path).filter { $0.hasPrefix("\(spool)/") }
        guard paths.contains(where: isMarked) else { return [] }
        let found = paths.map { (path: $0, marker: marker(in: $0)) }
        return found.compactMap { path, marker -> ConfigurationProblem? in
            let shown = Quotation.printable(path)
            switch marker {
            case .some(.none):
                let text = """
                    \(shown) is not the folder it was, its marker is missing: if it lies on a disk, mount it. If it is the right folder: \
                    touch '\(shown)/\(Marker.name)'
                    """
                return .init(at: position, text)
            case nil where access(path, F_OK) != 0 && errno == ENOENT:
                let text = """
                    \(shown) is not there: mount its disk, or make it again and put an empty \(Marker.name) into it.
                    """
                return .init(at: position, text)
            default: return nil
            }
        }
    }

    private func isMarked(_ path: String) -> Bool {
        if case .marker? = marker(in: path) { true } else { false }
    }

    /// What stands for a folder's marker; nothing where the folder cannot be looked into, which is told elsewhere.
    private func marker(in path: String) -> Marker.Finding? {
        try? Marker.find(in: Folder(path: path))
    }

    /// Keys that pipelines name and that nobody has stored.
    func keyNameProblems(_ configuration: Configuration) -> [ConfigurationProblem] {
        let stored = (try? LocalConfigurationFiles().names(in: keysFolder))?.map { String(decoding: $0, as: UTF8.self) }
        // Who may not look into the folder knows of none.
        guard let known = configuration.api.keys?.map(\.name) ?? stored else { return [] }
        return configuration.pipelines.flatMap { pipeline -> [ConfigurationProblem] in
            let file = configuration.file(of: pipeline)
            let place = document(file)?.source(of: "keys") ?? SourcePosition(file: file)
            return pipeline.keys.filter { !known.contains($0) }.map { name in
                let shown = Quotation.printable(name)
                let text = "There is no key '\(shown)': 'runninghubd key add \(shown)' stores one."
                return ConfigurationProblem(at: place, text, severity: .warning).of(pipeline)
            }
        }
    }

    /// That a program which a pipeline names could not be run by the service.
    func programProblems(of pipeline: Pipeline, in configuration: Configuration) -> [ConfigurationProblem] {
        let file = configuration.file(of: pipeline)
        let programs = [("hooks", pipeline.hooks?.program.first), ("prepare", pipeline.prepare?.program.first)]
        return programs.compactMap { key, program -> ConfigurationProblem? in
            guard let program else { return nil }
            let place = document(file)?.source(of: key, "program") ?? SourcePosition(file: file)
            let shown = Quotation.printable(program)
            if let service, !service.canRead(program) {
                let text = """
                    The service does not see \(shown): put it below /usr/local, or 'systemctl edit \(Self.unit)', there [Service] and \
                    BindReadOnlyPaths=\(shown), then restart.
                    """
                return .init(at: place, text)
            }
            guard access(program, F_OK) == 0 else { return .init(at: place, "There is no program \(shown).") }
            guard faccessat(AT_FDCWD, program, X_OK, AT_EACCESS) == 0 else {
                return .init(at: place, "\(shown) cannot be run by the daemon's user: chmod a+rx '\(shown)'")
            }
            return nil
        }
    }

    /// That the listener could not end TLS, or not for long.
    func certificateProblems(_ configuration: Configuration, at position: SourcePosition) -> [ConfigurationProblem] {
        guard let files = configuration.webhook.tls else { return [] }
        do throws(CertificateProblem) {
            let expiry = try ListenerCertificate(reading: files).expiry(at: LedgerClock().wall())
            return expiry.map { [.init(at: position, $0, severity: .warning)] } ?? []
        } catch {
            return [.init(at: position, error.sentence)]
        }
    }

    /// That the service does not run for a reason that is not in these files.
    var serviceProblems: [ConfigurationProblem] {
        guard service?.isFailing == true else { return [] }
        let text =
            "The service has failed: 'journalctl -u runninghubd -n 20' says why, and what to do. Then: systemctl restart runninghubd"
        let file = reading.documents.first?.file ?? ConfigurationReader.standardFile
        return [.init(at: SourcePosition(file: file), text, severity: .warning)]
    }

    /// Files of the daemon's own that it cannot use, since it was run as somebody else before.
    func ownFileProblems(_ configuration: Configuration, at position: SourcePosition) -> [ConfigurationProblem] {
        guard let user = service?.user else { return [] }
        let paths = OwnFiles.unusable(state: configuration.state, spool: configuration.spool)
        return paths.isEmpty ? [] : [.init(at: position, OwnFiles.sentence(about: paths, user: user))]
    }

    /// That a key can hardly be whole.
    func lengthProblem(of content: [UInt8], in path: String) -> ConfigurationProblem? {
        let length = content.filter { $0 > UInt8(ascii: " ") }.count
        guard length != Configuration.keyLength else { return nil }
        let text =
            "This key has \(length) characters, and RunningHub's have \(Configuration.keyLength): was it copied whole? 'runninghubd key add NAME' tries it."
        return .init(at: SourcePosition(file: path), text, severity: .warning)
    }
}
