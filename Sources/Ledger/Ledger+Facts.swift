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
    package func release(_ pipeline: String) async throws(LedgerError) {
        try await commit { database in
            try database.execute(
                sql: "DELETE FROM holds WHERE ?1 = '' OR pipeline = ?1",
                arguments: [pipeline]
            )
        }
    }

    /// Makes jobs due that a start is to look at: those with a task now, and none later than a wait could have meant it.
    ///
    /// The wall clock may have been another before the start.
    package func resume(at now: Timestamp, longestWait: Duration) async throws(LedgerError) {
        try await commit { database in
            try database.execute(
                sql:
                    "UPDATE jobs SET due_at = ?, version = version + 1 WHERE state IN ('running', 'fetching') AND due_at <> ?",
                arguments: [now.milliseconds, now.milliseconds]
            )
            let latest = (now + longestWait).milliseconds
            try database.execute(
                sql: """
                    UPDATE jobs SET due_at = ?, version = version + 1
                    WHERE state IN ('queued', 'uploading', 'submitting', 'unconfirmed') AND due_at > ?
                    """,
                arguments: [latest, latest]
            )
        }
    }

    /// Forgets what ended long ago.
    ///
    /// - Returns: how many jobs were forgotten.
    package func forget(
        _ states: [JobState],
        in pipeline: String,
        endedBefore: Timestamp,
        limit: Int
    ) async throws(LedgerError) -> Int {
        let names = states.map(\.rawValue)
        let (count, removed) = try await commit { database -> (Int, [(String, JobState)]) in
            let marks = names.map { _ in "?" }.joined(separator: ", ")
            let rows = try Row.fetchAll(
                database,
                sql: """
                    DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE pipeline = ? AND state IN (\(marks)) AND state_since < ?
                        AND duty = 'none' LIMIT ?) RETURNING pipeline, state
                    """,
                arguments: StatementArguments([pipeline] + names) + [endedBefore.milliseconds, limit]
            )
            if !rows.isEmpty { try self.settings.removeUnused(in: database) }
            return (rows.count, rows.compactMap { row in JobState(rawValue: row[1]).map { (row[0], $0) } })
        }
        for (pipeline, state) in removed { self.count(Tally.Change(pipeline: pipeline, from: state, to: nil)) }
        return count
    }
}
