import Foundation
import Synchronization

/// Callers as RunningHub is one: a genuine callback now and then, each on a connection of its own.
///
/// They call by the clock, and their waiting counts from when they were due, so that a listener that stands still is not asked less often.
final class HonestCallers: Sendable {
    /// What they saw.
    struct Experience: Sendable {
        /// How long each answer took, in milliseconds, in order.
        var answered: [Double] = []
        /// What came instead of 200.
        var failures: [String] = []

        var count: Int { answered.count + failures.count }

        func quantile(_ part: Double) -> Double {
            answered.isEmpty ? .infinity : answered[min(answered.count - 1, Int(Double(answered.count) * part))]
        }

        /// The part that was answered within so many milliseconds.
        func within(_ limit: Double) -> Double {
            count == 0 ? 1 : Double(answered.count { $0 <= limit }) / Double(count)
        }
    }

    private let experience = Mutex(Experience())
    private let isStopping = Atomic(false)
    private static let threads = 8

    /// Calls an address until it is told to stop.
    ///
    /// - Parameters:
    ///   - path: of a genuine callback.
    ///   - port: of the listener.
    ///   - interval: between two calls.
    func call(_ path: String, at port: Int, every interval: Duration = .milliseconds(20)) async {
        let request = "POST \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
        let began = ContinuousClock.now
        await onThreads(Self.threads) { [self] thread in
            var number = thread
            while !isStopping.load(ordering: .relaxed) {
                let due = began + interval * number
                number += Self.threads
                let wait = due - .now
                if wait > .zero { Thread.sleep(forTimeInterval: wait / .seconds(1)) }
                let caller = Caller(port)
                caller?.send(request)
                let answer = caller?.answer() ?? "no connection"
                let took = (ContinuousClock.now - due) / .milliseconds(1)
                experience.withLock { experience in
                    if answer.hasPrefix("HTTP/1.1 200 ") {
                        experience.answered.append(took)
                    } else {
                        experience.failures.append(String(answer.prefix(80)))
                    }
                }
            }
        }
    }

    /// Ends their calls.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
    }

    /// What they saw, once they have ended.
    func result() -> Experience {
        var result = experience.withLock(\.self)
        result.answered.sort()
        return result
    }
}
