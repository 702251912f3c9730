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
    static let patience = Duration.seconds(60)
    /// How many of the watchdog's intervals a piece of work may stand still beyond the waits that it states: a flush of gigabytes to a slow
    /// disk is one call.
    private static let intervalsOfWork = 10
    /// How often the status line is looked at: who is idle is not woken more often than a person would look.
    private static let pace = Duration.seconds(2)

    func run() async throws {
        await cancelWhenGracefulShutdown { await supervise() }
    }

    private func supervise() async {
        let interval = notifier.watchdogInterval
        let beat = interval.map { min($0 / 3, .seconds(10)) }
        var lastLine = ""
        var fedAt = time.now()
        while !Task.isCancelled {
            let now = time.now()
            let line = engine.statusLine().text
            if line != lastLine { notifier.notify(.status(line)) }
            lastLine = line
            if let beat, let interval, fedAt + beat <= now {
                let stuck = stuck(interval * Self.intervalsOfWork, at: now)
                if stuck.isEmpty { notifier.notify(.watchdog) } else { tell(stuck, at: now) }
                fedAt = now
            }
            await time.wait(until: now + Self.pace)
        }
    }
}

extension Supervision {
    private func stuck(_ limit: Duration, at now: Timestamp) -> [String] {
        engine.progress.stuck(for: Self.patience, at: now) + engine.progress.stuckWork(for: limit, at: now)
    }

    private func tell(_ stuck: [String], at now: Timestamp) {
        engine.journal.tell(
            ongoing: .stuck,
            about: "progress",
            at: now,
            "No progress: \(stuck.joined(separator: ", ")). systemd ends this process soon, and the next goes on from the ledger."
        )
    }
}

extension Engine {
    /// What stands in the way of everything, and the counts.
    func statusLine() -> StatusLine {
        let now = time.now()
        var troubles = pipelines.names.compactMap { pipelines.away($0)?.english }
        if let trouble = mark.trouble { troubles.insert(trouble.english, at: 0) }
        if let hold = holds.hold(on: "") { troubles.insert("everything is held: \(hold.reason)", at: 0) }
        for hold in holds.all where !hold.pipeline.isEmpty {
            troubles.append("pipeline \(hold.pipeline) is held: \(hold.reason)")
        }
        troubles += space.low(at: now).map {
            "only \($0.bytes / 1_000_000) MB are free for \($0.what): nothing is submitted below \($0.limit / 1_000_000) MB"
        }
        troubles += pipelines.closed + stranded.sentences
        troubles += pipelines.mistaken.map {
            "pipeline \($0) is out of service: 'runninghubd check' tells what is wrong with its file"
        }
        let slots = slots.withLock { $0 }
        for name in accounts.keys.sorted() {
            if let rest = slots.rest(name, at: now) {
                troubles.append("key \(name) rests for \((rest.until - now).milliseconds / 1000) s: \(rest.reason)")
            }
        }
        if accounts.isEmpty { troubles.append("no key: run runninghubd key add NAME") }
        if let expiry = certificate?.expiry(at: time.wall()) { troubles.append(expiry) }
        let isEmpty = pipelines.names.isEmpty && pipelines.closed.isEmpty && pipelines.mistaken.isEmpty
        if isEmpty { troubles.append("no pipeline: put a file into pipelines.d") }
        return StatusLine(troubles: troubles, counts: ledger.counts)
    }
}
