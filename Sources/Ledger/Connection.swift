import GRDB

/// Opens the ledger's file so that a commit is on disk when it returns.
enum Connection {
    /// The one connection that writes.
    ///
    /// WAL and FULL are set in `prepareDatabase` with the journal mode left alone: with `journalMode = .wal` GRDB sets `synchronous = NORMAL`
    /// afterwards, and then commits are lost in a power cut.
    static func writer(path: String) throws -> DatabaseQueue {
        var configuration = common("runninghubd.ledger")
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = WAL;
                    PRAGMA synchronous = FULL;
                    PRAGMA wal_autocheckpoint = 1000;
                    PRAGMA journal_size_limit = 16777216;
                    PRAGMA temp_store = MEMORY;
                    """
            )
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
            let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
            guard mode == "wal", synchronous == 2 else {
                throw LedgerError(
                    .other,
                    "The ledger's file system allows no durable commits (journal mode \(mode ?? "?"))."
                )
            }
        }
        return queue
    }

    /// A connection for reading what people ask for, beside the writer.
    static func reader(path: String) throws -> DatabaseQueue {
        var configuration = common("runninghubd.ledger.reader")
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func common(_ label: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = label
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        return configuration
    }
}
