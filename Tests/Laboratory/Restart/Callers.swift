import ArgumentParser
import Foundation
import Glibc
import Synchronization

/// `laboratory callers`: genuine callbacks by the clock, each on a connection of its own, until a file appears.
struct Callers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sends genuine callbacks at a steady rate, and counts what came of each.",
        discussion: """
            However long answers take, as many connections are made: each call has its time. Prints JSON: calls, answered (200), refused, \
            reset, silent, other, and the longest wait for an answer in milliseconds, counted from when the call was due.
            """
    )

    @Option(help: "The listener's port.")
    var port = 8787
    @Option(help: "The path of a genuine callback; several are called in turn.")
    var callback: [String]
    @Option(help: "Calls a second.")
    var rate = 100
    @Option(help: "Ends when this file exists.")
    var until: String

    /// As many calls may be waiting for their answers at once.
    private static let threads = 400

    func run() async throws {
        try Caller.allow(1024)
        let tally = CallTally()
        let began = ContinuousClock.now
        let interval = Duration.seconds(1) / rate
        await onThreads(Self.threads) { thread in
            var number = thread
            while access(until, F_OK) != 0 {
                let due = began + interval * number
                number += Self.threads
                let wait = due - .now
                if wait > .zero { Thread.sleep(forTimeInterval: wait / .seconds(1)) }
                if access(until, F_OK) == 0 { break }
                let outcome = call(callback[number % callback.count])
                tally.add(outcome, after: (ContinuousClock.now - due) / .milliseconds(1))
            }
        }
        say(tally.text)
    }

    private func call(_ path: String) -> CallTally.Outcome {
        guard let caller = Caller(port, patience: 60) else { return .failed(errno) }
        caller.send("POST \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")
        let answer = caller.answer()
        if answer.hasPrefix("HTTP/1.1 200 ") { return .answered }
        return answer.isEmpty ? .failed(caller.trouble) : .other(String(answer.prefix(12)))
    }
}

/// What came of callbacks.
final class CallTally: Sendable {
    enum Outcome: Sendable, Hashable {
        case answered
        /// By this errno; 0: the connection was closed without a word.
        case failed(CInt)
        case other(String)
    }

    private struct State {
        var outcomes: [Outcome: Int] = [:]
        var longest = 0.0
    }

    private let state = Mutex(State())

    func add(_ outcome: Outcome, after milliseconds: Double) {
        state.withLock { state in
            state.outcomes[outcome, default: 0] += 1
            state.longest = max(state.longest, milliseconds)
        }
    }

    var text: String {
        let state = state.withLock(\.self)
        func count(_ fits: (Outcome) -> Bool) -> Int {
            state.outcomes.reduce(0) { $0 + (fits($1.key) ? $1.value : 0) }
        }
        let figures = [
            ("calls", count { _ in true }),
            ("answered", count { $0 == .answered }),
            ("refused", count { $0 == .failed(ECONNREFUSED) }),
            ("reset", count { [.failed(ECONNRESET), .failed(EPIPE)].contains($0) }),
            ("silent", count { [.failed(0), .failed(EAGAIN)].contains($0) }),
            (
                "other",
                count { if case .other = $0 { true } else { false } }
            ),
            ("longest_ms", Int(state.longest)),
        ]
        return "{\(figures.map { "\"\($0)\": \($1)" }.joined(separator: ", "))}"
    }
}
