import RunningHub
import RunningHubSimulator
import Testing

import struct Jobs.Phrase

/// API.md §4: every code, at every endpoint where it can occur.
@Suite("Every error code, wherever it occurs", .serialized, .timeLimit(.minutes(1)))
struct ErrorCodeTests {
    @Test("The table lacks none that the client knows")
    func complete() {
        #expect(CodeRow.table.map(\.number) == ErrorCode.table.map(\.number).sorted())
    }

    @Test("A submission that is refused with it", arguments: CodeRow.table)
    func submit(row: CodeRow) async throws {
        try await withBench({ $0.faults.submit.errors = [CodeFault(row.number, .always)] }) { bench in
            for way in SubmissionWay.all {
                let outcome = await bench.cloud.submit(way.submission)
                if let next = row.next {
                    let refusal = try #require(outcome.refusal)
                    #expect(refusal.next == next)
                    row.check(refusal.errorCode, refusal.message, refusal.hint)
                } else {
                    let error = try #require(outcome.unknown)
                    row.check(error.errorCode, error.message, error.hint)
                }
            }
            #expect(await bench.simulator.record.tasks == [])
        }
    }

    @Test("An upload that is refused with it", arguments: CodeRow.table)
    func upload(row: CodeRow) async throws {
        try await withBench({ $0.faults.upload.errors = [CodeFault(row.number, .always)] }) { bench in
            for endpoint in UploadEndpoint.allCases {
                do {
                    _ = try await bench.upload(to: endpoint)
                    Issue.record("It was taken.")
                } catch let error as CloudError {
                    #expect(error.code == row.uploadError)
                    row.check(error.errorCode, error.message, error.hint)
                }
            }
        }
    }

    @Test("A question about a task that is answered with it", arguments: CodeRow.table, QuestionWay.all)
    func query(row: CodeRow, way: QuestionWay) async throws {
        try await withBench({ $0.answers.ignorantPaths = way.ignorant }) { bench in
            let task = try await bench.start(way.submission)
            await bench.simulator.update { settings in
                settings.faults.query.errors = [CodeFault(row.number, path: way.lastPath, .always)]
            }
            do throws(CloudError) {
                let report = try await bench.outcome(way, task)
                // Where this endpoint does not know the task, the next one may.
                if !(way.hasNext && row.asked == .noTask) { #expect(report.status == row.reported) }
            } catch {
                #expect(error.code == row.questionError(at: way))
                // That nobody knows the task is told in the words of the first who said so.
                if error.code != .unknownTask { row.check(error.errorCode, error.message, error.hint) }
            }
        }
    }

    @Test("A task that failed with it", arguments: CodeRow.table)
    func failure(row: CodeRow) async throws {
        let failure = RunningHubSimulator.TaskFailure(code: row.number)
        try await withBench({ $0.faults.tasks.failures = [TaskFailureFault(failure, .always)] }) { bench in
            let task = try await bench.finish(.app)
            do throws(CloudError) {
                let report = try await bench.cloud.query(task)
                guard let failure = report.failure else {
                    Issue.record("\(report.status)")
                    return
                }
                #expect(failure.onFailure == (row.failed == .mayPass ? .mayPass : .final))
                #expect(row.failed != .none)
                row.check(failure.errorCode, failure.message, failure.hint)
            } catch {
                #expect(row.failed == .none, "\(error)")
            }
        }
    }
}

extension QuestionWay {
    /// Whether another endpoint is asked where this one does not know the task.
    fileprivate var hasNext: Bool {
        ["v2 query of a v1 task", "v1 outputs", "v1 outputs of an app"].contains(testDescription)
    }

    /// The endpoint that knows the task.
    fileprivate var lastPath: String {
        switch testDescription {
        case "GET status": "GET /task/openapi/status"
        case "POST status": "/task/openapi/status"
        case "v1 outputs", "v1 outputs of an app": "/task/openapi/outputs"
        default: "/openapi/v2/query"
        }
    }
}

extension CodeRow {
    /// The code is told, with its sentence and what to do.
    fileprivate func check(_ code: ErrorCode?, _ message: String, _ hint: Phrase?) {
        #expect(code?.number == number)
        #expect(message.contains("\(number)"))
        let told = [message, hint?.text() ?? ""].joined(separator: " ")
        #expect(told.contains(words))
        #expect(hint?.text().isEmpty == false)
    }

    fileprivate var next: ErrorCode.Next? {
        switch said {
        case .slot: .waitForSlot
        case .later: .retryLater
        case .never: .permanent
        case .rest(let trouble): .restKey(trouble)
        case .unknown: nil
        }
    }

    fileprivate var uploadError: CloudError.Code {
        switch (number, said) {
        case (809, _), (1008, _): .tooLarge
        case (_, .slot), (_, .later): .busy
        case (_, .never): .refused
        case (_, .rest(let trouble)): .keyRefused(trouble)
        case (_, .unknown): .badAnswer
        }
    }

    fileprivate var reported: RunningHub.TaskStatus? {
        switch asked {
        case .running: .running
        case .queued: .queued
        case .failed: .failed
        case .noTask, .key, .slower, .nothing: nil
        }
    }

    /// The error of a question; at the one path that may not be there, what says so counts as not knowing the task.
    fileprivate func questionError(at way: QuestionWay) -> CloudError.Code? {
        if way.testDescription == "GET status", [412, 1001, 1009].contains(number) { return .unknownTask }
        switch (asked, said) {
        case (.running, _), (.queued, _), (.failed, _): return nil
        case (.noTask, _): return .unknownTask
        case (.key, .rest(let trouble)): return .keyRefused(trouble)
        case (.slower, _): return .busy
        case (.key, _), (.nothing, _): return .badAnswer
        }
    }
}
