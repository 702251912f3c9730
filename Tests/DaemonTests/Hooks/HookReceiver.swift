import Hummingbird
import Logging
import NIOCore
import Synchronization

/// Somebody outside who is told of jobs' ends, and answers as a test wants.
final class HookReceiver: Sendable {
    /// One POST.
    struct Post: Sendable {
        let headers: [String: String]
        let body: [UInt8]
    }

    private let answers: Mutex<[HTTPResponse.Status]>
    private let posts = Mutex<[Post]>([])
    private let port = Mutex(0)

    /// Answers with these, one after the other, and then with 204.
    private init(_ answers: [HTTPResponse.Status]) {
        self.answers = Mutex(answers)
    }

    var url: String { "http://127.0.0.1:\(port.withLock(\.self))/hooks?from=rh" }

    var received: [Post] { posts.withLock(\.self) }

    /// Runs one for as long as the body does.
    static func serve(
        answering answers: [HTTPResponse.Status] = [],
        _ body: (HookReceiver) async throws -> Void
    ) async throws {
        let receiver = HookReceiver(answers)
        let router = Router()
        router.post("hooks") { request, _ in try await receiver.take(request) }
        let (serving, sink) = AsyncStream.makeStream(of: Void.self)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                receiver.port.withLock { $0 = channel.localAddress?.port ?? 0 }
                sink.finish()
            },
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }
        )
        let running = Task { try await application.run() }
        for await _ in serving {}
        do {
            try await body(receiver)
        } catch {
            running.cancel()
            _ = try? await running.value
            throw error
        }
        running.cancel()
        _ = try? await running.value
    }

    private func take(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.rawName.lowercased()] = field.value }
        posts.withLock { $0.append(Post(headers: headers, body: Array(body.readableBytesView))) }
        let status = answers.withLock { $0.isEmpty ? .noContent : $0.removeFirst() }
        return Response(status: status)
    }
}
