import AsyncHTTPClient
package import Jobs
import NIOHTTP1

/// Posts a document to an address that somebody else answers, once.
package struct Poster: Sendable {
    private let transport: Transport

    /// A poster over this transport.
    package init(transport: Transport) {
        self.transport = transport
    }

    /// What came of it.
    package enum Reply: Sendable, Hashable {
        /// A whole answer, or its beginning, with the wait that it asks for, if it does.
        case answered(status: Int, retryAfter: Duration?)
        /// None; why, in words for people.
        case failed(Phrase)
    }

    /// How long it may take, from the first step to the end of the answer: receivers answer within 15 to 30 s (Standard Webhooks 1.0.0).
    package static let patience = Duration.seconds(30)
    /// An answer's body tells nothing: it is read so that the connection can be used again.
    private static let limit = 64 * 1024

    /// Posts JSON; redirects are not followed.
    ///
    /// - Parameters:
    ///   - body: the document.
    ///   - address: an `http` or `https` address.
    ///   - headers: further headers.
    /// - Returns: what came of it.
    package func post(_ body: [UInt8], to address: String, headers: [(name: String, value: String)]) async -> Reply {
        var request = transport.request(.POST, address)
        request.headers.add(name: "Content-Type", value: "application/json")
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(body)
        do {
            let answer = try await transport.exchange(
                request,
                with: transport.shared,
                limit: Self.limit,
                within: Self.patience
            )
            return .answered(status: answer.status, retryAfter: answer.retryAfter)
        } catch {
            return .failed(CloudError.network(error).sentence)
        }
    }
}
