import HummingbirdCore
import Logging
package import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Serving
import Systemd

/// Serves callbacks on the socket that systemd hands over, or on an address of its own where there is no systemd.
package struct WebhookListener: Service {
    /// Where connections come from.
    package enum Source: Sendable {
        /// A listening socket that was handed over, with the backlog of its unit.
        case handedOver(descriptor: CInt, backlog: Int?)
        /// An address to listen on.
        case address(host: String, port: Int)
    }

    /// Bounds on what a stranger may take.
    package struct Limits: Sendable {
        /// Connections at once.
        ///
        /// More are closed as they come; the sender tries again.
        package var connections = 1024
        /// Of them, those that have not shown a genuine address.
        ///
        /// They bound memory under attack, at up to 30 KiB each.
        package var strangers = 64
        /// Connections that may wait to be let in, beyond these.
        ///
        /// The oldest gives way to the next: in a flood of 5000 connections a second each has 50 ms to send its request, which comes
        /// with the last packet of the handshake.
        package var porch = 256
        /// For one request, and for the wait for the next one on the same connection.
        package var request = TimeAmount.seconds(30)
        /// The largest body that is read; of a larger one the callback counts all the same.
        package var body = 512 * 1024
        /// The most bytes of headers.
        package var headers = 8 * 1024
        /// How long, after a stop, a connection that was accepted may take to send its request.
        package var farewell = TimeAmount.seconds(2)
        /// How long files that are being loaded keep a stop waiting, while callbacks are taken as before.
        ///
        /// Below the limit of the whole stop: who is still loading then has a little more.
        package var loads = TimeAmount.seconds(60)
        /// How long a peer may take to read the last answer and close.
        package var linger = TimeAmount.seconds(1)
        /// What it may send meanwhile, in bytes.
        package var lingerBytes = 16 * 1024 * 1024

        /// The defaults.
        package init() {}
    }

    let source: Source
    let limits: Limits
    let responder: WebhookResponder
    let logger: Logger
    let group: any EventLoopGroup
    /// With what new connections end TLS; nothing: they speak plain HTTP.
    var tls: @Sendable () -> NIOSSLContext? = { nil }
    /// Called when connections are served, and when they no longer are.
    let onServing: @Sendable (_ isServing: Bool) -> Void

    package func run() async throws {
        let connections = OpenConnections(most: limits.connections, mostStrangers: limits.strangers)
        let http = HTTPConnections(configuration: configuration(connections), responder: answering(connections))
        let server = try await bind(http, connections)
        onServing(true)
        try await withGracefulShutdownHandler {
            try await withThrowingDiscardingTaskGroup { tasks in
                try await server.executeThenClose { accepted in
                    for try await connection in accepted {
                        tasks.addTask {
                            await http.handle(value: connection, logger: logger)
                            connections.ended()
                        }
                    }
                }
            }
        } onGracefulShutdown: {
            stopOnceLoaded(server.channel, connections)
        }
        onServing(false)
    }

    private func answering(_ connections: OpenConnections) -> HTTP1Channel.Responder {
        let responder = responder
        return { (request: Request, writer: consuming ResponseWriter, channel: any Channel) in
            defer { connections.answered(channel) }
            try await responder.respond(request, writer, on: channel.eventLoop) { connections.trust(channel) }
        }
    }

    /// Stops when no file is being loaded any more.
    ///
    /// A task whose file is cut off fails, and may be billed; and until this process ends nobody else answers callbacks.
    private func stopOnceLoaded(_ server: any Channel, _ connections: OpenConnections) {
        let (loads, deadline) = (responder.inputs.underWay, NIODeadline.now() + limits.loads)
        server.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(20)) { [self] task in
            guard loads.isNone || NIODeadline.now() >= deadline else { return }
            task.cancel()
            stop(server, connections)
        }
    }

    /// Takes no more connections.
    ///
    /// What waits in the socket's queue stays there for the next start. Connections that were taken have a while to send their request,
    /// since nobody else will answer it, and requests under way are answered.
    private func stop(_ server: any Channel, _ connections: OpenConnections) {
        server.triggerUserOutboundEvent(ListenerGate.Close(), promise: nil)
        connections.stop()
        server.eventLoop.scheduleTask(in: limits.farewell) { connections.quiesce() }
    }

    private func configuration(_ connections: OpenConnections) -> HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestDeadline(limit: limits.request, onRequest: connections.asks)],
            idleTimeout: limits.request,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headers,
                maxHeaderListSize: limits.headers,
                maxHeaderFieldCount: 100
            )
        )
    }

    /// Makes what looks at connections, with a buffer of its own.
    private func looking() -> @Sendable () -> (any Channel) -> FirstSight {
        { [responder, tls] in
            var room = [UInt8](repeating: 0, count: FirstSight.length)
            return { channel in
                let sight = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: CInt.self) {
                    socket in
                    FirstSight.of(socket, in: &room) { bytes in
                        tls() == nil
                            ? FirstSight(bytes, isGenuine: responder.isGenuine) : FirstSight(handshake: bytes)
                    }
                }
                return sight ?? .unfinished
            }
        }
    }

    private typealias Connections = NIOAsyncChannel<HTTPConnection, Never>

    private func bind(_ http: HTTPConnections, _ connections: OpenConnections) async throws -> Connections {
        // All on one event loop: what a connection has sent can be looked at, and its set-up costs no hops between threads.
        let loop = group.next()
        let look = looking()
        let porch = limits.porch
        let bootstrap = ServerBootstrap(group: loop, childGroup: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // The kernel bounds it by net.core.somaxconn.
            .serverChannelOption(.backlog, value: 4096)
            // Who waits in the kernel's queue is seen sooner.
            .serverChannelOption(.maxMessagesPerRead, value: 32)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ListenerGate(connections, porch: porch, look: look())
                    )
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // Who sends many requests at once has them read between those of others.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            // What is read at a time is also what a request that has not all come holds, many times over in a flood.
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
        let logger = logger
        let limits = limits
        let tls = tls
        let setUp: @Sendable (any Channel) -> EventLoopFuture<HTTPConnection> = { channel in
            guard connections.admit(channel) else {
                // NIO forgets a connection whose set-up fails, and its descriptor with it.
                channel.close(promise: nil)
                return channel.eventLoop.makeFailedFuture(TooManyConnections())
            }
            let lingering = LingeringClose(limit: limits.linger, mostDiscarded: limits.lingerBytes)
            let isSetUp = channel.eventLoop.makeCompletedFuture {
                if let context = tls() {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                }
                try channel.pipeline.syncOperations.addHandler(lingering)
            }.flatMap { http.setup(channel: channel, logger: logger) }
            isSetUp.whenFailure { _ in connections.ended() }
            return isSetUp
        }
        switch source {
        case .address(let host, let port):
            return try await bootstrap.bind(host: host, port: port, childChannelInitializer: setUp)
        case .handedOver(let descriptor, let backlog):
            let channel = try await bootstrap.bind(descriptor, childChannelInitializer: setUp)
            // NIO has just called listen(2) with a backlog of its own, whatever the unit says.
            if let backlog { try ListenSockets.listen(descriptor, backlog: backlog) }
            return channel
        }
    }
}

private struct TooManyConnections: Error {}
