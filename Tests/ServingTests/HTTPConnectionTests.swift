import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import Serving

@Suite("Connections of a server that stops", .timeLimit(.minutes(1)))
struct HTTPConnectionTests {
    private static let quiet = Logger(label: "server") { _ in SwiftLogNoOpLogHandler() }
    private static let group = MultiThreadedEventLoopGroup.singleton

    private static let ok: HTTP1Channel.Responder = { _, writer, _ in
        try await writer.writeResponse(.init(status: .ok, headerFields: [.contentLength: "0"]))
    }

    @Test("A connection that is let go unserved is closed, and the process goes on.")
    func unserved() async throws {
        let connections = HTTPConnections(responder: Self.ok)
        let server = try await ServerBootstrap(group: Self.group)
            .childChannelInitializer { channel in
                connections.setup(channel: channel, logger: Self.quiet).map { _ in }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        for _ in 1...20 {
            let client = try await ClientBootstrap(group: Self.group).connect(to: try #require(server.localAddress))
                .get()
            try await client.closeFuture.get()
        }
        try await server.close()
    }

    @Test("A server stops under a stream of connections, again and again.", arguments: [true, false])
    func stops(gracefully: Bool) async throws {
        for _ in 1...50 {
            let (ports, sink) = AsyncStream.makeStream(of: SocketAddress.self)
            let server = try HTTPServerBuilder.connections().buildServer(
                configuration: .init(address: .hostname("127.0.0.1", port: 0)),
                eventLoopGroup: Self.group,
                logger: Self.quiet,
                responder: Self.ok,
                onServerRunning: { channel in channel.localAddress.map { _ = sink.yield($0) } }
            )
            let services = ServiceGroup(services: [server], logger: Self.quiet)
            let running = Task { try await services.run() }
            var iterator = ports.makeAsyncIterator()
            let address = try #require(await iterator.next())
            try await Self.connecting(to: address) {
                if gracefully { await services.triggerGracefulShutdown() } else { running.cancel() }
                _ = try? await running.value
            }
        }
    }

    /// Runs the body after the first of many connections, which go on until it ends.
    private static func connecting(to address: SocketAddress, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup { tasks in
            let (connected, sink) = AsyncStream.makeStream(of: Void.self)
            for _ in 1...8 {
                tasks.addTask {
                    while !Task.isCancelled {
                        guard let client = try? await ClientBootstrap(group: group).connect(to: address).get() else {
                            break
                        }
                        sink.finish()
                        try? await client.close()
                    }
                }
            }
            for await _ in connected {}
            try await body()
            tasks.cancelAll()
        }
    }
}
