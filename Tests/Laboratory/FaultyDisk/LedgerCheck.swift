import GRDB

/// Whether the ledger of a stopped daemon is whole.
enum LedgerCheck {
    /// What SQLite finds wrong with it.
    static func broken(_ workplace: Workplace) throws -> [String] {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: "\(workplace.state)/ledger.sqlite", configuration: configuration)
        let found = try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        return found == ["ok"] ? [] : found.map { "the ledger: \($0)" }
    }
}
