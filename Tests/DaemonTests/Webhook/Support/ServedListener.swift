import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import Daemon

/// A listener with limits of its own, in front of a test's daemon.
struct ServedListener: Sendable {
    let port: Int
    private let services: ServiceGroup
    private let running: Task<Void, any Error>

    /// Runs a listener on a loopback port for as long as the body does.
    static func serve(
        _ daemon: EngineHarness,
        on socket: EngineHarness.Socket? = nil,
        _ adjust: (inout WebhookListener.Limits) -> Void = { _ in },
        _ body: (ServedListener) async throws -> Void
    ) async throws {
        var limits = WebhookListener.Limits()
        limits.linger = .milliseconds(500)
        adjust(&limits)
        let socket = try socket ?? EngineHarness.Socket()
        let engine = try daemon.engine
        let (serving, sink) = AsyncStream.makeStream(of: Void.self)
        let quiet = Logger(label: "listener") { _ in SwiftLogNoOpLogHandler() }
        let listener = WebhookListener(
            source: .handedOver(descriptor: socket.handOver(), backlog: 128),
            limits: limits,
            responder: WebhookResponder(engine: engine, bodyLimit: limits.body),
            logger: quiet,
            group: MultiThreadedEventLoopGroup.singleton,
            onServing: { _ in sink.finish() }
        )
        let services = ServiceGroup(services: [listener], logger: quiet)
        let running = Task { try await services.run() }
        for await _ in serving {}
        do {
            try await body(ServedListener(port: socket.port, services: services, running: running))
        } catch {
            running.cancel()
            _ = try? await running.value
            throw error
        }
        running.cancel()
        _ = try? await running.value
    }

    /// Stops it as systemd would.
    func stop() async {
        await services.triggerGracefulShutdown()
    }

    /// Returns when nothing of it is left.
    func ended() async throws {
        try await running.value
    }

    /// Sends bytes on a connection of their own, and takes what comes until the listener closes.
    func exchange(_ text: String, thenFinish: Bool = false) async throws -> String {
        try await RawPeer.connect(port) { peer in
            try await peer.send(text)
            if thenFinish { peer.finish() }
            return try await peer.rest()
        }
    }
}
