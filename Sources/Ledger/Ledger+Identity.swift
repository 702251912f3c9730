import FaultPoints
import GRDB
package import Jobs

extension Ledger {
    /// Which ledger this is, and what it remembers of itself.
    package struct Identity: Sendable, Hashable {
        /// A random name, made with the ledger.
        package let id: String
        /// The newest generation that was begun; 0 in a ledger that never had one.
        package let generation: Int64
        /// Whether it was made just now.
        package let isNew: Bool
        /// Whether it had to make another secret, since its own was gone: addresses given away before are no longer valid.
        package let hasNewSecret: Bool
        /// The machine it was last used on, or nothing at its first start.
        package let previousMachine: String?
    }

    /// Says which ledger this is, and makes what a new one needs: its id and the secret of the callback tokens.
    ///
    /// Can be repeated: what it remembers of its last use stays until `beginGeneration`.
    ///
    /// - Parameters:
    ///   - makeID: makes a name for a new ledger.
    ///   - makeSecret: makes the secret of a new ledger.
    /// - Throws: `LedgerError` where nothing was changed.
    /// - Returns: which ledger this is, and its tokens.
    package func identify(
        makeID: @escaping @Sendable () -> String,
        makeSecret: @escaping @Sendable () -> [UInt8]
    ) async throws(LedgerError) -> (identity: Identity, tokens: CallbackTokens) {
        let result = try await commit { database in
            let (known, knownSecret) = (try self.fact("id", in: database), try self.fact("secret", in: database))
            let id = known ?? Array(makeID().utf8)
            let secret = knownSecret ?? makeSecret()
            try self.setFact("id", id, in: database)
            try self.setFact("secret", secret, in: database)
            let identity = Identity(
                id: text(id),
                generation: try self.generation(in: database),
                isNew: known == nil,
                hasNewSecret: known != nil && knownSecret == nil,
                previousMachine: try self.fact("machine", in: database).map(text)
            )
            FaultPoint.commitIdentity.before()
            return (identity, CallbackTokens(secret: secret))
        }
        FaultPoint.commitIdentity.after()
        return result
    }

    /// Begins the next generation: a copy of the ledger that was made before is known to be one by the marker that bears this number.
    ///
    /// - Throws: `LedgerError` where nothing was changed.
    /// - Returns: its number, to be written into the spool's marker.
    package func beginGeneration() async throws(LedgerError) -> Int64 {
        let generation = try await commit { try self.nextGeneration(in: $0) }
        FaultPoint.commitGeneration.after()
        return generation
    }

    /// Begins a generation at a start: with what was found of history, in one commit, so that no crash can part the finding from the hold.
    ///
    /// - Parameters:
    ///   - machine: `/etc/machine-id`; nothing where that says nothing: the one before stays.
    ///   - predecessor: the ledger whose marker the spool bears, where that is another.
    ///   - hold: what to hold because history was lost; it takes the place of any other hold of the same pipelines.
    /// - Throws: `LedgerError` where nothing was changed.
    /// - Returns: its number, to be written into the spool's marker.
    package func beginGeneration(
        on machine: String?,
        after predecessor: String? = nil,
        holding hold: Hold? = nil
    ) async throws(LedgerError) -> Int64 {
        let reason = try hold.map { hold throws(LedgerError) in try Self.stored(hold.reason) }
        let generation = try await commit { database in
            if let machine { try self.setFact("machine", Array(machine.utf8), in: database) }
            if let predecessor { try self.setFact("predecessor/\(predecessor)", [1], in: database) }
            if let hold, let reason {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO holds (pipeline, reason, since) VALUES (?, ?, ?)",
                    arguments: [hold.pipeline, reason, hold.since.milliseconds]
                )
            }
            return try self.nextGeneration(in: database)
        }
        FaultPoint.commitGeneration.after()
        return generation
    }

    /// The ids of the ledgers whose place this one has taken, its own included where a part of its own history was lost.
    package func predecessors() async throws(LedgerError) -> Set<String> {
        try await read { try self.names(after: "predecessor/", in: $0) }
    }

    private func nextGeneration(in database: Database) throws -> Int64 {
        let next = try generation(in: database) + 1
        try setFact("generation", Array(String(next).utf8), in: database)
        FaultPoint.commitGeneration.before()
        return next
    }

    private func generation(in database: Database) throws -> Int64 {
        let known = try fact("generation", in: database).flatMap { Int64(text($0)) } ?? 0
        return min(max(known, 0), .max - 1)
    }

    /// The paths of the folders that carry this ledger's marker.
    package func markedFolders() async throws(LedgerError) -> Set<String> {
        try await read { database in
            try self.names(after: "marked/", in: database)
        }
    }

    /// Remembers that these folders carry this ledger's marker, so that one without it is known to be another.
    package func rememberMarked(_ paths: [String]) async throws(LedgerError) {
        try await commit { database in
            for path in paths { try self.setFact("marked/\(path)", [1], in: database) }
        }
    }

    /// What follows a prefix in the names of the facts that begin with it.
    func names(after prefix: String, in database: Database) throws -> Set<String> {
        let sql = "SELECT substr(name, length(?1) + 1) FROM facts WHERE substr(name, 1, length(?1)) = ?1"
        return Set(try String.fetchAll(database, sql: sql, arguments: [prefix]))
    }

    func fact(_ name: String, in database: Database) throws -> [UInt8]? {
        try Blob.fetchOne(database, sql: "SELECT value FROM facts WHERE name = ?", arguments: [name])?.bytes
    }

    func setFact(_ name: String, _ value: [UInt8], in database: Database) throws {
        try database.execute(
            sql: "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            arguments: [name, Blob(value)]
        )
    }
}

private func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
}
