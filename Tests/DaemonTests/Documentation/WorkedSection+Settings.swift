import Glibc
import Jobs
import RunningHubSimulator

@testable import Daemon

extension WorkedSection {
    /// What the daemon's own reader makes of the section's files; `isAlone`: with `config.yaml` as it is shipped.
    func reading(alone isAlone: Bool = false) -> ConfigurationReading {
        var files = ["/etc/runninghubd/config.yaml": ""]
        for (name, text) in settings where !isAlone || name != "config.yaml" {
            files["/etc/runninghubd/" + name] = text
        }
        return ConfigurationReader(
            files: MemoryFiles(files),
            credentialNames: Set(credentials.keys).union(["key_main"])
        )
        .read()
    }

    /// The secrets that pipelines name, by the names of their credentials.
    private var credentials: [String: String] {
        let names = steps.flatMap(\.runs).flatMap(\.members).compactMap { member in
            if case .credential(let name) = member.value { name } else { nil }
        }
        return Dictionary(names.map { ($0, Self.secret(of: $0)) }) { first, _ in first }
    }

    /// A password that a credential holds.
    static func secret(of credential: String) -> String { "the secret in \(credential)" }

    /// Has a daemon and a cloud be as the section says.
    func prepare(_ setup: inout EngineHarness.Setup, _ configuration: Configuration) {
        setup.startsAtOnce = false
        setup.credentials = credentials
        setup.hasPublicURL = configuration.webhook.publicURL != nil
        if let keys = configuration.api.keys {
            setup.keys = Dictionary(keys.map { ($0.name, $0.concurrency) }) { first, _ in first }
            setup.cloud.keys = keys.map { .init(name: $0.name, key: "key-of-\($0.name)", concurrency: $0.concurrency) }
        }
        if let made { setup.cloud.results.outputs = [OutputSettings(.generated, type: made)] }
        setup.pipelines = configuration.pipelines.map(Self.here)
        setup.adjust = { configuration in
            let root = configuration.spool.dropLast("/spool".count)
            for index in configuration.pipelines.indices {
                configuration.pipelines[index].folders.move { "\(root)\($0)" }
            }
        }
    }

    /// The pipeline as it is, but that it settles at once and needs no group and no space of this machine.
    private static func here(_ pipeline: Pipeline) -> Pipeline {
        var pipeline = pipeline
        pipeline.inbox.quietTime = .milliseconds(10)
        pipeline.inbox.pollQuietTime = .milliseconds(10)
        pipeline.limits.freeSpace = 0
        if let group = getgrgid(getgid()) { pipeline.group = String(cString: group.pointee.gr_name) }
        return pipeline
    }

    /// The ending of what comes out, where it is none of those that went in: tasks give back what they got, unless told otherwise.
    private var made: String? {
        let results = steps.flatMap(\.afterwards).map(\.path).filter { !$0.hasSuffix(".result.json") }
        let endings = Set(results.filter { $0.hasPrefix("outbox/") }.map(\.ending))
        let given = Set(steps.flatMap(\.dropped).map(\.path.ending))
        return endings.count == 1 && endings.isDisjoint(with: given) ? endings.first : nil
    }
}

extension Pipeline.Folders {
    /// Puts each folder that is elsewhere to another place.
    mutating func move(_ place: (String) -> String) {
        (inbox, outbox, done, failed) = (inbox.map(place), outbox.map(place), done.map(place), failed.map(place))
    }
}

extension String {
    /// What follows the last dot.
    var ending: String { split(separator: ".").last.map(String.init) ?? "" }
}
