import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

extension SimulatorRouter {
    func addResults(to router: Router<SimulatorContext>) {
        router.get("/results/:folder/output/:name") { request, context in
            let name = context.parameters.get("name") ?? ""
            let sign = request.uri.queryParameters.get("sign")
            let range = request.headers[.range]
            let hop = request.uri.queryParameters.get("hop", as: Int.self) ?? 0
            let plan = await simulator.step { cloud, now in
                cloud.download(name, sign: sign, range: range, hop: hop, now: now)
            }
            if plan.cut { try await context.cut() }
            return response(plan, context)
        }
    }

    private func response(_ plan: DownloadPlan, _ context: SimulatorContext) -> Response {
        guard let file = plan.file else { return refusal(plan) }
        var headers: HTTPFields = [.contentType: plan.contentType, .acceptRanges: "bytes"]
        headers[.eTag] = "\"\(file.name.hashed)-\(file.content.bytes)\""
        if plan.status == 206 {
            headers[.contentRange] = "bytes \(plan.offset)-\(plan.offset + plan.count - 1)/\(file.content.bytes)"
        }
        if !plan.contentEncoding.isEmpty { headers[.contentEncoding] = plan.contentEncoding }
        if !plan.contentLength.isEmpty { headers[.contentLength] = plan.contentLength }
        let hasLength = plan.withLength && plan.contentLength.isEmpty
        let body = ResponseBody(contentLength: hasLength ? plan.count : nil) { [simulator] writer in
            var sent = 0
            do {
                try await withGracefulShutdownHandler {
                    try await Self.send(plan, file.content, to: &writer, sent: &sent, context)
                } onGracefulShutdown: {
                    context.channel.close(promise: nil)
                }
                await simulator.step { cloud, _ in cloud.downloadEnded(plan, bytes: sent, complete: true) }
            } catch {
                await simulator.step { cloud, _ in cloud.downloadEnded(plan, bytes: sent, complete: false) }
                throw error
            }
        }
        return Response(status: .init(code: plan.status), headers: headers, body: body)
    }

    @concurrent
    private static func send(
        _ plan: DownloadPlan,
        _ content: ResultContent,
        to writer: inout any ResponseBodyWriter,
        sent: inout Int,
        _ context: SimulatorContext
    ) async throws {
        while sent < plan.count {
            if let cut = plan.cutAfter, sent >= cut { try await context.cut() }
            if plan.stallAfter == sent, plan.stallTime > .zero { try await pause(plan.stallTime) }
            // Before the piece: a client has the whole file with the last one, whatever follows.
            if plan.bytesPerSecond != nil { try await pause(slowPause) }
            let offset = plan.isEndless ? sent % max(content.bytes, 1) : plan.offset + sent
            let piece = try await content.read(from: offset, count: pieceSize(plan, sent: sent))
            // The content can't be read any more, say because its folder was removed.
            guard piece.readableBytes > 0 else { try await context.cut() }
            try await writer.write(piece)
            sent += piece.readableBytes
        }
        // After a length that lies nothing else can come on the connection.
        if plan.cutAfter != nil || !plan.contentLength.isEmpty { try await context.cut() }
        try await writer.finish(nil)
    }

    /// Waits, but not beyond the simulator's end.
    private static func pause(_ time: Duration) async throws {
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: time) }
    }

    /// Slow files come in ten pieces a second.
    private static let slowPause = Duration.milliseconds(100)

    private static func pieceSize(_ plan: DownloadPlan, sent: Int) -> Int {
        var size = min(ResultContent.pieceSize, plan.count - sent)
        for mark in [plan.cutAfter, plan.stallAfter] {
            if let mark, mark > sent { size = min(size, mark - sent) }
        }
        if let rate = plan.bytesPerSecond { size = min(size, max(rate / 10, 1)) }
        return size
    }

    /// What an object store says.
    private func refusal(_ plan: DownloadPlan) -> Response {
        let code =
            switch plan.status {
            case 403: "AccessDenied"
            case 404: "NoSuchKey"
            case 416: "InvalidRange"
            default: "InternalError"
            }
        let page = "<?xml version='1.0' encoding='utf-8' ?>\n<Error>\n\t<Code>\(code)</Code>\n</Error>\n"
        var headers: HTTPFields = [.contentType: "application/xml"]
        headers[.location] = plan.location
        return Response(
            status: .init(code: plan.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: page))
        )
    }
}

extension String {
    /// A number that is the same for the same text in every run (FNV-1a), in hexadecimal.
    fileprivate var hashed: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
