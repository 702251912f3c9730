import Foundation
import Jobs
import Testing

@testable import Ledger

/// Not a test of time: it prints figures where they are asked for by `LEDGER_MEASURE`.
@Suite(
    "Throughput",
    .enabled(if: ProcessInfo.processInfo.environment["LEDGER_MEASURE"] != nil, "LEDGER_MEASURE asks for it")
)
struct ThroughputTests {
    @Test("Durable changes a second", arguments: [1, 32, 256])
    func changes(callers: Int) async throws {
        let files = try TemporaryLedger()
        let ledger = try files.open()
        var ids: [JobID] = []
        for _ in 0..<callers { ids.append(try await ledger.running(.sample())) }
        let changes = callers == 1 ? 3000 : 30_000
        let each = changes / callers
        let clock = ContinuousClock()
        let time = try await clock.measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in ids {
                    group.addTask {
                        for round in 0..<each {
                            _ = try await ledger.change(id, at: .at(Int64(round))) {
                                $0.taskReported(
                                    attempt: 1,
                                    .waiting(status: "RUNNING", isQueued: false),
                                    jitter: 0.5,
                                    at: .at(Int64(round))
                                )
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        print("\(callers) callers: \(Int(Double(each * callers) / (time / .seconds(1)))) durable changes a second")
    }

    @Test("Whole lives of jobs a second", arguments: [1, 32, 256])
    func lives(callers: Int) async throws {
        let ledger = try TemporaryLedger().open()
        let jobs = callers == 1 ? 300 : 3000
        let time = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<callers {
                    group.addTask { for _ in 0..<jobs / callers { try await live(ledger) } }
                }
                try await group.waitForAll()
            }
        }
        let lives = Double(jobs / callers * callers) / (time / .seconds(1))
        print("\(callers) callers: \(Int(lives)) lives a second, \(Int(lives * 10)) durable changes")
    }

    private func live(_ ledger: Ledger) async throws {
        let id = try await ledger.queued(.sample())
        _ = try await ledger.change(id, at: .start) { $0.uploadStarted(at: .start) }
        _ = try await ledger.change(id, at: .start) {
            $0.uploadFinished(
                .init(key: "main", site: "ai", remoteNames: ["": "api/x.png"], at: .start),
                digests: ["": "d"],
                at: .start
            )
        }
        _ = try await ledger.change(id, at: .start) {
            $0.submissionIntended(key: "main", site: "ai", settings: .sample, hasWebhook: true, at: .start)
        }
        _ = try await ledger.change(id, at: .start) {
            $0.submissionAnswered(attempt: 1, .created(taskID: "t-\(id)"), at: .start)
        }
        _ = try await ledger.change(id, at: .start) {
            $0.callbackArrived(attempt: 1, taskID: nil, recreated: nil, at: .start)
        }
        _ = try await ledger.change(id, at: .start) {
            $0.taskReported(attempt: 1, .succeeded(results: 1, usage: "{}"), jitter: 0, at: .start)
        }
        _ = try await ledger.change(id, at: .start) { $0.planned([1, 2, 3], at: .start) }
        _ = try await ledger.change(id, at: .start) { $0.published(detail: "", at: .start) }
        _ = try await ledger.change(id, at: .start) { $0.tidied(place: $0.job.place, identity: nil, at: .start) }
    }
}
