import HTTPTypes
import Hummingbird
import NIOCore

extension SimulatorRouter {
    func addUploads(to router: Router<SimulatorContext>) {
        router.post("/task/openapi/upload") { request, context in
            try await upload(request, context, flat: false)
        }
        router.post("/openapi/v2/media/upload/binary") { request, context in
            try await upload(request, context, flat: true)
        }
        router.get("/uploads/:folder/:name") { _, context in
            guard let content = await simulator.content(ofUpload: context.parameters.get("name") ?? "") else {
                return Response(status: .notFound)
            }
            let bytes = try await content.read(from: 0, count: content.bytes)
            return Response(status: .ok, body: ResponseBody(byteBuffer: bytes))
        }
    }

    private func upload(_ request: Request, _ context: SimulatorContext, flat: Bool) async throws -> Response {
        let path = request.uri.path
        let (gate, cutAfter, settings) = await simulator.step { cloud, _ in
            let gate = cloud.gate(.upload, path: path)
            let cutAfter = cloud.cutsUploadMidway() ? halfLength(of: request) : nil
            return (gate, cutAfter, cloud.settings.uploads)
        }
        switch gate.verdict {
        case .cut, .status: return try await refuse(gate, context)
        case .pass, .code: break
        }
        do {
            var received = try await receive(request, settings: settings, cutAfter: cutAfter)
            if flat { received.key = bearer(request) }
            return try await simulator.take(received, flat: flat, gate: gate).respond(in: context)
        } catch is ConnectionCut {
            await simulator.step { cloud, _ in cloud.uploadFailed("the connection was cut half way") }
            try await context.cut()
        } catch let error as MultipartReader<RequestBody.AsyncIterator>.Malformed {
            await simulator.step { cloud, _ in cloud.uploadFailed(error.reason) }
            return try await Answer.failure(301).respond(in: context)
        } catch {
            await simulator.step { cloud, _ in cloud.uploadFailed("the client broke off") }
            throw error
        }
    }

    private func refuse(_ gate: Gate, _ context: SimulatorContext) async throws -> Response {
        guard let refusal = Refusal(gate) else { return Response(status: .internalServerError) }
        await simulator.step { cloud, _ in cloud.uploadFailed("\(refusal.code) \(refusal.message)") }
        let settings = await simulator.settings.answers
        return try await gate.passing(refusal.answer(flat: false, settings: settings)).respond(in: context)
    }

    private func halfLength(of request: Request) -> Int {
        request.headers[.contentLength].flatMap { Int($0) }.map { $0 / 2 } ?? 1
    }

    /// Reads the form to its end.
    private func receive(_ request: Request, settings: UploadSettings, cutAfter: Int?) async throws -> ReceivedUpload {
        typealias Reader = MultipartReader<RequestBody.AsyncIterator>
        guard let boundary = request.headers[.contentType].flatMap(Reader.boundary) else {
            throw Reader.Malformed(reason: "not a multipart form")
        }
        var reader = Reader(request.body.makeAsyncIterator(), boundary: boundary)
        let sink = simulator.store.makeSink(keeping: settings.keepContents, largest: settings.largestFile)
        var form = UploadForm(sink: sink)
        var read = 0
        while let piece = try await reader.next() {
            try await form.take(piece)
            if case .bytes(let bytes) = piece { read += bytes.readableBytes }
            if let cutAfter, read >= cutAfter { throw ConnectionCut() }
        }
        return try await form.finish()
    }
}

extension Simulator {
    /// Takes a file that was read to its end.
    func take(_ upload: ReceivedUpload, flat: Bool, gate: Gate) -> Answer {
        let (answer, isKept) = step { cloud, _ in
            let wasKnown = cloud.uploads[upload.file.sha256].map { $0.content != .discarded } ?? false
            let answer = cloud.upload(upload, flat: flat, gate: gate)
            return (answer, !wasKnown && cloud.uploads[upload.file.sha256] != nil)
        }
        if !isKept { store.discard(upload.file.content) }
        return answer
    }

    /// What an upload's `download_url` leads to.
    func content(ofUpload name: String) -> ResultContent? {
        step { cloud, _ in cloud.upload(named: name).map { .upload($0) } }
    }
}

/// The form of an upload as it is read: some short fields, and a file that goes to the store.
private struct UploadForm: ~Copyable {
    private var sink: UploadSink
    private var fields: [String: String] = [:]
    private var part: String?
    private var fileName = ""
    private var contentType = ""

    /// Longest value of a field that is not the file; what is longer is cut off.
    private static let longestField = 4096

    init(sink: consuming UploadSink) {
        self.sink = sink
    }

    mutating func take<Base>(_ piece: MultipartReader<Base>.Piece) async throws {
        switch piece {
        case .part(let part):
            self.part = part.name
            if part.name == "file" {
                fileName = part.fileName ?? ""
                contentType = part.contentType ?? ""
            }
        case .bytes(let bytes):
            if part == "file" {
                try await sink.write(bytes)
            } else if let part, fields[part, default: ""].utf8.count < Self.longestField {
                fields[part, default: ""] += String(buffer: bytes)
            }
        }
    }

    mutating func finish() async throws -> ReceivedUpload {
        let size = sink.bytes
        let (digest, content) = try await sink.finish()
        let base = fileName.split(separator: "/").last ?? ""
        let type = base.contains(".") ? base.split(separator: ".").last.map(String.init) ?? "" : ""
        return ReceivedUpload(
            key: fields["apiKey"],
            fileName: fileName,
            contentType: contentType,
            fileType: fields["fileType"] ?? "",
            file: UploadedFile(sha256: digest, type: type, bytes: size, content: content)
        )
    }
}
