package import Jobs
internal import NIOPosix

/// One pipeline's inbox: finds its files, or job folders, waits until they are complete, and hands them out.
///
/// It does its work in the task that asks for the next batch: as long as nobody asks, nothing is looked at, what waits in the folder costs
/// neither memory nor time, and of what comes only the names are noted. No call of it blocks a thread of the cooperative pool.
package actor Inbox {
    /// What an inbox is told.
    package struct Configuration: Sendable {
        /// The inbox's absolute path, for messages.
        package var place: String
        /// How files are seen and settle.
        package var settings: Pipeline.InboxSettings
        /// What a folder must hold to be one job; nothing where every file is a job of its own.
        package var jobFolder: Pipeline.JobFolder?
        /// The most files to keep in mind.
        package var capacity = 16384

        /// An inbox at this place, with these settings.
        package init(place: String, settings: Pipeline.InboxSettings, jobFolder: Pipeline.JobFolder? = nil) {
            self.place = place
            self.settings = settings
            self.jobFolder = jobFolder
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
    static let retryDelays = Duration.seconds(1)...Duration.seconds(10)

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
    /// Which job folders are complete; nothing where files are handed out.
    var jobFolders: JobFolders?
    var idleFolders = IdleFolders()
    var folder: Folder?
    var kind: FileSystemKind?
    /// When the folder is to be looked for again.
    var openAt: Timestamp
    var retryDelay = Inbox.retryDelays.lowerBound
    var isToldAway = false
    var scan: InboxScan?
    /// Whether the scan under way goes through everything.
    var isFullScan = false
    /// When the last scan of everything began, and how long one takes.
    var scanBegan: Timestamp?
    var lastScanLength = Duration.zero
    var isToldTrouble = false
    private var isInterrupted = false
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
        jobFolders = configuration.jobFolder.map {
            JobFolders(wanted: $0, inbox: settings, capacity: configuration.capacity)
        }
        openAt = watcher.clock.now().ledger
        scanAt = openAt
        (events, eventSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    deinit {
        eventSink.finish()
    }

    /// Begins to notice what comes, before anything is asked for: what is moved in from here on is known to be complete.
    ///
    /// Returns once the folder is watched, or where it is away. To be called once, before `nextBatch`.
    package func start() async {
        if folder == nil { _ = await advance() }
    }

    /// The next complete files, at most so many; waits until there is one.
    ///
    /// Empty only when the task was cancelled, or `interrupt` was called.
    ///
    /// Each must be answered by `left` or `returned`; until then it is not offered again. To be called by one task at a time.
    package func nextBatch(limit: Int = 256) async -> [SettledFile] {
        while !Task.isCancelled {
            if isInterrupted {
                isInterrupted = false
                return []
            }
            await lookAtDue()
            let files = jobFolders == nil ? settling.takeReady(limit: limit) : await takeJobFolders(limit: limit)
            guard files.isEmpty else { return files }
            if await advance() { continue }
            await waitForSomething()
        }
        return []
    }

    /// Whoever waits for the next batch, or next asks for one, gets an empty one.
    package func interrupt() {
        isInterrupted = true
        signal.give()
    }

    /// These have left the inbox: claimed, or gone before they could be.
    package func left(_ paths: some Sequence<RelativePath>) {
        let now = watcher.clock.now()
        for path in paths {
            settling.left(path, at: now)
            jobFolders?.left(path, at: now.ledger)
        }
        signal.give()
    }

    /// This could not be claimed and is to be offered again, if it is still complete after that time.
    ///
    /// `message` says why, for people. `putBack` is the identity of a file that had been moved and was put back.
    package func returned(
        _ path: RelativePath,
        after delay: Duration,
        message: Phrase? = nil,
        putBack: FileIdentity? = nil
    ) {
        let now = watcher.clock.now()
        settling.returned(path, after: delay, message: message, putBack: putBack, at: now)
        jobFolders?.returned(path, after: delay, message: message, at: now.ledger)
        signal.give()
    }

    /// This waits for parameters, or a parameter file of it is wrong, and is to be offered again after that time, or at once when one of
    /// its parameter files comes, changes or goes.
    ///
    /// `sentence` says it, for people. Where changes are not notified, a parameter file that lies there is enough to offer it again when
    /// the inbox is looked through.
    package func returned(_ path: RelativePath, awaitingParameters sentence: Phrase, after delay: Duration) {
        let now = watcher.clock.now()
        settling.returned(path, after: delay, message: sentence, isForParameters: true, at: now)
        jobFolders?.returned(path, after: delay, message: sentence, isForParameters: true, at: now.ledger)
        signal.give()
    }

    /// Everything is to be looked through now.
    package func rescan() {
        scanAt = watcher.clock.now().ledger
        openAt = scanAt
        signal.give()
    }

    /// Lets go of the folder; for a pipeline that is no more.
    ///
    /// Nothing may be asked for afterwards.
    package func close() {
        forgetFolder()
        eventSink.finish()
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
        let times = [settling.nextLook(), jobFolders?.nextLook(), scan == nil ? scanAt : nil]
        return times.compactMap(\.self).min()
    }
}
