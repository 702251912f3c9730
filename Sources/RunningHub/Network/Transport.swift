import AsyncHTTPClient
package import NIOCore
import NIOHTTP1
import NIOSSL

/// The HTTP clients of the room and their settings: one shared client with a pool of connections, and fresh ones for a single use.
///
/// No client follows redirects, decompresses, or repeats a connection by itself: who repeats what is decided above. HTTP/1.1 only, so that
/// one connection carries one request at a time.
package struct Transport: Sendable {
    /// How long each part of an exchange may take.
    package struct Timeouts: Sendable, Hashable {
        /// To a connection, TLS included.
        package var connect = Duration.seconds(10)
        /// Between two pieces of an answer or of a request's body.
        package var idle = Duration.seconds(60)
        /// A submission, from the first step to the last byte of its answer.
        ///
        /// Below the unit's `TimeoutStopSec`.
        package var submission = Duration.seconds(60)
        /// Any other short question.
        package var question = Duration.seconds(30)
        /// From asking for a result to the head of its answer.
        package var downloadHead = Duration.seconds(60)
        /// What a transfer may take beside the time for its bytes.
        package var transferGrace = Duration.seconds(300)
        /// The slowest transfer that is borne, in bytes a second.
        package var slowestTransfer: Int64 = 8 * 1024

        /// The defaults.
        package init() {}
    }

    /// The timeouts.
    package let timeouts: Timeouts
    /// The client whose connections are used again.
    let shared: HTTPClient
    private let group: any EventLoopGroup
    private let agent: String
    private let trustRoots: [String]

    /// Clients on an event loop group.
    ///
    /// - Parameters:
    ///   - group: Where connections live.
    ///   - timeouts: How long things may take.
    ///   - agent: The `User-Agent` header.
    ///   - trustRoots: Files of further certificate authorities (PEM) beside the system's.
    package init(
        group: any EventLoopGroup = HTTPClient.defaultEventLoopGroup,
        timeouts: Timeouts = Timeouts(),
        agent: String = "runninghubd",
        trustRoots: [String] = []
    ) {
        self.group = group
        self.timeouts = timeouts
        self.agent = agent
        self.trustRoots = trustRoots
        shared = HTTPClient(
            eventLoopGroup: group,
            configuration: Self.configuration(timeouts, trustRoots: trustRoots)
        )
    }

    /// Closes the shared client; nothing may be asked afterwards.
    package func shutdown() async throws {
        try await shared.shutdown()
    }

    /// A request with the headers that all have.
    func request(_ method: HTTPMethod, _ address: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address)
        request.method = method
        request.headers.add(name: "User-Agent", value: agent)
        return request
    }

    /// Runs something with a client that has no connection yet, and closes it whatever happens.
    ///
    /// - Parameters:
    ///   - adjust: Changes the usual settings.
    ///   - body: Uses the client.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    func withFreshClient<Success>(
        adjust: (inout HTTPClient.Configuration) -> Void = { _ in },
        _ body: (HTTPClient) async throws -> Success
    ) async throws -> Success {
        var configuration = Self.configuration(timeouts, trustRoots: trustRoots)
        configuration.maximumUsesPerConnection = 1
        adjust(&configuration)
        let client = HTTPClient(eventLoopGroup: group, configuration: configuration)
        let result: Result<Success, any Error>
        do {
            result = .success(try await body(client))
        } catch {
            result = .failure(error)
        }
        // Shutting down fails only where it was done before.
        try? await client.shutdown()
        return try result.get()
    }

    private static func configuration(_ timeouts: Timeouts, trustRoots: [String]) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = TimeAmount(timeouts.connect)
        configuration.timeout.read = TimeAmount(timeouts.idle)
        configuration.timeout.write = TimeAmount(timeouts.idle)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        configuration.connectionPool.idleTimeout = .seconds(20)
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.additionalTrustRoots = trustRoots.map { .file($0) }
        configuration.tlsConfiguration = tls
        return configuration
    }
}
