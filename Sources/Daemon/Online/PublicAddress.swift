import Jobs
import NIOCore
import RunningHub

/// The daemon's address as strangers see it, and what is wrong with the way from there to here.
struct PublicAddress: Sendable {
    /// `public_url`, without a slash at its end.
    let base: String
    /// What the daemon that runs answers at `/healthz`.
    let id: String
    /// Where the proxy should lead.
    let listener: String

    /// What is asked.
    var question: String { "\(base)/healthz" }

    /// The path of `public_url`: what a proxy in front has to forward.
    var path: String {
        let rest = base.split(separator: "://", maxSplits: 1).last ?? ""
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
    }

    /// The host's name, without brackets and port.
    var host: String {
        let rest = base.split(separator: "://", maxSplits: 1).last ?? ""
        let authority = rest.prefix { $0 != "/" }
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }

    /// Other bases under which a proxy may lead here: the same host with less of the path.
    var otherBases: [String] {
        let root = String(base.dropLast(path.utf8.count))
        let names = path.split(separator: "/")
        return (0..<names.count).map { root + names.prefix($0).map { "/\($0)" }.joined() }
    }

    /// What is wrong, with the next thing to do; nothing where the address leads here.
    ///
    /// `finding` is what came of the question, `other` another base that does lead here, where one was found.
    func problem(_ finding: AddressProbe.Finding, leadsHereAt other: String? = nil) -> String? {
        switch finding {
        case .answered(let answer): problem(answer, other)
        case .noName:
            "The name \(host) leads nowhere. Make an A or AAAA record for it, then: getent hosts \(host)"
        case .refused:
            "Nothing accepts connections at \(base). Start the proxy there, open its port in the firewall, then: curl -i \(question)"
        case .silent:
            """
            \(base) does not answer. A firewall or a router may swallow it: forward the port to this machine. Some routers cannot be reached \
            at their own address from within; try from elsewhere: curl -i \(question)
            """
        case .untrusted:
            """
            The certificate of \(host) is not trusted: it has expired, is self-made, or comes without its intermediate certificate. \
            RunningHub would not call. See: curl -v \(question)
            """
        case .otherName:
            "The certificate there is not for \(host). Have the proxy show the one that is, then: curl -v \(question)"
        case .noCertificate:
            """
            The proxy has no certificate for \(host) yet. Caddy gets one by itself once ports 80 and 443 of the name lead to it; its log says \
            what is in the way: journalctl -u caddy
            """
        case .noTLS:
            "What answers at \(host) does not speak TLS. Write http:// in public_url, or have the proxy end TLS there."
        case .broken(let what): "The connection to \(base) breaks: \(what). See: curl -v \(question)"
        }
    }

    private func problem(_ answer: AddressProbe.Answered, _ other: String?) -> String? {
        let body = answer.body.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if answer.status == 200, body == id { return nil }
        if let other {
            return """
                The proxy's path is another than that of public_url: this daemon answers at \(other)/healthz, not at \(question). \
                Write public_url: \(other)
                """
        }
        switch answer.status {
        case 200 where Self.isID(body):
            return "Another runninghubd answers at \(question). Its proxy must lead to \(listener) on this machine."
        case 200:
            return "Another server answers at \(question). Have the proxy forward \(shownPath) to http://\(listener)"
        case 301, 302, 303, 307, 308:
            let target = answer.location.map { " to \(Quotation.printable($0))" } ?? ""
            return
                "\(question) is redirected\(target), which RunningHub does not follow. Write the final address as public_url."
        case 401, 403:
            return
                "The proxy wants a password or refuses (HTTP \(answer.status)). Let \(shownPath) through: callbacks prove themselves."
        case 404:
            return """
                Nothing is at \(question) (HTTP 404). Have the proxy forward \(shownPath): for nginx, location \(shownPath) { proxy_pass \
                http://\(listener); } then: nginx -s reload
                """
        case 502, 503, 504:
            return """
                The proxy answers, but does not reach the daemon (HTTP \(answer.status)). It must lead to http://\(listener); see: \
                systemctl status runninghubd.socket
                """
        default:
            return
                "\(question) answers with HTTP \(answer.status). Have the proxy forward \(shownPath) to http://\(listener)"
        }
    }

    private var shownPath: String { "\(path)/" }

    /// Whether a text can be a daemon's public id: two job ids.
    private static func isID(_ text: String) -> Bool {
        text.utf8.count == 24 && JobID(String(text.prefix(12))) != nil && JobID(String(text.suffix(12))) != nil
    }
}
