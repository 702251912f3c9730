import RunningHub
import Testing

@testable import Daemon

@Suite("The public address", .timeLimit(.minutes(1)))
struct PublicAddressTests {
    private static let id = "0123456789abcdefghjkmnpq"
    private let address = PublicAddress(
        base: "https://media.example.com/rh/in",
        id: Self.id,
        listener: "127.0.0.1:8787"
    )

    @Test("It leads here where the daemon's own id comes back.")
    func well() {
        #expect(address.problem(.answered(.init(status: 200, body: "\(Self.id)\n"))) == nil)
    }

    @Test(
        "Each cause has its own sentence, which ends with what to type or to write.",
        arguments: [
            (.noName, "getent hosts media.example.com"), (.refused, "curl -i https://media.example.com/rh/in/healthz"),
            (.silent, "from elsewhere"), (.untrusted, "not trusted"), (.otherName, "not for media.example.com"),
            (.noTLS, "does not speak TLS"), (.broken("reset"), "breaks: reset"),
            (.answered(.init(status: 200, body: "zzzzzzzzzzzzzzzzzzzzzzzz")), "Another runninghubd"),
            (.answered(.init(status: 200, body: "<html>")), "Another server answers"),
            (.answered(.init(status: 301, body: "", location: "https://x/")), "redirected to https://x/"),
            (.answered(.init(status: 401, body: "")), "wants a password"),
            (.answered(.init(status: 404, body: "")), "location /rh/in/ { proxy_pass http://127.0.0.1:8787; }"),
            (.answered(.init(status: 502, body: "")), "systemctl status runninghubd.socket"),
            (.answered(.init(status: 418, body: "")), "HTTP 418"),
        ] as [(AddressProbe.Finding, String)]
    )
    func causes(finding: AddressProbe.Finding, words: String) throws {
        #expect(try #require(address.problem(finding)).contains(words))
    }

    @Test("Where less of the path leads here, that is what public_url should be.")
    func path() throws {
        #expect(address.otherBases == ["https://media.example.com", "https://media.example.com/rh"])
        let problem = address.problem(
            .answered(.init(status: 404, body: "")),
            leadsHereAt: "https://media.example.com/rh"
        )
        #expect(try #require(problem).hasSuffix("Write public_url: https://media.example.com/rh"))
    }

    @Test("Host and path are found with a port, with brackets, and without a path.")
    func parts() {
        let bracketed = PublicAddress(base: "http://[::1]:8080", id: "", listener: "")
        #expect(bracketed.host == "::1" && bracketed.path.isEmpty && bracketed.otherBases.isEmpty)
        #expect(PublicAddress(base: "https://h:1/a", id: "", listener: "").host == "h")
    }
}
