import Foundation
import Glibc
import Jobs
import Ledger
import Logging
import NIOPosix
import RunningHub
import Spool
import Synchronization

@testable import Daemon

/// The real listener with the real ledger in this process, on a socket in the file system.
final class FuzzedListener: Sendable {
    let token: String
    private let path: String
    private let count: Count

    /// How long an answer may take to end, in milliseconds: it must not take any time.
    private static let patience: CInt = 10_000

    private init(token: String, path: String, count: Count) {
        self.token = token
        self.path = path
        self.count = count
    }

    /// How many callbacks have passed the check of their token.
    var accepted: Int { count.value.load(ordering: .sequentiallyConsistent) }

    /// Starts it, for as long as the process lives.
    static func start() -> FuzzedListener {
        signal(SIGPIPE, SIG_IGN)
        let root = NSTemporaryDirectory() + "/runninghubd-fuzz-\(getpid())"
        let count = Count()
        do {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            let tokens = CallbackTokens(secret: Array(repeating: 7, count: CallbackTokens.secretLength))
            guard let job = JobID("0123456789ab") else { fatalError("This is a job's id.") }
            let engine = try makeEngine(root, tokens, count)
            let path = root + "/socket"
            serve(engine, on: listen(path))
            return FuzzedListener(token: tokens.token(job: job, attempt: 1), path: path, count: count)
        } catch {
            fatalError("The listener does not start: \(error)")
        }
    }

    private static func makeEngine(_ root: String, _ tokens: CallbackTokens, _ count: Count) throws -> Engine {
        let files = NIOThreadPool(numberOfThreads: 1)
        files.start()
        let group = MultiThreadedEventLoopGroup.singleton
        let clock = LedgerClock()
        let spoolClock = SpoolClock(
            now: { Moment(ledger: clock.now(), wall: clock.wall()) },
            sleep: { await clock.wait(until: $0) }
        )
        let transport = Transport(group: group)
        let policy = AddressPolicy(site: try Site("https://www.runninghub.cn"))
        return Engine(
            ledger: try Ledger(path: root + "/ledger.sqlite", owner: "fuzz"),
            time: LeapingClock(),
            journal: Journal(Logger(label: "fuzz") { _ in CountingHandler(count: count) }),
            tokens: tokens,
            settings: Engine.Settings(spool: root + "/spool", state: root),
            accounts: [],
            downloader: Downloader(transport: transport, policy: policy),
            poster: Poster(transport: transport),
            files: files,
            pipelines: PipelineTable(PipelineTable.Contents()),
            watcher: InboxWatcher(group: group, threads: files, clock: spoolClock)
        )
    }

    private static func serve(_ engine: Engine, on descriptor: CInt) {
        let limits = WebhookListener.Limits()
        let serving = DispatchSemaphore(value: 0)
        let listener = WebhookListener(
            source: .handedOver(descriptor: descriptor, backlog: 128),
            limits: limits,
            responder: WebhookResponder(engine: engine, bodyLimit: limits.body),
            logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() },
            group: MultiThreadedEventLoopGroup.singleton,
            onServing: { _ in serving.signal() }
        )
        Task {
            do { try await listener.run() } catch { fatalError("The listener ended: \(error)") }
            fatalError("The listener ended.")
        }
        serving.wait()
    }

    /// Counts callbacks by what the journal tells of them: their job is not known.
    private struct CountingHandler: LogHandler {
        let count: Count
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard event.metadata?["message.id"] == .string(Message.callbackRefused.id) else { return }
            count.value.wrappingAdd(1, ordering: .sequentiallyConsistent)
        }
    }

    private final class Count: Sendable {
        let value = Atomic<Int>(0)
    }
}

extension FuzzedListener {
    private static func address(_ path: String) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return address
    }

    private static func withAddress(_ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        var address = address(path)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func listen(_ path: String) -> CInt {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        guard withAddress(path, { bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 128) == 0 else {
            fatalError("There is no socket at \(path): \(errno)")
        }
        return descriptor
    }

    /// Sends bytes on a connection of their own, in pieces if cut, and takes what comes until the listener closes.
    ///
    /// - Parameters:
    ///   - bytes: What is sent; then the sending half is closed.
    ///   - cuts: Where a new piece begins.
    /// - Returns: What came, and whether it ended in time.
    func exchange(_ bytes: [UInt8], _ cuts: [Int]) -> (answer: [UInt8], hasEnded: Bool) {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        guard Self.withAddress(path, { connect(descriptor, $0, $1) }) == 0 else {
            fatalError("The listener takes no connection: \(errno)")
        }
        var from = 0
        for to in cuts + [bytes.count] {
            // The listener may have answered and closed before all was sent.
            _ = bytes[from..<to].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            from = to
            if from < bytes.count { usleep(50) }
        }
        shutdown(descriptor, CInt(SHUT_WR))
        return read(descriptor)
    }

    private func read(_ descriptor: CInt) -> (answer: [UInt8], hasEnded: Bool) {
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = Glibc.poll(&poll, 1, Self.patience)
            // libFuzzer looks after its time limit with an alarm, which interrupts calls.
            if ready < 0, errno == EINTR { continue }
            guard ready == 1 else { return (answer, false) }
            let count = recv(descriptor, &piece, piece.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return (answer, true) }
            answer += piece.prefix(count)
        }
    }
}
