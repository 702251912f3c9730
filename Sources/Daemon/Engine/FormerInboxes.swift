import Jobs
import Ledger
import Logging
import Spool

extension Engine {
    /// Gives a file its name again that waits under the hidden one of its claim in a folder which was its pipeline's inbox.
    ///
    /// Its taking was cut off, and the daemon was started with another `folders: inbox` after that: neither a look into the new one nor a
    /// person would find it.
    ///
    /// - Parameters:
    ///   - claim: of which there is nothing in the inbox or in `work/`.
    ///   - entry: its pipeline.
    /// - Throws: `LedgerError` where it cannot be read which folders there have been.
    func giveBack(_ claim: Claim, _ entry: PipelineTable.Entry) async throws {
        let inbox = entry.folders.path(of: .inbox)
        let name = entry.pipeline.name
        for former in try await ledger.markedFolders().sorted() where former != inbox {
            // One that is not there, or may not be entered, holds nothing that could be given back.
            guard let folder = try? await blocking({ try Folder(path: former) }) else { continue }
            let claims = Claims(inbox: folder, work: folder, place: former)
            let lies: String
            do {
                guard try await blocking({ try claims.giveBack(claim) }) else { continue }
                lies = "lies there again"
            } catch {
                let hidden = RelativePath(folders: claim.source.folders, name: claim.hiddenName)
                lies = "lies there as \(hidden) and cannot be given its name again (\(error))"
            }
            journal.tell(
                .fileStuck,
                """
                \(name)/\(claim.source) was being taken out of \(former) when runninghubd ended, which was started with another inbox \
                since. It \(lies). Move it to \(inbox)
                """,
                ["job": .string(claim.job.text), "pipeline": .string(name), "file": FileValue(claim.source).metadata]
            )
        }
    }
}
