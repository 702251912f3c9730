import NIOCore

/// Takes connections off a listening socket no faster than they are let go again, and closes it when each that was taken is set up.
///
/// A connection costs memory until its task has ended, which is later than its close where the processor is busy: what cannot be served
/// yet waits in the kernel's queue, which costs the daemon nothing. NIO sets connections up on event loops of their own, and gives them
/// up without an answer if the socket closes meanwhile (`ServerBootstrap.AcceptHandler`).
final class ListenerGate: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    /// Asks, as an outbound event, to take no more and close.
    struct Close: Sendable {}

    private let connections: OpenConnections
    private var beingSetUp = 0
    private var isHolding = false
    private var isClosing = false

    init(_ connections: OpenConnections) {
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let loop = context.eventLoop
        let bound = NIOLoopBound((self, context), eventLoop: loop)
        connections.onRoom {
            loop.execute { bound.value.0.resume(bound.value.1) }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connections.onRoom(nil)
    }

    func read(context: ChannelHandlerContext) {
        guard connections.haveRoom(for: beingSetUp) else { return isHolding = true }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        let isSetUp = context.eventLoop.makePromise(of: Void.self)
        beingSetUp += 1
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        isSetUp.futureResult.whenComplete { _ in
            let (gate, context) = bound.value
            gate.beingSetUp -= 1
            gate.resume(context)
            gate.closeIfDone(context)
        }
        connection.closeFuture.cascade(to: isSetUp)
        connection.pipeline.addHandler(SetUp(isSetUp)).cascadeFailure(to: isSetUp)
        context.fireChannelRead(data)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is Close else { return context.triggerUserOutboundEvent(event, promise: promise) }
        isClosing = true
        context.channel.setOption(.autoRead, value: false).cascade(to: promise)
        closeIfDone(context)
    }

    private func resume(_ context: ChannelHandlerContext) {
        guard isHolding, !isClosing, connections.haveRoom(for: beingSetUp) else { return }
        isHolding = false
        context.read()
    }

    private func closeIfDone(_ context: ChannelHandlerContext) {
        guard isClosing, beingSetUp == 0 else { return }
        context.close(promise: nil)
    }
}

/// Says, on the connection itself, that it is set up.
private final class SetUp: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let isSetUp: EventLoopPromise<Void>

    init(_ isSetUp: EventLoopPromise<Void>) {
        self.isSetUp = isSetUp
    }

    func channelActive(context: ChannelHandlerContext) {
        isSetUp.succeed()
        context.fireChannelActive()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
