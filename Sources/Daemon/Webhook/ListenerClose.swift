import NIOCore

/// Closes a listening socket only after every connection that was taken from its queue is set up.
///
/// NIO sets connections up on event loops of their own, and gives them up without an answer if the socket closes meanwhile
/// (`ServerBootstrap.AcceptHandler`). What has not been taken waits in the queue for the next start.
final class ListenerClose: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    /// Asks, as an outbound event, to take no more and close.
    struct WhenSetUp: Sendable {}

    private var beingSetUp = 0
    private var isStopping = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        let isSetUp = context.eventLoop.makePromise(of: Void.self)
        beingSetUp += 1
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        let handler = NIOLoopBound(self, eventLoop: context.value.eventLoop)
        isSetUp.futureResult.whenComplete { _ in
            handler.value.beingSetUp -= 1
            handler.value.closeIfDone(context.value)
        }
        connection.closeFuture.cascade(to: isSetUp)
        connection.pipeline.addHandler(SetUp(isSetUp)).cascadeFailure(to: isSetUp)
        context.value.fireChannelRead(data)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is WhenSetUp else { return context.triggerUserOutboundEvent(event, promise: promise) }
        isStopping = true
        context.channel.setOption(.autoRead, value: false).cascade(to: promise)
        closeIfDone(context)
    }

    private func closeIfDone(_ context: ChannelHandlerContext) {
        guard isStopping, beingSetUp == 0 else { return }
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
