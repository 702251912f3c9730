internal import Glibc
internal import Jobs

extension Inbox {
    /// Goes one step on with what is to be done; false where nothing is for now.
    func advance() async -> Bool {
        let now = watcher.clock.now().ledger
        guard folder != nil else {
            guard openAt <= now else { return false }
            await open()
            return true
        }
        if scan != nil {
            // What would be found has no room: the scan goes on when some files have left.
            guard hasRoomForListing else { return false }
            await scanOn()
            return true
        }
        if scanAt <= now {
            await open()
            return true
        }
        if let folders = newFolders.popLast() {
            await startScan(below: folders)
            return true
        }
        if settling.hasMissed, hasRoomForListing {
            await open()
            return true
        }
        return false
    }

    /// Opens the folder, again if need be, and begins to look through all of it.
    private func open() async {
        let (openFolder, old) = (openFolder, folder)
        // Whoever asks for another look from here on sets it anew.
        scanAt = Timestamp(milliseconds: .max)
        do {
            let (new, isOther, kind) = try await blocking {
                let new = try openFolder()
                let isOther = try old.map { try !Self.isSame($0, new) } ?? true
                return (new, isOther, try new.fileSystemKind())
            }
            if isOther {
                forgetFolder()
                self.folder = new
                self.kind = kind
                settling.settings.trustsChangeTimes = !kind.isRemote
            }
            if isToldAway { eventSink.yield(.back) }
            isToldAway = false
            retryDelay = Self.retryDelays.lowerBound
            newFolders = []
            settling.listingStarts()
            isFullScan = true
            scanBegan = nil
            pollReason = reasonToPoll(kind)
            await startScan(below: [])
        } catch is CancellationError {
            openAt = watcher.clock.now().ledger + Self.retryDelays.lowerBound
            scanAt = min(scanAt, openAt)
        } catch {
            wentAway(because: "\(error)")
        }
    }

    private static func isSame(_ one: Folder, _ other: Folder) throws(SystemError) -> Bool {
        let (one, other) = (try one.identity(), try other.identity())
        return one.device == other.device && one.inode == other.inode
    }

    private func reasonToPoll(_ kind: FileSystemKind) -> PollReason? {
        switch configuration.settings.watch {
        case .poll: .configured
        case .inotify: nil
        case .auto: kind.remoteName.map(PollReason.fileSystem)
        }
    }

    private func startScan(below folders: [FileName]) async {
        guard let folder else { return }
        let (inspector, watch) = (inspector, watch)
        isFullScan = folders.isEmpty
        do {
            scan = try await blocking { try InboxScan(of: folder, below: folders, inspector: inspector, watch: watch) }
        } catch {
            scanFailed(error)
        }
    }

    /// Watches a folder, where it can be watched.
    private var watch: @Sendable (Folder, [FileName]) -> PollReason? {
        if let pollReason, !isFullScan || pollReason.isFinal { return { _, _ in pollReason } }
        let isAutomatic = configuration.settings.watch == .auto
        return { [weak self, watcher] folder, folders in
            // Another file system may be mounted on a folder below the inbox.
            if isAutomatic, let name = (try? folder.fileSystemKind())?.remoteName { return .fileSystem(name) }
            return self.flatMap { watcher.watch(folder, below: folders, for: $0) }
        }
    }

    private func scanOn() async {
        guard let current = scan else { return }
        if isFullScan { scanBegan = scanBegan ?? watcher.clock.now().ledger }
        do {
            let (page, next) = try await blocking {
                var next = current
                return (try next.nextPage(), next)
            }
            guard scan != nil else { return }
            pollReason = pollReason ?? next.pollReason
            if case .fileSystem = pollReason { settling.settings.trustsChangeTimes = false }
            guard let page else { return scanEnded() }
            scan = next
            let now = watcher.clock.now()
            for item in page { found(item, at: now) }
        } catch {
            scanFailed(error)
        }
    }

    private var hasRoomForListing: Bool {
        settling.hasRoomForListing && jobFolders?.hasRoomForListing ?? true
    }

    private func found(_ item: InboxScan.Found, at now: Moment) {
        if item.inspection.isBarred { lookAgainSoon() }
        switch item.inspection {
        case .stays(.ignoredName(.parameters(let parameters))) where pollReason != nil:
            // No notice tells of its coming, or of a change in it.
            parametersChanged(parameters, in: item.path.folders, at: now)
        case let inspection where jobFolders != nil: foundInJobFolders(item.path, inspection, at: now)
        case let inspection: settling.found(item.path, Self.observation(inspection), at: now)
        }
    }

    private func scanEnded() {
        scan = nil
        isToldTrouble = false
        let mode = pollReason.map(Mode.polling) ?? .watching
        if mode != self.mode { eventSink.yield(pollReason.map(InboxEvent.polling) ?? .watching) }
        self.mode = mode
        guard isFullScan else { return }
        let now = watcher.clock.now().ledger
        jobFolders?.lookAtAll(at: now)
        if let scanBegan { lastScanLength = max(.zero, now - scanBegan) }
        let settings = configuration.settings
        let interval = pollReason == nil ? settings.rescan : min(settings.rescan, settings.pollQuietTime)
        scanAt = min(scanAt, now + interval * (0.9 + 0.2 * jitter()))
    }

    private func scanFailed(_ error: any Error) {
        scan = nil
        if let error = error as? SystemError, error.isAbsenceForNow || error.code == ENODEV {
            return wentAway(because: error.description)
        }
        if !isToldTrouble, !(error is CancellationError) { eventSink.yield(.troubled("\(error)")) }
        isToldTrouble = isToldTrouble || !(error is CancellationError)
        scanAt = min(scanAt, watcher.clock.now().ledger + nextDelay())
    }

    private func wentAway(because reason: String) {
        if !isToldAway { eventSink.yield(.away(reason)) }
        isToldAway = true
        forgetFolder()
        openAt = watcher.clock.now().ledger + nextDelay()
    }

    /// Lets go of the folder, so that it may be unmounted, and of all that was known of what is in it.
    func forgetFolder() {
        watcher.unwatch(below: [], of: self)
        settling.forgetAll()
        jobFolders?.forgetAll()
        folder = nil
        scan = nil
        newFolders = []
        mode = nil
    }

    private func nextDelay() -> Duration {
        defer { retryDelay = min(retryDelay + retryDelay, Self.retryDelays.upperBound) }
        return retryDelay
    }
}
