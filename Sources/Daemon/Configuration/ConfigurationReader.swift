import Jobs

/// Reads the configuration of a daemon: `config.yaml`, `config.d/*.yaml` merged over it, and the pipelines.
///
/// Reading never fails and never stops half-way: what is wrong is in the result's problems, all of it, with file, line and column.
package struct ConfigurationReader: Sendable {
    /// Where the configuration is when nothing else is said.
    package static let standardFile = "/etc/runninghubd/config.yaml"

    private let file: String
    private let files: any ConfigurationFiles
    private let credentialNames: Set<String>?

    /// A reader of the files that `config.yaml` at this path leads to.
    ///
    /// With the names of the credentials that there are, pipelines' keys are checked against them too.
    package init(
        file: String = Self.standardFile,
        files: any ConfigurationFiles = LocalConfigurationFiles(),
        credentialNames: Set<String>? = nil
    ) {
        self.file = file
        self.files = files
        self.credentialNames = credentialNames
    }

    /// Reads all files.
    ///
    /// Blocks on the file system.
    package func read() -> ConfigurationReading {
        var problems: [ConfigurationProblem] = []
        var isComplete = true
        let root = mergedRoot(&problems, &isComplete)
        var reader = SettingReader(root)
        var configuration = Configuration(reading: &reader, folder: folder)
        reader.finish()
        problems += reader.problems
        let document = ShownDocument(file: file, settings: reader.settings)
        problems += rootProblems(configuration, document)
        let isSound = !problems.contains { $0.severity == .error }
        // The usual folder may be missing, written out or not; another one is named because it is there.
        let isUsual = configuration.pipelinesFolder == folder + "/pipelines.d"
        let namedFolder = isUsual ? nil : document.source(of: "pipelines")
        let pipelines = PipelineFolder(
            path: configuration.pipelinesFolder,
            files: files,
            general: root.keeping(Configuration.General.keys),
            surroundings: surroundings(configuration, isSound: isSound)
        ).read(mustExistFor: namedFolder, spool: configuration.spool, state: configuration.state)
        problems += pipelines.problems
        configuration.pipelines = pipelines.inService
        configuration.outOfService = pipelines.outOfService
        let isUsable = !problems.contains { $0.severity == .error && $0.pipeline == nil }
        return ConfigurationReading(
            configuration: isUsable ? configuration : nil,
            isComplete: isComplete,
            controlSocket: configuration.controlSocket,
            problems: problems.inOrder(),
            documents: [document] + pipelines.documents
        )
    }

    /// `config.yaml` with each file of `config.d` laid over it.
    ///
    /// Each file is also read by itself, so that what a later one replaces is checked too.
    private func mergedRoot(_ problems: inout [ConfigurationProblem], _ isComplete: inout Bool) -> SettingNode {
        var merged = SettingNode.empty(at: SourcePosition(file: file))
        for path in [file] + overlays(&problems) {
            guard let root = document(path, &problems, &isComplete) else { continue }
            var reader = SettingReader(root)
            _ = Configuration(reading: &reader, folder: folder)
            reader.finish()
            problems += reader.problems
            merged = merged.merged(with: root)
        }
        return merged
    }

    private func document(
        _ path: String,
        _ problems: inout [ConfigurationProblem],
        _ isComplete: inout Bool
    ) -> SettingNode? {
        do {
            let document = YAMLDocument(try files.content(of: path), file: path)
            problems += document.problems
            return document.root
        } catch {
            if error.isForbidden { isComplete = false }
            problems.append(.init(at: SourcePosition(file: path), "The file cannot be read: \(error.message)."))
            return nil
        }
    }

    private func overlays(_ problems: inout [ConfigurationProblem]) -> [String] {
        let listing = SettingFolder(path: folder + "/config.d").list(files)
        problems += listing.problems
        return listing.files.map(\.path)
    }

    private func rootProblems(_ configuration: Configuration, _ document: ShownDocument) -> [ConfigurationProblem] {
        guard FolderOverlap.touch(configuration.spool, configuration.state) else { return [] }
        let place = document.source(of: "state") ?? document.source(of: "spool") ?? SourcePosition(file: file)
        return [
            .init(
                at: place,
                "'spool' and 'state' lie in each other; people reach the spool and must not reach the state."
            )
        ]
    }

    /// What is wrong with `config.yaml` must not make pipelines look wrong too.
    private func surroundings(_ configuration: Configuration, isSound: Bool) -> PipelineSurroundings {
        let keys = configuration.api.keys ?? credentialNames.map(Configuration.keys(ofCredentials:))
        return PipelineSurroundings(
            keyNames: isSound ? keys.map { Set($0.map(\.name)) } : nil,
            credentialNames: credentialNames,
            hasPublicURL: !isSound || configuration.webhook.publicURL != nil
        )
    }

    /// The folder of `config.yaml`.
    private var folder: String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "" : String(file[..<slash])
    }
}
