import CLinux
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// A program of the administrator's that is run once, with a time limit, and ended with all that it started.
///
/// It runs as the daemon does, in the same sandbox. It has the environment that it is given and nothing of the daemon's own.
struct ProgramRun: Sendable {
    /// The program's path, then its arguments.
    let command: [String]
    /// What it finds in its environment, beside a path, a language and a place for temporary files.
    var environment: [String: String] = [:]
    /// Where it runs.
    var folder = "/"
    /// What it finds as its home.
    var home = "/tmp"
    /// What it reads from its standard input.
    var input: [UInt8] = []
    /// How long it may run.
    let limit: Duration

    /// What came of it.
    enum Outcome: Sendable, Hashable {
        /// It ended by itself; what it said last on its standard error is in `said`.
        case exited(code: Int32, said: String)
        /// A signal ended it.
        case signalled(Int32, said: String)
        /// It ran for longer than it may, and was ended.
        case tooLong
        /// It could not be run; why, as a clause.
        case notStarted(String)
    }

    /// How long it has to end by itself once it is told to.
    private static let grace = Duration.seconds(5)
    /// How much of what it says is kept, in bytes: the end of it, where programs say why they failed.
    private static let kept = 2000

    /// Runs it; ends it where the task is cancelled.
    func run() async -> Outcome {
        await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await execute() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            // Whatever is left is ended, and its end awaited.
            group.cancelAll()
            return first ?? .tooLong
        }
    }

    /// Runs it, and ends whatever of it is left in its session: a child that heeds no request, or that it left behind.
    private func execute() async -> Outcome {
        let session = Mutex<pid_t?>(nil)
        defer { session.withLock { if let leader = $0 { kill(-leader, SIGKILL) } } }
        return await execute { leader in session.withLock { $0 = leader } }
    }

    private func execute(_ onStart: @escaping @Sendable (pid_t) -> Void) async -> Outcome {
        guard let program = command.first else { return .notStarted("no program is named") }
        var options = PlatformOptions()
        // A session of its own, so that what it started can be ended with it.
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: Self.grace)]
        // Not the library's own pipes: in 1.0.2 it traps where a program ends without reading its input, and where a second one
        // cannot be made.
        guard let input = OwnDescriptor(holding: input), let nothing = OwnDescriptor(path: "/dev/null") else {
            return .notStarted("the service has no descriptor left")
        }
        do {
            let result = try await Subprocess.run(
                .path(FilePath(program)),
                arguments: Arguments(Array(command.dropFirst())),
                environment: .custom(variables),
                workingDirectory: FilePath(folder),
                platformOptions: options,
                input: .fileDescriptor(input.descriptor, closeAfterSpawningProcess: false),
                output: .fileDescriptor(nothing.descriptor, closeAfterSpawningProcess: false),
                error: .sequence
            ) { execution in
                onStart(execution.processIdentifier.value)
                var end: [UInt8] = []
                for try await chunk in execution.standardError {
                    end = Array((end + chunk.withUnsafeBytes { Array($0) }).suffix(Self.kept))
                }
                return end
            }
            let said = Self.lastLine(of: result.closureResult)
            return switch result.terminationStatus {
            case .exited(let code): .exited(code: code, said: said)
            case .signaled(let signal): .signalled(signal, said: said)
            }
        } catch {
            return .notStarted(Self.reason(error))
        }
    }

    private var variables: [Environment.Key: String] {
        var variables: [Environment.Key: String] = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": home, "TMPDIR": "/tmp",
        ]
        for (name, value) in environment {
            guard let key = Environment.Key(rawValue: name) else { continue }
            variables[key] = value.filter { $0 != "\0" }
        }
        return variables
    }

    private static func lastLine(of bytes: [UInt8]) -> String {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        let last = lines.last { !$0.allSatisfy(\.isWhitespace) } ?? ""
        return Quotation.printable(String(last)).trimmingSpaces
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? SubprocessError else { return Quotation.printable("\(error)") }
        return error.code == .executableNotFound
            ? "it is not there, or not for the service to see" : Quotation.printable(error.description)
    }
}

extension ProgramRun.Outcome {
    /// What came of it, as a clause; nothing where it ended well.
    var trouble: String? {
        switch self {
        case .exited(0, _): nil
        case .exited(let code, let said): Self.with(said, "it ended with exit code \(code)")
        case .signalled(let signal, let said): Self.with(said, "signal \(signal) ended it")
        case .tooLong: "it took longer than its timeout"
        case .notStarted(let reason): "it could not be run: \(reason)"
        }
    }

    private static func with(_ said: String, _ what: String) -> String {
        said.isEmpty ? what : "\(what): \(said)"
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}

/// A descriptor that is closed with this value.
private final class OwnDescriptor: Sendable {
    let descriptor: FileDescriptor

    private init?(_ descriptor: CInt) {
        guard descriptor >= 0 else { return nil }
        self.descriptor = FileDescriptor(rawValue: descriptor)
    }

    convenience init?(path: String) {
        self.init(open(path, O_RDWR | O_CLOEXEC))
    }

    /// A file in memory with these bytes, to be read from its start.
    convenience init?(holding bytes: [UInt8]) {
        self.init(memfd_create("input", UInt32(CLINUX_MFD_CLOEXEC)))
        let isWritten = (try? descriptor.writeAll(bytes)) == bytes.count
        guard isWritten, (try? descriptor.seek(offset: 0, from: .start)) == 0 else { return nil }
    }

    deinit {
        try? descriptor.close()
    }
}
