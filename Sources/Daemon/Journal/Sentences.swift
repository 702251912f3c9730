import Jobs

extension Message {
    /// The message that tells a step of a job's life.
    init?(_ kind: Story.Kind) {
        switch kind {
        case .taken: self = .taken
        case .withdrawn: self = .withdrawn
        case .changed: self = .changed
        case .uploaded: self = .uploaded
        case .uploadFailed: self = .uploadFailed
        case .submitted: self = .submitted
        case .refused: self = .refused
        case .notSent: self = .notSent
        case .outcomeUnknown: self = .outcomeUnknown
        case .adopted: self = .adopted
        case .disowned: self = .disowned
        case .called: self = .called
        case .doubted: self = .doubted
        case .succeeded: self = .succeeded
        case .taskFailed: self = .taskFailed
        case .overdue: self = .overdue
        case .cancelWished: self = .cancelWished
        case .cancelAsked: self = .cancelAsked
        case .again: self = .again
        case .revived: self = .revived
        case .waiting: self = .waiting
        case .fetchFailed: self = .fetchFailed
        case .planned: self = .planned
        case .delivered: self = .delivered
        case .failed: self = .failed
        case .cancelled: self = .cancelled
        case .tidied: self = .tidied
        case .joined: self = .joined
        case .parted: self = .parted
        case .expired: self = .expired
        case .leftAlone: self = .leftAlone
        case .hookAnswered: self = .hookAnswered
        case .hookFailed: self = .hookFailed
        case .hookGivenUp: self = .hookGivenUp
        }
    }
}

extension Journal {
    /// The line for a step, for a person who reads the journal from top to bottom.
    func sentence(_ story: Story, _ record: JobRecord) -> String {
        let file = "\(record.job.pipeline)/\(record.job.place)"
        let detail = story.detail
        let cost = record.paid(in: story).flatMap { JobCosts($0).line }.map { " (\($0))" } ?? ""
        switch story.kind {
        case .taken: return "Took \(file)."
        case .withdrawn: return "\(file) was taken away before it was submitted; nothing was paid."
        case .changed: return "\(file) changed after it was taken; it is uploaded once it has settled."
        case .uploaded: return "Uploaded \(file)."
        case .uploadFailed: return "\(file) could not be uploaded; it is tried again: \(detail)"
        case .submitted:
            let complaint = record.attempts.last { $0.taskID == detail }?.complaint
            return "RunningHub started task \(detail) for \(file)\(complaint.map { ", but says: \($0)" } ?? ".")"
        case .refused: return "RunningHub did not take \(file) now, nothing was paid; it is tried again: \(detail)"
        case .notSent:
            return "The submission of \(file) did not reach RunningHub, nothing was paid; it is tried again: \(detail)"
        case .outcomeUnknown:
            return "Whether RunningHub took the submission of \(file) is not known; it is not sent again: \(detail)"
        case .adopted: return "A callback named task \(detail) for \(file)."
        case .disowned: return "RunningHub does not know task \(detail), which a callback named for \(file)."
        case .called: return "RunningHub called back for \(file)."
        case .doubted:
            return "RunningHub says that the task of \(file) failed; asked again before it is believed: \(detail)"
        case .succeeded: return "Task \(detail) of \(file) succeeded\(cost)."
        case .taskFailed: return "The task of \(file) failed\(cost): \(detail)"
        case .overdue: return "The task of \(file) is given up. \(detail)"
        case .cancelWished: return "\(file) is to be cancelled."
        case .cancelAsked:
            return "RunningHub was asked to cancel the task of \(file)\(detail.isEmpty ? "." : ". \(detail)")"
        // Why stands in the line before it.
        case .again: return "\(file) gets another attempt, which is paid again."
        case .revived: return "\(file) came back into the inbox; what was paid for it is asked about first."
        case .waiting: return "\(file) waits: \(detail)"
        case .fetchFailed: return "The results of \(file) could not be fetched yet; it is tried again: \(detail)"
        case .planned: return "All results of \(file) are here; they are put into the outbox."
        case .delivered: return "Delivered \(file): \(detail)\(cost)"
        case .failed:
            return "\(file) failed\(cost): \(detail)\(record.job.failure.map { " \($0.hint)" } ?? "")"
        case .cancelled: return "\(file) was cancelled\(cost): \(detail)"
        case .joined:
            return
                "\(file) is the same as the file of job \(detail), which is under way: no second task is made, and it ends with that one."
        case .parted: return "\(file) goes on by itself: job \(detail), which was the same, was withdrawn or changed."
        case .expired: return "Deleted \(detail): it has been kept for as long as retention says."
        case .leftAlone:
            return
                "\(detail) has been kept for as long as retention says, but somebody has changed it since it was put there: it is left."
        case .hookAnswered: return "The end of \(file) was told outside: \(detail)"
        case .hookFailed: return "The end of \(file) could not be told outside; it is tried again: \(detail)"
        case .hookGivenUp: return "The end of \(file) is not told outside any more: \(detail)"
        case .tidied:
            return switch detail {
            case "": "The original of \(file) was deleted."
            case JobRecord.takenAway: "The original of \(file) is no longer in work/: somebody took it."
            default: "The original of \(file) was put away: \(detail)"
            }
        }
    }
}
