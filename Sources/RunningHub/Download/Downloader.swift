import AsyncHTTPClient
import Jobs
import NIOCore
import NIOHTTP1

/// Fetches results, from where the policy allows.
package struct Downloader: Sendable {
    private let transport: Transport
    private var policy: AddressPolicy
    private let resolver: HostResolver

    /// How many redirects are followed.
    package static let maximumRedirects = 3
    /// How many addresses of one host are tried.
    private static let maximumAddresses = 4

    /// A downloader.
    package init(transport: Transport, policy: AddressPolicy, resolver: HostResolver = .system) {
        self.transport = transport
        self.policy = policy
        self.resolver = resolver
    }

    /// How long each part of a download may take.
    package var timeouts: Transport.Timeouts { transport.timeouts }

    /// One that may fetch from these hosts, too.
    package func trusting(_ hosts: [AddressPolicy.PrivateHost]) -> Downloader {
        var copy = self
        copy.policy = policy.trusting(hosts)
        return copy
    }

    /// Fetches a result and hands it over while it comes.
    ///
    /// Throws ``CloudError``, or whatever `receive` throws. The connection is closed, or given back, when `receive` returns.
    ///
    /// - Parameters:
    ///   - address: Where from, as a query returned it.
    ///   - limit: The most bytes that are taken.
    ///   - receive: Reads the body to its end.
    /// - Returns: What `receive` returns.
    /// - Throws: ``CloudError``, or whatever `receive` throws.
    package func withDownload<Success>(
        of address: ResultAddress,
        limit: Int64,
        _ receive: (Download) async throws -> Success
    ) async throws -> Success {
        var address = address
        for _ in 0...Self.maximumRedirects {
            switch try await fetch(address, limit: limit, receive) {
            case .finished(let success): return success
            case .redirected(let target): address = target
            }
        }
        throw CloudError(
            .addressRefused,
            Phrase(
                "The result redirects more than \(Self.maximumRedirects) times.",
                zh: "结果的重定向超过 \(Self.maximumRedirects) 次。",
                ru: "Результат перенаправляет больше \(Self.maximumRedirects) раз."
            )
        )
    }

    private enum Step<Success> {
        case finished(Success)
        case redirected(ResultAddress)
    }

    /// One hop.
    ///
    /// A trusted host is reached like any server; of any other, all addresses are judged, and the connection goes to
    /// one of those and nowhere else: a name server that answers differently a moment later gains nothing.
    private func fetch<Success>(
        _ address: ResultAddress,
        limit: Int64,
        _ receive: (Download) async throws -> Success
    ) async throws -> Step<Success> {
        if policy.trusts(host: address.host, port: address.port) {
            return try await fetch(address, limit: limit, with: transport.shared, receive)
        }
        var failure = CloudError(
            .unreachable,
            Phrase(
                "The result's server could not be reached.",
                zh: "无法连接到存放结果的服务器。",
                ru: "Сервер с результатом недоступен."
            )
        )
        for pinned in try await vettedAddresses(of: address) {
            do {
                return try await transport.withFreshClient { configuration in
                    configuration.dnsOverride = [address.writtenHost: pinned.text]
                    configuration.http1_1ConnectionDebugInitializer = { pinned.guardConnection($0) }
                } _: { client in
                    try await fetch(address, limit: limit, with: client, receive)
                }
            } catch let error as CloudError where error.code == .unreachable {
                failure = error
            }
        }
        throw failure
    }

    private func vettedAddresses(of address: ResultAddress) async throws -> [PinnedAddress] {
        let found: [SocketAddress]
        do {
            found = try await withDeadline(transport.timeouts.question) { [resolver] in
                try await resolver.addresses(of: address.host)
            }
        } catch is DeadlinePassed {
            throw CloudError(.unreachable, "The name of the result's server was not resolved in time.")
        } catch {
            throw CloudError(.unreachable, "The name of the result's server could not be resolved.", cause: error)
        }
        if let refusal = policy.refusal(host: address.host, port: address.port, leadsTo: found) {
            throw CloudError(
                .addressRefused,
                "The result's server \(address.authority) \(refusal).",
                hint: Phrase(
                    "If this host is yours, name it in `limits.private_hosts`.",
                    zh: "如果这是你自己的主机，请把它写进 `limits.private_hosts`。",
                    ru: "Если это ваш сервер, укажите его в `limits.private_hosts`."
                )
            )
        }
        return found.prefix(Self.maximumAddresses).compactMap(PinnedAddress.init)
    }

    private func fetch<Success>(
        _ address: ResultAddress,
        limit: Int64,
        with client: HTTPClient,
        _ receive: (Download) async throws -> Success
    ) async throws -> Step<Success> {
        let response: HTTPClientResponse
        do {
            // No `Accept-Encoding`: the bytes are to come as they are stored.
            let deadline = NIODeadline.now() + TimeAmount(transport.timeouts.downloadHead)
            response = try await client.execute(transport.request(.GET, address.text), deadline: deadline)
        } catch {
            throw CloudError.network(error)
        }
        let head = try DownloadHead.judge(
            status: Int(response.status.code),
            headers: response.headers,
            from: address,
            limit: limit
        )
        switch head {
        case .redirect(let target): return .redirected(target)
        case .bytes(let length):
            let bounds = DownloadBounds(limit: limit, announced: length, timeouts: transport.timeouts)
            let download = Download(
                length: length,
                contentType: response.headers.first(name: "Content-Type"),
                body: Download.Body(chunks: response.body, bounds: bounds)
            )
            return .finished(try await receive(download))
        }
    }
}
