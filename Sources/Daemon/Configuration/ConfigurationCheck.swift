import Glibc
import Jobs
import Spool

/// What can be told about a configuration on this machine without a daemon and without the network: folders, rights, groups, keys.
///
/// Rights are those of the daemon's user where root asks and the service is installed, and else of the process that asks.
package struct ConfigurationCheck: Sendable {
    let reading: ConfigurationReading
    let keysFolder: String
    /// The service for which it is checked; nothing: for the process that asks.
    let service: ServiceUnit?

    /// The name of the service.
    package static let unit = "runninghubd.service"

    /// Checks what was read; `runninghubd key add` stores keys in `keysFolder`.
    package init(
        _ reading: ConfigurationReading,
        keysFolder: String = "/etc/runninghubd/keys",
        service: ServiceUnit? = nil
    ) {
        self.reading = reading
        self.keysFolder = keysFolder
        self.service = service
    }

    /// Problems beyond those of reading, by file and position.
    ///
    /// Blocks on the file system.
    package func run() -> [ConfigurationProblem] {
        guard let configuration = reading.configuration else { return [] }
        let onDisk = service.map { $0.acting { folderProblems(configuration) } } ?? folderProblems(configuration)
        var problems = onDisk ?? userProblems
        problems += keys(configuration) + pipelineProblems(configuration) + keyNameProblems(configuration)
        problems += serviceProblems
        problems += spaceProblems(configuration, at: place(main?.source(of: "limits", "free_space")))
        for pipeline in configuration.pipelines {
            let file = configuration.file(of: pipeline)
            let place = document(file)?.source(of: "group") ?? SourcePosition(file: file)
            problems += groupProblems(pipeline, spool: configuration.spool, at: place).map { $0.of(pipeline) }
        }
        return problems.inOrder()
    }

    /// What the user that it is checked for meets in the file system.
    private func folderProblems(_ configuration: Configuration) -> [ConfigurationProblem] {
        var problems = folder(configuration.spool, named: "spool")
        for role in FolderRole.allCases {
            let path = "\(configuration.spool)/\(role.rawValue)"
            // The daemon makes those that are missing.
            guard access(path, F_OK) == 0 else { continue }
            problems += folder(path, "'spool'", at: place(main?.source(of: "spool")))
        }
        problems += markerProblems(configuration, at: place(main?.source(of: "spool")))
        problems += folder(configuration.state, named: "state")
        problems += stateProblems(configuration.state, at: place(main?.source(of: "state")))
        problems += ownFileProblems(configuration, at: place(main?.source(of: "state")))
        problems += certificateProblems(configuration, at: place(main?.source(of: "webhook", "certificate")))
        for pipeline in configuration.pipelines {
            let own = self.problems(of: pipeline, in: configuration) + programProblems(of: pipeline, in: configuration)
            problems += own.map { $0.of(pipeline) }
        }
        return problems
    }

    private var userProblems: [ConfigurationProblem] {
        let text = "There is no user \(service?.user ?? "") to run the daemon: systemd-sysusers makes it."
        return [.init(at: place(nil), text)]
    }

    func document(_ file: String) -> ShownDocument? {
        reading.documents.first { $0.file == file }
    }

    private var main: ShownDocument? { reading.documents.first }

    private func problems(of pipeline: Pipeline, in configuration: Configuration) -> [ConfigurationProblem] {
        let file = configuration.file(of: pipeline)
        guard let document = document(file) else { return [] }
        var problems: [ConfigurationProblem] = []
        let folders = pipeline.folders
        let paths = [
            ("inbox", folders.inbox), ("outbox", folders.outbox), ("done", folders.done), ("failed", folders.failed),
        ]
        for (role, path) in paths {
            guard let path, let place = document.source(of: "folders", role) else { continue }
            problems += folder(path, "'\(role)'", at: place)
        }
        guard let name = FileName(pipeline.name) else { return problems }
        let all = PipelineFolders(pipeline: name, spool: SpoolLayout(path: configuration.spool), elsewhere: folders)
        let elsewhere = Set(paths.compactMap(\.1))
        // The daemon makes those of its own spool that are missing.
        for path in FolderRole.allCases.map(all.path) where !elsewhere.contains(path) && access(path, F_OK) == 0 {
            problems += folder(path, "pipeline '\(pipeline.name)'", at: SourcePosition(file: file))
        }
        problems += markerProblems(of: all, in: configuration.spool, at: SourcePosition(file: file))
        let inbox = all.path(of: .inbox)
        let place = document.source(of: "inbox", "watch") ?? SourcePosition(file: file)
        return problems + watchProblems(inbox, pipeline, at: place)
    }

    private func folder(_ path: String, named key: String) -> [ConfigurationProblem] {
        folder(path, "'\(key)'", at: place(main?.source(of: key)))
    }

    private func place(_ source: SourcePosition?) -> SourcePosition {
        source ?? SourcePosition(file: main?.file ?? ConfigurationReader.standardFile)
    }

    private func keys(_ configuration: Configuration) -> [ConfigurationProblem] {
        guard let keys = configuration.api.keys else { return keysFolderProblems() }
        var problems: [ConfigurationProblem] = []
        for (index, key) in keys.enumerated() {
            guard case .file(let path) = key.source else { continue }
            do {
                _ = try LocalConfigurationFiles().secretContent(of: path)
            } catch {
                let source = main?.source(of: "api", "keys", "\(index)", "file")
                problems.append(
                    .init(at: place(source), "The file of the key '\(key.name)' cannot be used: \(error.message).")
                )
            }
        }
        let needsFolder = keys.contains {
            if case .credential(let name) = $0.source { name.hasPrefix("key_") } else { false }
        }
        return problems + (needsFolder ? keysFolderProblems() : [])
    }

    /// Only root can look into the folder of keys; for anybody else what it holds stays open.
    private func keysFolderProblems() -> [ConfigurationProblem] {
        var status = stat()
        let position = SourcePosition(file: keysFolder)
        guard stat(keysFolder, &status) == 0 else {
            guard errno == ENOENT else { return [] }
            return [
                .init(at: place(nil), "There is no key yet: 'runninghubd key add NAME' stores one.", severity: .warning)
            ]
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return [.init(at: position, "This is no folder.")] }
        guard status.st_mode & 0o077 == 0 else {
            return [.init(at: position, "Others than root can reach the folder of the keys: 'chmod 700' it.")]
        }
        guard let names = try? LocalConfigurationFiles().names(in: keysFolder) else { return [] }
        if names.isEmpty {
            return [
                .init(at: place(nil), "There is no key yet: 'runninghubd key add NAME' stores one.", severity: .warning)
            ]
        }
        return names.compactMap { name -> ConfigurationProblem? in
            let path = keysFolder + "/" + String(decoding: name, as: UTF8.self)
            do throws(FileProblem) {
                return lengthProblem(of: try LocalConfigurationFiles().secretContent(of: path), in: path)
            } catch {
                return .init(at: SourcePosition(file: path), "This key cannot be used: \(error.message).")
            }
        }
    }
}

extension ConfigurationProblem {
    /// The same problem, as one that takes its pipeline out of service.
    func of(_ pipeline: Pipeline) -> ConfigurationProblem {
        ConfigurationProblem(at: position, message, severity: severity, pipeline: pipeline.name)
    }
}
