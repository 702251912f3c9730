import Hummingbird
import NIOCore
import ServiceLifecycle

extension Answer {
    /// Sends the answer or loses it, as was decided.
    func respond(in context: SimulatorContext) async throws -> Response {
        if delay > .zero {
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
        }
        switch loss {
        case nil: return response
        case .cut: try await context.cut()
        case .gateway: return Answer.gatewayPage(502).response
        case .garbage:
            return Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "{\"taskId\": \u{1}<<<"))
            )
        case .endless:
            return Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: ResponseBody { writer in
                    try await withGracefulShutdownHandler {
                        let piece = ByteBuffer(string: String(repeating: "{\"a\":[", count: 4096))
                        while true { try await writer.write(piece) }
                    } onGracefulShutdown: {
                        context.channel.close(promise: nil)
                    }
                }
            )
        }
    }

    private var response: Response {
        let (text, type) =
            switch body {
            case .json(let value): (value.serialized, "application/json")
            case .page(let page): (page, "text/html")
            }
        return Response(
            status: .init(code: status),
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
