import Daemon
import Glibc

/// Standard output.
enum Output {
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// What it is shown on.
    static var screen: Screen {
        var size = winsize()
        guard isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return Screen(width: nil)
        }
        return Screen(width: Int(size.ws_col))
    }

    /// Writes a text as it is.
    ///
    /// Ends the process quietly where nobody reads any more, as in `runninghubctl jobs | head`.
    static func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { exit(errno == EPIPE ? EXIT_SUCCESS : EXIT_FAILURE) }
            bytes = bytes.dropFirst(count)
        }
    }
}
