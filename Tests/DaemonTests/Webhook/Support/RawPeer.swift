import NIOCore
import NIOPosix

/// A connection that sends whatever a test wants, HTTP or not.
///
/// A reset by the other side is an error, unlike its close.
struct RawPeer: Sendable {
    private let channel: any Channel
    private let bytes: AsyncThrowingStream<ByteBuffer, any Error>

    /// Connects for as long as the body runs.
    static func connect<Value: Sendable>(
        _ port: Int,
        _ body: (RawPeer) async throws -> Value
    ) async throws -> Value {
        let (bytes, sink) = AsyncThrowingStream.makeStream(of: ByteBuffer.self, throwing: (any Error).self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiving(sink: sink))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        do {
            let value = try await body(RawPeer(channel: channel, bytes: bytes))
            try? await channel.close().get()
            return value
        } catch {
            try? await channel.close().get()
            throw error
        }
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    /// Closes the sending half.
    func finish() {
        channel.close(mode: .output, promise: nil)
    }

    /// What comes until the other side closes.
    func rest() async throws -> String {
        try await read { _ in false }
    }

    /// What comes until it ends so.
    func read(until end: String) async throws -> String {
        try await read { $0.hasSuffix(end) }
    }

    private func read(_ isEnough: (String) -> Bool) async throws -> String {
        var text = ""
        for try await more in bytes {
            text += String(buffer: more)
            if isEnough(text) { break }
        }
        return text
    }
}

/// Hands on what comes in.
private final class Receiving: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let sink: AsyncThrowingStream<ByteBuffer, any Error>.Continuation

    init(sink: AsyncThrowingStream<ByteBuffer, any Error>.Continuation) {
        self.sink = sink
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        sink.yield(unwrapInboundIn(data))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { sink.finish() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        sink.finish(throwing: error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        sink.finish()
    }
}
