import Foundation
import Glibc

/// A disk that forgets, at a power cut, all that was never flushed to it.
///
/// An ext4 file system in a file that lies on an xfs file system, which can clone files at an instant (FICLONE, ioctl_ficlone(2)): what the
/// clone holds is what the disk held, and mounting it replays the journal. Needs root and a mount namespace of its own.
struct VolatileDisk {
    /// Where it is mounted.
    let path: String
    private let base: String
    private var generation = 0

    private var image: String { "\(base)/images/disk-\(generation).img" }

    /// Makes it, empty.
    init(at base: String) throws {
        self.base = base
        path = "\(base)/disk"
        for folder in [base, "\(base)/images", path] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try runTool("truncate", "--size=2G", "\(base)/images.img")
        try runTool("mkfs.xfs", "-q", "-m", "reflink=1", "\(base)/images.img")
        try runTool("mount", "-o", "loop", "\(base)/images.img", "\(base)/images")
        try runTool("truncate", "--size=256M", image)
        try runTool("mkfs.ext4", "-q", image)
        try runTool("mount", "-o", "loop", image, path)
    }

    /// Cuts the power: what the daemon had not flushed in this instant is gone, and so is the daemon.
    mutating func cut(_ daemon: ChildProcess) async throws {
        // Stopped first: nothing may leave the machine after the instant of the cut.
        daemon.signal(SIGSTOP)
        try await stopped(daemon.id)
        let old = image
        generation += 1
        try runTool("cp", "--reflink=always", old, image)
        daemon.signal(SIGKILL)
        _ = await daemon.ended()
        try await unmount()
        try runTool("mount", "-o", "loop", image, path)
        try FileManager.default.removeItem(atPath: old)
    }

    /// Takes it off, as soon as the programs that the daemon ran have ended, too.
    private func unmount() async throws {
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            do {
                return try runTool("umount", path)
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Takes it away.
    func remove() throws {
        try runTool("umount", path)
        try runTool("umount", "\(base)/images")
        try FileManager.default.removeItem(atPath: base)
    }

    /// Waits until all threads of a process have stopped: the signal reaches each in its own time.
    private func stopped(_ id: pid_t) async throws {
        while true {
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")) ?? []
            let states = threads.compactMap { thread -> Character? in
                let line = try? String(contentsOfFile: "/proc/\(id)/task/\(thread)/stat", encoding: .utf8)
                return line?.split(separator: ")").last?.first { $0 != " " }
            }
            if states.allSatisfy({ "TZX".contains($0) }) { return }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
