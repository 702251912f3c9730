import Jobs
import Ledger
import Logging
import Spool

extension Engine {
    /// Gives a file its name again that waits under the hidden one of its claim in a folder which was its pipeline's inbox.
    ///
    /// Its taking was cut off, and the daemon was started with another `folders: inbox` after that: neither a look into the new one nor a
    /// person would find it. While the daemon runs no inbox is another as long as files are taken from it.
    ///
    /// - Parameters:
    ///   - claim: whose file is not in the inbox any more, nor in `work/`.
    ///   - job: the claim's.
    ///   - entry: its pipeline.
    /// - Throws: `LedgerError` where it cannot be read which folders there have been.
    func giveBack(_ claim: Claim, of job: Job, _ entry: PipelineTable.Entry) async throws {
        guard job.createdAt < startedAt, let work = entry.folders[.work] else { return }
        let inbox = entry.folders.path(of: .inbox)
        let hidden = RelativePath(folders: claim.source.folders, name: claim.hiddenName)
        for former in try await ledger.markedFolders().sorted() where former != inbox {
            // One that is not there, or may not be entered, holds nothing that could be given back.
            guard let folder = try? await blocking({ try Folder(path: former) }) else { continue }
            let claims = Claims(inbox: folder, work: work, place: former)
            do {
                guard try await blocking({ try claims.giveBack(claim) }) else { continue }
                tell(claim, entry, "was being taken out of \(former) when runninghubd ended. It lies there again.")
            } catch {
                tell(claim, entry, "lies in \(former) as \(hidden) and cannot be given its name again (\(error)).")
            }
        }
    }

    private func tell(_ claim: Claim, _ entry: PipelineTable.Entry, _ what: String) {
        let name = entry.pipeline.name
        journal.tell(
            .fileStuck,
            "\(name)/\(claim.source) \(what) The inbox is another since: move it to \(entry.folders.path(of: .inbox))",
            ["job": .string(claim.job.text), "pipeline": .string(name), "file": FileValue(claim.source).metadata]
        )
    }
}
