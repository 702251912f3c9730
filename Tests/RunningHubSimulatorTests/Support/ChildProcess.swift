import Foundation
import Glibc

/// A program that a test runs, with what it prints.
///
/// Made and awaited by plain system calls: Foundation's `Process` watches a pipe's descriptor with libdispatch, which comes to grief when
/// the number of a descriptor that was just closed is taken by another thread, as happens when many tests run at once.
final class ChildProcess: Sendable {
    /// Its process id.
    let id: pid_t
    private let output: CInt

    /// Begins to run it; what it says on standard output and standard error is one stream.
    init(_ executable: String, _ arguments: [String]) throws {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var id: pid_t = 0
        let code = posix_spawn(&id, executable, &actions, nil, words, environ)
        guard code == 0 else {
            close(ends[0])
            throw Failure(code: code)
        }
        self.id = id
        output = ends[0]
    }

    deinit {
        close(output)
    }

    /// The next bytes that it prints; none when it has printed its last.
    func read() async throws -> [UInt8] {
        let output = output
        return try await Self.onThread { [self] in
            try withExtendedLifetime(self) {
                var buffer = [UInt8](repeating: 0, count: 64 * 1024)
                while true {
                    let count = Glibc.read(output, &buffer, buffer.count)
                    if count >= 0 { return Array(buffer[..<count]) }
                    guard errno == EINTR else { throw Failure(code: errno) }
                }
            }
        }
    }

    /// All that it prints from now on.
    func rest() async throws -> [UInt8] {
        var all: [UInt8] = []
        while case let more = try await read(), !more.isEmpty { all += more }
        return all
    }

    /// Waits for its end.
    ///
    /// - Returns: its exit code, or 128 and the number of the signal that ended it. To be asked once.
    func status() async throws -> Int32 {
        let id = id
        return try await Self.onThread {
            var status: CInt = 0
            while waitpid(id, &status, 0) < 0 {
                guard errno == EINTR else { throw Failure(code: errno) }
            }
            let signal = status & 0x7F
            return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
        }
    }

    /// Makes a call that may block for long on a thread of its own.
    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }

    struct Failure: Error {
        let code: CInt
    }
}
