import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import RunningHubSimulator
import Serving

/// A receiver of callbacks on a free loopback port.
actor CallbackReceiver {
    /// One callback as it arrived.
    struct Received: Sendable {
        var path: String
        var body: String

        var json: JSON {
            (try? JSONDecoder().decode(JSON.self, from: Data(body.utf8))) ?? .null
        }
    }

    nonisolated let received = AsyncStream.makeStream(of: Received.self)
    private(set) var all: [Received] = []
    /// Statuses of the next answers; 200 when there is none left.
    private var statuses: [HTTPResponse.Status]

    init(statuses: [HTTPResponse.Status]) {
        self.statuses = statuses
    }

    func take(_ callback: Received) -> HTTPResponse.Status {
        all.append(callback)
        received.continuation.yield(callback)
        return statuses.isEmpty ? .ok : statuses.removeFirst()
    }

    /// The next callback that nobody took yet.
    func next() async -> Received {
        for await callback in received.stream { return callback }
        return Received(path: "", body: "")
    }
}

/// Runs a receiver for as long as `body` does, and tells the address to give as `webhookUrl`.
func withReceiver<Result: Sendable>(
    answering statuses: [HTTPResponse.Status] = [],
    _ body: (CallbackReceiver, String) async throws -> Result
) async throws -> Result {
    let receiver = CallbackReceiver(statuses: statuses)
    let router = Router()
    router.post("**") { request, _ in
        let text = String(buffer: try await request.body.collect(upTo: 32 * 1024 * 1024))
        return Response(status: await receiver.take(.init(path: request.uri.path, body: text)))
    }
    let ports = AsyncStream.makeStream(of: Int.self)
    let application = Application(
        router: router,
        server: .connections(),
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { ports.continuation.yield($0.localAddress?.port ?? 0) },
        logger: Logger(label: "receiver", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { do { try await application.run() } catch is CancellationError {} }
        var port = 0
        for await bound in ports.stream {
            port = bound
            break
        }
        defer { group.cancelAll() }
        return try await body(receiver, "http://127.0.0.1:\(port)/callback/job-1/c2VjcmV0LXRva2Vu")
    }
}
