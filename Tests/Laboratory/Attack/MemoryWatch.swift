import Foundation
import Synchronization

/// Watches how much memory a process has that is nobody else's: anonymous pages, in KiB.
final class MemoryWatch: Sendable {
    private let process: pid_t
    private let most = Mutex(0)
    private let isStopping = Atomic(false)

    init(_ process: pid_t) {
        self.process = process
    }

    /// How much it has now.
    var now: Int {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    /// The most that was seen.
    var peak: Int { most.withLock(\.self) }

    /// Looks every few milliseconds until told to stop.
    func watch() async {
        await onThreads(1) { [self] _ in
            while !isStopping.load(ordering: .relaxed) {
                let now = now
                most.withLock { $0 = max($0, now) }
                usleep(10_000)
            }
        }
    }

    /// Ends the watch.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
    }
}
