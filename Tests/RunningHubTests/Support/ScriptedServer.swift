import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A loopback server that reads whole requests and then does to the connection what a test says, byte for byte.
final class ScriptedServer: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        var connection: Int
        var method: HTTPMethod
        var uri: String
        var headers: HTTPHeaders
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// What is done to a connection, in order.
    enum Act: Sendable {
        /// Writes these bytes as they stand.
        case send(String)
        /// Writes this many spaces.
        case fill(Int)
        /// Writes these bytes, one each interval, for ever again the last.
        case drip(String, every: TimeAmount)
        /// Closes.
        case close
        /// Closes with RST.
        case reset
    }

    /// When a connection is answered.
    enum Moment: Sendable {
        case accepted
        case headRead
        case requestRead
    }

    typealias Script = @Sendable (Request) -> [Act]

    let port: Int
    private let requestLog = Mutex<[Request]>([])
    private let connectionCount = Mutex(0)

    var requests: [Request] { requestLog.withLock { $0 } }
    var connections: Int { connectionCount.withLock { $0 } }

    private init(port: Int) {
        self.port = port
    }

    fileprivate func accepted() -> Int {
        connectionCount.withLock {
            $0 += 1
            return $0
        }
    }

    fileprivate func record(_ request: Request) {
        requestLog.withLock { $0.append(request) }
    }

    /// Runs a server while a test runs.
    static func run<Success>(
        at moment: Moment = .requestRead,
        _ script: @escaping Script,
        _ body: (ScriptedServer) async throws -> Success
    ) async throws -> Success {
        let held = Mutex<ScriptedServer?>(nil)
        let box = Box(held)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let server = box.server else { return }
                    let conversation = Conversation(server: server, moment: moment, script: script)
                    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(decoder))
                    try channel.pipeline.syncOperations.addHandler(conversation)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedServer(port: channel.localAddress?.port ?? 0)
        box.server = server
        let result: Result<Success, any Error>
        do {
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        return try result.get()
    }

    private final class Box: Sendable {
        private let held: Mutex<ScriptedServer?>
        init(_ held: consuming Mutex<ScriptedServer?>) { self.held = held }
        var server: ScriptedServer? {
            get { held.withLock { $0 } }
            set { held.withLock { $0 = newValue } }
        }
    }
}

/// One connection of a ``ScriptedServer``.
private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let server: ScriptedServer
    private let moment: ScriptedServer.Moment
    private let script: ScriptedServer.Script
    private var request = ScriptedServer.Request(connection: 0, method: .GET, uri: "", headers: [:], body: [])

    init(server: ScriptedServer, moment: ScriptedServer.Moment, script: @escaping ScriptedServer.Script) {
        self.server = server
        self.moment = moment
        self.script = script
    }

    func channelActive(context: ChannelHandlerContext) {
        request.connection = server.accepted()
        if moment == .accepted { perform(script(request)[...], context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request.method = head.method
            request.uri = head.uri
            request.headers = head.headers
            request.body = []
            if moment == .headRead { perform(script(request)[...], context) }
        case .body(let buffer):
            request.body.append(contentsOf: buffer.readableBytesView)
        case .end:
            server.record(request)
            if moment == .requestRead { perform(script(request)[...], context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What is no HTTP (a TLS greeting) is let lie.
    }

    private func perform(_ acts: ArraySlice<ScriptedServer.Act>, _ context: ChannelHandlerContext) {
        for act in acts {
            switch act {
            case .send(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .fill(let count):
                context.writeAndFlush(
                    wrapOutboundOut(ByteBuffer(repeating: UInt8(ascii: " "), count: count)),
                    promise: nil
                )
            case .drip(let text, let interval):
                drip(Array(text.utf8), at: 0, every: interval, context)
            case .close:
                context.close(promise: nil)
            case .reset:
                let loop = NIOLoopBound(context, eventLoop: context.eventLoop)
                _ = (context.channel as? any SocketOptionProvider)?
                    .setSoLinger(linger(l_onoff: 1, l_linger: 0))
                    .map { loop.value.close(promise: nil) }
            }
        }
    }

    private func drip(_ bytes: [UInt8], at index: Int, every interval: TimeAmount, _ context: ChannelHandlerContext) {
        guard context.channel.isActive, let last = bytes.last else { return }
        let byte = index < bytes.count ? bytes[index] : last
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [byte])), promise: nil)
        let loop = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: interval) {
            loop.value.0.drip(bytes, at: index + 1, every: interval, loop.value.1)
        }
    }
}

/// An HTTP answer in its bytes.
func answer(_ status: String = "200 OK", _ body: String, headers: [String] = [], length: Int? = nil) -> String {
    let lines = ["HTTP/1.1 \(status)", "Content-Length: \(length ?? body.utf8.count)"] + headers
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
}
