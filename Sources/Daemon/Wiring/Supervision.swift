import Jobs
import Ledger
import Logging
import ServiceLifecycle
import Synchronization
import Systemd

/// Tells systemd how the daemon does: its status line, and that it is alive, as long as its stages make progress.
struct Supervision: Service {
    let engine: Engine
    let notifier: Notifier
    let time: any TimeSource

    /// A stage that has not looked for work for this long is stuck.
    ///
    /// Each looks every 10 s at least, whatever it waits for.
    private static let patience = Duration.seconds(60)
    private static let pace = Duration.seconds(1)

    func run() async throws {
        await cancelWhenGracefulShutdown { await supervise() }
    }

    private func supervise() async {
        let beat = notifier.watchdogInterval.map { min($0 / 3, .seconds(10)) }
        var lastLine = ""
        var fedAt = time.now()
        while !Task.isCancelled {
            let now = time.now()
            let line = engine.statusLine().text
            if line != lastLine { notifier.notify(.status(line)) }
            lastLine = line
            if let beat, fedAt + beat <= now {
                if engine.progress.stuck(for: Self.patience, at: now).isEmpty { notifier.notify(.watchdog) }
                fedAt = now
            }
            await time.wait(until: now + Self.pace)
        }
    }
}

extension Engine {
    /// What stands in the way of everything, and the counts.
    func statusLine() -> StatusLine {
        let now = time.now()
        var troubles = pipelines.names.compactMap { pipelines.away($0)?.english }
        if let trouble = mark.trouble { troubles.insert(trouble.english, at: 0) }
        if let hold = holds.hold(on: "") { troubles.insert("everything is held: \(hold.reason)", at: 0) }
        let slots = slots.withLock { $0 }
        for name in accounts.keys.sorted() {
            if let rest = slots.rest(name, at: now) {
                troubles.append("key \(name) rests for \((rest.until - now).milliseconds / 1000) s: \(rest.reason)")
            }
        }
        if accounts.isEmpty { troubles.append("no key: run runninghubd key add NAME") }
        if pipelines.names.isEmpty { troubles.append("no pipeline: put a file into pipelines.d") }
        return StatusLine(troubles: troubles, counts: ledger.counts)
    }
}
