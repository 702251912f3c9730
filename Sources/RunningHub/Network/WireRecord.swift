import NIOCore
import Synchronization

/// Whether a client has written anything to the network since its connection stood.
///
/// This is how it is known that a submission was not sent. Kinds of errors are no proof: a reset may come during the TLS handshake or after
/// the request. A handler next to the socket is: the connection hands over to HTTP only after the TLS handshake, the handler is put in at that
/// moment, and from then on every byte passes it.
final class WireRecord: Sendable {
    private let wrote = Atomic<Bool>(false)

    /// Whether anything was written.
    ///
    /// Final once the client has been shut down.
    var hasWritten: Bool {
        wrote.load(ordering: .sequentiallyConsistent)
    }

    /// Watches a connection, which has just been established; called on its event loop.
    func watch(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(Tap(record: self), position: .first)
        }
    }

    private final class Tap: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let record: WireRecord

        init(record: WireRecord) {
            self.record = record
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            record.wrote.store(true, ordering: .sequentiallyConsistent)
            context.write(data, promise: promise)
        }
    }
}
