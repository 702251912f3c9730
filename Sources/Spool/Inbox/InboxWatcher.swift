internal import Glibc
package import Jobs
package import NIOCore
package import NIOPosix
internal import Synchronization

/// Notices changes in the inboxes of all pipelines, through one inotify instance.
///
/// Inboxes work without it running, by looking through their folders again and again; with it they know at once. `run` routes what the
/// kernel tells to the inbox that it concerns, does no blocking call, and waits for nobody but the inboxes' own short bookkeeping.
package final class InboxWatcher: Sendable {
    private struct Route {
        weak var inbox: Inbox?
        let folders: [FileName]
    }

    private struct State {
        var inotify: Inotify?
        var failure: PollReason = .noInstancesLeft
        var routes: [CInt: Route] = [:]
    }

    /// How long to wait before a failed instance is made again.
    private static let retryInterval = Duration.seconds(60)

    let threads: NIOThreadPool
    let clock: SpoolClock
    private let group: any EventLoopGroup
    private let calls: any SystemCalls
    private let state = Mutex(State())

    /// Watches with an event loop of `group`; blocking calls are made on `threads`, which must run.
    package init(
        group: any EventLoopGroup,
        threads: NIOThreadPool,
        clock: SpoolClock,
        calls: any SystemCalls = LinuxCalls()
    ) {
        self.group = group
        self.threads = threads
        self.clock = clock
        self.calls = calls
    }

    /// Makes the inotify instance.
    ///
    /// Where that fails the inboxes poll, and `run` tries again once a minute.
    package func start() async {
        do {
            let inotify = try await Inotify.make(on: group, calls: calls)
            state.withLock { $0.inotify = inotify }
        } catch {
            let reason = (error as? SystemError).map(PollReason.init) ?? .failed("\(error)")
            state.withLock { $0.failure = reason }
        }
    }

    /// Routes notifications until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            if let inotify = state.withLock({ $0.inotify }) {
                try? await inotify.run { await self.route($0) }
                let inboxes = inboxes()
                state.withLock { state in
                    state.inotify = nil
                    state.failure = .failed("notifications ended")
                    state.routes = [:]
                }
                for inbox in inboxes { await inbox.lostTrack() }
            } else {
                try? await clock.sleep(clock.now().ledger + Self.retryInterval)
                if !Task.isCancelled { await start() }
            }
        }
    }

    /// Has the changes in an open folder told to an inbox, as those of what lies below `folders`.
    func watch(_ folder: Folder, below folders: [FileName], for inbox: Inbox) -> PollReason? {
        let (inotify, failure) = state.withLock { ($0.inotify, $0.failure) }
        guard let inotify else { return failure }
        do {
            let watch = try inotify.watch(folder)
            state.withLock { $0.routes[watch] = Route(inbox: inbox, folders: folders) }
            return nil
        } catch {
            return PollReason(error)
        }
    }

    /// Ends the watches of an inbox on a folder and all below it.
    package func unwatch(below folders: [FileName], of inbox: Inbox) {
        let (inotify, watches) = state.withLock { state in
            let watches = state.routes.filter { $0.value.inbox === inbox && $0.value.folders.starts(with: folders) }
                .map(\.key)
            for watch in watches { state.routes[watch] = nil }
            return (state.inotify, watches)
        }
        for watch in watches { inotify?.unwatch(watch) }
    }

    private func route(_ events: [InotifyEvent]) async {
        if events.contains(where: { $0.mask.contains(.overflow) }) {
            for inbox in inboxes() { await inbox.lostTrack() }
        }
        var batch: [Inbox.Notice] = []
        var receiver: Inbox?
        for event in events {
            guard let route = route(of: event), let inbox = route.inbox else { continue }
            if receiver !== inbox {
                await receiver?.noticed(batch)
                batch = []
                receiver = inbox
            }
            batch.append(Inbox.Notice(event: event, folders: route.folders))
        }
        await receiver?.noticed(batch)
    }

    private func inboxes() -> [Inbox] {
        let inboxes = state.withLock { $0.routes.values.compactMap(\.inbox) }
        return Array(
            Dictionary(inboxes.map { (ObjectIdentifier($0), $0) }, uniquingKeysWith: { first, _ in first }).values
        )
    }

    private func route(of event: InotifyEvent) -> Route? {
        state.withLock { state in
            defer { if event.mask.contains(.watchEnded) { state.routes[event.watch] = nil } }
            return state.routes[event.watch]
        }
    }
}
