import Jobs

/// The folder of the pipelines' files.
///
/// What is wrong with a file takes its own pipeline out of service and no other.
struct PipelineFolder {
    let path: String
    let files: any ConfigurationFiles
    /// The sections of `config.yaml` that hold where a pipeline says nothing.
    let general: SettingNode
    let surroundings: PipelineSurroundings

    /// The pipelines, what is wrong with them, and how they are shown.
    struct Result {
        var inService: [Pipeline] = []
        var outOfService: [String] = []
        var problems: [ConfigurationProblem] = []
        var documents: [ShownDocument] = []
    }

    /// Reads every pipeline.
    ///
    /// `place` is where the folder is named, if it has to be there.
    func read(mustExistFor place: SourcePosition?, spool: String, state: String) -> Result {
        var result = Result()
        let listing = SettingFolder(path: path).list(files)
        if listing.isMissing, let place {
            result.problems.append(.init(at: place, "There is no such folder: \(Quotation.printable(path))."))
        }
        result.problems += listing.problems.map { problem in
            // A file's problem is its pipeline's, that of the folder is everybody's.
            problem.file == path ? problem : problem.of(pipeline: SettingFolder.name(of: problem.file))
        }
        var drafts: [(entry: SettingFolder.Entry, draft: PipelineDraft)] = []
        for entry in listing.files {
            if let draft = read(entry, &result) { drafts.append((entry, draft)) }
        }
        result.problems += nameProblems(listing.files)
        result.problems += overlaps(drafts, spool: spool, state: state)
        let wrong = Set(result.problems.lazy.filter { $0.severity == .error }.map(\.file))
        result.inService = drafts.filter { !wrong.contains($0.entry.path) }.map(\.draft.pipeline)
        result.outOfService = listing.files.filter { wrong.contains($0.path) }.map(\.name)
        return result
    }

    private func read(_ entry: SettingFolder.Entry, _ result: inout Result) -> PipelineDraft? {
        let content: [UInt8]
        do {
            content = try files.content(of: entry.path)
        } catch {
            let message = "The file cannot be read: \(error.message)."
            result.problems.append(.init(at: SourcePosition(file: entry.path), message, pipeline: entry.name))
            return nil
        }
        let document = YAMLDocument(content, file: entry.path)
        result.problems += document.problems.map { $0.of(pipeline: entry.name) }
        guard let root = document.root else { return nil }
        var merged = general.merged(with: root)
        merged.position = SourcePosition(file: entry.path)
        var reader = SettingReader(merged)
        let draft = PipelineDraft(reading: &reader, name: entry.name)
        reader.finish()
        var found = reader.problems + (draft?.inconsistencies(surroundings) ?? [])
        if found.isEmpty { found = draft?.doubts() ?? [] }
        // What is wrong in the general sections is told where it stands.
        result.problems += found.filter { $0.file == entry.path }.map { $0.of(pipeline: entry.name) }
        result.documents.append(ShownDocument(file: entry.path, settings: reader.settings))
        return draft
    }

    private func nameProblems(_ entries: [SettingFolder.Entry]) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        let alike = Dictionary(grouping: entries) { $0.name.lowercased() }
        for entry in entries {
            let position = SourcePosition(file: entry.path)
            if let message = PipelineName.problem(entry.name) {
                problems.append(.init(at: position, message, pipeline: entry.name))
            }
            for other in alike[entry.name.lowercased()] ?? [] where other.path != entry.path {
                let message =
                    "The names of this pipeline and of '\(Quotation.printable(other.name))' differ in nothing but case; "
                    + "on shared folders they are one."
                problems.append(.init(at: position, message, pipeline: entry.name))
            }
        }
        return problems
    }

    private func overlaps(
        _ drafts: [(entry: SettingFolder.Entry, draft: PipelineDraft)],
        spool: String,
        state: String
    ) -> [ConfigurationProblem] {
        var overlap = FolderOverlap(roots: [(spool, "the spool"), (state, "the state")])
        for (_, draft) in drafts {
            let folders = draft.pipeline.folders
            let paths = [
                ("inbox", folders.inbox), ("outbox", folders.outbox), ("done", folders.done),
                ("failed", folders.failed),
            ]
            for (role, path) in paths {
                guard let path, let position = draft.folders[role] else { continue }
                let name = draft.pipeline.name
                overlap.add(
                    .init(
                        path: path,
                        name: "the \(role) of '\(Quotation.printable(name))', \(path)",
                        position: position,
                        pipeline: name
                    )
                )
            }
        }
        return overlap.problems
    }
}

extension ConfigurationProblem {
    /// The same as the problem of one pipeline.
    fileprivate func of(pipeline: String) -> ConfigurationProblem {
        var copy = self
        copy.pipeline = pipeline
        return copy
    }
}

extension SettingFolder {
    /// The name that a path's file has, without what follows its last dot.
    fileprivate static func name(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        return String(name.lastIndex(of: ".").map { name[..<$0] } ?? name)
    }
}
