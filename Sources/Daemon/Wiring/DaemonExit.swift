/// Why the daemon ends at its start, with the exit code that says it (INTERFACE: sysexits.h).
package struct DaemonExit: Error, Sendable, CustomStringConvertible {
    /// The exit codes.
    package enum Code: Int32, Sendable {
        /// The request failed.
        case failed = 1
        /// Another daemon has this spool.
        case taken = 75
        /// The configuration is wrong, or the ledger is not one this program can use.
        case configuration = 78
    }

    package let code: Code
    /// What is wrong and what to do, in sentences.
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
