import GRDB
package import Jobs

/// A pipeline, or all of them, to which nothing new is submitted until a person says so.
package struct Hold: Sendable, Hashable {
    /// The pipeline's name; empty for all.
    package let pipeline: String
    /// Why, as a sentence.
    package let reason: Phrase
    package let since: Timestamp

    /// A hold on this pipeline; empty for all.
    package init(pipeline: String, reason: Phrase, since: Timestamp) {
        self.pipeline = pipeline
        self.reason = reason
        self.since = since
    }
}

extension Ledger {
    /// What is held.
    package func holds() async throws(LedgerError) -> [Hold] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT pipeline, reason, since FROM holds").map {
                Hold(pipeline: $0[0], reason: Self.phrase($0[1]), since: Timestamp(milliseconds: $0[2]))
            }
        }
    }

    /// A reason as it is stored: in all languages as JSON, or plainly in English.
    private static func phrase(_ stored: String) -> Phrase {
        guard stored.hasPrefix("{"), let phrase = try? JSONText.decode(Phrase.self, stored) else {
            return Phrase(stored)
        }
        return phrase
    }

    /// A reason as it is stored.
    static func stored(_ reason: Phrase) throws(LedgerError) -> String {
        guard reason.isTranslated else { return reason.english }
        do {
            return try JSONText.encode(reason)
        } catch {
            throw LedgerError(error)
        }
    }

    /// Holds a pipeline.
    ///
    /// One that is held already keeps its first reason.
    package func hold(_ hold: Hold) async throws(LedgerError) {
        let reason = try Self.stored(hold.reason)
        try await commit { database in
            try database.execute(
                sql: "INSERT INTO holds (pipeline, reason, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [hold.pipeline, reason, hold.since.milliseconds]
            )
        }
    }

    /// Releases a pipeline, or with an empty name everything.
    ///
    /// - Parameters:
    ///   - pipeline: its name.
    ///   - waiting: how many jobs of each pipeline wait as a person says so: they are agreed to.
    /// - Throws: `LedgerError` where nothing was changed.
    package func release(_ pipeline: String, agreeingTo waiting: [String: Int] = [:]) async throws(LedgerError) {
        try await commit { database in
            for (name, count) in waiting {
                try self.setFact("\(Self.agreed)\(name)", Array(String(count).utf8), in: database)
            }
            try database.execute(
                sql: "DELETE FROM holds WHERE ?1 = '' OR pipeline = ?1",
                arguments: [pipeline]
            )
        }
    }

    /// How many waiting jobs of each pipeline a person has agreed to, as they were when it was last released.
    package func agreements() async throws(LedgerError) -> [String: Int] {
        try await read { database in
            var agreed: [String: Int] = [:]
            for name in try self.names(after: Self.agreed, in: database) {
                let fact = try self.fact("\(Self.agreed)\(name)", in: database)
                agreed[name] = fact.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
            }
            return agreed
        }
    }

    private static let agreed = "agreed/"

    /// Makes jobs due that a start is to look at: those with a task now, and none later than a wait could have meant it.
    ///
    /// The wall clock may have been another before the start. A start waits for it: each statement finds what it changes by an index that
    /// has no jobs that have ended.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - longestWait: the longest that a job waits for anything.
    ///   - uncounted: how much of the time since the last run is not to count for tasks, since the clock may have jumped, less than nothing
    ///     where it was set back. Otherwise a task that runs, and is paid, could be cancelled as one that ran for too long.
    /// - Throws: `LedgerError` where nothing was changed.
    package func resume(
        at now: Timestamp,
        longestWait: Duration,
        uncounted: Duration = .zero
    ) async throws(LedgerError) {
        try await commit { database in
            if uncounted != .zero { try Self.leaveOut(uncounted, at: now, in: database) }
            try database.execute(
                sql: """
                    UPDATE jobs SET due_at = ?, version = version + 1 WHERE state IN ('running', 'fetching') AND due_at <> ?
                        AND state NOT IN ('delivered', 'failed', 'cancelled')
                    """,
                arguments: [now.milliseconds, now.milliseconds]
            )
            let latest = (now + longestWait).milliseconds
            try database.execute(
                sql: """
                    UPDATE jobs SET due_at = ?, version = version + 1
                    WHERE state IN ('queued', 'uploading', 'submitting', 'unconfirmed') AND due_at > ?
                        AND state NOT IN ('delivered', 'failed', 'cancelled')
                    """,
                arguments: [latest, latest]
            )
            for due in ["duty <> 'none'", "state = 'failed' AND reviving = 1"] {
                try database.execute(
                    sql: "UPDATE jobs SET due_at = ?, version = version + 1 WHERE \(due) AND due_at > ?",
                    arguments: [latest, latest]
                )
            }
            let sql = """
                SELECT id FROM jobs WHERE program_due_at IS NOT NULL AND program_due_at > ?
                UNION SELECT id FROM jobs WHERE url_due_at IS NOT NULL AND url_due_at > ?
                """
            for id in try String.fetchAll(database, sql: sql, arguments: [latest, latest]).compactMap(JobID.init) {
                guard let loaded = try self.load(id, in: database) else { continue }
                var record = loaded.record
                record.bringCallsForward(to: now + longestWait)
                try self.store(record, over: loaded, at: now, in: database)
            }
        }
    }

    /// Moves the times of tasks by which is judged how long something took.
    private static func leaveOut(_ span: Duration, at now: Timestamp, in database: Database) throws {
        let open = """
            SELECT seq FROM jobs WHERE state IN ('running', 'fetching', 'unconfirmed')
                AND state NOT IN ('delivered', 'failed', 'cancelled')
            """
        let moved = ["awaited", "running", "failed", "empty", "unknown"].map { "\($0)_since" } + ["cancel_asked_at"]
        let bounded = ["asked_at", "finished_at"]
        let columns = moved.map { "\($0) = min(\($0) + ?1, ?2)" } + bounded.map { "\($0) = min(\($0), ?2)" }
        try database.execute(sql: "UPDATE jobs SET version = version + 1 WHERE seq IN (\(open))")
        try database.execute(
            sql: "UPDATE attempts SET \(columns.joined(separator: ", ")) WHERE job IN (\(open))",
            arguments: [span.milliseconds, now.milliseconds]
        )
    }
}
