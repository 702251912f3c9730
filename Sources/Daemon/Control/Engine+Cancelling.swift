import Jobs
import Ledger

extension Engine {
    /// Cancels a job for a person, or keeps that as a wish until it can be done safely.
    func cancel(_ prefix: String, by caller: Caller) async throws -> ControlAnswer {
        let found = try await find(prefix)
        let now = time.now()
        // Told before what comes of it; of what is refused nothing is told.
        var rehearsal = found
        if rehearsal.cancelRequested(at: now) == .applied {
            let asked = "\(found.job.pipeline)/\(found.job.origin) (\(found.job.id))"
            journal.tell(.asked, "\(caller.name) asked to cancel \(asked).", journal.fields(of: found))
        }
        guard let change = try await change(found.job.id, { $0.cancelRequested(at: now) }) else {
            throw ControlRefusal(.notFound, "There is no job \(found.job.id) any more.")
        }
        let record = change.record
        let name = "\(record.job.pipeline)/\(record.job.origin) (\(record.job.id))"
        if case .ignored(let reason) = change.value {
            guard record.job.isCancelWished, !record.job.state.isFinal, record.job.state != .fetching else {
                throw ControlRefusal(.conflict, "\(name) cannot be cancelled: \(reason).")
            }
            return ControlAnswer(message: "\(name): \(reason).")
        }
        return ControlAnswer(message: "\(name) \(Self.sentence(aboutCancelling: record))")
    }

    private static func sentence(aboutCancelling record: JobRecord) -> String {
        switch record.job.state {
        case .cancelled where record.attempts.isEmpty: "is cancelled; nothing was paid for it."
        case .cancelled: "is cancelled; its earlier attempts may have been paid."
        case .running:
            "is to be cancelled: RunningHub is asked once, and bills the time already run. If the task succeeds first, it is delivered."
        default:
            "is to be cancelled: whether its task was made is not known yet; RunningHub is asked to cancel it as soon as it is."
        }
    }
}
