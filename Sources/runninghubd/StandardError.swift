import Glibc

/// Where messages for people go that are no output of a command.
enum StandardError {
    /// Writes a line.
    static func write(_ line: String) {
        let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
        // Nobody is left to be told where this fails.
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
