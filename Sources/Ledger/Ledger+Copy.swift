import GRDB
import Glibc

extension Ledger {
    /// The name of a copy that is being made, beside the ledger; one that is found at a start was cut off.
    package static let copyName = "ledger.copy"

    /// Removes what is left of a copy that was cut off.
    static func removeCopy(beside path: String) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        unlink("\(folder)/\(copyName)")
    }

    /// Writes a consistent copy of the ledger, as it is at one moment, while it goes on being used.
    ///
    /// The copy is a whole ledger without a log of its own. It is read on a connection of its own, so that nobody waits for it, and is not
    /// flushed to disk.
    /// - Parameter path: of an empty file, which becomes the copy.
    /// - Throws: `LedgerError`; the file may then hold a part of it.
    package func copy(into path: String) async throws(LedgerError) {
        do {
            let source = try Connection.reader(path: self.path)
            // Not within a transaction, where SQLite refuses it. It is one by itself.
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                source.asyncWriteWithoutTransaction { database in
                    continuation.resume(
                        with: Result { try database.execute(sql: "VACUUM INTO ?", arguments: [path]) }
                    )
                }
            }
        } catch {
            throw LedgerError(error)
        }
    }

    /// How many bytes a copy takes at the most.
    package func size() async throws(LedgerError) -> Int64 {
        try await read { database in
            let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            return pages * (try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
        }
    }
}
