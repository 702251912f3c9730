import struct FoundationEssentials.URL

/// One of RunningHub's sites: where all requests of a key go.
///
/// The two public sites are `https://www.runninghub.cn` and `https://www.runninghub.ai`; keys, balances and uploaded files of the one are
/// unknown to the other.
package struct Site: Sendable, Hashable {
    /// Whether the connection is encrypted.
    package enum Scheme: String, Sendable, Hashable {
        case http
        case https
    }

    /// The scheme.
    package let scheme: Scheme
    /// The host name in lower case, or the IP address (version 6 without brackets).
    package let host: String
    /// The port, the scheme's own where none is written.
    package let port: Int

    /// Why a text is not the address of a site.
    package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        /// A sentence for a person.
        ///
        /// It does not quote the text, which may hold a password.
        package let description: String
    }

    /// Reads the base address of a site, such as `https://www.runninghub.cn`.
    ///
    /// Only a scheme, a host and a port are taken: a path, a query, a user or a password is refused rather than ignored.
    package init(_ text: String) throws(Problem) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let url = URL(string: text) else {
            throw Problem(
                description: "This is not an address. Write https://www.runninghub.cn or https://www.runninghub.ai."
            )
        }
        guard let scheme = url.scheme.flatMap({ Scheme(rawValue: $0.lowercased()) }) else {
            throw Problem(description: "The address must begin with https:// or http://.")
        }
        guard let host = url.plainHost else { throw Problem(description: "The address has no host.") }
        guard url.user == nil, url.password == nil else {
            throw Problem(description: "The address must not hold a user or a password.")
        }
        guard url.query == nil, url.fragment == nil, ["", "/"].contains(url.path) else {
            throw Problem(description: "The address must end after the host and the port.")
        }
        let port = url.port ?? scheme.defaultPort
        guard (1...65535).contains(port) else { throw Problem(description: "The port must be between 1 and 65535.") }
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// The other public site, for a key that this one does not know; `nil` for a site that is neither.
    package var sibling: String? {
        switch host {
        case "www.runninghub.cn", "runninghub.cn": "https://www.runninghub.ai"
        case "www.runninghub.ai", "runninghub.ai": "https://www.runninghub.cn"
        default: nil
        }
    }

    /// The address of a path on this site; the path begins with a slash.
    func address(of path: String) -> String {
        description + path
    }
}

extension Site: CustomStringConvertible {
    /// The address as it is written, without a final slash and without the scheme's own port.
    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == scheme.defaultPort ? "\(scheme.rawValue)://\(name)" : "\(scheme.rawValue)://\(name):\(port)"
    }
}

extension Site.Scheme {
    /// The port that the scheme has by itself.
    package var defaultPort: Int {
        switch self {
        case .http: 80
        case .https: 443
        }
    }
}

extension URL {
    /// The host in lower case, an IPv6 address without its brackets; `nil` where there is none.
    ///
    /// Only letters, digits, points, hyphens, underscores and, in an IPv6 address, colons make a host here. An escaped or international
    /// one is read differently by different readers, and what was judged must be what is connected to.
    var plainHost: String? {
        guard var host = host()?.lowercased() else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let isPlain = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
        return isPlain && !host.isEmpty ? host : nil
    }
}
