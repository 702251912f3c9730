import Jobs
import Testing

/// The rows of the state table in DESIGN.md §3, each with a way to get a job there by events alone.
enum StateTableRow: CaseIterable, CustomTestStringConvertible {
    case unclaimed, queued, uploading, submitting, unconfirmed, running, fetching, planned, delivered, failed, cancelled

    var testDescription: String { "\(self)" }

    /// A job that stands here.
    ///
    /// Those with an attempt have attempt 1, whose task, where it is known, is `t1`.
    var record: JobRecord {
        var record: JobRecord
        switch self {
        case .unclaimed:
            return .unclaimed()
        case .queued:
            record = .queued()
            record.upload()
        case .uploading:
            record = .queued()
            _ = record.uploadStarted(at: .start)
        case .submitting:
            record = .submitting()
        case .unconfirmed:
            record = .submitting()
            _ = record.submissionAnswered(attempt: 1, .unknown(reason: "reset"), at: .start)
        case .running:
            record = .running()
        case .fetching:
            record = .running()
            record.reported(.succeeded(results: 1, usage: nil))
        case .planned:
            record = Self.fetching.record
            _ = record.planned([1], at: .start)
        case .delivered:
            record = Self.planned.record
            _ = record.published(detail: "", at: .start)
        case .failed:
            // Its outcome was never known, so a late answer and a callback both have something to bring.
            record = Self.unconfirmed.record
            _ = record.proofAwaited(.seconds(3600), limit: .seconds(3600), at: .start)
        case .cancelled:
            // Its callback came before the POST's answer, and query said that the task had been cancelled on the site.
            record = .submitting()
            record.called(taskID: "t1")
            record.reported(.cancelled(usage: nil))
        }
        return record
    }

    /// The state that a job of this row has.
    var state: JobState {
        switch self {
        case .unclaimed, .queued: .queued
        case .uploading: .uploading
        case .submitting: .submitting
        case .unconfirmed: .unconfirmed
        case .running: .running
        case .fetching, .planned: .fetching
        case .delivered: .delivered
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }
}

/// One cell of the state table: what an event makes of a job in a row.
struct StateTableCell: CustomTestStringConvertible {
    let row: StateTableRow
    let becomes: JobState
    let isApplied: Bool

    var testDescription: String { "\(row) → \(becomes)\(isApplied ? "" : ", ignored")" }

    /// The job changes, perhaps only in what is known of its attempt.
    static func cell(_ row: StateTableRow, _ becomes: JobState) -> StateTableCell {
        StateTableCell(row: row, becomes: becomes, isApplied: true)
    }

    /// The event does not apply: the job stays exactly as it is.
    static func none(_ row: StateTableRow) -> StateTableCell {
        StateTableCell(row: row, becomes: row.state, isApplied: false)
    }

    /// Runs the event and checks the cell.
    func check(_ event: (inout JobRecord) -> EventOutcome) -> JobRecord {
        var record = row.record
        let before = record
        #expect(record.job.state == row.state)
        let outcome = event(&record)
        #expect(record.job.state == becomes)
        if isApplied {
            #expect(outcome == .applied)
        } else {
            #expect(outcome != .applied)
            #expect(record == before)
        }
        return record
    }
}
