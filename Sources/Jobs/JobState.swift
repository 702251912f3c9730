/// Where a job stands.
///
/// A wait (no free slot, a back-off, a hold) is a reason and a time on the job, not a state.
package enum JobState: String, Sendable, Hashable, Codable, CaseIterable {
    /// Recorded or accepted; waits for its upload or, with its upload kept, for its submission.
    case queued
    /// Its file is on the way to RunningHub.
    case uploading
    /// Its submission is decided and may be on the wire.
    case submitting
    /// A submission was sent and its outcome is not known. It is never sent again.
    case unconfirmed
    /// A task of it is known to RunningHub.
    case running
    /// Its task succeeded; results are being fetched and put into the outbox.
    case fetching
    /// Its results are in the outbox.
    case delivered
    /// It ended without results.
    case failed
    /// It was cancelled or withdrawn.
    case cancelled

    /// Whether nothing more happens by itself, outstanding file duties aside.
    package var isFinal: Bool {
        switch self {
        case .delivered, .failed, .cancelled: true
        case .queued, .uploading, .submitting, .unconfirmed, .running, .fetching: false
        }
    }
}
