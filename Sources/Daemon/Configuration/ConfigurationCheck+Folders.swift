import Glibc
import Jobs
import Spool

extension ConfigurationCheck {
    /// What is wrong with a folder of the configuration.
    func folder(_ path: String, _ name: String, at position: SourcePosition) -> [ConfigurationProblem] {
        let shown = Quotation.printable(path)
        let who = service.map { "the daemon's user \($0.user)" } ?? "the user that runs this"
        var status = stat()
        guard stat(path, &status) == 0 else {
            let message =
                switch errno {
                case ENOENT: "The folder of \(name), \(shown), is not there."
                case EACCES: "The folder of \(name), \(shown), cannot be reached by \(who)."
                case let code: "The folder of \(name), \(shown), cannot be reached: \(String(cString: strerror(code)))."
                }
            return [.init(at: position, message)]
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return [.init(at: position, "\(name) is \(shown), which is no folder.")]
        }
        if let service, !service.sees(path) {
            let command = "systemctl edit \(Self.unit)"
            let text =
                "The service does not see the folder of \(name), \(shown): '\(command)', there [Service] and BindPaths=\(shown), then restart."
            return [.init(at: position, text)]
        }
        guard faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) == 0 else {
            if errno == EROFS {
                let text = "The folder of \(name), \(shown), lies on a file system that is mounted read-only."
                return [.init(at: position, text)]
            }
            let cure = service.map { ": chown \($0.user) '\(shown)' && chmod u+rwx '\(shown)'" } ?? "."
            return [.init(at: position, "The folder of \(name), \(shown), cannot be used by \(who)\(cure)")]
        }
        return []
    }

    /// What is wrong with the file system under the state folder: SQLite's locks and flushes must be this machine's own.
    func stateProblems(_ path: String, at position: SourcePosition) -> [ConfigurationProblem] {
        guard let kind = try? Folder(path: path).fileSystemKind(), let name = kind.remoteName else { return [] }
        return [.init(at: position, "'state' lies on \(name); the ledger must be on a local file system.")]
    }

    /// That an inbox is watched by means that do not work there.
    func watchProblems(_ path: String, _ pipeline: Pipeline, at position: SourcePosition) -> [ConfigurationProblem] {
        guard pipeline.inbox.watch == .inotify, let kind = try? Folder(path: path).fileSystemKind(),
            let name = kind.remoteName
        else { return [] }
        let text =
            "The inbox lies on \(name), which does not tell what others change: leave 'watch' at auto, or write poll."
        return [.init(at: position, text, severity: .warning)]
    }
}
