import FoundationEssentials
import Glibc
import Jobs
import Ledger
import Logging
import NIOPosix
import RunningHubSimulator
import ServiceLifecycle
import Synchronization
import Systemd
import Testing

@testable import Daemon

/// A daemon in the test's own process, with everything but systemd real: ledger and folders on disk, the listener on a
/// loopback port, and a cloud that is simulated behind real HTTP.
///
/// Only its clock is the test's.
final class EngineHarness: Sendable {
    let clock: Clock
    let journal: JournalRecord
    let simulator: Simulator
    let setup: Setup
    /// The folder that everything of the test lies in.
    let root: String
    private let socket: Socket
    private let running = Mutex<Running?>(nil)

    /// A daemon that runs.
    private struct Running: Sendable {
        let start: DaemonStart
        let engine: Engine
        let work: Task<Void, any Error>
        let listener: ServiceGroup
        let listening: Task<Void, any Error>
    }

    init(_ setup: Setup, _ simulator: Simulator) throws {
        self.setup = setup
        self.simulator = simulator
        clock = Clock()
        journal = JournalRecord(clock: clock)
        socket = try Socket()
        root = FileManager.default.temporaryDirectory.path + "/runninghubd-engine-\(UUID().uuidString)"
        for folder in ["", "/state", "/spool", "/drop", "/credentials"] {
            try FileManager.default.createDirectory(atPath: root + folder, withIntermediateDirectories: true)
        }
        // What the daemon makes below it inherits the bit, as in a spool that was installed.
        chmod("\(root)/spool", 0o2770)
        for name in setup.keys.keys {
            let key = setup.cloud.keys.first { $0.name == name }?.key ?? "unknown-to-the-cloud"
            let isMade = FileManager.default.createFile(
                atPath: "\(root)/\(name).key",
                contents: Data(key.utf8),
                attributes: [.posixPermissions: 0o600]
            )
            #expect(isMade)
        }
        for (name, secret) in setup.credentials {
            try Data(secret.utf8).write(to: URL(filePath: "\(root)/credentials/\(name)"))
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    /// Where callbacks come in.
    var publicURL: String { "http://127.0.0.1:\(port)" }

    /// The port of the listener.
    var port: Int { socket.port }

    /// The engine that runs.
    var engine: Engine {
        get throws {
            guard let engine = running.withLock({ $0?.engine }) else { throw Failure(text: "no daemon runs") }
            return engine
        }
    }

    /// What started the engine that runs.
    var daemonStart: DaemonStart {
        get throws {
            guard let start = running.withLock({ $0?.start }) else { throw Failure(text: "no daemon runs") }
            return start
        }
    }

    /// What the daemon is told.
    var configuration: Configuration {
        var configuration = Configuration()
        configuration.api.baseURL = simulator.baseURL
        configuration.api.keys = setup.keys.sorted { $0.key < $1.key }.map { name, concurrency in
            var key = Daemon.KeySettings(name: name, source: .file("\(root)/\(name).key"))
            key.concurrency = concurrency
            return key
        }
        configuration.webhook.publicURL = setup.hasPublicURL ? publicURL : nil
        configuration.spool = "\(root)/spool"
        configuration.state = "\(root)/state"
        configuration.pipelines = setup.pipelines
        setup.adjust(&configuration)
        return configuration
    }

    /// Starts the daemon; returns when it serves.
    func start() async throws {
        let start = DaemonStart(
            configuration: configuration,
            journal: journal.journal,
            time: clock,
            credentials: Credentials(directory: "\(root)/credentials")
        )
        do {
            let engine = try await start.makeEngine()
            let (serving, sink) = AsyncStream.makeStream(of: Void.self)
            let hasPublicURL = setup.hasPublicURL
            let listener = listener(of: engine) { isServing in
                engine.proof.serves(isServing && hasPublicURL)
                sink.finish()
            }
            let listening = Task { try await listener.run() }
            let work = Task { try await engine.run() }
            for await _ in serving {}
            running.withLock {
                $0 = Running(start: start, engine: engine, work: work, listener: listener, listening: listening)
            }
        } catch {
            try? await start.close()
            throw error
        }
    }

    private func listener(of engine: Engine, onServing: @escaping @Sendable (Bool) -> Void) -> ServiceGroup {
        let limits = WebhookListener.Limits()
        let silent = Logger(label: "listener") { _ in SwiftLogNoOpLogHandler() }
        let listener = WebhookListener(
            source: .handedOver(descriptor: socket.handOver(), backlog: 128),
            limits: limits,
            responder: WebhookResponder(engine: engine, bodyLimit: limits.body),
            logger: silent,
            group: MultiThreadedEventLoopGroup.singleton,
            tls: { engine.certificate?.context },
            onServing: onServing
        )
        let service = ServiceGroupConfiguration.ServiceConfiguration(
            service: listener,
            successTerminationBehavior: .gracefullyShutdownGroup,
            serviceName: "listener"
        )
        return ServiceGroup(configuration: ServiceGroupConfiguration(services: [service], logger: silent))
    }

    /// Stops the daemon: its listener as at any stop, all else by cancelling whatever it does.
    ///
    /// Returns when nothing of it is left.
    func stop() async {
        guard let running = running.withLock({ $0.take() }) else { return }
        running.work.cancel()
        await running.listener.triggerGracefulShutdown()
        _ = try? await running.listening.value
        _ = try? await running.work.value
        try? await running.start.close()
    }

    /// Stops the daemon and starts another on the same folders.
    func restart() async throws {
        await stop()
        try await start()
    }
}

/// Runs a cloud and a daemon for as long as the test's body does.
func withDaemon(
    _ adjust: (inout EngineHarness.Setup) -> Void = { _ in },
    _ body: (EngineHarness) async throws -> Void
) async throws {
    var setup = EngineHarness.Setup()
    adjust(&setup)
    try await withSimulator(setup.cloud) { [setup] simulator in
        let harness = try EngineHarness(setup, simulator)
        do {
            if setup.startsAtOnce { try await harness.start() }
            try await body(harness)
        } catch {
            await harness.stop()
            throw error
        }
        await harness.stop()
    }
}
