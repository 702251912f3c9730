import NIOCore
import Testing

@testable import RunningHub

@Suite("Addresses: the site's, and those that results may come from", .timeLimit(.minutes(1)))
struct AddressTests {
    @Test(
        "A site is a scheme, a host and a port",
        arguments: [
            ("https://www.runninghub.cn", "https://www.runninghub.cn", 443),
            ("HTTPS://WWW.RunningHub.AI/", "https://www.runninghub.ai", 443),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", 8080), ("http://[::1]:80/", "http://[::1]", 80),
            ("https://h:443", "https://h", 443),
        ]
    )
    func sites(text: String, description: String, port: Int) throws {
        let site = try Site(text)
        #expect(site.description == description)
        #expect(site.port == port)
    }

    @Test(
        "What is not exactly a site is refused without being quoted",
        arguments: [
            "", "www.runninghub.cn", "ftp://h", "https://", "https://u:hunter2@h", "https://h/path",
            "https://h?x=hunter2", "https://h#f",
            "https://h:0", "https://h:99999", "https://h ", "https://h\n", "file:///etc/passwd", "https://münchen.de",
            "https:h",
        ]
    )
    func notSites(text: String) {
        let problem = #expect(throws: Site.Problem.self) { try Site(text) }
        #expect(problem?.description.contains("hunter2") == false)
    }

    @Test("The two public sites name each other")
    func siblings() throws {
        #expect(try Site("https://www.runninghub.cn").sibling == "https://www.runninghub.ai")
        #expect(try Site("https://www.runninghub.ai").sibling == "https://www.runninghub.cn")
        #expect(try Site("https://example.com").sibling == nil)
    }

    @Test(
        "A host that readers could read differently is no host",
        arguments: [
            "http://%6cocalhost/", "http://127.0.0.1%00.example.com/", "http://a b/",
            "http://[::1%25lo]/", "http:///a",
            "http://h\\@evil/",
        ]
    )
    func oddHosts(text: String) {
        #expect(ResultAddress(text) == nil)
    }

    @Test("An address that is sent longer than it was written is bounded as it is sent")
    func length() {
        let name = String(repeating: "图", count: 1000)
        #expect(ResultAddress("https://h/\(name.prefix(900))").flatMap { ResultAddress($0.text) } != nil)
        #expect(ResultAddress("https://h/\(name)") == nil)
    }

    @Test("An international host is judged, asked for and shown in its one ASCII form")
    func internationalHost() {
        #expect(ResultAddress("http://ｌocalhost/a")?.host == "localhost")
        #expect(ResultAddress("http://ｌocalhost/a")?.text == "http://localhost/a")
    }

    @Test("A result's address is never shown with its query string")
    func shown() throws {
        let address = try #require(ResultAddress("https://u.cos.example.com/a/b.png?sign=S3CRET&x=1#f"))
        #expect(address.text.contains("?sign=S3CRET&x=1"))
        for text in ["\(address)", String(reflecting: address), "\(Optional(address) as Any)", "\([address])"] {
            #expect(!text.contains("S3CRET"))
        }
        var dumped = ""
        dump(TaskResult(address: address, hasUnusableAddress: false, type: nil, text: nil, nodeID: nil), to: &dumped)
        #expect(!dumped.contains("S3CRET"))
    }

    static let reservedCases = [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "100.64.0.1", "100.127.255.255", "169.254.169.254", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "192.0.0.8",
        "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1",
        "::", "::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808",
        "2002:7f00:1::",
        "2002:a00:1::1", "2001::1", "2001:db8::1", "100::1", "4000::1", "::2:0:1",
    ]

    @Test("Addresses that are not of the internet are refused", arguments: reservedCases)
    func reserved(text: String) throws {
        let ip = try #require(IPAddress(text))
        #expect(ip.reserved != nil)
    }

    @Test(
        "Addresses of the internet are not",
        arguments: [
            "8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "169.253.1.1", "192.167.1.1",
            "223.255.255.1",
            "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
            "2400:da00::1",
        ]
    )
    func ordinary(text: String) throws {
        let ip = try #require(IPAddress(text))
        #expect(ip.reserved == nil)
    }

    private func policy(_ privateHosts: String...) throws -> AddressPolicy {
        AddressPolicy(
            site: try Site("http://10.0.0.5:8080"),
            privateHosts: privateHosts.compactMap(AddressPolicy.PrivateHost.init)
        )
    }

    @Test("The site's own host and port are trusted, another port of it is not")
    func ownHost() throws {
        let policy = try policy()
        #expect(policy.trusts(host: "10.0.0.5", port: 8080))
        #expect(!policy.trusts(host: "10.0.0.5", port: 22))
        let loopback = try SocketAddress(ipAddress: "10.0.0.5", port: 0)
        #expect(policy.refusal(host: "10.0.0.5", port: 8080, leadsTo: [loopback]) == nil)
        #expect(policy.refusal(host: "10.0.0.5", port: 22, leadsTo: [loopback]) == "leads to a private network")
    }

    @Test("A named private host is trusted with its port, or with all where none is named")
    func privateHosts() throws {
        let policy = try policy("nas.local:9000", "MINIO", "[fd00::1]:9", "fd00::2")
        #expect(policy.trusts(host: "nas.local", port: 9000))
        #expect(!policy.trusts(host: "nas.local", port: 80))
        #expect(policy.trusts(host: "minio", port: 1))
        #expect(policy.trusts(host: "fd00::1", port: 9))
        #expect(!policy.trusts(host: "fd00::1", port: 8))
        #expect(policy.trusts(host: "fd00::2", port: 443))
    }

    @Test(
        "What is no host and port is not taken for one",
        arguments: [
            "", ":80", "h:", "h:0", "h:x", "h:1:2", "a b", "http://h", "[fd00::1", "[h]:1", "[fd00::1]x", "h/24",
        ]
    )
    func notHosts(text: String) {
        #expect(AddressPolicy.PrivateHost(text) == nil)
    }

    @Test("One private address among public ones refuses the host")
    func mixed() throws {
        let addresses = try ["8.8.8.8", "192.168.0.1"].map { try SocketAddress(ipAddress: $0, port: 0) }
        let policy = try policy()
        #expect(policy.refusal(host: "h", port: 443, leadsTo: addresses) == "leads to a private network")
        #expect(policy.refusal(host: "h", port: 443, leadsTo: Array(addresses.prefix(1))) == nil)
        #expect(policy.refusal(host: "h", port: 443, leadsTo: []) != nil)
        #expect(
            policy.refusal(host: "h", port: 443, leadsTo: [try SocketAddress(unixDomainSocketPath: "/run/x")]) != nil
        )
    }
}
