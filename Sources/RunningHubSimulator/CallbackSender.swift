import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Delivers callbacks by POST, as the cloud does: JSON, no signature, no redirects followed.
struct CallbackSender: Sendable {
    let client: HTTPClient

    static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.read = .seconds(60)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        configuration.httpVersion = .http1Only
        return configuration
    }

    func deliver(_ delivery: CallbackDelivery) async -> CallbackResult {
        var request = HTTPClientRequest(url: delivery.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "RunningHubSimulator")
        request.body = .bytes(Self.body(delivery))
        do {
            let response = try await client.execute(request, timeout: TimeAmount(delivery.timeout))
            // What the receiver says is of no interest, but the connection is to be used again.
            _ = try? await response.body.collect(upTo: 64 * 1024)
            return .answered(Int(response.status.code))
        } catch {
            return .unanswered("\(error)")
        }
    }

    private static func body(_ delivery: CallbackDelivery) -> ByteBuffer {
        guard delivery.kind == .oversized else { return ByteBuffer(string: delivery.body) }
        var body = ByteBuffer(string: #"{"event":"TASK_END","taskId":"\#(delivery.taskID)","eventData":""#)
        body.writeRepeatingByte(UInt8(ascii: "a"), count: Int(delivery.body) ?? 0)
        body.writeString(#""}"#)
        return body
    }
}
