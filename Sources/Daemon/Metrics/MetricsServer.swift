import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Serving

/// Serves the figures on an address of this machine, for a Prometheus that scrapes it.
struct MetricsServer: Service {
    let engine: Engine
    /// On the loopback interface: the figures tell what is done and what it costs.
    let address: ListenAddress
    /// Called with the port when it answers.
    var onServing: @Sendable (Int) -> Void = { _ in }

    func run() async throws {
        let router = Router()
        router.get("metrics") { _, _ in try await Response(engine.exposition()) }
        let onServing = onServing
        let application = Application(
            router: router,
            server: .connections(),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                serverName: "runninghubd"
            ),
            onServerRunning: { onServing($0.localAddress?.port ?? 0) },
            logger: Logger(label: "metrics") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            try await application.run()
        } catch {
            engine.journal.tell(
                .noMetrics,
                "The figures for Prometheus cannot be served on \(address), jobs go on: \(error). Check 'metrics: listen' and restart."
            )
            // A service that returns would end the daemon.
            try? await gracefulShutdown()
        }
    }
}

extension Response {
    /// An answer for Prometheus.
    init(_ exposition: Exposition) {
        self.init(
            status: .ok,
            headers: [.contentType: Exposition.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: exposition.text))
        )
    }
}
