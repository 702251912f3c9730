import HTTPTypes
import HummingbirdCore
import NIOCore

/// Answers the requests of strangers and of RunningHub, which cannot be told apart before the token is checked.
struct WebhookResponder: Sendable {
    let callbacks: CallbackReceiver
    let inputs: InputServer
    /// What `GET /healthz` answers: the ledger's id, by which `check --online` knows this daemon from another.
    let publicID: String
    /// The most bytes of a body that are read.
    let bodyLimit: Int

    private let allowance: BodyAllowance

    /// The bodies that may be held at once, in largest bodies.
    private static let bodiesAtOnce = 4

    init(engine: Engine, bodyLimit: Int) {
        callbacks = CallbackReceiver(engine: engine)
        inputs = InputServer(engine: engine)
        publicID = engine.settings.publicID
        self.bodyLimit = bodyLimit
        self.allowance = BodyAllowance(bytes: bodyLimit.multipliedReportingOverflow(by: Self.bodiesAtOnce).partialValue)
    }

    /// Whether a path, without its query, is one that was given to RunningHub.
    func isGenuine(_ path: Substring) -> Bool {
        if let address = InputAddress(path: path) { return inputs.isGenuine(address) }
        return CallbackAddress(path: path).map(callbacks.isGenuine) ?? false
    }

    /// Answers one request on a connection of this event loop; `onGenuine` is called as soon as its address is known to be ours.
    @concurrent
    func respond(
        _ request: Request,
        _ writer: consuming ResponseWriter,
        on loop: any EventLoop,
        onGenuine: @Sendable () -> Void
    ) async throws {
        let path = request.uri.path[...]
        if let address = InputAddress(path: path), inputs.isGenuine(address) {
            return try await give(address, to: request, writer, on: loop, onGenuine: onGenuine)
        }
        if request.method == .get || request.method == .head, path.hasSuffix("/healthz") {
            // Anybody may ask, and has one question.
            return try await answer(.ok, text: publicID, to: request, writer, closes: true)
        }
        guard let address = CallbackAddress(path: path) else { return try await refuse(.notFound, writer) }
        guard callbacks.isGenuine(address) else {
            callbacks.tellForged()
            return try await refuse(.notFound, writer)
        }
        guard request.method == .post else { return try await refuse(.methodNotAllowed, writer) }
        onGenuine()
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        let (outcome, isWhole) = await receive(address, request.body)
        switch outcome {
        case .stored where isWhole: try await answer(.ok, text: Self.accepted, to: request, writer)
        // What is left of a body is not read.
        case .stored: try await answer(.ok, text: Self.accepted, to: request, writer, closes: true)
        case .notStored: try await refuse(.serviceUnavailable, writer)
        }
    }

    /// Gives away a file whose address is genuine, if its task needs it now.
    @concurrent
    private func give(
        _ address: InputAddress,
        to request: Request,
        _ writer: consuming ResponseWriter,
        on loop: any EventLoop,
        onGenuine: @Sendable () -> Void
    ) async throws {
        guard request.method == .get || request.method == .head else {
            return try await refuse(.methodNotAllowed, writer)
        }
        guard let input = await inputs.open(address) else { return try await refuse(.notFound, writer) }
        onGenuine()
        try await inputs.answer(input, to: request, writer, on: loop)
    }

    private static let accepted = "{\"code\":0}"

    /// Stores a callback, however its body ends: its address is what proves it.
    private func receive(
        _ address: CallbackAddress,
        _ body: RequestBody
    ) async -> (CallbackReceiver.Answer, isWhole: Bool) {
        var bytes: [UInt8] = []
        let isWhole = await collect(body, into: &bytes)
        defer { allowance.giveBack(bytes.count) }
        return (await callbacks.receive(address, body: isWhole ? bytes : []), isWhole)
    }

    /// Reads a body as far as it is allowed and comes.
    ///
    /// - Returns: whether that is all of it. The bytes read are taken from the allowance in either case.
    private func collect(_ body: RequestBody, into bytes: inout [UInt8]) async -> Bool {
        do {
            for try await chunk in body {
                let count = chunk.readableBytes
                guard bytes.count + count <= bodyLimit, allowance.take(count) else { return false }
                bytes.append(contentsOf: chunk.readableBytesView)
            }
            return true
        } catch {
            return false
        }
    }

    @concurrent
    private func answer(
        _ status: HTTPResponse.Status,
        text: String,
        to request: Request,
        _ writer: consuming ResponseWriter,
        closes: Bool = false
    ) async throws {
        let body = ByteBuffer(string: text)
        var fields: HTTPFields = [
            .contentType: "application/json", .contentLength: String(body.readableBytes), .cacheControl: "no-store",
        ]
        if closes { fields[.connection] = "close" }
        let head = HTTPResponse(status: status, headerFields: fields)
        var content = try await writer.writeHead(head)
        if request.method != .head { try await content.write(body) }
        try await content.finish(nil)
        if closes { throw Refused() }
    }

    /// Answers without a body and closes, so that nothing more of the request is read.
    @concurrent
    private func refuse(_ status: HTTPResponse.Status, _ writer: consuming ResponseWriter) async throws {
        let fields: HTTPFields = [.contentLength: "0", .connection: "close"]
        try await writer.writeResponse(HTTPResponse(status: status, headerFields: fields))
        throw Refused()
    }

    /// Ends the connection after an answer.
    private struct Refused: Error {}
}
