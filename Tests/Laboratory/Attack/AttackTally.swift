import Foundation
import Synchronization

/// What an attack sent, and what was answered.
final class AttackTally: Sendable {
    struct Counts: Sendable {
        var connections = 0
        var bytes = 0
        /// How often each status came; "none" where nothing did.
        var answers: [String: Int] = [:]
    }

    private let state = Mutex(Counts())

    var counts: Counts { state.withLock(\.self) }

    /// Counts a connection and all answers on it.
    func add(bytes: Int, answer: String? = nil) {
        // A status may follow a body without a line's end between.
        let statuses = answer?.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
        state.withLock { counts in
            counts.connections += 1
            counts.bytes += bytes
            guard let statuses else { return }
            for status in statuses.isEmpty ? ["none"] : statuses { counts.answers[status, default: 0] += 1 }
        }
    }
}

/// Runs a body on threads of its own, since it blocks; returns when all have returned.
func onThreads(_ count: Int, _ body: @escaping @Sendable (_ thread: Int) -> Void) async {
    await withTaskGroup { tasks in
        for number in 0..<count {
            tasks.addTask {
                await withCheckedContinuation { continuation in
                    Thread.detachNewThread {
                        body(number)
                        continuation.resume()
                    }
                }
            }
        }
    }
}
