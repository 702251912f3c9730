import FoundationEssentials
package import Jobs
package import Logging
import Synchronization

/// Tells the journal what happens: one line a person can read for each step, with fields by which a program finds it.
package struct Journal: Sendable {
    private let logger: Logger
    private let repeated = RepeatedTrouble()
    private let last = LastTrouble()

    /// Writes with this logger.
    package init(_ logger: Logger) {
        self.logger = logger
    }

    /// The last line that was a warning or worse.
    var lastTrouble: (at: Timestamp, text: String)? { last.line }

    /// Writes a message of the daemon's own.
    package func tell(_ message: Message, _ sentence: String, _ fields: Logger.Metadata = [:]) {
        var fields = fields
        fields["message.id"] = .string(message.id)
        // That a person holds or releases something is no trouble.
        if message.level >= .warning, message != .held { last.met(sentence) }
        logger.log(level: message.level, "\(sentence)", metadata: fields)
    }

    /// Writes a message about something that goes on, the first time and then at most once a minute, with how often it was met since.
    package func tell(
        ongoing message: Message,
        about subject: String,
        at now: Timestamp,
        _ sentence: String,
        _ fields: Logger.Metadata = [:]
    ) {
        guard let count = repeated.meet("\(message.rawValue)/\(subject)", at: now) else { return }
        tell(message, count > 1 ? "\(sentence) (\(count) times since the last line about it)" : sentence, fields)
    }

    /// Writes the steps that a committed change has brought.
    ///
    /// Each job tells once what it waits for; that it still does is a line a minute for all of them.
    func tell(_ record: JobRecord, at now: Timestamp) {
        for story in record.stories {
            guard let message = Message(story.kind) else { continue }
            var fields = fields(of: record)
            if let code = story.code { fields["code"] = .string(code) }
            if let paid = record.paid(in: story) { add(JobCosts(paid), to: &fields) }
            let sentence = sentence(story, record)
            if story.isRepeated {
                tell(ongoing: message, about: story.detail, at: now, sentence, fields)
            } else {
                tell(message, sentence, fields)
            }
        }
    }

    /// The fields that say which job a line is about.
    func fields(of record: JobRecord) -> Logger.Metadata {
        let job = record.job
        var fields: Logger.Metadata = [
            "job": .string(job.id.text),
            "pipeline": .string(job.pipeline),
            "file": FileValue(job.origin).metadata,
            "state": .string(job.state.rawValue),
        ]
        if job.attempt > 0 { fields["attempt"] = .stringConvertible(job.attempt) }
        if let attempt = record.successful ?? record.current {
            fields["key"] = .string(attempt.key)
            if let task = attempt.taskID { fields["task"] = .string(task) }
        }
        return fields
    }

    /// Adds what was paid, and for how long it ran.
    ///
    /// Beside the end of a task that is its own cost, beside the end of a job that of all its tasks.
    private func add(_ costs: JobCosts, to fields: inout Logger.Metadata) {
        if let coins = costs.coins { fields["coins"] = .string(coins.description) }
        if costs.money.count == 1, let (currency, amount) = costs.money.first {
            fields["money"] = .string(amount.description)
            if !currency.isEmpty { fields["currency"] = .string(currency) }
        }
        if let duration = costs.duration { fields["duration.ms"] = .stringConvertible(duration.milliseconds) }
    }
}

/// Keeps the last line about trouble, with the wall clock's time: it is for people.
private final class LastTrouble: Sendable {
    private let kept = Mutex<(at: Timestamp, text: String)?>(nil)

    var line: (at: Timestamp, text: String)? { kept.withLock { $0 } }

    func met(_ sentence: String) {
        let now = LedgerClock().wall()
        kept.withLock { $0 = (now, sentence) }
    }
}

/// Counts how often each trouble was met, so that one that goes on does not fill the journal.
private final class RepeatedTrouble: Sendable {
    private struct Entry {
        var toldAt: Timestamp
        var count = 0
    }

    private let entries = Mutex<[String: Entry]>([:])
    private static let most = 1000

    /// How often it was met since the last line about it, or nothing where it is too early for another.
    func meet(_ subject: String, at now: Timestamp) -> Int? {
        entries.withLock { entries in
            if entries.count > Self.most { entries = [:] }
            guard var entry = entries[subject] else {
                entries[subject] = Entry(toldAt: now)
                return 1
            }
            entry.count += 1
            defer { entries[subject] = entry }
            guard entry.toldAt + .seconds(60) <= now else { return nil }
            entry.toldAt = now
            defer { entry.count = 0 }
            return entry.count
        }
    }
}
