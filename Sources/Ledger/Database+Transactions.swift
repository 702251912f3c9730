import GRDB

// GRDB's own transactions compile their statements each time, which is a tenth of what a small one takes.
extension Database {
    /// Runs the body in a transaction that is begun by this statement; where it or the commit fails, nothing has happened.
    func transaction<Value>(_ begin: String, _ body: () throws -> Value) throws -> Value {
        try cachedStatement(sql: begin).execute()
        do {
            let value = try body()
            try cachedStatement(sql: "COMMIT").execute()
            return value
        } catch {
            // After some errors SQLite has ended it already; the first error is the one to tell.
            if isInsideTransaction { try? rollback() }
            throw error
        }
    }

    /// Runs the body in a savepoint of the transaction that is open; where it fails, what it has done is undone, or else the transaction
    /// with it.
    func savepoint(_ body: () throws -> Void) throws {
        try cachedStatement(sql: "SAVEPOINT change").execute()
        do {
            try body()
            try cachedStatement(sql: "RELEASE change").execute()
        } catch {
            if isInsideTransaction {
                do {
                    try cachedStatement(sql: "ROLLBACK TO change").execute()
                    try cachedStatement(sql: "RELEASE change").execute()
                } catch {
                    // Half of a change must not be committed with the others.
                    try? rollback()
                }
            }
            throw error
        }
    }
}
