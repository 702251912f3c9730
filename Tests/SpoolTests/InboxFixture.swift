import Glibc
import Jobs
import NIOPosix
import Testing

@testable import Spool

/// An inbox on a real folder, watched by the kernel, with clocks that the test moves.
final class InboxFixture: Sendable {
    let root: TemporaryFolder
    let clock: ManualClock
    let calls: FailingCalls
    let watcher: InboxWatcher
    let inbox: Inbox
    /// Where the inbox's folder is.
    var place: String { "\(root.path)/inbox" }

    init(
        wall: Duration = .zero,
        watch: Pipeline.Watch = .auto,
        ignore: [String] = [],
        capacity: Int = 4096,
        jobFolder: Pipeline.JobFolder? = nil,
        calls: FailingCalls = FailingCalls()
    ) throws {
        root = try TemporaryFolder()
        clock = ManualClock(wall: wall)
        self.calls = calls
        mkdir("\(root.path)/inbox", 0o770)
        watcher = InboxWatcher(
            group: MultiThreadedEventLoopGroup.singleton,
            threads: .singleton,
            clock: clock.clock,
            calls: calls
        )
        var settings = Pipeline.InboxSettings()
        settings.watch = watch
        settings.ignore = ignore
        var configuration = Inbox.Configuration(place: "\(root.path)/inbox", settings: settings)
        configuration.capacity = capacity
        configuration.jobFolder = jobFolder
        let place = configuration.place
        inbox = Inbox(configuration, watcher: watcher, jitter: { 0.5 }) { try Folder(path: place, calls: calls) }
    }

    /// Runs the watcher while `body` runs.
    func watching(_ body: @escaping @Sendable (InboxFixture) async throws -> Void) async throws {
        await watcher.start()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.watcher.run()
                return false
            }
            group.addTask {
                try await body(self)
                return true
            }
            while let isEnd = try await group.next() {
                guard isEnd else { continue }
                group.cancelAll()
            }
        }
    }

    /// Waits until the inbox has nothing to do before that much time has passed, and gives how long it then sleeps.
    @discardableResult
    func idle(upTo limit: Duration = .seconds(100_000), atLeast least: Duration = .milliseconds(1)) async -> Duration {
        let now = clock.now.ledger
        return await clock.asleep { $0 - now <= limit && $0 - now >= least } - now
    }

    /// Takes the next batch as the engine would, in names.
    func next(limit: Int = 256) async -> [String] {
        let files = await inbox.nextBatch(limit: limit)
        return files.map(\.path.description).sorted()
    }

    /// As if a batch had been claimed.
    func claim(_ files: [SettledFile]) async {
        for file in files { unlink("\(place)/\(file.path)") }
        await inbox.left(files.map(\.path))
    }

    func write(_ text: String, to name: String) throws {
        try root.write(text, to: "inbox/\(name)")
    }

    /// Makes a file elsewhere, and renames it into the inbox.
    func moveIn(_ name: String, as newName: String? = nil) throws {
        try root.write("content of \(name)", to: "elsewhere")
        rename("\(root.path)/elsewhere", "\(place)/\(newName ?? name)")
    }
}
