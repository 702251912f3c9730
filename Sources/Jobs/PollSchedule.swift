/// When a task that is not final is asked about again.
package enum PollSchedule {
    /// The pace where a callback is awaited: it is the backstop only (API.md §3.3: callbacks may be missing or late).
    package static let backstop = Duration.seconds(30)
    /// The slowest pace where no callback can come.
    package static let slowest = Duration.seconds(15)
    /// The fastest pace.
    package static let fastest = Duration.seconds(2)

    /// How long to wait before the next query.
    ///
    /// With a webhook one query every 30 s, the first of them 30 s after the submission. Right after a callback, which says that the task has
    /// ended, query is asked again soon, slower with each time it does not know yet. Without a webhook from 2 s to 15 s, a quarter of the
    /// task's age.
    ///
    /// - Parameters:
    ///   - attempt: whose task is asked about.
    ///   - jitter: from 0 to 1; spreads the waits by a tenth, so that tasks started together are not asked about together. The backstop only
    ///     from 30.75 to 31.5 s: with `JobRecord.failureDoubt` less than 59 s, and slow enough that even where four tasks in ten fail, which
    ///     takes two queries each, there is not more than one in 30 s on average.
    ///   - now: the time.
    /// - Returns: the wait.
    package static func interval(for attempt: Attempt, jitter: Double, at now: Timestamp) -> Duration {
        // Multiplying a duration by a number that is none traps.
        let spread = jitter.isNaN ? 0.5 : min(max(jitter, 0), 1)
        if let callbackAt = attempt.callbackAt {
            let age = now - callbackAt
            // A clock that was set back while the daemon was down must not make it ask every second until then.
            guard age >= .zero && age < .seconds(120) else { return spreadBackstop(spread) }
            return max(.seconds(1), min(age, slowest)) * (0.95 + 0.1 * spread)
        }
        if attempt.hasWebhook { return spreadBackstop(spread) }
        return max(fastest, min((now - attempt.postedAt) / 4, slowest)) * (0.95 + 0.1 * spread)
    }

    private static func spreadBackstop(_ spread: Double) -> Duration { backstop * (1.025 + 0.025 * spread) }
}
