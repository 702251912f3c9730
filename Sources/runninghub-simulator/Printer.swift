import FoundationEssentials
import Glibc
import RunningHubSimulator

/// What the program prints: how to begin, then a line for each thing that happens.
enum Printer {
    static func printIntroduction(_ address: String, _ settings: SimulatorSettings) {
        let keys = settings.keys.map { "  \($0.key)   (\($0.name), \($0.concurrency) at once)" }.joined(separator: "\n")
        write(
            """
            RunningHub is simulated at \(address); nothing costs anything.

            To point runninghubd at it, in its configuration:
              api:
                base_url: \(address)
            and as its API key:
            \(keys)

            Look and change: \(address)/simulator/settings, /simulator/record, /simulator/tasks
            Ctrl-C ends it.

            """
        )
    }

    static func print(_ event: SimulatorEvent) {
        write("\(time())  \(event)")
    }

    /// Time of day in UTC, to the millisecond.
    private static func time() -> String {
        Date().formatted(.iso8601.time(includingFractionalSeconds: true)) + "Z"
    }

    /// Whole lines at once, so that whoever reads through a pipe sees them as they come.
    private static func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            written += count
        }
    }
}
