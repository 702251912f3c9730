import Glibc
import Jobs
import Spool

extension ConfigurationCheck {
    /// What is wrong with a pipeline's group: it is missing, nobody is in it, or the daemon is not, or the folders are another's.
    func groupProblems(
        _ pipeline: Pipeline,
        spool: String,
        at position: SourcePosition
    ) -> [ConfigurationProblem] {
        let (group, shown) = (pipeline.group, Quotation.printable(pipeline.group))
        guard let entry = getgrnam(group) else {
            return [.init(at: position, "There is no group '\(shown)': 'groupadd --system \(shown)' makes one.")]
        }
        guard let service else { return [] }
        let number = entry.pointee.gr_gid
        let isEmpty = !Self.hasMember(entry.pointee.gr_mem, beside: service.user) && !Self.isPrimary(number)
        var problems: [ConfigurationProblem] = []
        if !service.isMember(of: group) {
            let command = "usermod -aG \(shown) \(service.user)"
            problems.append(
                .init(at: position, "The daemon's user is not in the group '\(shown)': '\(command)', then restart.")
            )
        }
        if isEmpty {
            let text = "Nobody is in the group '\(shown)', so nobody but root may drop: 'usermod -aG \(shown) NAME'."
            problems.append(.init(at: position, text, severity: .warning))
        }
        problems += folderProblems(of: pipeline, spool: spool, number, service.user, at: position)
        return problems
    }

    /// The folders of a pipeline with a group of its own that are not there, which the service's sandbox keeps it from giving to that group,
    /// and those that are another's.
    private func folderProblems(
        of pipeline: Pipeline,
        spool: String,
        _ group: gid_t,
        _ user: String,
        at position: SourcePosition
    ) -> [ConfigurationProblem] {
        guard pipeline.group != Pipeline.commonGroup, let name = FileName(pipeline.name) else { return [] }
        let layout = SpoolLayout(path: spool)
        let folders = PipelineFolders(pipeline: name, spool: layout, elsewhere: pipeline.folders)
        let shown = Quotation.printable(pipeline.group)
        var (missing, others): ([String], [String]) = ([], [])
        for path in FolderRole.allCases.map(folders.path) {
            var status = stat()
            let quoted = "'\(Quotation.printable(path))'"
            if stat(path, &status) == 0 {
                if status.st_gid != group { others.append(quoted) }
            } else if errno == ENOENT {
                missing.append(quoted)
            }
        }
        var problems: [ConfigurationProblem] = []
        if !missing.isEmpty {
            let command = "install -d -o \(user) -g \(shown) -m 2770 \(missing.joined(separator: " "))"
            let text = "The service cannot give folders to the group '\(shown)'. Run: \(command), then restart."
            problems.append(.init(at: position, text))
        }
        if !others.isEmpty {
            let command = "chgrp \(shown) \(others.joined(separator: " "))"
            let text = "Its people may not be able to use folders that belong to another group: \(command)"
            problems.append(.init(at: position, text, severity: .warning))
        }
        return problems
    }

    private static func hasMember(
        _ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
        beside user: String
    ) -> Bool {
        var next = list
        while let name = next?.pointee {
            if String(cString: name) != user { return true }
            next = next?.advanced(by: 1)
        }
        return false
    }

    /// Whether it is the first group of somebody, who is not among its members then.
    private static func isPrimary(_ group: gid_t) -> Bool {
        setpwent()
        defer { endpwent() }
        while let entry = getpwent() {
            if entry.pointee.pw_gid == group { return true }
        }
        return false
    }
}
