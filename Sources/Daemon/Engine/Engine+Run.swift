import Jobs
import Ledger
import ServiceLifecycle
import Spool
import Synchronization

extension Engine: Service {
    /// Of the time between two runs at most this counts for tasks: the wall clock may have been wrong at one of both starts.
    ///
    /// What is known of the time before may be ten minutes older than its end.
    private static let longestStop = Duration.seconds(3600)

    /// Brings what an earlier run left behind in order: whatever was under way has no owner any more.
    ///
    /// To be called once, before anything is served. Nothing here asks the cloud or repeats an effect.
    package func recover() async throws {
        let gap = try await ledger.resumeKeeping(at: time.now())
        try await holds.load(from: ledger)
        spending.load(try await ledger.agreements())
        let uncounted = gap.map { $0 - min(max($0, .zero), Self.longestStop) } ?? .zero
        try await ledger.resume(at: time.now(), longestWait: .seconds(300), uncounted: uncounted)
        try await all(.submitting) { record in
            let now = self.time.now()
            try await self.change(record.job.id) { $0.submissionLost(at: now) }
        }
        try await all(.uploading) { record in
            let now = self.time.now()
            try await self.change(record.job.id) { $0.uploadLost(at: now) }
        }
        let held = try await ledger.heldPlaces(at: time.now()).filter { account(named: $0.key, at: $0.site) != nil }
        slots.withLock { slots in
            for (job, places) in Dictionary(grouping: held, by: \.job) {
                slots.set(job, holds: places.map { ($0.number, $0.key) })
            }
        }
        await lookAfterFolders()
    }

    /// Runs the stages until the daemon is to stop.
    ///
    /// What is under way then is ended where that is safe; a POST is awaited.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for stage in self.stages { group.addTask { await stage.run() } }
                group.addTask { await self.lookAfterInboxes() }
                group.addTask { await self.watchFolders() }
                group.addTask { await self.watchWithdrawals() }
                group.addTask { await self.watchAccounts() }
                group.addTask { await self.keepWithinRetention() }
                group.addTask { await self.watcher.run() }
            }
        }
        // A task of its own, since this one may have been cancelled, and nothing could be written from it.
        await Task { await self.tellInboxesOfStop() }.value
    }

    private var stages: [Stage] {
        let stages = [sendingStage(), queryingStage(), proofStage(), fetchingStage(), dutyStage(), joinedStage()]
        return (stages + HookCall.Target.allCases.map(hookStage)).map(watched)
    }

    /// The stage with each piece of its work watched: one that does not get on is as bad as a stage that does not look.
    private func watched(_ stage: Stage) -> Stage {
        var stage = stage
        let (name, perform) = (stage.name, stage.perform)
        stage.perform = { [progress, time] record in
            await progress.watching("\(name) of job \(record.job.id)", time) { await perform(record) }
        }
        return stage
    }

    /// Goes through all jobs of a state, page by page.
    private func all(_ state: JobState, _ body: (JobRecord) async throws -> Void) async throws {
        var last: JobID?
        while case let page = try await ledger.page(state, after: last, limit: 200), !page.isEmpty {
            for record in page { try await body(record) }
            last = page.last?.job.id
        }
    }
}

extension Engine {
    private static let folderPace = Duration.seconds(5)

    /// Looks again and again whether the folders of each pipeline are there.
    private func watchFolders() async {
        while !Task.isCancelled {
            await time.wait(until: time.now() + Self.folderPace)
            // As a piece of work: it waits in line behind those that copy large files.
            await progress.watching("looking after folders", time) { await lookAfterFolders() }
        }
    }

    /// Looks whether the folders of each pipeline are there, and tells when that has changed.
    func lookAfterFolders() async {
        for name in pipelines.names {
            guard let entry = pipelines.entry(name) else { continue }
            _ = await isHere(entry, isThorough: true)
        }
    }

    /// Whether a pipeline's folders are all there, asked of the disk now.
    ///
    /// Before anything is taken or put.
    func isHere(_ entry: PipelineTable.Entry, isThorough: Bool = false) async -> Bool {
        let marker = Marker(ledger: settings.publicID, generation: settings.generation)
        let presence = try? await blocking {
            let presence = entry.folders.presence(of: marker.ledger, isThorough: isThorough)
            guard case .away(_, .emptyMarker) = presence else { return presence }
            // A person says that it is the right folder.
            do throws(SystemError) {
                try entry.folders.adopt(marker: marker)
            } catch {
                if case .away(let role, .emptyMarker) = presence { return .away(role, .unreachable(error)) }
            }
            return entry.folders.presence(of: marker.ledger)
        }
        guard let presence else { return false }
        // What is missing of a pipeline out of service is no trouble of one in service; its jobs say what they wait for.
        guard entry.isInService else { return presence == .here }
        let name = entry.pipeline.name
        switch presence {
        case .here:
            let (isBack, isNews) = pipelines.setAway(name, nil, at: time.now())
            if isNews { journal.tell(.folderBack, "Pipeline \(name): its folders are there again; it goes on.") }
            if isBack {
                restingOriginals.end(name)
                restingJoined.end(name)
                for wake in wakes.all { wake() }
                // What could not be entered meanwhile tells of nothing now that it can.
                await inboxes[name]?.rescan()
            }
            return true
        case .away(let role, let absence):
            let sentence = sentence(about: absence, entry.folders.path(of: role), name)
            if pipelines.setAway(name, sentence, at: time.now()).isNews { journal.tell(.folderAway, sentence.english) }
            return false
        }
    }

    private func sentence(about absence: PipelineFolders.Absence, _ path: String, _ name: String) -> Phrase {
        switch absence {
        case .noFolder where !path.hasPrefix("\(settings.spool)/"):
            Phrase(
                "Pipeline \(name) waits: \(path) is not there. If it lies on a disk, mount it. If it is there all the same, the service does not see it: 'sudo runninghubd check' says what to do.",
                zh: "流程 \(name) 在等待：\(path) 不存在。如果它在某个磁盘上，请挂载磁盘。如果它其实存在，那是服务看不到它：请运行 sudo runninghubd check 查看办法。",
                ru:
                    "Конвейер \(name) ждёт: \(path) нет на месте. Если папка на отдельном диске, подключите его. Если она всё же есть, её не видит служба: что делать, скажет sudo runninghubd check."
            )
        case .noFolder:
            Phrase(
                "Pipeline \(name) waits: \(path) is not there. If it lies on a disk, mount it; else make it again.",
                zh: "流程 \(name) 在等待：\(path) 不存在。如果它在某个磁盘上，请挂载磁盘；否则请重新建立它。",
                ru:
                    "Конвейер \(name) ждёт: \(path) нет на месте. Если папка на отдельном диске, подключите его; иначе создайте её снова."
            )
        case .noMarker:
            Phrase(
                "Pipeline \(name) waits: \(path) is not the folder it was, its marker is missing. If it lies on a disk, mount it. If it is the right folder: touch '\(path)/\(Marker.name)'",
                zh:
                    "流程 \(name) 在等待：\(path) 不是原来的文件夹，其中没有标记文件。如果它在某个磁盘上，请挂载磁盘。如果它就是正确的文件夹：touch '\(path)/\(Marker.name)'",
                ru:
                    "Конвейер \(name) ждёт: \(path) — не та папка, что была, в ней нет метки. Если она на отдельном диске, подключите его. Если это нужная папка: touch '\(path)/\(Marker.name)'"
            )
        case .emptyMarker, .unreadableMarker:
            Phrase(
                "Pipeline \(name) waits: the marker of \(path) is damaged. If it is the right folder: truncate -s 0 '\(path)/\(Marker.name)'",
                zh: "流程 \(name) 在等待：\(path) 的标记文件已损坏。如果它就是正确的文件夹：truncate -s 0 '\(path)/\(Marker.name)'",
                ru:
                    "Конвейер \(name) ждёт: метка папки \(path) повреждена. Если это нужная папка: truncate -s 0 '\(path)/\(Marker.name)'"
            )
        case .otherLedger(let other):
            Phrase(
                "Pipeline \(name) waits: \(path) belongs to another daemon (ledger \(other)). Give the pipeline a folder of its own, or, if it is the right folder: truncate -s 0 '\(path)/\(Marker.name)'",
                zh:
                    "流程 \(name) 在等待：\(path) 属于另一个服务（记录 \(other)）。请给这个流程单独的文件夹；如果它就是正确的文件夹：truncate -s 0 '\(path)/\(Marker.name)'",
                ru:
                    "Конвейер \(name) ждёт: \(path) принадлежит другой службе (журнал \(other)). Выделите конвейеру собственную папку либо, если это нужная папка: truncate -s 0 '\(path)/\(Marker.name)'"
            )
        case .unreachable(let error):
            Phrase(
                "Pipeline \(name) waits: \(path) cannot be reached: \(error).",
                zh: "流程 \(name) 在等待：无法访问 \(path)：\(error)。",
                ru: "Конвейер \(name) ждёт: \(path) недоступна: \(error)."
            )
        }
    }
}
