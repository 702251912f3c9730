import Jobs
import Testing

/// The state table of DESIGN.md §3, one column after the other, every row of it.
@Suite("State table", .timeLimit(.minutes(1)))
struct StateTableTests {
    @Test(
        "At start a job whose worker is gone goes where nothing is repeated that must not be",
        arguments: [
            .none(.unclaimed), .none(.queued), .cell(.uploading, .queued), .cell(.submitting, .unconfirmed),
            .none(.unconfirmed),
            .none(.running), .none(.fetching), .none(.planned), .none(.delivered), .none(.failed), .none(.cancelled),
        ] as [StateTableCell]
    )
    func start(cell: StateTableCell) {
        let record = cell.check { record in
            record.job.state == .uploading ? record.uploadLost(at: .at(1)) : record.submissionLost(at: .at(1))
        }
        #expect(cell.row != .submitting || record.attempt(1)?.outcome == .unknown)
    }

    @Test(
        "A task id in the POST's answer is written wherever the attempt stands",
        arguments: [
            .none(.unclaimed), .none(.queued), .none(.uploading), .cell(.submitting, .running),
            .cell(.unconfirmed, .running),
            .cell(.running, .running), .cell(.fetching, .fetching), .cell(.planned, .fetching),
            .cell(.delivered, .delivered),
            .cell(.failed, .failed), .cell(.cancelled, .cancelled),
        ] as [StateTableCell]
    )
    func created(cell: StateTableCell) {
        let record = cell.check { $0.submissionAnswered(attempt: 1, .created(taskID: "t1"), at: .at(1)) }
        guard cell.isApplied else { return }
        #expect(record.attempt(1)?.taskID == "t1")
        #expect(record.attempt(1)?.isProvisional == false)
        // A failed job waits for what query says of it.
        #expect(record.job.isReviving == (cell.row == .failed))
        #expect(cell.row != .failed || record.attemptInQuestion?.number == 1)
    }

    @Test(
        "The POST's answer brings another id than the callback did: it wins, and is asked about",
        arguments: StateTableRow.allCases
    )
    func otherID(row: StateTableRow) {
        var record = row.record
        guard record.attempt(1) != nil else { return }
        _ = record.submissionAnswered(attempt: 1, .created(taskID: "t2"), at: .at(1))
        #expect(record.attempt(1)?.taskID == "t2")
        switch row {
        case .submitting, .unconfirmed, .running, .fetching: #expect(record.job.state == .running)
        default: #expect(record.job.state == row.state)
        }
        if row == .cancelled { #expect(record.attemptsToCancel.isEmpty, "its task has called back: it has ended") }
    }

    @Test(
        "A refused submission leaves no attempt and the job queued",
        arguments: [
            .none(.unclaimed), .none(.queued), .none(.uploading), .cell(.submitting, .queued),
            .cell(.unconfirmed, .queued),
            .none(.running), .none(.fetching), .none(.planned), .none(.delivered), .none(.failed),
        ] as [StateTableCell],
        [
            SubmissionAnswer.refused(reason: "full", code: "421", retryAt: .at(10)),
            .notSent(reason: "no route", retryAt: .at(10)),
        ]
    )
    func refused(cell: StateTableCell, answer: SubmissionAnswer) {
        let record = cell.check { $0.submissionAnswered(attempt: 1, answer, at: .at(1)) }
        guard cell.isApplied else { return }
        #expect(record.attempts.isEmpty)
        #expect(record.job.upload != nil)
        #expect(record.job.dueAt == .at(10))
        #expect(record.job.tries == 1)
        #expect(record.job.attempt == 1, "the next POST has another number, and so another address")
    }

    @Test(
        "A submission that will always be refused fails the job at no cost",
        arguments: [
            .none(.unclaimed), .none(.queued), .none(.uploading), .cell(.submitting, .failed),
            .cell(.unconfirmed, .failed),
            .none(.running), .none(.fetching), .none(.planned), .none(.delivered), .none(.failed),
        ] as [StateTableCell]
    )
    func rejected(cell: StateTableCell) {
        let record = cell.check { $0.submissionAnswered(attempt: 1, .rejected(.refusedSample), at: .at(1)) }
        guard cell.isApplied else { return }
        #expect(record.attempts.isEmpty)
        #expect(record.job.failure == .refusedSample)
        #expect(record.job.duty == .failed)
    }

    @Test(
        "An answer that says nothing leaves the submission unconfirmed",
        arguments: [
            .none(.unclaimed), .none(.queued), .none(.uploading), .cell(.submitting, .unconfirmed),
            .cell(.unconfirmed, .unconfirmed),
            .none(.running), .none(.fetching), .none(.planned), .none(.delivered), .none(.failed),
        ] as [StateTableCell]
    )
    func unknown(cell: StateTableCell) {
        let record = cell.check { $0.submissionAnswered(attempt: 1, .unknown(reason: "reset"), at: .at(1)) }
        #expect(cell.row != .submitting || record.attempt(1)?.outcome == .unknown)
    }

    @Test(
        "A callback that names the task proves the submission, and never decides",
        arguments: [
            .cell(.submitting, .running), .cell(.unconfirmed, .running), .cell(.running, .running),
            .cell(.fetching, .fetching),
            .cell(.planned, .fetching), .cell(.delivered, .delivered), .cell(.failed, .failed),
            .cell(.cancelled, .cancelled),
        ] as [StateTableCell]
    )
    func called(cell: StateTableCell) {
        let calls = cell.row.record.attempt(1)?.callbacks ?? 0
        let record = cell.check { $0.called(taskID: "t1", at: .at(1)) }
        #expect(record.attempt(1)?.callbacks == calls + 1)
        #expect(record.attempt(1)?.taskID == "t1")
        let isAsked = [StateTableRow.submitting, .unconfirmed, .running, .failed].contains(cell.row)
        #expect((record.attemptInQuestion != nil && record.job.dueAt <= .at(1)) == isAsked || record.job.state.isFinal)
        #expect(record.job.isReviving == (cell.row == .failed))
    }

    @Test(
        "A callback that names no task proves the submission and leaves it unconfirmed",
        arguments: [StateTableRow.submitting, .unconfirmed]
    )
    func calledWithoutID(row: StateTableRow) {
        var record = row.record
        #expect(record.called(taskID: nil, at: .at(1)) == .applied)
        #expect(record.job.state == .unconfirmed)
        #expect(record.attempt(1)?.callbackAt == .at(1))
        _ = record.submissionAnswered(attempt: 1, .refused(reason: "full", code: nil, retryAt: .at(2)), at: .at(2))
        #expect(record.attempts.count == 1, "a POST that has called back was not refused")
        _ = record.submissionAnswered(attempt: 1, .created(taskID: "t1"), at: .at(3))
        #expect(record.job.state == .running)
    }

    @Test(
        "A callback of an attempt that the ledger lost proves that it was made",
        arguments: [
            .cell(.unclaimed, .queued), .cell(.queued, .running), .cell(.uploading, .running),
            .cell(.delivered, .delivered),
        ] as [StateTableCell]
    )
    func recreated(cell: StateTableCell) {
        var record = cell.check { $0.callbackArrived(attempt: 3, taskID: "t3", recreated: .recreated(3), at: .at(1)) }
        #expect(record.attempt(3)?.taskID == "t3")
        if cell.row == .unclaimed {
            _ = record.claimCompleted(identity: .sample, at: .at(2))
            #expect(record.job.state == .running, "its claim is finished, and nothing is submitted a second time")
        }
        #expect(record.job.attempt == 3)
    }

    @Test(
        "A cancellation is done, kept as a wish, or refused",
        arguments: [
            .cell(.unclaimed, .cancelled), .cell(.queued, .cancelled), .cell(.uploading, .cancelled),
            .cell(.submitting, .submitting),
            .cell(.unconfirmed, .unconfirmed), .cell(.running, .running), .none(.fetching), .none(.planned),
            .none(.delivered),
            .none(.failed), .none(.cancelled),
        ] as [StateTableCell]
    )
    func cancel(cell: StateTableCell) {
        let record = cell.check { $0.cancelRequested(at: .at(1)) }
        let isWish = [.submitting, .unconfirmed, .running].contains(record.job.state)
        #expect(record.job.isCancelWished == (isWish && cell.isApplied))
        #expect(record.attemptsToCancel.count == (cell.row == .running ? 1 : 0))
        if record.job.state == .cancelled, cell.isApplied {
            #expect(record.job.failure?.mayHaveBeenPaid == false)
            #expect(record.job.duty == (cell.row == .unclaimed ? .none : .failed))
        }
    }

    @Test(
        "An answer of query means nothing where no task is waited for",
        arguments: StateTableRow.allCases.filter { $0 != .running }
    )
    func reportIgnored(row: StateTableRow) {
        var record = row.record
        let before = record
        for report in Self.reports { #expect(record.reported(report, at: .at(1)) != .applied) }
        #expect(record == before)
    }

    private static let reports: [TaskReport] = [
        .waiting(status: "RUNNING", isQueued: false), .succeeded(results: 1, usage: nil),
        .succeeded(results: 0, usage: nil),
        .failed(.broken, mayPass: true, usage: nil), .cancelled(usage: nil), .unknownTask,
        .unavailable(reason: "down", retryAt: .at(9)),
    ]
}
