import Jobs
import Spool

/// The putting away of a delivered job's original: in `work/`, in `failed/` where its results came after all, or in the inbox, where it came
/// back to from there.
///
/// Repeated after it was cut off anywhere, it goes on. All functions block.
struct PuttingAway: Sendable {
    let job: Job
    let originals: Originals
    let inbox: Folder

    /// What was done with an original.
    struct Outcome: Sendable {
        /// What was carried out.
        let duty: Job.Duty
        let place: Original.Outcome
        /// What is to be told of it: that it is not as it was taken.
        var condition: Originals.Condition?
    }

    /// Puts it into `done/`, or deletes it where that is wanted and it is as it was taken: what was written to since is nowhere else.
    func run() throws(SystemError) -> Outcome {
        let (original, condition) = try found()
        let there = try originals.takenBack(original, of: job)
        guard job.duty == .delete else {
            let told = condition == .written ? condition : nil
            return Outcome(duty: .done, place: try originals.moveToDone(there), condition: told)
        }
        var told = condition == .written || condition == .added ? condition : nil
        // Where it does not lie in its place, a deletion may have been cut off; what an earlier call has moved was judged before that.
        if condition == .untouched || (condition == .absent && there == original) {
            let taken = self.original(at: there.place, job.identity.moved(to: there.identity))
            switch try originals.delete(taken) {
            case .deleted: return Outcome(duty: .delete, place: .absent)
            case .changed where condition == .untouched: told = .written
            case .changed, .absent: break
            }
        }
        return Outcome(duty: .done, place: try originals.moveToDone(there), condition: told)
    }

    private func found() throws(SystemError) -> (Original, Originals.Condition) {
        let original = original(at: job.place, job.identity)
        let condition = try condition(of: original)
        guard condition == .absent, job.folder == .failed, try !isWrittenInInbox(),
            case .moved(let place, let identity) = try originals.putBack(original, from: inbox)
        else { return (original, condition) }
        let back = self.original(at: place, job.identity.moved(to: identity))
        return (back, try self.condition(of: back))
    }

    /// Whether it was written to since it was seen in the inbox: it settles there, and is a job of its own.
    private func isWrittenInInbox() throws(SystemError) -> Bool {
        guard let entry = try inbox.entry(at: job.place), entry.kind == .file else { return false }
        return !entry.identity.isSameContent(as: job.identity)
    }

    private func condition(of original: Original) throws(SystemError) -> Originals.Condition {
        try originals.condition(
            of: original,
            job.inputs,
            isFailed: job.folder == .failed,
            isWhole: job.duty == .delete
        )
    }

    private func original(at place: RelativePath, _ identity: FileIdentity) -> Original {
        Original(job: job.id, place: place, identity: identity, sidecar: job.sidecar)
    }
}

extension Originals {
    /// The original in `work/`: where a callback brought a failed job back it lies in `failed/`, beside notes that are no longer true.
    func takenBack(_ original: Original, of job: Job) throws(SystemError) -> Original {
        guard job.folder == .failed, case .moved(let place, let identity) = try restoreToWork(original) else {
            return original
        }
        return Original(job: job.id, place: place, identity: identity, sidecar: job.sidecar)
    }
}
