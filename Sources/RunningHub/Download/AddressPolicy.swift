package import enum NIOCore.SocketAddress

/// From where result files may be fetched: from the internet, from the site itself, and from hosts that the configuration names.
///
/// An answer of the cloud names addresses, and a redirect names more; none may make the daemon read from its own machine or network.
package struct AddressPolicy: Sendable, Hashable {
    /// A host that may be on a private network.
    package struct PrivateHost: Sendable, Hashable {
        /// The host in lower case, an IPv6 address without brackets.
        package let host: String
        /// The one port that is meant; `nil`: every port.
        package let port: Int?

        /// A host and perhaps a port.
        package init(host: String, port: Int?) {
            self.host = host.lowercased()
            self.port = port
        }

        /// Reads `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`; `nil` for anything else.
        package init?(_ text: String) {
            let parts: (host: Substring, port: Substring?)
            if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
                let rest = text[text.index(after: end)...]
                guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
                parts = (text[text.index(after: text.startIndex)..<end], rest.isEmpty ? nil : rest.dropFirst())
                guard IPAddress(String(parts.host))?.bytes.count == 16 else { return nil }
            } else if IPAddress(text) != nil {
                parts = (text[...], nil)
            } else {
                let split = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                guard let host = split.first else { return nil }
                parts = (host, split.count > 1 ? split[1] : nil)
                guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else { return nil }
            }
            if let port = parts.port {
                guard let number = Int(port), (1...65535).contains(number) else { return nil }
                self.init(host: String(parts.host), port: number)
            } else {
                self.init(host: String(parts.host), port: nil)
            }
        }

        private static func isHostByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// The site's own host and port.
    let site: PrivateHost
    /// Further hosts that may be private.
    private(set) var privateHosts: Set<PrivateHost>

    /// A policy for results of one site.
    package init(site: Site, privateHosts: [PrivateHost] = []) {
        self.site = PrivateHost(host: site.host, port: site.port)
        self.privateHosts = Set(privateHosts)
    }

    /// One that trusts these hosts, too.
    func trusting(_ hosts: [PrivateHost]) -> AddressPolicy {
        var copy = self
        copy.privateHosts.formUnion(hosts)
        return copy
    }

    /// Whether a host may be fetched from wherever its name leads.
    package func trusts(host: String, port: Int) -> Bool {
        site == PrivateHost(host: host, port: port) || privateHosts.contains(PrivateHost(host: host, port: port))
            || privateHosts.contains(PrivateHost(host: host, port: nil))
    }

    /// Why a host whose name leads to these addresses may not be fetched from; `nil` where it may.
    ///
    /// One address that is not of the internet refuses the whole host: which one a connection would take is not known.
    package func refusal(host: String, port: Int, leadsTo addresses: [SocketAddress]) -> String? {
        if trusts(host: host, port: port) { return nil }
        if addresses.isEmpty { return "leads nowhere" }
        for address in addresses {
            guard let ip = IPAddress(address) else { return "does not lead to an IP address" }
            if let reserved = ip.reserved { return "leads to \(reserved)" }
        }
        return nil
    }
}
