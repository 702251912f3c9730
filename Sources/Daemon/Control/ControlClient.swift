import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Asks a running daemon over its control socket.
package struct ControlClient: Sendable {
    private let path: String

    /// A client of the daemon with this control socket.
    package init(socket path: String) {
        self.path = path
    }

    /// Why a command did not work, with the exit code that says it.
    package struct Failure: Error, CustomStringConvertible {
        /// 69: no daemon answers; 1: it refused.
        package let code: Int32
        package let description: String
    }

    private static let limit = 16 << 20
    /// How long an answer is awaited; asking for balances takes the longest.
    private static let patience = TimeAmount.seconds(20)

    func ask<Answer: Decodable>(
        _ method: HTTPMethod,
        _ uri: String,
        body question: [UInt8]? = nil
    ) async throws -> Answer {
        guard let url = URL(httpURLWithSocketPath: path, uri: uri) else {
            throw Failure(code: 64, description: "\(path) cannot be the path of a socket.")
        }
        let (status, body) = try await exchange(method, url.absoluteString, question)
        let data = Data(body.readableBytesView)
        guard status == .ok else {
            let said = try? JSONDecoder().decode(ControlAnswer.self, from: data)
            throw Failure(code: 1, description: said?.message ?? "The daemon refused (HTTP \(status.code)).")
        }
        do {
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw Failure(
                code: 1,
                description: "The daemon that runs is of another version: systemctl restart runninghubd"
            )
        }
    }

    private func exchange(
        _ method: HTTPMethod,
        _ url: String,
        _ question: [UInt8]?
    ) async throws -> (HTTPResponseStatus, ByteBuffer) {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(configuration: configuration)
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.body = question.map { .bytes(ByteBuffer(bytes: $0)) }
        do {
            let response = try await client.execute(request, timeout: Self.patience)
            let body = try await response.body.collect(upTo: Self.limit)
            try await client.shutdown()
            return (response.status, body)
        } catch {
            try? await client.shutdown()
            throw Failure(
                code: 69,
                description: "No daemon answers on \(path). Start it with: systemctl start runninghubd"
            )
        }
    }
}
