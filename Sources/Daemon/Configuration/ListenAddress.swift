import RunningHub

/// A host and a port to listen on.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or address; an IPv6 address without its brackets.
    package var host: String
    /// From 1 to 65535; 0, which no configuration can give, lets the kernel choose.
    package var port: Int

    /// A host and a port.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, an IPv6 address in brackets.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard isDigits(digits), digits.utf8.count <= 5, let port = Int(digits), (1...65535).contains(port) else {
            return nil
        }
        var host = text[..<colon]
        if host.first == "[", host.last == "]", host.utf8.count > 2 {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), host.allSatisfy({ $0 == ":" || $0 == "." || $0 == "%" || $0.isASCIIWord }) else {
                return nil
            }
        } else {
            guard !host.isEmpty, host.allSatisfy({ $0 == "." || $0 == "-" || $0.isASCIIWord }) else { return nil }
        }
        self.init(host: String(host), port: port)
    }

    /// Whether only this machine reaches it.
    ///
    /// A name is not believed, not even `localhost`: what it leads to is for the resolver to say.
    var isLoopback: Bool { IPAddress(host)?.isLoopback == true }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Character {
    /// A letter or digit of ASCII, or an underscore.
    var isASCIIWord: Bool { isASCII && (isLetter || isNumber) || self == "_" }
}
