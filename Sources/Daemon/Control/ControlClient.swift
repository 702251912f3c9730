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
        let data = try await bytes(method, uri, body: question)
        do {
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw Failure(
                code: 1,
                description: "The daemon that runs is of another version: systemctl restart runninghubd"
            )
        }
    }

    /// An answer as it came.
    func bytes(_ method: HTTPMethod, _ uri: String, body question: [UInt8]? = nil) async throws -> Data {
        guard let url = URL(httpURLWithSocketPath: path, uri: uri) else {
            throw Failure(code: 64, description: "\(path) cannot be the path of a socket.")
        }
        let (status, body) = try await exchange(method, url.absoluteString, question)
        let data = Data(body.readableBytesView)
        guard status == .ok else {
            throw Self.refusal(status, data)
        }
        return data
    }

    /// How long a copy of the ledger is awaited before its first byte: all of it is written once before.
    private static let copyPatience = TimeAmount.minutes(10)

    /// Has a consistent copy of the ledger written into a file.
    ///
    /// - Throws: `Failure`, or `BackupFile.Failure`: then there is no file.
    /// - Returns: how many bytes it has.
    package func backup(to file: BackupFile) async throws -> Int64 {
        guard let url = URL(httpURLWithSocketPath: path, uri: "/backup") else {
            throw Failure(code: 64, description: "\(path) cannot be the path of a socket.")
        }
        let client = Self.makeClient()
        do {
            let response: HTTPClientResponse
            do {
                response = try await client.execute(
                    HTTPClientRequest(url: url.absoluteString),
                    timeout: Self.copyPatience
                )
            } catch {
                throw noDaemon
            }
            guard response.status == .ok else {
                let body = try await response.body.collect(upTo: Self.limit)
                throw Self.refusal(response.status, Data(body.readableBytesView))
            }
            let size = try await receive(response, into: file)
            try await client.shutdown()
            return size
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private func receive(_ response: HTTPClientResponse, into file: BackupFile) async throws -> Int64 {
        let announced = response.headers.first(name: "content-length").flatMap { Int64($0) }
        var size: Int64 = 0
        do {
            for try await bytes in response.body {
                try file.write(bytes)
                size += Int64(bytes.readableBytes)
            }
        } catch let failure as BackupFile.Failure {
            throw failure
        } catch {
            throw Failure(code: 1, description: "The copy broke off; there is no file. Try again.")
        }
        guard size == announced else {
            throw Failure(code: 1, description: "The copy is not whole; there is no file. Try again.")
        }
        try file.finish()
        return size
    }

    private static func makeClient() -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(configuration: configuration)
    }

    private static func refusal(_ status: HTTPResponseStatus, _ data: Data) -> Failure {
        let said = try? JSONDecoder().decode(ControlAnswer.self, from: data)
        return Failure(code: 1, description: said?.message ?? "The daemon refused (HTTP \(status.code)).")
    }

    private var noDaemon: Failure {
        Failure(code: 69, description: "No daemon answers on \(path). Start it with: systemctl start runninghubd")
    }

    private func exchange(
        _ method: HTTPMethod,
        _ url: String,
        _ question: [UInt8]?
    ) async throws -> (HTTPResponseStatus, ByteBuffer) {
        let client = Self.makeClient()
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
            throw noDaemon
        }
    }
}
