package import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat

/// The paths by which a running simulator is looked at and changed; the real service has nothing like them.
extension SimulatorRouter {
    func addControls(to router: Router<SimulatorContext>) {
        router.get("/simulator/settings") { _, _ in
            json(try await simulator.settings.serialized())
        }
        router.patch("/simulator/settings") { request, _ in
            let body = try await request.body.collect(upTo: Self.largestBody)
            do {
                return json(try await simulator.update(merging: Data(buffer: body)).serialized())
            } catch let error as SettingsError {
                return text(.badRequest, error.description)
            }
        }
        router.get("/simulator/record") { _, _ in
            json(try Self.encoder.encode(await simulator.record))
        }
        router.get("/simulator/summary") { _, _ in
            json(Data(await simulator.currentRecord.summary.serialized.utf8))
        }
        router.get("/simulator/tasks") { _, _ in
            json(try Self.encoder.encode(await simulator.record.tasks))
        }
        router.post("/simulator/tasks/:id/finish") { request, context in
            let body = try await request.body.collect(upTo: Self.largestBody)
            guard let outcome = Self.outcome(Data(buffer: body)) else {
                return text(.badRequest, #"{"status": "SUCCESS", "FAILED" or "CANCEL", "failure": {…}} is expected"#)
            }
            let done = await simulator.finish(context.parameters.get("id") ?? "", as: outcome)
            return done ? text(.ok, "done") : text(.notFound, "there is no such task, or it has ended")
        }
        router.post("/simulator/reset") { _, _ in
            await simulator.reset()
            return text(.ok, "done")
        }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return encoder
    }

    /// How a task is to end: success when nothing is said.
    private static func outcome(_ body: Data) -> TaskOutcome? {
        struct Wish: Decodable {
            var status: TaskStatus?
            var failure: TaskFailure?
        }
        guard !body.isEmpty else { return .success }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let wish = try? decoder.decode(Wish.self, from: body) else { return nil }
        switch wish.status ?? .success {
        case .success: return .success
        case .failed: return .failed(wish.failure ?? TaskFailure())
        case .cancelled: return .cancelled
        case .create, .queued, .running: return nil
        }
    }

    private func json(_ data: Data) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data))
        )
    }

    private func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n"))
        )
    }
}

extension Simulator {
    /// Lays a JSON object over the settings, all of it or nothing.
    package func update(merging patch: Data) throws -> SimulatorSettings {
        let merged = try settings.merging(patch)
        update { $0 = merged }
        return merged
    }
}
