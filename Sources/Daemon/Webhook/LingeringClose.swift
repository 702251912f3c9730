import NIOCore

/// Closes a connection in such a way that its peer can still read the last answer.
///
/// A socket that is closed while bytes wait in it is reset (RFC 9112 §9.6), and a reset throws away what the peer has not read yet. So the
/// sending half is closed first, and what still comes is thrown away, until the peer closes, or too much or too long.
/// Stands next to the socket, or to TLS, so that discarded bytes cost no parsing.
final class LingeringClose: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// Asks, as an outbound event, for a close without lingering.
    struct AtOnce: Sendable {}

    private enum Phase {
        case open, lingering, closed
    }

    private let limit: TimeAmount
    private let mostDiscarded: Int
    private var phase = Phase.open
    private var hasInputEnded = false
    private var discarded = 0
    private var timer: Scheduled<Void>?

    /// - Parameters:
    ///   - limit: how long the peer has to read and close.
    ///   - mostDiscarded: how many more bytes it may send meanwhile.
    init(limit: TimeAmount, mostDiscarded: Int) {
        self.limit = limit
        self.mostDiscarded = mostDiscarded
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .input:
            hasInputEnded = true
            context.close(mode: .input, promise: promise)
        case .output:
            context.close(mode: .output, promise: promise)
            linger(context)
        case .all:
            guard phase != .closed, !hasInputEnded, context.channel.isActive else {
                return closeAtOnce(context, promise)
            }
            if let promise { context.channel.closeFuture.cascade(to: promise) }
            guard phase == .open else { return }
            context.close(mode: .output, promise: nil)
            linger(context)
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is AtOnce else { return context.triggerUserOutboundEvent(event, promise: promise) }
        closeAtOnce(context, promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .open else { return context.fireChannelRead(data) }
        discarded += unwrapInboundIn(data).readableBytes
        if discarded > mostDiscarded { closeAtOnce(context, nil) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard phase != .open else { return context.fireChannelReadComplete() }
        // Nobody above asks for more any longer.
        if phase == .lingering { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            hasInputEnded = true
            if phase == .lingering { return closeAtOnce(context, nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        phase = .closed
        timer?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    private func linger(_ context: ChannelHandlerContext) {
        guard phase == .open, context.channel.isActive else { return }
        phase = .lingering
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: limit) { channel.triggerUserOutboundEvent(AtOnce(), promise: nil) }
        context.read()
    }

    private func closeAtOnce(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        phase = .closed
        timer?.cancel()
        context.close(mode: .all, promise: promise)
    }
}
