import Daemon
import Glibc

/// Standard output.
enum Output {
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// What it is shown on.
    ///
    /// In a pipe or a file no line is cut or broken.
    static var screen: Screen {
        guard isTerminal else { return Screen(width: nil) }
        return Screen(width: number("COLUMNS") ?? size.flatMap { $0.ws_col > 0 ? Int($0.ws_col) : nil })
    }

    /// What is written over again and again there, as large as the terminal is now.
    static var frame: LiveFrame {
        LiveFrame(screen: screen, height: number("LINES") ?? size.flatMap { $0.ws_row > 1 ? Int($0.ws_row) : nil })
    }

    private static var size: winsize? {
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
    }

    /// What the environment says of the terminal wins over what the terminal says (environ(7)).
    private static func number(_ variable: String) -> Int? {
        getenv(variable).flatMap { Int(String(cString: $0)) }.flatMap { $0 > 1 ? $0 : nil }
    }

    /// The signal would end the process as if it had been killed.
    private static let ignoredSignal: Void = { signal(SIGPIPE, SIG_IGN) }()

    /// Writes a line.
    static func line(_ text: String) {
        write(text + "\n")
    }

    /// Writes a text as it is.
    ///
    /// Ends the process quietly where nobody reads any more, as in `runninghubctl jobs | head`, and with a word where it cannot be written.
    static func write(_ text: String) {
        _ = ignoredSignal
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                if code == EPIPE { exit(EXIT_SUCCESS) }
                StandardError.write("The output cannot be written: \(String(cString: strerror(code))).")
                exit(EXIT_FAILURE)
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
