import FoundationEssentials
import GRDB
import Jobs
import Testing

@testable import Daemon
@testable import Ledger

extension EngineHarness {
    /// Makes the ledger refuse what fits, as a full or failing disk would: from within its own file, so that everything above is real.
    ///
    /// - Parameters:
    ///   - name: by which `mend` ends it.
    ///   - event: such as `UPDATE ON jobs`.
    ///   - condition: on `NEW` and `OLD`.
    /// - Throws: what the ledger says.
    func breakLedger(_ name: String, before event: String, when condition: String = "1") async throws {
        try await ledger.commit { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER \(name) BEFORE \(event) WHEN \(condition)
                    BEGIN SELECT RAISE(ABORT, 'the disk is full, says a test'); END
                    """
            )
        }
    }

    /// Lets the ledger take again what it refused.
    func mendLedger(_ name: String) async throws {
        try await ledger.commit { try $0.execute(sql: "DROP TRIGGER IF EXISTS \(name)") }
    }

    /// The ledger of the daemon that runs, or, while none does, its file.
    var ledger: Ledger {
        get throws {
            if let engine = try? engine { return engine.ledger }
            return try Ledger(path: "\(root)/state/ledger.sqlite", owner: "a test")
        }
    }

    /// Keeps the ledger as it is on disk at this moment.
    func keepLedger(as name: String) throws {
        try ledger.commit.withQueue { queue in
            let copy = try DatabaseQueue(path: "\(root)/\(name).sqlite")
            try queue.backup(to: copy)
            try copy.close()
        }
    }

    /// Puts back a ledger that was kept: what happened since is forgotten, as by a power cut.
    ///
    /// No daemon may run.
    func putBackLedger(_ name: String) throws {
        try loseLedger()
        try FileManager.default.copyItem(atPath: "\(root)/\(name).sqlite", toPath: "\(root)/state/ledger.sqlite")
    }

    /// Removes the ledger.
    ///
    /// No daemon may run.
    func loseLedger() throws {
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: "\(root)/state/ledger.sqlite\(suffix)")
        }
    }
}

extension EngineHarness {
    /// Changes the ledger's file behind the daemon's back.
    func ledgerStatement(_ sql: String) async throws {
        try await ledger.commit { try $0.execute(sql: sql) }
    }
}
