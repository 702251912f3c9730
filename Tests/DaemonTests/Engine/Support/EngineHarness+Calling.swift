import AsyncHTTPClient
import NIOCore
import NIOHTTP1

@testable import Daemon

extension EngineHarness {
    /// Sends a callback, as the cloud would.
    ///
    /// - Returns: the status of the answer.
    func call(_ url: String, _ body: String) async throws -> Int {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        return Int(response.status.code)
    }
}
