import GRDB
import Jobs
import Synchronization

/// The copies of pipelines that attempts were made with.
///
/// Equal ones share a row, and are decoded once.
final class SettingsStore: Sendable {
    private struct Cache {
        var ids: [Pipeline: Int64] = [:]
        var pipelines: [Int64: Pipeline] = [:]
    }

    private let cache = Mutex(Cache())
    private static let most = 256

    /// Forgets everything, since a row that was added may have been rolled back.
    func forget() {
        cache.withLock { $0 = Cache() }
    }

    func id(of pipeline: Pipeline, in database: Database) throws -> Int64 {
        if let id = cache.withLock({ $0.ids[pipeline] }) { return id }
        let body = try JSONText.encode(pipeline)
        let insert = try database.cachedStatement(sql: "INSERT INTO settings (body) VALUES (?) ON CONFLICT DO NOTHING")
        try insert.execute(arguments: [body])
        let id = try Int64.fetchOne(database, sql: "SELECT id FROM settings WHERE body = ?", arguments: [body])
        guard let id else { throw LedgerError(.damaged, "The ledger lost a pipeline's settings.") }
        remember(pipeline, id: id, isWriter: true)
        return id
    }

    func pipeline(_ id: Int64, in database: Database) throws -> Pipeline {
        if let pipeline = cache.withLock({ $0.pipelines[id] }) { return pipeline }
        let body = try String.fetchOne(database, sql: "SELECT body FROM settings WHERE id = ?", arguments: [id])
        guard let body else { throw LedgerError(.damaged, "The ledger lost a pipeline's settings.") }
        let pipeline = try JSONText.decode(Pipeline.self, body)
        remember(pipeline, id: id, isWriter: !database.configuration.readonly)
        return pipeline
    }

    /// Deletes the copies that no attempt points to any more.
    func removeUnused(in database: Database) throws {
        // The greatest id stays, so that none is given a second time: a reader may still remember what it stood for.
        let sql = """
            DELETE FROM settings WHERE NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.settings = settings.id)
                AND id < (SELECT max(id) FROM settings)
            """
        try database.execute(sql: sql)
        if database.changesCount > 0 { forget() }
    }

    /// Keeps a row that is read from the file, and so committed or about to be.
    ///
    /// What a reader sees may have been deleted since; only the writer knows which rows new attempts can point to.
    private func remember(_ pipeline: Pipeline, id: Int64, isWriter: Bool) {
        cache.withLock { cache in
            if cache.pipelines.count >= Self.most { cache = Cache() }
            cache.pipelines[id] = pipeline
            if isWriter { cache.ids[pipeline] = id }
        }
    }
}
