import Jobs
import Logging
import Spool

extension Engine {
    /// The most files of one inbox that are told at a time.
    private static let stuckLimit = 100

    /// Tells of files that stay in an inbox until somebody does something about them, each once for its reason.
    func tellStuckFiles(in inbox: Inbox, of entry: PipelineTable.Entry) async {
        let name = entry.pipeline.name
        var told: [RelativePath: WaitReason] = [:]
        while !Task.isCancelled {
            await time.wait(until: time.now() + entry.pipeline.inbox.rescan)
            var stuck: [RelativePath: WaitReason] = [:]
            for (path, reason) in await inbox.remaining(limit: Self.stuckLimit) where reason.isWorthTelling {
                stuck[path] = reason
                guard told[path] != reason else { continue }
                journal.tell(
                    .fileStuck,
                    "\(name)/\(path): \(reason.sentence(at: time.now()))",
                    ["pipeline": .string(name), "file": FileValue(path).metadata]
                )
            }
            told = stuck
            await tidy(inbox, of: entry)
        }
    }
}

extension Engine {
    /// Removes folders of an inbox that were emptied, and has parameters that are left in one follow their files.
    private func tidy(_ inbox: Inbox, of entry: PipelineTable.Entry) async {
        guard await isHere(entry), let done = entry.folders[.done] else { return }
        do {
            for path in try await inbox.tidyParameters(to: done) {
                let sentence = "The parameters of a batch followed its files: done/\(entry.pipeline.name)/\(path)."
                journal.tell(.parametersMoved, sentence, ["pipeline": .string(entry.pipeline.name)])
            }
        } catch {
            guard !Task.isCancelled else { return }
            journal.tell(
                ongoing: .spoolTrouble,
                about: "\(entry.pipeline.name)/inbox",
                at: time.now(),
                "Emptied folders in the inbox of \(entry.pipeline.name) could not be removed; it is tried again: \(Self.sentence(about: error))"
            )
        }
    }
}

extension WaitReason {
    /// Whether a person would wonder: by its name a file is left alone on purpose, and an empty one is still to be filled.
    fileprivate var isWorthTelling: Bool {
        switch self {
        case .unreadable, .unmovable, .symbolicLink, .pipe, .socket, .device, .tooDeep, .notInJobFolder, .lacksFiles,
            .severalFiles, .holdsTooMuch, .awaitingParameters, .ignoredName(.misnamedParameters):
            true
        case .within(_, let reason): reason.isWorthTelling
        case .ignoredName, .inIgnoredFolder, .beingWritten, .heldOpen, .empty, .batchFolder, .foldersOfJobs,
            .awaitingTurn, .setAside,
            .notYetSeen, .away:
            false
        }
    }
}
