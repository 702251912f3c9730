import FaultPoints
import Glibc
import Jobs
import Ledger
package import Logging
import NIOPosix
import RunningHub
import ServiceLifecycle
import Spool
import Systemd
import UnixSignals

/// The daemon as a process: everything is put together here, and nowhere else.
package struct DaemonProcess: Sendable {
    let file: String
    let logger: Logger

    /// A daemon of this configuration file.
    package init(file: String, logger: Logger) {
        self.file = file
        self.logger = logger
    }

    /// Runs until it is told to stop.
    ///
    /// Throws `DaemonExit` where it cannot start.
    package func run() async throws {
        let journal = Journal(logger)
        if let fault = ArmedFault.ofProcess {
            journal.tell(
                .starting,
                "\(ArmedFault.variable) is set: this process will \(fault.action.rawValue) itself, for a test."
            )
        }
        let sockets = try handedSockets()
        let configuration: Configuration
        do {
            configuration = try readConfiguration(journal)
        } catch {
            await WaitingCallers(sockets: sockets).turnAway()
            throw error
        }
        let start = DaemonStart(configuration: configuration, journal: journal, time: LedgerClock())
        do {
            let engine = try await patiently { try await start.makeEngine() }
            try await serve(engine, start, sockets, configuration)
            // Where it cannot be written the next start finds its log, and takes it up.
            try? await engine.ledger.close()
        } catch {
            // A client that is let go of without this traps where assertions are on, and the reason would be lost.
            try? await start.close()
            throw error
        }
    }

    /// Has systemd wait for a start that takes long, as with a ledger that is checked after a crash; half an hour at the most.
    private func patiently<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        let notifier = Notifier()
        let asking = Task {
            for _ in 0..<60 {
                notifier.notify(.extendTimeout(.seconds(90)))
                try await Task.sleep(for: .seconds(30))
            }
        }
        defer { asking.cancel() }
        return try await body()
    }

    private func readConfiguration(_ journal: Journal) throws -> Configuration {
        let reading = ConfigurationReader(file: file).read()
        for problem in reading.problems {
            let isOwn = problem.pipeline != nil || problem.severity == .warning
            journal.tell(isOwn ? .pipelineOut : .configurationWrong, problem.description)
        }
        guard let configuration = reading.configuration else {
            throw DaemonExit(
                .configuration,
                "The configuration is wrong; 'runninghubd check --config \(file)' lists every mistake."
            )
        }
        return configuration
    }

    private func handedSockets() throws -> [HandedSocket] {
        do {
            return try ListenSockets.take(named: "webhook")
        } catch {
            throw DaemonExit(.configuration, "\(error)")
        }
    }

    private func serve(
        _ engine: Engine,
        _ start: DaemonStart,
        _ sockets: [HandedSocket],
        _ configuration: Configuration
    ) async throws {
        let notifier = Notifier()
        // Who has waited for the start finds a daemon that can be called back and asked.
        let readiness = Readiness(of: Set(ServedPart.allCases)) {
            notifier.notify(.ready, .status(engine.statusLine().text))
            start.journal.tell(
                .ready,
                "Ready: \(count(engine.pipelines.names.count, "pipeline")), \(count(engine.accounts.count, "key"))."
            )
        }
        let listeners = listeners(engine, sockets, configuration) { isServing in
            engine.proof.serves(isServing && configuration.webhook.publicURL != nil)
            if isServing { readiness.arrived(.listener) }
        }
        var services: [any Service] = listeners
        let reload = Reload(of: start, engine) { [file] in ConfigurationReader(file: file).read() }
        var control = ControlServer(engine: engine, path: configuration.controlSocket)
        // The unit's ExecReload= runs as the service itself.
        control.reload = { try await reload.run(askedBy: $0.isThisService ? "systemctl reload" : $0.name) }
        control.onServing = { readiness.arrived(.control) }
        services.append(control)
        if let address = configuration.metrics.listen {
            services.append(MetricsServer(engine: engine, address: address))
        }
        // Services end in the reverse of this order, one after the other: whoever still asks something must not keep the engine from it.
        services.append(engine)
        services.append(Supervision(engine: engine, notifier: notifier, time: start.time))
        services.append(Hangup(reload: reload))
        var group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, serviceName: "\(type(of: $0))") },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
        )
        // A POST under way is awaited to its own deadline of 60 s; both limits lie below the unit's TimeoutStopSec.
        group.maximumGracefulShutdownDuration = .seconds(75)
        group.maximumCancellationDuration = .seconds(5)
        try await withGracefulShutdownHandler {
            try await ServiceGroup(configuration: group).run()
        } onGracefulShutdown: {
        }
        notifier.notify(.stopping)
        start.journal.tell(
            .stopping,
            "Stopped. Tasks under way go on at RunningHub; their results are fetched after the next start."
        )
        try await start.close()
    }

    private func count(_ number: Int, _ what: String) -> String {
        "\(number) \(what)\(number == 1 ? "" : "s")"
    }

    private func listeners(
        _ engine: Engine,
        _ sockets: [HandedSocket],
        _ configuration: Configuration,
        onServing: @escaping @Sendable (Bool) -> Void
    ) -> [WebhookListener] {
        let listen = configuration.webhook.listen
        let sources: [WebhookListener.Source] =
            sockets.isEmpty
            ? [WebhookListener.Source.address(host: listen.host, port: listen.port)]
            : sockets.map { WebhookListener.Source.handedOver(descriptor: $0.descriptor, backlog: $0.backlog) }
        let limits = WebhookListener.Limits()
        let responder = WebhookResponder(engine: engine, bodyLimit: limits.body)
        return sources.enumerated().map { index, source -> WebhookListener in
            let isLast = index == sources.count - 1
            return WebhookListener(
                source: source,
                limits: limits,
                responder: responder,
                logger: Logger(label: "listener") { _ in SwiftLogNoOpLogHandler() },
                group: MultiThreadedEventLoopGroup.singleton,
                tls: { engine.certificate?.context },
                onServing: { if isLast { onServing($0) } }
            )
        }
    }
}

/// What answers others.
private enum ServedPart: CaseIterable {
    case listener, control
}
