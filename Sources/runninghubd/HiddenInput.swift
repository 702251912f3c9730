import Daemon
import Glibc
import Jobs

/// A line that must not be shown.
enum HiddenInput {
    /// How the terminal was before, for the handler of Ctrl-C, which can be given nothing.
    nonisolated(unsafe) private static var before = termios()

    /// Asks at the terminal without echo, or reads a line from what standard input is instead; nothing where there is none.
    static func secret(prompt: String) -> Secret? {
        let isTerminal = tcgetattr(STDIN_FILENO, &before) == 0
        if isTerminal {
            StandardError.write(prompt)
            // Ended by Ctrl-C, it would leave a terminal without echo behind.
            signal(SIGINT) { _ in
                tcsetattr(STDIN_FILENO, TCSANOW, &HiddenInput.before)
                _exit(130)
            }
            var silent = before
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        }
        defer {
            if isTerminal {
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
                signal(SIGINT, SIG_DFL)
            }
        }
        guard let line = readLine() else { return nil }
        let key = line.split(whereSeparator: \.isWhitespace).joined()
        return key.isEmpty ? nil : Secret(key)
    }
}
