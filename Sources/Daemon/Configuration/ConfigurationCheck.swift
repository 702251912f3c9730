import Glibc
import Jobs

/// What can be told about a configuration on this machine without a daemon and without the network: folders, rights, groups, keys.
///
/// Rights are those of the process that asks; run it as the daemon's user to learn what the daemon will find.
package struct ConfigurationCheck: Sendable {
    private let reading: ConfigurationReading
    private let keysFolder: String

    /// Checks what was read; `runninghubd key add` stores keys in `keysFolder`.
    package init(_ reading: ConfigurationReading, keysFolder: String = "/etc/runninghubd/keys") {
        self.reading = reading
        self.keysFolder = keysFolder
    }

    /// Problems beyond those of reading, by file and position.
    ///
    /// Blocks on the file system.
    package func run() -> [ConfigurationProblem] {
        guard let configuration = reading.configuration else { return [] }
        var problems = folder(configuration.spool, named: "spool")
        problems += folder(configuration.state, named: "state")
        problems += keys(configuration)
        for pipeline in configuration.pipelines {
            problems += self.problems(of: pipeline, file: "\(configuration.pipelinesFolder)/\(pipeline.name).yaml")
        }
        return problems.inOrder()
    }

    private var main: ShownDocument? { reading.documents.first }

    private func problems(of pipeline: Pipeline, file: String) -> [ConfigurationProblem] {
        guard let document = reading.documents.first(where: { $0.file == file }) else { return [] }
        var problems: [ConfigurationProblem] = []
        if getgrnam(pipeline.group) == nil {
            let message =
                "There is no group '\(Quotation.printable(pipeline.group))': 'groupadd --system NAME' makes one."
            problems.append(.init(at: document.source(of: "group") ?? SourcePosition(file: file), message))
        }
        let folders = pipeline.folders
        let paths = [
            ("inbox", folders.inbox), ("outbox", folders.outbox), ("done", folders.done), ("failed", folders.failed),
        ]
        for (role, path) in paths {
            guard let path, let place = document.source(of: "folders", role) else { continue }
            problems += Self.folder(path, "'\(role)'", at: place)
        }
        return problems.map { .init(at: $0.position, $0.message, severity: $0.severity, pipeline: pipeline.name) }
    }

    private func folder(_ path: String, named key: String) -> [ConfigurationProblem] {
        Self.folder(path, "'\(key)'", at: place(main?.source(of: key)))
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
    ///
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
                _ = try LocalConfigurationFiles().secretContent(of: path)
                return nil
            } catch {
                return .init(at: SourcePosition(file: path), "This key cannot be used: \(error.message).")
            }
        }
    }

    private static func folder(
        _ path: String,
        _ name: String,
        at position: SourcePosition
    ) -> [ConfigurationProblem] {
        let shown = Quotation.printable(path)
        var status = stat()
        guard stat(path, &status) == 0 else {
            let message =
                switch errno {
                case ENOENT: "The folder of \(name), \(shown), is not there."
                case EACCES: "The folder of \(name), \(shown), cannot be reached by the user that runs this."
                case let code: "The folder of \(name), \(shown), cannot be reached: \(String(cString: strerror(code)))."
                }
            return [.init(at: position, message)]
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return [.init(at: position, "\(name) is \(shown), which is no folder.")]
        }
        guard faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) == 0 else {
            return [.init(at: position, "The folder of \(name), \(shown), cannot be used by the user that runs this.")]
        }
        return []
    }
}
