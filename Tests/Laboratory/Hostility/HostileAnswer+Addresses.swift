import RunningHubSimulator

extension HostileAnswer {
    private static func address(_ address: String, _ sentence: String) -> HostileAnswer {
        HostileAnswer("address `\(address.prefix(60))`", .refused(sentence)) { $0.hostile.address = address }
    }

    /// Addresses on the machine and its networks, in every notation.
    static func addresses(_ places: Places) -> [HostileAnswer] {
        let loopback = [
            "127.0.0.1", "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "2130706433",
            "0x7f000001", "0177.0.0.1", "127.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        ]
        let others = [
            ("0.0.0.0", "an unspecified address"), ("[::]", "an unspecified address"),
            ("169.254.169.254", "a link-local address"), ("[fe80::1]", "a link-local address"),
            ("10.0.0.1", "a private network"), ("172.16.0.1", "a private network"),
            ("192.168.1.1", "a private network"),
            ("[fd00::1]", "a private network"), ("100.64.0.1", "a carrier's private network"),
            ("[64:ff9b::a00:1]", "a private network"), ("224.0.0.1", "a multicast address"),
            ("192.0.2.1", "a reserved address"), ("255.255.255.255", "a reserved address"),
        ]
        return loopback.map { address("http://\($0):\(places.bait)/a.png", "leads to a loopback address") }
            + others.map { address("http://\($0.0):\(places.bait)/a.png", "leads to \($0.1)") }
    }

    /// Names that lead there.
    static func names(_ places: Places) -> [HostileAnswer] {
        HostileNames.all.map { name in
            address("http://\(name.host):\(places.bait)/a.png", "leads to \(name.leadsTo)")
        }
    }

    /// What is no address of the web, or is one that readers read differently.
    static func schemes(_ places: Places) -> [HostileAnswer] {
        let sentence = "has an address that cannot be fetched from"
        return [
            "file:///etc/passwd", "ftp://10.0.0.1/a.png", "gopher://127.0.0.1:6379/_INFO", "data:text/plain,a",
            "unix:/run/a.sock", "/etc/passwd", "//\(places.cloud)/a.png", "http:\(places.cloud)/a.png", "http://",
            "http://user:password@\(places.cloud)/a.png", "http://\(places.cloud)\\@127.0.0.1/a.png",
            "http://127.0.0.1%00.example.com/a.png", "http://%31%32%37.0.0.1:\(places.bait)/a.png",
            "http://\(places.cloud)/" + String(repeating: "a", count: 9000), "http://127.0.0.1:0/a.png",
            "http://127.0.0.1:65536/a.png",
        ].map { address($0, sentence) }
    }

    /// Redirects that lead there, and chains of them.
    static func redirects(_ places: Places) -> [HostileAnswer] {
        func redirect(_ location: String, _ sentence: String) -> HostileAnswer {
            HostileAnswer("redirect to `\(location)`", .refused(sentence)) { $0.hostile.location = location }
        }
        return [
            redirect("http://127.0.0.1:\(places.bait)/", "leads to a loopback address"),
            redirect("//localhost:\(places.bait)/", "leads to a loopback address"),
            redirect("http://169.254.169.254/latest/meta-data/", "leads to a link-local address"),
            redirect("http://10.0.0.1/", "leads to a private network"),
            redirect("https://127.0.0.1:\(places.bait)/", "redirects from http to https"),
            redirect("file:///etc/passwd", "redirects to what is not an address"),
            redirect("http://user:password@\(places.cloud)/", "redirects to what is not an address"),
            HostileAnswer("four redirects", .refused("redirects more than 3 times")) { $0.hostile.redirects = 4 },
            HostileAnswer("three redirects, then to `127.0.0.1`", .refused("leads to a loopback address")) {
                $0.hostile.redirects = 2
                $0.hostile.location = "http://127.0.0.1:\(places.bait)/"
            },
            HostileAnswer("three redirects, then the file", .delivered(["job.png"], bytes: 65536)) {
                $0.hostile.redirects = 3
            },
        ]
    }
}
