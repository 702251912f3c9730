import CLinux
import Glibc

/// The service as systemd runs it: whose rights count, and what it sees of the file system.
package struct ServiceUnit: Sendable, Hashable {
    /// The daemon's user.
    package var user: String
    /// The folders that it sees and may write in; nothing: all that its user may.
    package var folders: [String]?
    /// The paths that it sees and can read; nothing: all.
    var readable: [String]?
    /// Whether its last start or run failed, and it stands still or is started again and again.
    package var isFailing = false

    /// A service of this user.
    package init(user: String, folders: [String]? = nil) {
        (self.user, self.folders) = (user, folders)
    }

    /// The properties that are read, as `systemctl show` names them.
    package static let properties = [
        "LoadState", "User", "RootDirectory", "BindPaths", "BindReadOnlyPaths", "StateDirectory", "ActiveState",
        "SubState",
    ]

    /// Reads what `systemctl show` prints; nothing where the unit is not installed.
    package init?(shown text: String) {
        var values: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard values["LoadState"] == "loaded", let user = values["User"], !user.isEmpty else { return nil }
        self.init(user: String(user))
        isFailing = values["ActiveState"] == "failed" || values["SubState"] == "auto-restart"
        guard values["RootDirectory"]?.isEmpty == false else { return }
        let binds = Self.destinations(values["BindPaths"])
        readable = binds + Self.destinations(values["BindReadOnlyPaths"])
        folders = binds + (values["StateDirectory"] ?? "").split(separator: " ").map { "/var/lib/\($0)" }
    }

    /// What is seen of `-SOURCE:DESTINATION:OPTIONS` is the destination.
    private static func destinations(_ binds: Substring?) -> [String] {
        (binds ?? "").split(separator: " ").map { bind in
            let parts = bind.drop { $0 == "-" }.split(separator: ":")
            return String(parts.count > 1 ? parts[1] : parts[0])
        }
    }

    /// Whether it can see a folder and write there, as far as its sandbox goes.
    func sees(_ path: String) -> Bool { folders.map { Self.lies(path, in: $0) } ?? true }

    /// Whether it can see a file, as far as its sandbox goes.
    func canRead(_ path: String) -> Bool { readable.map { Self.lies(path, in: $0) } ?? true }

    private static func lies(_ path: String, in folders: [String]) -> Bool {
        let names = path.split(separator: "/")
        return folders.contains { names.starts(with: $0.split(separator: "/")) }
    }

    /// Does something with the rights of the daemon's user, where root asks; nothing where there is no such user.
    ///
    /// The rights are those of the calling thread, until `body` returns; other threads keep theirs.
    func acting<Value>(_ body: () -> Value) -> Value? {
        guard let entry = getpwnam(user) else { return nil }
        let (id, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        guard geteuid() == 0, id != 0 else { return body() }
        var own = [gid_t](repeating: 0, count: 65536)
        let count = getgroups(Int32(own.count), &own)
        guard count >= 0, let groups = groups(beside: group) else { return nil }
        defer {
            // From the real id, which is root's still.
            _ = clinux_set_thread_user(0)
            _ = clinux_set_thread_group(getgid())
            _ = clinux_set_thread_groups(Int(count), own)
        }
        guard clinux_set_thread_groups(groups.count, groups) == 0, clinux_set_thread_group(group) == 0,
            clinux_set_thread_user(id) == 0
        else { return nil }
        return body()
    }

    /// The groups that the daemon's user is in.
    private func groups(beside primary: gid_t) -> [gid_t]? {
        var groups = [gid_t](repeating: 0, count: 1024)
        var count = Int32(groups.count)
        guard getgrouplist(user, primary, &groups, &count) >= 0 else { return nil }
        return Array(groups.prefix(Int(count)))
    }

    /// Whether the daemon's user is in a group; true where that cannot be known.
    func isMember(of group: String) -> Bool {
        guard let entry = getpwnam(user) else { return true }
        guard let wanted = getgrnam(group)?.pointee.gr_gid else { return true }
        return groups(beside: entry.pointee.pw_gid)?.contains(wanted) ?? true
    }
}
