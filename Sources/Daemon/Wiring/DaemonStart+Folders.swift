import Jobs
import Ledger
import Spool

extension DaemonStart {
    /// Takes the spool: makes it at the first start, knows it again at every other, and holds everything where history was lost.
    func takeSpool(_ layout: SpoolLayout, _ ledger: Ledger, _ identity: Ledger.Identity) async throws {
        let isKnown = try await ledger.markedFolders().contains(layout.path)
        do {
            let folder = isKnown ? try layout.folder() : try layout.make()
            let marker = try Marker.read(in: folder)
            if isKnown, marker == nil {
                throw DaemonExit(
                    .failed,
                    "\(layout.path) is not the spool it was: its marker is missing. If it lies on a disk, mount it; it is tried again."
                )
            }
            try keep(lock: layout)
            if let reason = lostHistory(marker, identity, isKnown: isKnown) { try await hold(ledger, reason) }
            try Marker(ledger: identity.id, generation: identity.generation).write(in: folder)
        } catch let error as SystemError {
            throw DaemonExit(
                .failed,
                "The spool \(layout.path) cannot be used: \(error). It must exist and belong to the daemon's user."
            )
        }
        try await ledger.rememberMarked([layout.path])
    }

    /// Why this ledger does not know all that has happened in this spool, if it does not.
    private func lostHistory(_ marker: Marker?, _ identity: Ledger.Identity, isKnown: Bool) -> Phrase? {
        if let marker, marker.ledger != identity.id {
            return Phrase(
                "the spool was used with another ledger (\(marker.ledger)); this one does not know what ran before",
                zh: "该目录曾与另一份记录（\(marker.ledger)）一起使用，目前的记录不知道之前运行过什么",
                ru:
                    "эти папки использовались с другим журналом (\(marker.ledger)); нынешний не знает, что выполнялось раньше"
            )
        }
        if let marker, marker.generation >= identity.generation {
            return Phrase(
                "the ledger is older than the spool, as if restored from a copy; it does not know what ran since",
                zh: "记录比目录旧，像是从备份恢复的，它不知道此后运行过什么",
                ru: "журнал старше папок, как будто восстановлен из копии; он не знает, что выполнялось с тех пор"
            )
        }
        if let previous = identity.previousMachine, previous != machineName {
            return Phrase(
                "the ledger was last used on another machine; the daemon there may still run the same jobs",
                zh: "记录上次是在另一台机器上使用的，那里的服务可能仍在运行同样的任务",
                ru:
                    "журнал последний раз использовался на другой машине; служба там, возможно, всё ещё выполняет те же задания"
            )
        }
        return nil
    }

    private func hold(_ ledger: Ledger, _ reason: Phrase) async throws {
        try await ledger.hold(Hold(pipeline: "", reason: reason, since: time.now()))
        journal.tell(
            .historyLost,
            """
            Everything is held, since \(reason). Jobs may have run, and been paid, already: look at the call records on the RunningHub \
            site, then release with 'runninghubctl release --all'. Tasks that are known to run are still fetched.
            """
        )
    }

    /// Opens the folders of each pipeline, makes and marks those that are new.
    func preparePipelines(
        _ layout: SpoolLayout,
        _ ledger: Ledger,
        _ identity: Ledger.Identity
    ) async throws -> PipelineTable {
        let marker = Marker(ledger: identity.id, generation: identity.generation)
        let marked = try await ledger.markedFolders()
        var entries: [PipelineTable.Entry] = []
        for pipeline in configuration.pipelines {
            guard let name = FileName(pipeline.name) else { continue }
            let folders = PipelineFolders(pipeline: name, spool: layout, elsewhere: pipeline.folders)
            let problems = folders.prepare(marker: marker, group: pipeline.group, wasMarked: marked.contains)
            for problem in problems { journal.tell(.folderAway, sentence(about: problem, pipeline)) }
            if !problems.contains(where: \.isUnusable) {
                // Of an earlier ledger: a person decides over what is held; the folders themselves are the right ones.
                if case .away(_, .otherLedger) = folders.presence(of: identity.id) {
                    try? folders.adopt(marker: marker)
                }
                try await ledger.rememberMarked(FolderRole.allCases.map(folders.path))
            }
            entries.append(PipelineTable.Entry(pipeline: pipeline, folders: folders))
        }
        if entries.isEmpty {
            journal.tell(
                .noPipelines,
                "There is no pipeline, so nothing is taken: copy an example in pipelines.d to NAME.yaml, put your id in, and restart."
            )
        }
        return PipelineTable(entries)
    }

    private func sentence(about problem: PipelineFolders.Problem, _ pipeline: Pipeline) -> String {
        let path = problem.path
        switch problem.kind {
        case .unusable(let error):
            return
                "Pipeline \(pipeline.name): \(path) cannot be used: \(error). Make it and give it to the daemon's user, then restart."
        case .unknownGroup(let group):
            return "Pipeline \(pipeline.name): there is no group \(group): groupadd \(group), then restart."
        case .groupNotGiven(let group, let error):
            return
                "Pipeline \(pipeline.name): \(path) could not be given to group \(group): \(error). Run: usermod -aG \(group) runninghubd's user, or chgrp \(group) '\(path)'."
        case .otherGroup(let number, let wanted):
            return
                "Pipeline \(pipeline.name): \(path) belongs to group \(number), not to \(wanted): chgrp \(wanted) '\(path)'."
        case .noGroupBit:
            return
                "Pipeline \(pipeline.name): \(path) lacks the setgid bit, so results may not be readable by its group: chmod g+s '\(path)'."
        }
    }
}

extension PipelineFolders.Problem {
    fileprivate var isUnusable: Bool {
        if case .unusable = kind { true } else { false }
    }
}
