import Glibc
import Jobs
import Testing

@testable import Spool

/// An inbox and a work folder, and a file to claim.
struct ClaimFixture {
    /// How the two folders lie.
    enum Ground: String, CaseIterable, Sendable {
        /// On one file system that can rename without replacing.
        case plain
        /// On one that cannot: NFS.
        case withoutExclusiveRename
        /// On one that can neither do that nor link others' files.
        case withoutLinks
        /// On two.
        case apart
        /// On two, of which the one with the work folder has no links.
        case apartWithoutLinks

        var isApart: Bool { self == .apart || self == .apartWithoutLinks }

        /// What such a ground makes of a call.
        func fails(_ call: FailingCalls.Call) -> CInt? {
            switch self {
            case .plain, .apart: nil
            case .withoutExclusiveRename: call.kind == .rename && call.flags != 0 ? EINVAL : nil
            case .withoutLinks: call.kind == .rename && call.flags != 0 ? EINVAL : call.kind == .link ? EPERM : nil
            case .apartWithoutLinks: call.kind == .link ? EPERM : nil
            }
        }
    }

    let root: TemporaryFolder
    let other: TemporaryFolder
    let calls: FailingCalls
    let ground: Ground
    let claims: Claims

    init(_ ground: Ground = .plain) throws {
        self.ground = ground
        root = try TemporaryFolder()
        other = ground.isApart ? try TemporaryFolder(in: "/dev/shm") : root
        calls = FailingCalls { ground.fails($0) }
        let inbox = try other.folder("inbox", calls: calls)
        let work = try root.folder("work", calls: calls)
        claims = Claims(inbox: inbox, work: work, place: "\(other.path)/inbox")
    }

    /// Drops a file, and has it settled.
    func drop(_ text: String = "content", as source: String = "cat.png", place: String? = nil) throws -> Claim {
        if source.contains("/") { mkdir("\(other.path)/inbox/\(source.split(separator: "/")[0])", 0o770) }
        try other.write(text, to: "inbox/\(source)")
        return try claim(source, place: place)
    }

    func claim(_ source: String, place: String? = nil) throws -> Claim {
        let source = try path(source)
        let entry = try #require(try claims.inbox.entry(at: source))
        return Claim(
            job: try #require(JobID("0123456789ab")),
            source: source,
            settled: entry.identity,
            place: try place.map(path) ?? source
        )
    }

    /// Both folders' files with their contents, hidden ones with them.
    func contents() throws -> [String: String] {
        var contents: [String: String] = [:]
        for (folder, base) in [("inbox", other), ("work", root)] {
            for name in try base.names(in: folder) {
                contents["\(folder)/\(name)"] = base.read("\(folder)/\(name)") ?? ""
            }
        }
        return contents
    }
}
