import Foundation
import Glibc

/// The daemon may open hardly any more descriptors (`EMFILE`): its limit is lowered while it runs.
///
/// Not to none: libdispatch looks at its own threads in `/proc` each second, and ends the process where it cannot.
struct DescriptorsFault: DiskFault {
    /// How many it may open above those that it has.
    let spare: Int

    var name: String { "descriptors: \(spare) more" }

    func begin(_ workplace: Workplace, _ daemon: ChildProcess) throws {
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.id)/fd").count
        try runTool("prlimit", "--pid", "\(daemon.id)", "--nofile=\(open + spare):")
    }

    func end(_ workplace: Workplace, _ daemon: ChildProcess) throws {
        try runTool("prlimit", "--pid", "\(daemon.id)", "--nofile=1024:")
    }
}

/// The daemon may not enter a folder any more (`EACCES`), as if somebody had changed its mode.
///
/// It runs as root, but without the right to go by other modes than those that are set.
struct ForbiddenFolder: DiskFault {
    /// The folder below the spool, of each pipeline; nothing: the state folder.
    let role: String?

    var name: String { "\(role ?? "state"): chmod 000" }
    var wrapper: [String] { ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] }

    private func paths(_ workplace: Workplace) -> [String] {
        guard let role else { return [workplace.state] }
        return workplace.pipelines.map { workplace.path(role, of: $0) }
    }

    func begin(_ workplace: Workplace, _ daemon: ChildProcess) {
        for path in paths(workplace) { chmod(path, 0) }
    }

    func end(_ workplace: Workplace, _ daemon: ChildProcess) {
        for path in paths(workplace) { chmod(path, 0o2770) }
    }
}
