import Foundation
import Glibc

/// One kind of attack on the listener.
struct Assault: Sendable {
    let name: String
    /// The statuses that it may be answered with; "none" is a connection that was closed without.
    let answers: Set<String>
    let run: @Sendable (AttackTarget, AttackTally, _ isShort: Bool) async -> Void

    /// Closed at once, refused as unknown, refused as no HTTP.
    static let refusals: Set<String> = ["none", "404", "400"]

    init(
        _ name: String,
        answers: Set<String> = refusals,
        _ run: @escaping @Sendable (AttackTarget, AttackTally, _ isShort: Bool) async -> Void
    ) {
        self.name = name
        self.answers = answers
        self.run = run
    }

    /// All that are made.
    static let all: [Assault] = [nothing] + tokens + bodies + slow + floods + shapes + inputs

    /// What honest callers see in peace, to compare with.
    static let nothing = Assault("nothing") { _, _, _ in try? await Task.sleep(for: .seconds(2)) }

    /// Sends texts, each on a connection of its own, from several threads.
    static func exchange(
        _ texts: [String],
        times: Int,
        _ target: AttackTarget,
        _ tally: AttackTally,
        threads: Int = 4,
        finishes: Bool = false
    ) async {
        await onThreads(threads) { thread in
            for number in stride(from: thread, to: texts.count * times, by: threads) {
                guard let caller = Caller(target.port) else { continue }
                let sent = caller.send(texts[number % texts.count])
                if finishes { caller.finish() }
                tally.add(bytes: sent, answer: caller.answer())
            }
        }
    }
}
