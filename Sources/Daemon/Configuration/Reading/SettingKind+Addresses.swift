import FoundationEssentials

extension SettingKind<String> {
    /// A path from the root, in its plain form: without `.`, `..` and doubled or closing slashes.
    static var absolutePath: SettingKind<String> {
        text("an absolute path") { text throws(Refusal) in
            guard text.hasPrefix("/") else { throw .because("must be an absolute path, one that begins with /") }
            guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw .because("may not hold control characters")
            }
            let names = text.split(separator: "/").filter { $0 != "." }
            guard !names.contains("..") else { throw .because("may not hold '..'") }
            return "/" + names.joined(separator: "/")
        }
    }

    /// The path of a Unix socket; the kernel's `sun_path` holds 107 bytes and a zero.
    static var socketPath: SettingKind<String> {
        text("an absolute path") { text throws(Refusal) in
            let scalar = SettingScalar(text: text, isPlain: false)
            let path = try SettingKind<String>.absolutePath.read(scalar)
            guard path.utf8.count <= 107, path != "/" else { throw .because("must be a path of at most 107 bytes") }
            return path
        }
    }

    /// An `http` or `https` address to which paths can be added; without the slash at its end.
    static var webAddress: SettingKind<String> {
        text("an http:// or https:// address") { text throws(Refusal) in
            let address = try SettingKind<String>.fullAddress.read(SettingScalar(text: text, isPlain: false))
            guard !address.contains("?") else { throw .because("may not hold a query or fragment") }
            return String(address.reversed().drop { $0 == "/" }.reversed())
        }
    }

    /// An `http` or `https` address as it stands.
    static var fullAddress: SettingKind<String> {
        text("an http:// or https:// address") { text throws(Refusal) in
            guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
                let parts = URLComponents(string: text)
            else { throw .because("must be an address of plain characters, such as https://media.example.com/rh") }
            guard let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
                let host = parts.host, !host.isEmpty
            else { throw .because("must begin with http:// or https:// and a host") }
            guard parts.user == nil, parts.password == nil else {
                throw .because("may not hold a user name or password")
            }
            guard !text.contains("#") else { throw .because("may not hold a query or fragment") }
            guard parts.port.map({ (1...65535).contains($0) }) ?? true else {
                throw .because("must have a port from 1 to 65535")
            }
            return text
        }
    }

    /// `HOST` or `HOST:PORT`.
    static var host: SettingKind<String> {
        text("HOST or HOST:PORT, such as 192.168.1.20:8188") { text throws(Refusal) in
            guard !text.contains("/") else {
                throw .because("must be HOST or HOST:PORT, such as 192.168.1.20:8188, without http:// and path")
            }
            let isBare = !text.contains(":") || (text.hasPrefix("[") && text.hasSuffix("]"))
            guard ListenAddress(isBare ? text + ":1" : text) != nil else { throw .unexpected }
            return text.lowercased()
        }
    }
}

extension SettingKind<ListenAddress> {
    /// `HOST:PORT` on the loopback interface.
    static var loopbackAddress: SettingKind<ListenAddress> {
        SettingKind(
            expected: "an address of this machine alone, such as 127.0.0.1:9787",
            read: { scalar throws(Refusal) in
                guard let address = ListenAddress(scalar.text) else { throw .unexpected }
                guard address.isLoopback else {
                    throw .because("must be an address that only this machine reaches, such as 127.0.0.1:9787")
                }
                return address
            },
            yaml: { YAMLText.scalar("\($0)") }
        )
    }

    /// `HOST:PORT`.
    static var listenAddress: SettingKind<ListenAddress> {
        SettingKind(
            expected: "HOST:PORT with a port from 1 to 65535, such as 127.0.0.1:8787",
            read: { scalar throws(Refusal) in
                if let address = ListenAddress(scalar.text) { return address }
                let port = scalar.text.drop { $0 == ":" }
                throw Refusal(
                    suggestion: ListenAddress("127.0.0.1:\(port)").map { _ in "127.0.0.1:\(port)" },
                    quotes: true
                )
            },
            yaml: { YAMLText.scalar("\($0)") }
        )
    }
}
