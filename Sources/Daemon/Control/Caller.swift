import Glibc
import NIOCore

/// Who speaks through the control socket, as the kernel says.
struct Caller: Sendable, Hashable {
    let user: uid_t
    let process: pid_t

    /// Those who may change something: besides root and the daemon's own user.
    static let adminGroup = "runninghub-admin"

    /// The process at the other end of a connection (`SO_PEERCRED`, unix(7)); it is that which called connect(2).
    static func of(_ channel: any Channel) async throws -> Caller? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let credentials: PeerCredentials = try await provider.unsafeGetSocketOption(
            level: SocketOptionLevel(SOL_SOCKET),
            name: SocketOptionName(SO_PEERCRED)
        ).get()
        return Caller(user: credentials.user, process: credentials.process)
    }

    /// `struct ucred`, which Glibc's headers declare for GNU programs only.
    private struct PeerCredentials: Sendable {
        var process: pid_t = 0
        var user: uid_t = 0
        var group: gid_t = 0
    }

    /// The user's name, or its number where it has none.
    var name: String {
        guard let entry = getpwuid(user) else { return String(user) }
        return String(cString: entry.pointee.pw_name)
    }

    /// Whether it is the daemon's own user, who is nobody in person.
    var isThisService: Bool { user == geteuid() && user != 0 }

    /// Whether the user may hold, release, retry and cancel.
    var mayChange: Bool { isMember(of: Self.adminGroup) }

    /// Whether the user is in a group, as the user database has it; root and the daemon's own user are in all.
    func isMember(of group: String) -> Bool {
        if user == 0 || user == geteuid() { return true }
        guard let entry = getpwuid(user), let wanted = getgrnam(group)?.pointee.gr_gid else { return false }
        var groups = [gid_t](repeating: 0, count: 1024)
        var count = Int32(groups.count)
        guard getgrouplist(entry.pointee.pw_name, entry.pointee.pw_gid, &groups, &count) >= 0 else { return false }
        return groups.prefix(Int(count)).contains(wanted)
    }
}
