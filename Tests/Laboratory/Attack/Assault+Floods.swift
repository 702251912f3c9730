import Foundation

extension Assault {
    static let slow = [
        Assault("one byte a second, 1000 heads") { target, tally, isShort in
            await trickle("POST \(target.callback) HTTP/1.1\r\nX: ", target, tally, seconds: isShort ? 4 : 40)
        },
        Assault("one byte a second, 1000 bodies, forged") { target, tally, isShort in
            let head = AttackTarget.request(target.forged(fromEnd: 1), "POST", ["Content-Length: 1000"])
            await trickle(head, target, tally, seconds: isShort ? 4 : 40)
        },
        Assault("one byte a second, 100 bodies, genuine", answers: ["200", "none"]) { target, tally, isShort in
            let head = AttackTarget.request(target.callback, "POST", ["Content-Length: 1000"])
            await trickle(head, target, tally, connections: 100, seconds: isShort ? 4 : 40)
        },
        Assault("endless headers") { target, tally, isShort in
            let starts = ["X: ", "X", "X: a\r\n"]
            await onThreads(16) { thread in
                for number in 0..<(isShort ? 8 : 80) {
                    guard let caller = Caller(target.port) else { continue }
                    let piece = Array(String(repeating: starts[number % 3], count: 1000).utf8)
                    var sent = caller.send("POST \(target.callback) HTTP/1.1\r\n\(starts[number % 3])")
                    while sent < 100_000_000 {
                        let count = caller.send(piece)
                        sent += count
                        if count < piece.count { break }
                    }
                    tally.add(bytes: sent, answer: caller.answer())
                }
            }
        },
    ]

    static let floods = [
        Assault("10 000 connections in 2 s, silent") { target, tally, _ in await storm("", target, tally) },
        Assault("10 000 connections in 2 s, heads of 7 KB") { target, tally, _ in
            await storm("POST / HTTP/1.1\r\nX: " + String(repeating: "a", count: 7000), target, tally)
        },
        Assault("10 000 connections in 2 s, forged callbacks") { target, tally, _ in
            await storm(AttackTarget.request(target.forged(fromEnd: 3), body: "{}"), target, tally)
        },
    ]

    /// Opens so many connections at a steady rate and keeps them, then reads what came.
    private static func storm(_ text: String, _ target: AttackTarget, _ tally: AttackTally) async {
        let (count, bytes) = (10_000, Array(text.utf8))
        await onThreads(1) { _ in
            let began = ContinuousClock.now
            var callers: [Caller] = []
            for number in 0..<count {
                let wait = began + .seconds(2) * number / count - .now
                if wait > .milliseconds(1) { Thread.sleep(forTimeInterval: wait / .seconds(1)) }
                if let caller = Caller(target.port, waits: false) { callers.append(caller) }
                // Once the connection is made, a few later.
                if number >= 32, callers.count > 32, !bytes.isEmpty { callers[callers.count - 33].send(bytes) }
            }
            Thread.sleep(forTimeInterval: 0.5)
            for caller in callers { tally.add(bytes: bytes.count, answer: caller.answer()) }
        }
    }

    /// Keeps so many connections going at a byte a second.
    private static func trickle(
        _ start: String,
        _ target: AttackTarget,
        _ tally: AttackTally,
        connections: Int = 1000,
        seconds: Int
    ) async {
        await onThreads(1) { _ in
            let callers = (0..<connections).compactMap { _ in Caller(target.port) }
            var sent = callers.map { $0.send(start) }
            for _ in 0..<seconds {
                for (index, caller) in callers.enumerated() { sent[index] += caller.send("a") }
                Thread.sleep(forTimeInterval: 1)
            }
            for (caller, sent) in zip(callers, sent) {
                caller.finish()
                tally.add(bytes: sent, answer: caller.answer())
            }
        }
    }
}
