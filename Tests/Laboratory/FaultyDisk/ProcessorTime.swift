import CDispatch
import Foundation
import Glibc

/// How much time of a processor a process has used.
struct ProcessorTime: Sendable {
    let seconds: Double
    private let at = ContinuousClock.now

    /// Reads it of a running process (proc_pid_stat(5)).
    init(of process: pid_t) throws {
        let line = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let fields = line.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw LaboratoryError("/proc/\(process)/stat is unreadable.")
        }
        seconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The share of one processor that it took since an earlier reading.
    func share(since earlier: ProcessorTime) -> Double {
        let elapsed = at - earlier.at
        return (seconds - earlier.seconds) / (elapsed / .seconds(1))
    }
}
