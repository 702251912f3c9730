import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import RunningHub

@Suite("Fetching results over a real connection", .timeLimit(.minutes(1)))
struct DownloadTests {
    /// Fetches from a scripted server, which the policy trusts as the site's own.
    private func fetch(
        limit: Int64 = 1000,
        path: String = "/a.png",
        at moment: ScriptedServer.Moment = .requestRead,
        _ script: @escaping ScriptedServer.Script
    ) async throws -> (bytes: String, length: Int64?, requests: [ScriptedServer.Request]) {
        try await ScriptedServer.run(at: moment, script) { server in
            try await withTransport(.brief) { transport in
                let site = try Site("http://127.0.0.1:\(server.port)")
                let downloader = Downloader(transport: transport, policy: AddressPolicy(site: site))
                let address = try #require(ResultAddress(site.description + path))
                return try await downloader.withDownload(of: address, limit: limit) { download in
                    var bytes = ""
                    for try await chunk in download.body { bytes += String(buffer: chunk) }
                    return (bytes, download.length, server.requests)
                }
            }
        }
    }

    private func failure(
        limit: Int64 = 1000,
        _ script: @escaping ScriptedServer.Script
    ) async -> CloudError? {
        do {
            _ = try await fetch(limit: limit, script)
            return nil
        } catch {
            return error as? CloudError
        }
    }

    @Test("A result arrives whole, its query string asked for as it stands, no encoding offered")
    func whole() async throws {
        let got = try await fetch(path: "/o/a%20b.png?sign=a%2Fb+c&q=1") { _ in [.send(answer("200 OK", "hello"))] }
        #expect(got.bytes == "hello")
        #expect(got.length == 5)
        #expect(got.requests.first?.uri == "/o/a%20b.png?sign=a%2Fb+c&q=1")
        #expect(got.requests.first?.headers["Accept-Encoding"].isEmpty == true)
        #expect(got.requests.first?.headers["Authorization"].isEmpty == true)
    }

    @Test(
        "Results without an announced length are taken to their end",
        arguments: [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\nhello",
        ]
    )
    func withoutLength(bytes: String) async throws {
        let got = try await fetch { _ in [.send(bytes), .close] }
        #expect(got.bytes == "hello")
        #expect(got.length == nil)
    }

    static let brokenCases: [(String, [ScriptedServer.Act], CloudError.Code)] = [
        ("too short", [.send(answer("200 OK", "hello", length: 10)), .close], .truncated),
        (
            "cut chunks", [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), .close],
            .truncated
        ),
        ("standing still", [.send(answer("200 OK", "hello", length: 10))], .timedOut),
        ("no head", [], .timedOut),
        ("announced too large", [.send(answer("200 OK", "", length: 1001))], .tooLarge),
        ("too large", [.send("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 1001)), .close], .tooLarge),
        ("coded", [.send(answer("200 OK", "\u{1F}", headers: ["Content-Encoding: gzip"]))], .encoded),
        ("403", [.send(answer("403 Forbidden", "<Error/>"))], .gone),
        ("404", [.send(answer("404 Not Found", "<Error/>"))], .gone),
        ("410", [.send(answer("410 Gone", ""))], .gone),
        ("500", [.send(answer("500 Oops", ""))], .badAnswer),
        ("503", [.send(answer("503 Busy", "", headers: ["Retry-After: 3"]))], .busy),
        ("206", [.send(answer("206 Partial Content", "hel"))], .badAnswer),
        ("204", [.send("HTTP/1.1 204 No Content\r\n\r\n")], .badAnswer),
        ("closed", [.close], .truncated),
        ("no HTTP", [.send("garbage\r\n\r\n"), .close], .interrupted),
        ("redirect to nowhere", [.send(answer("302 Found", ""))], .addressRefused),
        ("redirect to no address", [.send(answer("302 Found", "", headers: ["Location: ftp://h/"]))], .addressRefused),
        ("another scheme", [.send(answer("302 Found", "", headers: ["Location: https://8.8.8.8/"]))], .addressRefused),
        (
            "metadata service", [.send(answer("302 Found", "", headers: ["Location: http://169.254.169.254/"]))],
            .addressRefused
        ),
        ("another port", [.send(answer("302 Found", "", headers: ["Location: http://127.0.0.1:1/"]))], .addressRefused),
        (
            "a loopback name", [.send(answer("302 Found", "", headers: ["Location: http://localhost/"]))],
            .addressRefused
        ),
        (
            "an odd notation", [.send(answer("302 Found", "", headers: ["Location: http://2130706433/"]))],
            .addressRefused
        ),
        (
            "mapped", [.send(answer("302 Found", "", headers: ["Location: http://[::ffff:127.0.0.1]/"]))],
            .addressRefused
        ),
    ]

    @Test("Every way in which a result is not one is told", arguments: brokenCases)
    func broken(what: String, acts: [ScriptedServer.Act], code: CloudError.Code) async {
        let error = await failure { _ in acts }
        // A connection that closes before any head is merely interrupted; after it, the result is truncated.
        #expect(error?.code == (what == "closed" ? .interrupted : code), "\(what): \(error.debugDescription)")
    }

    @Test("Bytes beyond the announced length are not the result's")
    func tooLong() async throws {
        let got = try await fetch { _ in [.send(answer("200 OK", "hello world", length: 5)), .close] }
        #expect(got.bytes == "hello")
    }

    @Test("A server that drips is left")
    func drips() async throws {
        var bounds = DownloadBounds(limit: 1 << 40, announced: nil, timeouts: Transport.Timeouts())
        // 300 s grace and 8 KiB a second: a byte each 10 s passes for 300 s, and not much longer.
        for second in stride(from: 0, through: 300, by: 10) { try bounds.received(1, after: .seconds(second)) }
        #expect(throws: CloudError.self) { try bounds.received(1, after: .seconds(310)) }
        var steady = DownloadBounds(limit: 1 << 40, announced: nil, timeouts: Transport.Timeouts())
        for second in 0...10_000 { try steady.received(16 * 1024, after: .seconds(second)) }
    }

    @Test("Redirects are followed three times and no more", arguments: [3, 4])
    func redirects(count: Int) async throws {
        let script: ScriptedServer.Script = { request in
            let hop = Int(request.uri.dropFirst()) ?? 0
            return hop == count
                ? [.send(answer("200 OK", "hello"))]
                : [.send(answer("302 Found", "", headers: ["Location: /\(hop + 1)?x=1".replacing("?x=1", with: "")]))]
        }
        if count == 3 {
            #expect(try await fetch(path: "/0", script).bytes == "hello")
        } else {
            let error = await #expect(throws: CloudError.self) { try await fetch(path: "/0", script) }
            #expect(error?.code == .addressRefused)
        }
    }

    @Test("What the receiver throws comes out as it is")
    func receiverThrows() async throws {
        struct DiskFull: Error {}
        try await ScriptedServer.run { _ in
            [.send(answer("200 OK", "hello"))]
        } _: { server in
            try await withTransport(.brief) { transport in
                let site = try Site("http://127.0.0.1:\(server.port)")
                let downloader = Downloader(transport: transport, policy: AddressPolicy(site: site))
                let address = try #require(ResultAddress(site.description + "/a"))
                await #expect(throws: DiskFull.self) {
                    try await downloader.withDownload(of: address, limit: 9) { _ in throw DiskFull() }
                }
            }
        }
    }

    private func resolver(_ ips: String...) -> HostResolver {
        HostResolver { _ in try ips.map { try SocketAddress(ipAddress: $0, port: 0) } }
    }

    @Test(
        "A name that leads to a private address is not asked, whatever else it leads to",
        arguments: [
            ["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], [],
        ]
    )
    func privateName(ips: [String]) async throws {
        try await ScriptedServer.run { _ in
            [.send(answer("200 OK", "secret"))]
        } _: { server in
            try await withTransport(.brief) { transport in
                let resolver = HostResolver { _ in try ips.map { try SocketAddress(ipAddress: $0, port: 0) } }
                let policy = AddressPolicy(site: try Site("https://www.runninghub.cn"))
                let downloader = Downloader(transport: transport, policy: policy, resolver: resolver)
                let address = try #require(ResultAddress("http://results.example:\(server.port)/a?sign=S3CRET"))
                let error = await #expect(throws: CloudError.self) {
                    try await downloader.withDownload(of: address, limit: 9) { _ in }
                }
                #expect(error?.code == .addressRefused)
                #expect(error.map { String(reflecting: $0) }?.contains("S3CRET") == false)
                #expect(server.connections == 0)
            }
        }
    }

    @Test(
        "A refused host is named as the configuration would allow it",
        arguments: [("http://[::1]/a", "[::1]:80"), ("http://LOCALHOST:81/a", "localhost:81")]
    )
    func refusedHost(text: String, host: String) async throws {
        try await withTransport(.brief) { transport in
            let site = try Site("https://www.runninghub.cn")
            let downloader = Downloader(transport: transport, policy: AddressPolicy(site: site))
            let address = try #require(ResultAddress(text))
            let error = await #expect(throws: CloudError.self) {
                try await downloader.withDownload(of: address, limit: 9) { _ in }
            }
            #expect(error?.message == "The result's server \(host) leads to a loopback address.")
            let allowed = AddressPolicy(site: site, privateHosts: [AddressPolicy.PrivateHost(host)].compactMap(\.self))
            #expect(allowed.trusts(host: address.host, port: address.port))
        }
    }

    static let spellings = [
        "localhost", "LOCALHOST", "LocalHost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost.",
    ]

    @Test(
        "A connection goes to the address that was judged, not to what the name leads to by then",
        arguments: spellings
    )
    func pinned(host: String) async throws {
        // Each of these names would reach the server if the client resolved it by itself; at the judged address nobody answers.
        try await ScriptedServer.run { _ in
            [.send(answer("200 OK", "secret"))]
        } _: { server in
            try await withTransport(.brief) { transport in
                let policy = AddressPolicy(site: try Site("https://www.runninghub.cn"))
                let downloader = Downloader(transport: transport, policy: policy, resolver: resolver("8.8.8.8"))
                let address = try #require(ResultAddress("http://\(host):\(server.port)/a"))
                await #expect(throws: CloudError.self) {
                    try await downloader.withDownload(of: address, limit: 9) { _ in }
                }
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test("A name that leads to the judged address is fetched from there, under its own name")
    func pinnedAndReached() async throws {
        try await ScriptedServer.run { _ in
            [.send(answer("200 OK", "hello"))]
        } _: { server in
            try await withTransport(.brief) { transport in
                let loopback = try #require(PinnedAddress(try SocketAddress(ipAddress: "127.0.0.1", port: 0)))
                let text = try await transport.withFreshClient { configuration in
                    configuration.dnsOverride = ["Results.example": loopback.text]
                    configuration.http1_1ConnectionDebugInitializer = { loopback.guardConnection($0) }
                } _: { client in
                    let request = transport.request(.GET, "http://Results.example:\(server.port)/a")
                    return String(
                        buffer: try await transport.exchange(request, with: client, limit: 9, within: .seconds(5)).body
                    )
                }
                #expect(text == "hello")
                #expect(server.requests.first?.headers["Host"] == ["Results.example:\(server.port)"])
            }
        }
    }

    @Test("A client that connects elsewhere than to the judged address writes nothing there")
    func wall() async throws {
        try await ScriptedServer.run { _ in
            [.send(answer("200 OK", "secret"))]
        } _: { server in
            try await withTransport(.brief) { transport in
                let other = try #require(PinnedAddress(try SocketAddress(ipAddress: "8.8.8.8", port: 0)))
                await #expect(throws: (any Error).self) {
                    try await transport.withFreshClient { configuration in
                        configuration.http1_1ConnectionDebugInitializer = { other.guardConnection($0) }
                    } _: { client in
                        let request = transport.request(.GET, "http://127.0.0.1:\(server.port)/a")
                        return try await transport.exchange(request, with: client, limit: 9, within: .seconds(5))
                    }
                }
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test("A name that does not resolve is tried again later")
    func unresolved() async throws {
        try await withTransport(.brief) { transport in
            let policy = AddressPolicy(site: try Site("https://www.runninghub.cn"))
            let downloader = Downloader(transport: transport, policy: policy)
            let address = try #require(ResultAddress("https://nowhere.invalid/a"))
            let error = await #expect(throws: CloudError.self) {
                try await downloader.withDownload(of: address, limit: 9) { _ in }
            }
            #expect(error?.disposition == .retry(after: nil))
        }
    }

    @Test("The system's resolver knows this machine's own name")
    func systemResolver() async throws {
        let addresses = try await HostResolver.system.addresses(of: "localhost")
        #expect(addresses.contains { IPAddress($0)?.reserved == "a loopback address" })
    }
}
