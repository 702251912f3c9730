import Jobs
import Spool

extension Engine {
    /// Looks after the inboxes of the pipelines in service, as long as the task runs: a reload brings and takes some.
    func lookAfterInboxes() async {
        await withDiscardingTaskGroup { group in
            var kept: [String: (inbox: InboxKind, care: Care)] = [:]
            wakes.pipelines()
            for await _ in wakes.pipelines.signals {
                if Task.isCancelled { break }
                for (name, one) in kept where pipelines.pipeline(name).map(InboxKind.init) != one.inbox {
                    await one.care.end()
                    kept[name] = nil
                    inboxes.remove(name)
                    if pipelines.pipeline(name) == nil { await tellInboxOfRemoval(name) }
                }
                for name in pipelines.names where kept[name] == nil {
                    guard let pipeline = pipelines.pipeline(name) else { continue }
                    let care = Care()
                    kept[name] = (InboxKind(pipeline), care)
                    group.addTask { await care.last { await self.lookAfterInbox(of: name) } }
                }
            }
        }
    }

    private func lookAfterInbox(of name: String) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.takeIn(name) }
            group.addTask { await self.keepStatusFile(of: name) }
        }
    }
}

/// What of a pipeline an inbox is looked through by: with another, its looking through begins anew.
private struct InboxKind: Sendable, Hashable {
    private let settings: Pipeline.InboxSettings
    private let jobFolder: Pipeline.JobFolder?
    private let folders: Pipeline.Folders
    private let group: String

    init(_ pipeline: Pipeline) {
        settings = pipeline.inbox
        jobFolder = pipeline.jobFolder
        folders = pipeline.folders
        group = pipeline.group
    }
}

/// Work that goes on until it is ended from elsewhere, or its task is cancelled.
private final class Care: Sendable {
    private let ending = Wake()
    private let ended = Wake()

    /// Runs the work until `end`.
    func last(_ work: @escaping @Sendable () async -> Void) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await work() }
            for await _ in ending.signals {}
            group.cancelAll()
        }
        ended.finish()
    }

    /// Ends it, and returns when nothing of it is under way.
    func end() async {
        ending.finish()
        for await _ in ended.signals {}
    }
}
