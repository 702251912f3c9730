import Foundation
import Glibc

/// A program that an experiment runs.
///
/// Made and awaited by plain system calls: what it is handed, and how it ends, has to be exact.
final class ChildProcess: Sendable {
    /// What it is given.
    struct Settings {
        var arguments: [String] = []
        /// Laid over this process's own environment; nothing takes a variable away.
        var environment: [String: String?] = [:]
        /// The file that its output and errors are added to; nothing: thrown away.
        var output: String?
        /// What it gets as descriptor 3, as systemd hands a socket over.
        var socket: CInt?
        /// A program that runs it, with its arguments.
        var wrapper: [String] = []
    }

    /// How it ended.
    enum End: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    struct Failure: Error, CustomStringConvertible {
        let what: String
        let code: CInt

        var description: String { "\(what): \(String(cString: strerror(code)))" }
    }

    let id: pid_t
    private let end: Task<End, Never>

    /// Begins to run it.
    init(_ executable: String, _ settings: Settings) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let output = settings.output ?? "/dev/null"
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        if let socket = settings.socket { posix_spawn_file_actions_adddup2(&actions, socket, 3) }
        let line = settings.wrapper + [executable] + settings.arguments
        var words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            Self.environment(settings.environment).map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }
        var id: pid_t = 0
        let code = posix_spawnp(&id, line[0], &actions, nil, &words, &variables)
        guard code == 0 else { throw Failure(what: line[0], code: code) }
        self.id = id
        end = Task { [id] in await Self.end(of: id) }
    }

    /// Sends it a signal, unless it has ended.
    func signal(_ number: CInt) {
        kill(id, number)
    }

    /// Waits for its end.
    func ended() async -> End {
        await end.value
    }

    /// Waits for its end, and ends it where that takes longer.
    ///
    /// - Returns: how it ended, and whether by itself.
    func ended(within limit: Duration) async -> (end: End, byItself: Bool) {
        let timer = Task { [id] in
            try await Task.sleep(for: limit)
            kill(id, SIGKILL)
            return true
        }
        let end = await ended()
        timer.cancel()
        return (end, (try? await timer.value) == nil)
    }

    private static func environment(_ changes: [String: String?]) -> [String] {
        ProcessInfo.processInfo.environment.merging(changes.compactMapValues(\.self)) { _, new in new }
            .filter { changes[$0.key] ?? "" != nil }
            .map { "\($0.key)=\($0.value)" }
    }

    /// Waits on a thread of its own, since that call may block for long.
    private static func end(of id: pid_t) async -> End {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var status: CInt = 0
                while waitpid(id, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal))
            }
        }
    }
}
