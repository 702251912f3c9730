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
