import GRDB

/// Why the ledger could not do what it was asked.
package struct LedgerError: Error, Sendable {
    /// The kinds that a caller tells apart.
    package enum Code: Sendable, Hashable {
        /// The disk is full. Nothing was changed; it works again when there is room.
        case full
        /// Reading or writing failed. Nothing is known to have changed; the ledger is opened anew before the next change.
        case inputOutput
        /// The file is not a ledger, or a damaged one.
        case damaged
        /// The ledger was written by a newer version of the program.
        case newer
        /// Anything else.
        case other
    }

    /// Which kind.
    package let code: Code
    /// What happened, as a sentence.
    package let message: String
    /// What SQLite said.
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    init(_ error: any Error) {
        if let error = error as? LedgerError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.other, "The ledger refused a change: \(error)", cause: error)
            return
        }
        let said = error.message ?? "code \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.full, "The disk of the ledger is full; it goes on by itself when there is room.", cause: error)
        case .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            self.init(.inputOutput, "The ledger cannot be read or written: \(said).", cause: error)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .damaged(said, cause: error)
        default:
            self.init(.other, "The ledger refused a change: \(said).", cause: error)
        }
    }
}

extension LedgerError {
    /// The file is not a ledger, or a damaged one, or its log is another's.
    ///
    /// SQLite says the same of a disk that fails for a while: it takes a read that ended in `EIO` for a damaged file system.
    static func damaged(_ said: String, cause: (any Error)? = nil) -> LedgerError {
        LedgerError(
            .damaged,
            """
            The ledger is damaged, or its disk cannot be read: \(said). Unless it goes on by itself, stop the daemon, see to the disk, \
            move ledger.sqlite, ledger.sqlite-wal and ledger.sqlite-shm away together, and put back a copy of ledger.sqlite, if there is \
            one. With an older one or none everything is held until you release it.
            """,
            cause: cause
        )
    }
}

extension LedgerError: CustomStringConvertible {
    package var description: String { message }
}
