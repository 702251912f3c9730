import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import RunningHubSimulator

/// What came back over the wire.
struct Reply {
    var status: Int
    var headers: [String: String]
    var body: ByteBuffer

    var text: String { String(buffer: body) }

    /// The body as JSON; null when it is none.
    var json: JSON {
        (try? JSONDecoder().decode(JSON.self, from: Data(text.utf8))) ?? .null
    }

    subscript(name: String) -> JSON? { json[name] }
}

let key = KeySettings.defaultKey

/// Sends one request and reads the whole answer; throws where it is longer than `limit` bytes.
func send(
    _ method: String = "GET",
    _ url: String,
    headers: [String: String] = [:],
    body: String? = nil,
    bytes: [UInt8]? = nil,
    limit: Int = 64 << 20
) async throws -> Reply {
    var request = HTTPClientRequest(url: url)
    request.method = .init(rawValue: method)
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let bytes = bytes ?? body.map({ Array($0.utf8) }) { request.body = .bytes(ByteBuffer(bytes: bytes)) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(50))
    var all: [String: String] = [:]
    for (name, value) in response.headers { all[name.lowercased()] = value }
    return Reply(
        status: Int(response.status.code),
        headers: all,
        body: try await response.body.collect(upTo: limit)
    )
}

/// Posts JSON, with the key in the header unless told otherwise.
func post(_ url: String, _ body: JSON, bearer: String? = key) async throws -> Reply {
    var headers = ["Content-Type": "application/json"]
    if let bearer { headers["Authorization"] = "Bearer \(bearer)" }
    return try await send("POST", url, headers: headers, body: body.serialized)
}

/// A form as clients of the upload paths send it.
func form(
    _ fields: [(String, String)],
    file: [UInt8],
    named name: String,
    boundary: String = "----x7MA4YWxkTrZu0gW"
) -> [UInt8] {
    var bytes: [UInt8] = []
    for (field, value) in fields {
        bytes += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n".utf8
    }
    bytes += "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n".utf8
    bytes += "Content-Type: image/png\r\n\r\n".utf8
    return bytes + file + "\r\n--\(boundary)--\r\n".utf8
}

extension Simulator {
    /// Uploads by the v1 path.
    nonisolated func upload(_ file: [UInt8], named name: String = "photo.png", key: String? = key) async throws -> Reply
    {
        let fields = [key.map { ("apiKey", $0) }, ("fileType", "image")].compactMap(\.self)
        return try await send(
            "POST",
            baseURL + "/task/openapi/upload",
            headers: ["Content-Type": "multipart/form-data; boundary=----x7MA4YWxkTrZu0gW"],
            bytes: form(fields, file: file, named: name)
        )
    }

    /// Runs an AI app with files in its nodes.
    nonisolated func launch(
        _ files: [String] = [],
        webhook: String? = nil,
        bearer: String? = key,
        path: String = "/openapi/v2/run/ai-app/2016740236478386178"
    ) async throws -> Reply {
        let nodes = files.map {
            JSON.object([
                JSON.Member(name: "nodeId", value: "285"), JSON.Member(name: "fieldName", value: "image"),
                JSON.Member(name: "fieldValue", value: .string($0)),
            ])
        }
        var members: [JSON.Member] = [JSON.Member(name: "nodeInfoList", value: .array(nodes))]
        if let webhook { members.append(JSON.Member(name: "webhookUrl", value: .string(webhook))) }
        return try await post(baseURL + path, .object(members), bearer: bearer)
    }

    nonisolated func query(_ task: String, bearer: String? = key) async throws -> Reply {
        try await post(baseURL + "/openapi/v2/query", ["taskId": .string(task)], bearer: bearer)
    }

    /// Runs to the end and gives back the task's id.
    nonisolated func runToEnd(_ files: [String] = [], webhook: String? = nil) async throws -> String {
        let task = try await launch(files, webhook: webhook)["taskId"]?.text ?? ""
        await finished(task)
        return task
    }

    nonisolated func finished(_ task: String) async {
        await firstEvent { if case .taskFinished(task, _) = $0 { true } else { false } }
    }
}

extension SimulatorSettings {
    /// Tasks that take no time.
    static var fast: SimulatorSettings {
        var settings = SimulatorSettings()
        settings.tasks.taskTime = 0
        return settings
    }

    static func fast(_ change: (inout SimulatorSettings) -> Void) -> SimulatorSettings {
        var settings = fast
        change(&settings)
        return settings
    }
}
