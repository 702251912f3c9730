import Foundation
import Glibc

/// Names of hosts that lead where no result may come from, known to the daemon alone.
enum HostileNames {
    /// A name, where it leads, and how that is told.
    typealias Name = (host: String, addresses: [String], leadsTo: String)

    static let all: [Name] = [
        ("loopback.example", ["127.0.0.1"], "a loopback address"),
        ("loopback6.example", ["::1"], "a loopback address"),
        ("metadata.example", ["169.254.169.254"], "a link-local address"),
        ("inside.example", ["10.1.2.3"], "a private network"),
        ("mapped.example", ["::ffff:192.168.1.1"], "a private network"),
        ("both.example", ["8.8.8.8", "192.168.1.1"], "a private network"),
    ]

    /// A program with its arguments that runs another with these names, in a mount namespace of its own; nothing where that is not
    /// allowed here.
    static func wrapper(in folder: String) throws -> [String]? {
        guard geteuid() == 0 else { return nil }
        let file = "\(folder)/hosts"
        let own = (try? String(contentsOfFile: "/etc/hosts", encoding: .utf8)) ?? "127.0.0.1 localhost\n"
        let lines = all.flatMap { name in name.addresses.map { "\($0) \(name.host)" } }
        try (own + "\n" + lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: false, encoding: .utf8)
        let script = "mount --bind \(file) /etc/hosts && exec \"$@\""
        return ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh"]
    }
}
