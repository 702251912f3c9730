import ArgumentParser
import Daemon
import Jobs

/// What a shell offers when a word is begun; asked of the daemon, and nothing where none answers.
enum Completions {
    /// The names of pipelines, as the configuration has them.
    static var pipelines: CompletionKind {
        .custom { arguments, _, _ in
            let configuration = ConfigurationReader(file: file(in: arguments)).read().configuration
            return configuration.map { $0.pipelines.map(\.name) + $0.outOfService } ?? []
        }
    }

    /// The newest jobs that are in one of these states; empty: in any.
    static func jobs(_ states: [JobState] = []) -> CompletionKind {
        .custom { arguments, _, _ in
            let client = ControlClient(socket: ConfigurationReader(file: file(in: arguments)).read().controlSocket)
            let listing = try? await client.jobs(states: states.map(\.rawValue), limit: Self.limit)
            return listing?.jobs.map(\.id) ?? []
        }
    }

    /// So many are offered at most: more cannot be chosen from.
    private static let limit = 50

    /// The configuration that the line to be completed names.
    private static func file(in arguments: [String]) -> String {
        let following = arguments.firstIndex(of: "--config").map { arguments.index(after: $0) }
        if let following, arguments.indices.contains(following) { return arguments[following] }
        return ConfigurationReader.standardFile
    }
}
