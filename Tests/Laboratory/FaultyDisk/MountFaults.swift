import Foundation
import Glibc

/// The disk of a folder is full, for real: a small tmpfs that somebody else has filled.
struct FullDisk: DiskFault {
    let area: String
    let path: @Sendable (Workplace) -> String
    let megabytes: Int

    var name: String { "\(area): a tmpfs that is full" }

    /// The disk of all outboxes.
    static let outbox = FullDisk(area: "outbox", path: { "\($0.spool)/outbox" }, megabytes: 8)
    /// The disk of `done/`.
    static let done = FullDisk(area: "done", path: { "\($0.spool)/done" }, megabytes: 8)
    /// The ledger's disk, with more room at first than the daemon wants there.
    static let state = FullDisk(area: "state", path: { $0.state }, megabytes: 96)

    func prepare(_ workplace: Workplace) throws {
        try FileManager.default.createDirectory(atPath: path(workplace), withIntermediateDirectories: true)
        try runTool("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m,mode=2775", "tmpfs", path(workplace))
    }

    func begin(_ workplace: Workplace, _ daemon: ChildProcess) throws {
        let file = open("\(path(workplace))/.ballast", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw ChildProcess.Failure(what: "ballast", code: errno) }
        defer { close(file) }
        for size in [1 << 20, 1 << 12] {
            let zeros = [UInt8](repeating: 0, count: size)
            while write(file, zeros, size) == size {}
        }
    }

    func end(_ workplace: Workplace, _ daemon: ChildProcess) {
        unlink("\(path(workplace))/.ballast")
    }

    func cleanUp(_ workplace: Workplace) {
        try? runTool("umount", "-l", path(workplace))
    }
}

/// A folder is mounted from elsewhere, and that mount is read-only or gone for a while.
struct MountFault: DiskFault {
    /// What becomes of the mount.
    enum Kind: String, Sendable, CaseIterable {
        case readOnly = "remounted read-only"
        case away = "a mount that is gone, and comes back"
    }

    /// The folder below the spool; empty: the spool itself.
    let role: String
    let kind: Kind

    var name: String { "\(role.isEmpty ? "spool" : role): \(kind.rawValue)" }

    private func point(_ workplace: Workplace) -> String { "\(workplace.spool)\(role.isEmpty ? "" : "/")\(role)" }
    private func disk(_ workplace: Workplace) -> String { "\(workplace.folder)/mounted" }

    func prepare(_ workplace: Workplace) throws {
        for path in [point(workplace), disk(workplace)] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            chmod(path, 0o2775)
        }
        try runTool("mount", "--bind", disk(workplace), point(workplace))
    }

    func begin(_ workplace: Workplace, _ daemon: ChildProcess) async throws {
        switch kind {
        case .away: try runTool("umount", "-l", point(workplace))
        case .readOnly:
            // Not while something is being written there.
            for _ in 0..<500 where (try? runTool("mount", "-o", "remount,bind,ro", point(workplace))) == nil {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    func end(_ workplace: Workplace, _ daemon: ChildProcess) throws {
        switch kind {
        case .away: try runTool("mount", "--bind", disk(workplace), point(workplace))
        case .readOnly: try runTool("mount", "-o", "remount,bind,rw", point(workplace))
        }
    }

    func cleanUp(_ workplace: Workplace) {
        try? runTool("umount", "-l", point(workplace))
    }
}
