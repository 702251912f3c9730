import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Asks an address once, and tells what lies between here and there if it does not answer.
package struct AddressProbe: Sendable {
    private let transport: Transport

    /// A probe over this transport.
    package init(transport: Transport) {
        self.transport = transport
    }

    /// What came of it.
    package enum Finding: Sendable, Hashable {
        /// Somebody answered.
        case answered(Answered)
        /// The host's name leads nowhere.
        case noName
        /// The host is there, or its network, and takes no connection.
        case refused
        /// Nothing came back in time.
        case silent
        /// The certificate is not one that is trusted: self-made, expired, or without its intermediate.
        case untrusted
        /// The certificate is for another name.
        case otherName
        /// Whoever answers has no certificate for the name.
        case noCertificate
        /// Whoever answers does not speak TLS.
        case noTLS
        /// The connection broke.
        case broken(String)
    }

    /// An answer.
    package struct Answered: Sendable, Hashable {
        package let status: Int
        /// Its beginning, as text.
        package let body: String
        /// Where it sends the caller, for a redirect.
        package let location: String?

        package init(status: Int, body: String, location: String? = nil) {
            self.status = status
            self.body = body
            self.location = location
        }
    }

    /// No answer of ours is longer.
    private static let limit = 4096
    private static let patience = Duration.seconds(10)

    /// Asks with `GET`, by a connection of its own; redirects are not followed.
    package func ask(_ address: String) async -> Finding {
        let request = transport.request(.GET, address)
        do {
            let answer = try await transport.withFreshClient { client in
                try await transport.exchange(request, with: client, limit: Self.limit, within: Self.patience)
            }
            return .answered(
                Answered(
                    status: answer.status,
                    body: String(decoding: answer.body.readableBytesView, as: UTF8.self),
                    location: answer.headers.first(name: "location").map { RemoteText.clean($0, limit: 200) }
                )
            )
        } catch {
            return Self.finding(error)
        }
    }

    private static func finding(_ error: any Error) -> Finding {
        switch error {
        case is DeadlinePassed: .silent
        case let error as HTTPClientError where silences.contains(error): .silent
        case let error as NIOConnectionError: error.connectionErrors.isEmpty ? .noName : .refused
        case let error as NIOSSLExtraError where error == .failedToValidateHostname: .otherName
        case NIOSSLError.handshakeFailed(let reason): tls("\(reason)")
        case is NIOSSLError, is NIOSSLExtraError: tls("\(error)")
        case is IOError: .refused
        default: .broken(RemoteText.clean("\(error)", limit: 200))
        }
    }

    private static let silences: [HTTPClientError] = [
        .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .tlsHandshakeTimeout,
        .getConnectionFromPoolTimeout,
    ]

    private static func tls(_ reason: String) -> Finding {
        if reason.contains("CERTIFICATE_VERIFY_FAILED") { return .untrusted }
        if reason.contains("WRONG_VERSION_NUMBER") || reason.contains("HTTP_REQUEST") { return .noTLS }
        // What a server says that has no certificate for the name, such as Caddy before it got one (RFC 8446 §6.2).
        if reason.contains("ALERT_INTERNAL_ERROR") || reason.contains("UNRECOGNIZED_NAME") { return .noCertificate }
        // BoringSSL's words, without the place in its sources.
        let words = reason.split(separator: " at /").first.map(String.init) ?? reason
        return .broken(RemoteText.clean("TLS: \(words)", limit: 200))
    }
}
