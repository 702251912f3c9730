import NIOCore
import NIOHTTPTypes

/// Closes a connection whose request, from its first byte to the end of its answer, takes too long, however steadily it trickles.
///
/// An idle time-out alone does not: one byte now and then keeps a connection for ever. An answer in several pieces, as that with a large
/// file, has the time for each piece: who gets one has shown that the daemon gave it the address.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    private let limit: TimeAmount
    private let onRequest: @Sendable (any Channel) -> Void
    private var timer: Scheduled<Void>?

    /// - Parameters:
    ///   - limit: for one request, and for the wait for the next one.
    ///   - onRequest: called when the head of a request has come.
    init(limit: TimeAmount, onRequest: @escaping @Sendable (any Channel) -> Void) {
        self.limit = limit
        self.onRequest = onRequest
    }

    func handlerAdded(context: ChannelHandlerContext) {
        restart(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) {
            onRequest(context.channel)
            restart(context)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .end: restart(context)
        case .body: restart(context)
        case .head: break
        }
        context.write(data, promise: promise)
    }

    private func restart(_ context: ChannelHandlerContext) {
        timer?.cancel()
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }
}
