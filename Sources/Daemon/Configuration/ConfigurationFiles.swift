/// The files that a configuration is read from.
package protocol ConfigurationFiles: Sendable {
    /// The bytes of a file.
    func content(of path: String) throws(FileProblem) -> [UInt8]
    /// The bytes of a file that holds a secret; refused if others than its owner and root can read it.
    func secretContent(of path: String) throws(FileProblem) -> [UInt8]
    /// The names in a folder, in no order, as the bytes that they are.
    func names(in folder: String) throws(FileProblem) -> [[UInt8]]
}

/// Why a file or folder cannot be read.
package struct FileProblem: Error, Sendable, Hashable {
    /// There is none.
    package var isMissing: Bool
    /// It is there, and not for the user that asks.
    package var isForbidden: Bool
    /// A clause without a full stop.
    package var message: String

    /// A reason, or that there is nothing to read.
    package init(_ message: String, isMissing: Bool = false, isForbidden: Bool = false) {
        self.isMissing = isMissing
        self.isForbidden = isForbidden
        self.message = message
    }
}
