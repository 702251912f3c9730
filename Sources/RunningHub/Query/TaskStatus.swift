/// Where a task stands, as the service says.
package enum TaskStatus: String, Sendable, Hashable, CaseIterable {
    /// Accepted, not yet in the queue.
    case created
    /// Waiting for a machine.
    case queued
    /// At work; also every state that is not known.
    case running
    /// Done.
    case succeeded
    /// Ended without success.
    case failed
    /// Cancelled.
    case cancelled

    /// Whether the task has ended.
    package var isFinal: Bool {
        switch self {
        case .created, .queued, .running: false
        case .succeeded, .failed, .cancelled: true
        }
    }

    /// Reads a state in any case; `nil` where there is none.
    ///
    /// A word that is not known counts as running: only a final state that is known ends a job.
    init?(wire text: String?) {
        guard let text, !text.isEmpty else { return nil }
        switch text.uppercased() {
        case "CREATE", "CREATED": self = .created
        case "QUEUED", "QUEUE", "PENDING": self = .queued
        case "SUCCESS": self = .succeeded
        case "FAILED", "FAIL": self = .failed
        case "CANCEL", "CANCELED", "CANCELLED": self = .cancelled
        default: self = .running
        }
    }
}
