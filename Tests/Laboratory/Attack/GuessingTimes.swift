import Foundation
import Synchronization

/// How long refusals take for addresses that are wrong in different ways.
///
/// Taken in turn, in another order each time, so that whatever else the machine does falls on all alike; the slowest tenth of each is left out, as such tests do
/// (Reparaz, Balasch, Verbauwhede: Dude, is my code constant time?, 2017).
struct GuessingTimes: Sendable {
    /// A way of being wrong, and what was measured, in microseconds.
    private var samples: [(name: String, times: [Double])]

    static func measured(_ target: AttackTarget, rounds: Int) async -> GuessingTimes {
        let (job, token) = target.parts
        let ways = [
            ("first character", target.forged(fromEnd: 42)), ("last character but one", target.forged(fromEnd: 1)),
            ("first again", target.forged(fromEnd: 42)), ("unknown job", "/callback/0123456789ab/1/\(token)"),
            ("another attempt", "/callback/\(job)/2/\(token)"),
            // Its shape is wrong, which is no secret, so no token is computed: what the measurement sees.
            ("shape (control)", "/callback/\(job)/2"),
        ]
        let measured = Mutex(ways.map { (name: $0.0, times: [Double]()) })
        await onThreads(1) { _ in
            var generator = SeededGenerator(seed: 1)
            for _ in 0..<rounds {
                for way in ways.indices.shuffled(using: &generator) {
                    guard let caller = Caller(target.port) else { continue }
                    let request = AttackTarget.request(ways[way].1, body: "{}")
                    let began = ContinuousClock.now
                    caller.send(request)
                    _ = caller.answer(most: 1)
                    let took = (ContinuousClock.now - began) / .microseconds(1)
                    measured.withLock { $0[way].times.append(took) }
                }
            }
        }
        return GuessingTimes(samples: measured.withLock(\.self))
    }

    /// Each way, compared with the first.
    var table: String {
        let kept = samples.map { Array($0.times.sorted().prefix($0.times.count * 9 / 10)) }
        let lines = samples.indices.map { index in
            let times = kept[index]
            let median = times.isEmpty ? 0 : times[times.count / 2]
            let t = Self.welch(kept[0], times)
            return "| \(samples[index].name) | \(times.count) | \(Int(median)) µs | \((t * 100).rounded() / 100) |"
        }
        return
            (["| wrong in | measured | median | Welch's t against the first |", "| --- | --- | --- | --- |"] + lines)
            .joined(separator: "\n") + "\nBelow 4.5 either way, nothing is told; the control may be anything."
    }

    private static func welch(_ one: [Double], _ other: [Double]) -> Double {
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
        func variance(_ values: [Double]) -> Double {
            let middle = mean(values)
            return mean(values.map { ($0 - middle) * ($0 - middle) }) / Double(max(1, values.count))
        }
        let spread = (variance(one) + variance(other)).squareRoot()
        return spread == 0 ? 0 : (mean(one) - mean(other)) / spread
    }
}
