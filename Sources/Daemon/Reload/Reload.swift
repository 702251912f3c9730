import Jobs
import Ledger
import Spool

/// Reads the configuration anew while the daemon runs, and puts all of it into force or nothing.
///
/// Jobs under way keep the settings they were submitted with: each attempt has a copy.
actor Reload {
    private let read: @Sendable () -> ConfigurationReading
    private let start: DaemonStart
    private let engine: Engine
    private var inForce: Configuration
    private var isUnderWay = false

    /// - Parameters:
    ///   - start: that which made the engine.
    ///   - engine: it runs.
    ///   - read: reads the configuration; may block.
    init(of start: DaemonStart, _ engine: Engine, reading read: @escaping @Sendable () -> ConfigurationReading) {
        self.start = start
        self.engine = engine
        self.read = read
        inForce = start.configuration
    }

    /// Reloads, and tells in the journal what came of it.
    ///
    /// - Parameter asker: who asked for it, as a clause's end.
    /// - Throws: `ControlRefusal` where the old configuration stays in force.
    /// - Returns: what has changed, in sentences.
    func run(askedBy asker: String) async throws -> ControlAnswer {
        guard !isUnderWay else { throw ControlRefusal(.conflict, "A reload is under way; ask again when it is done.") }
        isUnderWay = true
        defer { isUnderWay = false }
        do {
            let answer = try await replace()
            engine.journal.tell(.reloaded, "Reloaded, asked by \(asker). \(answer)")
            return ControlAnswer(message: answer)
        } catch {
            let refusal = error as? ControlRefusal ?? ControlRefusal(.unavailable, "\(error)")
            engine.journal.tell(
                .reloadRefused,
                "The reload asked for by \(asker) was refused; the old configuration stays in force. \(refusal.message)"
            )
            throw refusal
        }
    }

    private func replace() async throws -> String {
        let reading = try await engine.blocking { [read] in read() }
        guard let configuration = reading.configuration else {
            let wrong = reading.problems.filter { $0.severity == .error }.map(\.description)
            throw ControlRefusal(.conflict, (["The configuration is wrong:"] + wrong).joined(separator: "\n"))
        }
        let change = ConfigurationChange(
            from: inForce,
            to: configuration,
            credentials: try start.credentialNames(),
            uses: try await engine.ledger.keyUses(),
            taking: try await engine.ledger.pipelinesTaking()
        )
        guard change.refusals.isEmpty else {
            throw ControlRefusal(.conflict, change.refusals.joined(separator: "\n"))
        }
        let certificate = try await certificate(of: configuration)
        let hasNewCertificate = certificate.map { new in engine.certificate.map { !$0.isSame(as: new) } ?? true }
        try await putIntoForce(configuration, change, certificate)
        for problem in reading.problems { engine.journal.tell(.pipelineOut, problem.description) }
        var summary = [change.summary]
        if let certificate, hasNewCertificate == true {
            summary.append("The listener has a new certificate, valid until \(certificate.expiresAt.internetTime).")
        }
        return (summary + reading.problems.map(\.description) + engine.pipelines.closed).joined(separator: "\n")
    }

    private func certificate(of configuration: Configuration) async throws -> ListenerCertificate? {
        do {
            return try await engine.blocking { [start] in try start.certificate(of: configuration) }
        } catch let exit as DaemonExit {
            throw ControlRefusal(.conflict, exit.description)
        }
    }

    private func putIntoForce(
        _ configuration: Configuration,
        _ change: ConfigurationChange,
        _ certificate: ListenerCertificate?
    ) async throws {
        let marker = Marker(ledger: engine.settings.publicID, generation: engine.settings.generation)
        let layout = SpoolLayout(path: configuration.spool)
        let contents = try await start.prepare(configuration, layout, engine.ledger, marker) { pipeline in
            // One whose folders are away may have had none yet.
            guard let old = engine.pipelines.entry(pipeline.name), old.pipeline.hasSameFolders(as: pipeline),
                engine.pipelines.away(pipeline.name) == nil
            else { return nil }
            // Watches and descriptors hang on them.
            return PipelineTable.Entry(pipeline: pipeline, folders: old.folders)
        }
        let downloader = try start.downloader(for: configuration)
        engine.adopt(contents, change, general: configuration.general, downloader: downloader, certificate: certificate)
        inForce = configuration
    }
}

extension Pipeline {
    /// Whether what is dropped and taken lies in the same folders, and is the same group's.
    func hasSameFolders(as other: Pipeline) -> Bool {
        folders == other.folders && group == other.group
    }
}
