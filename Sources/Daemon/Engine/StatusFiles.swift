import Jobs
import Ledger
import Spool
import Synchronization

/// When `_STATUS.txt` is written.
enum StatusFiles {
    /// How often at most.
    static let pace = Duration.seconds(5)
    /// How old one may become while jobs are live, so that the time in it can be believed.
    static let longestAge = Duration.seconds(60)
    /// How many things of an inbox are counted; what is beyond is only said to be there.
    static let countLimit = 1000
}

extension Engine {
    /// Keeps the `_STATUS.txt` of a pipeline's inbox true, as long as the task runs.
    ///
    /// What cannot be written, since the folder is away or somebody has the file open, is tried again and told to nobody.
    func keepStatusFile(of name: String) async {
        var last: (body: String, at: Timestamp)?
        while !Task.isCancelled {
            // Before all else: what is written tells of no later time.
            let now = time.now()
            if let status = await statusText(of: name) {
                let body = status.body(in: settings.language, at: time.wall())
                let isOld = last.map { status.isLive && $0.at + StatusFiles.longestAge <= now } ?? true
                if isOld || last?.body != body, await write(status, of: name) { last = (body, now) }
            }
            await time.wait(until: time.now() + StatusFiles.pace)
        }
    }

    /// Says in every inbox that nothing is taken any more.
    func tellInboxesOfStop() async {
        await withDiscardingTaskGroup { group in
            for name in pipelines.names {
                group.addTask {
                    guard var status = await self.statusText(of: name) else { return }
                    status.stop()
                    _ = await self.write(status, of: name)
                }
            }
        }
    }

    /// Says in the inbox of a pipeline that was taken out of service that nothing is taken from it any more.
    func tellInboxOfRemoval(_ name: String) async {
        let layout = SpoolLayout(path: settings.spool)
        guard let folders = pipelines.entry(name, submittedWith: nil, in: layout)?.folders else { return }
        guard var status = await statusText(of: name) else { return }
        status.isRunning = false
        _ = await write(status, in: folders)
    }

    private func write(_ status: StatusText, of name: String) async -> Bool {
        guard let folders = pipelines.entry(name)?.folders else { return false }
        return await write(status, in: folders)
    }

    private func write(_ status: StatusText, in folders: PipelineFolders) async -> Bool {
        let text = status.text(in: settings.language, writtenAt: time.wall())
        let id = settings.publicID
        let isWritten = try? await blocking {
            guard let inbox = folders.present(.inbox, of: id) else { return false }
            try StatusFile.write(text, in: inbox)
            return true
        }
        return isWritten ?? false
    }

    /// How a pipeline stands; nothing where the ledger does not say.
    private func statusText(of name: String) async -> StatusText? {
        let (now, wall) = (time.now(), time.wall())
        let midnight = now - LocalTime.sinceMidnight(at: wall)
        guard let work = try? await ledger.recentWork(of: name, since: midnight) else { return nil }
        let counts = ledger.counts[name] ?? [:]
        var status = StatusText(pipeline: name)
        status.waiting = counts[.queued] ?? 0
        status.underWay = JobState.allCases.filter { !$0.isFinal && $0 != .queued }.reduce(0) { $0 + (counts[$1] ?? 0) }
        (status.delivered, status.failed) = (work.delivered, work.failed)
        if status.waiting > 0 { status.same = (try? await ledger.joinedCount(in: name)) ?? 0 }
        status.keeping = pipelines.pipeline(name).flatMap { StatusText.keeping($0.retention, of: name) }
        status.obstacle = await whatStops(name, isBusy: status.underWay > 0)
        if status.obstacle == nil {
            status.end = Throughput(work.stretches, running: work.running, at: now)
                .end(of: status.waiting + status.underWay, at: now).map { wall + ($0 - now) }
        }
        if let inbox = inboxes[name] { status.list(await inbox.remaining(limit: StatusFiles.countLimit + 1), at: now) }
        return status
    }

    private func whatStops(_ name: String, isBusy: Bool) async -> Phrase? {
        let shift = time.wall() - time.now()
        if let obstacle = await obstacle(to: name),
            let sentence = obstacle.sentence(isBusy: isBusy, wall: { $0 + shift })
        {
            return sentence
        }
        return proof.silentSince.map { Obstacle.silence(since: $0 + shift) }
    }
}

extension StatusText {
    /// Names what lies in the inbox.
    fileprivate mutating func list(_ found: [(path: RelativePath, reason: WaitReason)], at now: Timestamp) {
        left = found.prefix(Self.longestList).map { Left(path: $0.path, reason: $0.reason.phrase(at: now)) }
        more = min(found.count, StatusFiles.countLimit) - left.count
        isMoreEndless = found.count > StatusFiles.countLimit
    }

    /// Leaves out what is true only while the daemon runs.
    fileprivate mutating func stop() {
        isRunning = false
        (end, obstacle) = (nil, nil)
        (left, more, isMoreEndless) = ([], 0, false)
    }
}
