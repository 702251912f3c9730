import FaultPoints
import GRDB
package import Jobs

extension Ledger {
    /// Which ledger this is, and what it remembers of itself.
    package struct Identity: Sendable, Hashable {
        /// A random name, made with the ledger.
        package let id: String
        /// Counts the starts of the daemon on this ledger.
        package let generation: Int64
        /// Whether it was made just now.
        package let isNew: Bool
        /// The machine it was last used on, or nothing at its first start.
        package let previousMachine: String?
    }

    /// Counts up the generation, and makes what a new ledger needs: its id and the secret of the callback tokens.
    ///
    /// - Parameters:
    ///   - machine: `/etc/machine-id`.
    ///   - makeID: makes a name for a new ledger.
    ///   - makeSecret: makes the secret of a new ledger.
    /// - Throws: `LedgerError` where nothing was changed.
    /// - Returns: which ledger this is, and its tokens.
    package func begin(
        machine: String,
        makeID: @escaping @Sendable () -> String,
        makeSecret: @escaping @Sendable () -> [UInt8]
    ) async throws(LedgerError) -> (identity: Identity, tokens: CallbackTokens) {
        defer { FaultPoint.commitIdentity.after() }
        return try await commit { database in
            let known = try self.fact("id", in: database)
            let id = known ?? Array(makeID().utf8)
            let secret = try self.fact("secret", in: database) ?? makeSecret()
            let generation = (try self.fact("generation", in: database).flatMap { Int64(text($0)) } ?? 0) + 1
            let previous = try self.fact("machine", in: database).map(text)
            try self.setFact("id", id, in: database)
            try self.setFact("secret", secret, in: database)
            try self.setFact("generation", Array(String(generation).utf8), in: database)
            try self.setFact("machine", Array(machine.utf8), in: database)
            let identity = Identity(
                id: text(id),
                generation: generation,
                isNew: known == nil,
                previousMachine: previous
            )
            FaultPoint.commitIdentity.before()
            return (identity, CallbackTokens(secret: secret))
        }
    }

    /// The paths of the folders that carry this ledger's marker.
    package func markedFolders() async throws(LedgerError) -> Set<String> {
        try await read { database in
            Set(try String.fetchAll(database, sql: "SELECT substr(name, 8) FROM facts WHERE name LIKE 'marked/%'"))
        }
    }

    /// Remembers that these folders carry this ledger's marker, so that one without it is known to be another.
    package func rememberMarked(_ paths: [String]) async throws(LedgerError) {
        try await commit { database in
            for path in paths { try self.setFact("marked/\(path)", [1], in: database) }
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

    private func fact(_ name: String, in database: Database) throws -> [UInt8]? {
        try Blob.fetchOne(database, sql: "SELECT value FROM facts WHERE name = ?", arguments: [name])?.bytes
    }

    private func setFact(_ name: String, _ value: [UInt8], in database: Database) throws {
        try database.execute(
            sql: "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            arguments: [name, Blob(value)]
        )
    }
}

private func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
}

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

    /// Holds a pipeline.
    ///
    /// One that is held already keeps its first reason.
    package func hold(_ hold: Hold) async throws(LedgerError) {
        let reason = hold.reason.isTranslated ? try? JSONText.encode(hold.reason) : nil
        try await commit { database in
            try database.execute(
                sql: "INSERT INTO holds (pipeline, reason, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [hold.pipeline, reason ?? hold.reason.english, hold.since.milliseconds]
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
