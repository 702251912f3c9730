import Daemon
import Glibc
import Jobs

/// A line that must not be shown.
enum HiddenInput {
    /// Asks at the terminal without echo, or reads a line from what standard input is instead; nothing where there is none.
    static func secret(prompt: String) -> Secret? {
        var settings = termios()
        let isTerminal = tcgetattr(STDIN_FILENO, &settings) == 0
        if isTerminal {
            StandardError.write(prompt)
            var silent = settings
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        }
        defer { if isTerminal { tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) } }
        guard let line = readLine() else { return nil }
        let key = line.split(whereSeparator: \.isWhitespace).joined()
        return key.isEmpty ? nil : Secret(key)
    }
}
