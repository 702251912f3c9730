import Glibc

/// The files that the daemon keeps for itself, and that somebody else may have made: root, who put a copy of the ledger back.
enum OwnFiles {
    /// Those that are there and that the acting user may not read and write.
    static func unusable(state: String, spool: String) -> [String] {
        let ledger = ["lock", "ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"].map { "\(state)/\($0)" }
        // Not the spool's marker, which is replaced and not written: a person may touch it.
        return (ledger + ["\(spool)/.lock"]).filter {
            faccessat(AT_FDCWD, $0, R_OK | W_OK, AT_EACCESS) != 0 && errno == EACCES && access($0, F_OK) == 0
        }
    }

    /// What is wrong with them, and the command that gives them to the daemon's user.
    static func sentence(about paths: [String], user: String) -> String {
        let quoted = paths.map { "'\(Quotation.printable($0))'" }.joined(separator: " ")
        return """
            The daemon's user \(user) may not use files that are its own. If no daemon of another user runs there: chown \(user): \(quoted)
            """
    }
}
