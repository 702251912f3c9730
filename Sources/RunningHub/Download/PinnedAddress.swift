import NIOCore

/// The one address that a client may speak to.
///
/// The client is told to connect to this address in place of the host's name. Should it nevertheless read the host differently than the
/// policy did, and so end up elsewhere, nothing is written there.
struct PinnedAddress: Sendable {
    private let address: IPAddress

    /// The address in its usual notation.
    let text: String

    /// An address that was judged.
    init?(_ judged: SocketAddress) {
        guard let address = IPAddress(judged), let text = judged.ipAddress else { return nil }
        self.address = address
        self.text = text
    }

    /// Guards a connection, which has just been established; called on its event loop.
    func guardConnection(_ channel: any Channel) -> EventLoopFuture<Void> {
        if let remote = channel.remoteAddress, IPAddress(remote) == address {
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(Wall(), position: .first)
        }
    }

    /// Lets nothing out.
    private final class Wall: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            promise?.fail(ChannelError.operationUnsupported)
            context.close(promise: nil)
        }
    }
}
