import FaultPoints
import Jobs

extension FaultPoint {
    /// The points at which a job's change is committed; none are looked for in a process that has none armed.
    static func points(of record: JobRecord, from previous: JobState) -> [FaultPoint] {
        guard isAnyArmed else { return [] }
        let points = [point(of: record.job.state, from: previous)].compactMap(\.self) + record.stories.compactMap(point)
        return points.isEmpty ? [.commitOther] : points
    }

    private static func point(of state: JobState, from previous: JobState) -> FaultPoint? {
        guard state != previous else { return nil }
        if previous == .submitting { return .commitAnswer }
        switch state {
        case .uploading: return .commitUploading
        case .submitting: return .commitIntent
        default: return nil
        }
    }

    private static func point(of story: Story) -> FaultPoint? {
        switch story.kind {
        case .taken: .commitTaken
        case .uploaded: .commitUploaded
        case .called: .commitCalled
        case .succeeded: .commitSucceeded
        case .planned: .commitPlanned
        case .delivered: .commitDelivered
        case .failed: .commitFailed
        case .cancelled, .withdrawn: .commitCancelled
        case .tidied: .commitTidied
        default: nil
        }
    }
}
