import GRDB
import Glibc

/// The copy of a ledger that is made before its schema is changed: what an older program can go back to.
///
/// It lies beside the ledger under a name that tells its schema, as `ledger-schema-4.sqlite`, and nothing here ever deletes it. Of each
/// schema there is one: an upgrade that is cut off again and again must not fill the disk. All functions block.
struct LedgerCopy {
    /// Where it lies.
    let path: String
    private let folder: String
    private static let suffix = ".sqlite"

    /// The copy that belongs to a ledger in this schema, whether it has been made or not.
    init(of ledger: String, schema: Int) {
        folder = ledger.lastIndex(of: "/").map { String(ledger[..<$0]) } ?? "."
        let stem = ledger.hasSuffix(Self.suffix) ? String(ledger.dropLast(Self.suffix.count)) : ledger
        path = "\(stem)-schema-\(schema)\(Self.suffix)"
    }

    /// The copy with the newest schema that a program can use which knows so many.
    static func newest(of ledger: String, upTo schema: Int) -> LedgerCopy? {
        (1...max(1, schema)).reversed().lazy.map { LedgerCopy(of: ledger, schema: $0) }.first(where: \.exists)
    }

    private var exists: Bool {
        var status = stat()
        return stat(path, &status) == 0
    }

    /// Makes it, whole or not at all; on disk when this returns, and for nobody else to read: the ledger holds a secret.
    func make(from queue: DatabaseQueue) throws {
        let part = "\(path).part"
        guard unlink(part) == 0 || errno == ENOENT else { throw failure("cannot be replaced") }
        let descriptor = open(part, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be made") }
        defer { close(descriptor) }
        // One transaction reads it all, the log included, so it is one moment's ledger.
        do {
            try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [part]) }
        } catch {
            // On a full disk half of it would be in the way of everything else.
            unlink(part)
            throw error
        }
        guard fsync(descriptor) == 0, rename(part, path) == 0 else { throw failure("cannot be kept") }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(directory) }
        guard directory >= 0, fsync(directory) == 0 else { throw failure("cannot be kept") }
    }

    private func failure(_ what: String) -> LedgerError {
        let code = errno
        let said = String(cString: strerror(code))
        return LedgerError(
            code == ENOSPC || code == EDQUOT ? .full : .inputOutput,
            """
            The ledger is to be brought up to date, and the copy \(path), which is made first, \(what): \(said). The ledger has not been \
            touched; it goes on by itself when the copy can be made.
            """
        )
    }
}

extension Ledger {
    /// That the ledger's schema was changed when it was opened.
    package struct Upgrade: Sendable, Hashable {
        /// The schema it had, counted from 1.
        package let from: Int
        /// The schema it has now.
        package let to: Int
        /// Where the copy lies that was made before.
        package let copy: String
    }
}

extension LedgerError {
    /// The ledger has a schema that this program does not know.
    static func newer(_ ledger: String, schema: Int, known: Int) -> LedgerError {
        let install = """
            The ledger was written by a newer version of runninghubd (schema \(schema); this one knows \(known)). Install that version again: \
            nothing is lost.
            """
        guard let copy = LedgerCopy.newest(of: ledger, upTo: known)?.path else { return LedgerError(.newer, install) }
        return LedgerError(
            .newer,
            """
            \(install) Or go back to the copy that was made before the upgrade, which knows nothing of what has happened since: move \
            \(ledger), \(ledger)-wal and \(ledger)-shm away together, then: cp -p '\(copy)' '\(ledger)'. Everything is held then until you \
            release it.
            """
        )
    }
}
