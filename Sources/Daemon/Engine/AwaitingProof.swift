import Jobs
import Ledger

extension Engine {
    /// How often the wait for proof is counted up.
    private static let proofTick = Duration.seconds(30)
    /// A wait for proof is never shorter.
    private static let shortestProof = Duration.seconds(3600)

    /// The stage that waits for the callbacks of submissions whose outcome is not known.
    func proofStage() -> Stage {
        Stage(
            name: "proof",
            width: 16,
            wake: wakes.proof,
            time: time,
            busy: BusyJobs(),
            select: { try await self.due(.unconfirmed, except: $0, limit: $1) },
            perform: { await self.countProof($0) },
            trouble: { self.tellTrouble("proof", $0) },
            alive: { self.progress.alive("proof", at: self.time.now()) }
        )
    }

    /// Counts the time since the job was last looked at, where it counts.
    private func countProof(_ record: JobRecord) async -> Bool {
        guard let attempt = record.current else { return false }
        // Where the public URL was taken away since, no time brings a callback: it is not waited for without end.
        let counted = proof.counts || settings.publicURL == nil ? Self.proofTick : .zero
        let limit = max(attempt.settings.timeout + attempt.settings.queueTimeout + .seconds(600), Self.shortestProof)
        let now = time.now()
        do {
            try await change(record.job.id) { record in
                let outcome = record.proofAwaited(counted, limit: limit, at: now)
                if record.job.state == .unconfirmed { record.job.dueAt = now + Self.proofTick }
                return outcome
            }
            return true
        } catch {
            tellTrouble("proof", error)
            return false
        }
    }
}
