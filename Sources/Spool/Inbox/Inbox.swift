package import Jobs
internal import NIOPosix

/// One pipeline's inbox: finds its files, waits until they are complete, and hands them out.
///
/// It does its work in the task that asks for the next batch: as long as nobody asks, nothing is looked at, and what waits in the folder
/// costs neither memory nor time. No call of it blocks a thread of the cooperative pool.
package actor Inbox {
    /// What an inbox is told.
    package struct Configuration: Sendable {
        /// The inbox's absolute path, for messages.
        package var place: String
        /// How files are seen and settle.
        package var settings: Pipeline.InboxSettings
        /// The most files to keep in mind.
        package var capacity = 16384

        /// An inbox at this place, with these settings.
        package init(place: String, settings: Pipeline.InboxSettings) {
            self.place = place
            self.settings = settings
        }
    }

    /// A notification, with where the folder that it concerns lies below the inbox.
    struct Notice: Sendable {
        let event: InotifyEvent
        let folders: [FileName]
    }

    /// How many files are looked at at a time.
    static let lookLimit = 256
    /// How long to wait before an inbox that is away, or cannot be read, is tried again: at first, and at most.
    static let retryDelays = Duration.seconds(1)...Duration.seconds(30)

    /// What there is to tell; each change once.
    package nonisolated let events: AsyncStream<InboxEvent>

    let configuration: Configuration
    let inspector: Inspector
    let watcher: InboxWatcher
    let openFolder: @Sendable () throws -> Folder
    /// A number from 0 up to 1, by which looking through the inbox is spread over time.
    let jitter: @Sendable () -> Double
    let eventSink: AsyncStream<InboxEvent>.Continuation
    let signal = WakeSignal()

    var settling: Settling
    var folder: Folder?
    var kind: FileSystemKind?
    /// When the folder is to be looked for again.
    var openAt: Timestamp
    var retryDelay = Inbox.retryDelays.lowerBound
    var isToldAway = false
    var scan: InboxScan?
    /// Whether the scan under way goes through everything.
    var isFullScan = false
    var isToldTrouble = false
    /// Folders below the inbox that are new.
    var newFolders: [[FileName]] = []
    /// When everything is to be looked through again.
    var scanAt: Timestamp
    var mode: Mode?
    var pollReason: PollReason?

    enum Mode: Hashable {
        case watching
        case polling(PollReason)
    }

    /// An inbox whose folder `openFolder` opens: called on a thread that may block, at the start and whenever everything is looked
    /// through; it throws while the folder is away.
    package init(
        _ configuration: Configuration,
        watcher: InboxWatcher,
        jitter: @escaping @Sendable () -> Double,
        openFolder: @escaping @Sendable () throws -> Folder
    ) {
        self.configuration = configuration
        self.watcher = watcher
        self.jitter = jitter
        self.openFolder = openFolder
        let settings = configuration.settings
        inspector = Inspector(rules: NameRules(ignore: settings.ignore), place: configuration.place)
        settling = Settling(settings: Settling.Settings(settings, capacity: configuration.capacity))
        openAt = watcher.clock.now().ledger
        scanAt = openAt
        (events, eventSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    deinit {
        eventSink.finish()
    }

    /// The next complete files, at most so many; waits until there is one.
    ///
    /// Empty only when the task was cancelled.
    ///
    /// Each must be answered by `left` or `returned`; until then it is not offered again. To be called by one task at a time.
    package func nextBatch(limit: Int = 256) async -> [SettledFile] {
        while !Task.isCancelled {
            await lookAtDue()
            let files = settling.takeReady(limit: limit)
            guard files.isEmpty else { return files }
            if await advance() { continue }
            await waitForSomething()
        }
        return []
    }

    /// These have left the inbox: claimed, or gone before they could be.
    package func left(_ paths: some Sequence<RelativePath>) {
        let now = watcher.clock.now()
        for path in paths { settling.left(path, at: now) }
        signal.give()
    }

    /// This could not be claimed and is to be offered again, if it is still complete after that time.
    ///
    /// `message` says why, for people. `putBack` is the identity of a file that had been moved and was put back.
    package func returned(
        _ path: RelativePath,
        after delay: Duration,
        message: String? = nil,
        putBack: FileIdentity? = nil
    ) {
        settling.returned(path, after: delay, message: message, putBack: putBack, at: watcher.clock.now())
        signal.give()
    }

    /// Everything is to be looked through now.
    package func rescan() {
        scanAt = watcher.clock.now().ledger
        openAt = scanAt
        signal.give()
    }

    /// Why something is in the inbox and not a job yet; nothing where no such thing is there.
    package func explain(_ path: RelativePath) async -> WaitReason? {
        guard let folder else { return .away }
        let inspector = self.inspector
        let inspection = try? await blocking { try inspector.inspect(path, in: folder) }
        return inspection.flatMap { reason(path, $0) }
    }

    /// What people left in the inbox that is not a job yet, each with its reason, at most so many.
    ///
    /// Names that begin with a dot and the daemon's own files are left out. A walk of its own through the folder.
    package func remaining(limit: Int) async -> [(path: RelativePath, reason: WaitReason)] {
        guard let folder else { return [] }
        let inspector = self.inspector
        let found = try? await blocking {
            var scan = try InboxScan(of: folder, inspector: inspector)
            var found: [InboxScan.Found] = []
            while found.count < limit, let page = try scan.nextPage() { found += page.filter(\.isPeoples) }
            return found
        }
        let told = (found ?? []).prefix(limit)
        return told.compactMap { found in reason(found.path, found.inspection).map { (found.path, $0) } }
    }

    /// Lets go of the folder; for a pipeline that is no more.
    ///
    /// Nothing may be asked for afterwards.
    package func close() {
        forgetFolder()
        eventSink.finish()
    }

    private func reason(_ path: RelativePath, _ inspection: Inspection) -> WaitReason? {
        switch inspection {
        case .stays(let reason): reason
        case .nothing: nil
        case .file: settling.reason(for: path, at: watcher.clock.now())
        }
    }

    /// Makes blocking calls on a thread for them.
    func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await watcher.threads.runIfActive(body)
    }

    /// Waits for a notice, an answer about a file, or the next time at which there is something to do.
    private func waitForSomething() async {
        let (signal, clock) = (signal, watcher.clock)
        guard let until = nextTime() else { return await signal.wait() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await signal.wait() }
            group.addTask { try? await clock.sleep(until) }
            await group.next()
            group.cancelAll()
        }
    }

    private func nextTime() -> Timestamp? {
        guard folder != nil else { return openAt }
        // A scan that stands still for want of room goes on when files leave, not at a time.
        let times = [settling.nextLook(), scan == nil ? scanAt : nil]
        return times.compactMap(\.self).min()
    }
}
