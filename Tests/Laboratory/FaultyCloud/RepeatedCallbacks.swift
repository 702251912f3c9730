import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import RunningHubSimulator

/// Each callback comes a hundred times while its job waits for it, and a hundred times more when it has ended, in mixed order.
///
/// The simulator keeps its callbacks to itself; they are sent here, so that their order is one over all jobs and attempts.
struct RepeatedCallbacks: CloudTrial {
    let jobs: Int
    /// Whether some jobs have an attempt that failed before, whose callbacks come along with those of the next.
    let hasOlderAttempts: Bool

    private static let copies = 100

    var keys: (count: Int, concurrency: Int) { (10, 40) }
    var pipelines: [LaboratoryPipeline] {
        LaboratoryPipeline.all(otherDisk: "").filter { !$0.isSilent && $0.inbox == nil }.map {
            var pipeline = $0
            if hasOlderAttempts { pipeline.settings.append("retries: 1") }
            return pipeline
        }
    }

    func set(_ cloud: inout SimulatorSettings) {
        cloud.tasks.taskTime = SecondsRange(0.5, 2)
        cloud.callbacks.shapes = CallbackShape.allCases
        cloud.faults.callbacks.dropped = .always
        if hasOlderAttempts {
            cloud.faults.tasks.failures = [TaskFailureFault(TaskFailure(code: 1011), .next(jobs / 5))]
        }
    }

    func run(on bench: inout TrialBench) async throws -> TrialResult {
        var answers: [Int: Int] = [:]
        try await bench.drop(jobs)
        var record = try await ended(jobs, bench)
        try await send(record.callbacks, &bench, &answers)
        if hasOlderAttempts {
            // The failures are believed after two minutes, and paid for once more; all callbacks come again with the new ones.
            record = try await ended(jobs + jobs / 5, bench)
            try await send(record.callbacks, &bench, &answers)
        }
        try await bench.ended(jobs, within: .seconds(60))
        try await send(record.callbacks, &bench, &answers)
        try await bench.restart()
        try await send(record.callbacks, &bench, &answers)
        try await Task.sleep(for: .seconds(1))
        return try await judge(bench, answers)
    }

    /// Waits until so many tasks have ended.
    private func ended(_ count: Int, _ bench: TrialBench) async throws -> SimulatorRecord {
        for _ in 0..<600 {
            let record = try await bench.cloud.record()
            if record.tasks.count(where: \.status.isFinal) >= count { return record }
            try await Task.sleep(for: .milliseconds(300))
        }
        throw LaboratoryError("The cloud has not ended \(count) tasks.")
    }

    private func send(
        _ callbacks: [SimulatorRecord.Callback],
        _ bench: inout TrialBench,
        _ answers: inout [Int: Int]
    ) async throws {
        let copies = callbacks.flatMap { Array(repeating: $0, count: Self.copies) }.shuffled(using: &bench.generator)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for (number, callback) in copies.enumerated() {
                if number >= 64, let status = try await group.next() { answers[status, default: 0] += 1 }
                group.addTask { try await Self.send(callback) }
            }
            for try await status in group { answers[status, default: 0] += 1 }
        }
    }

    private static func send(_ callback: SimulatorRecord.Callback) async throws -> Int {
        var request = HTTPClientRequest(url: callback.url)
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: callback.body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        _ = try await response.body.collect(upTo: 1 << 16)
        return Int(response.status.code)
    }

    private func judge(_ bench: TrialBench, _ answers: [Int: Int]) async throws -> TrialResult {
        let record = try await bench.cloud.record()
        var result = TrialResult()
        let view = SpoolView(bench.workplace)
        let older = hasOlderAttempts ? jobs / 5 : 0
        var promises = Promises(bench.workplace.pipelines, record)
        promises.mostPayments = hasOlderAttempts ? 2 : 1
        result.broken = promises.broken(bench.drops, view)
        if record.acceptedSubmissions.count != jobs + older {
            let count = record.acceptedSubmissions.count
            result.broken.append("\(count) submissions for \(jobs) jobs, \(older) with a second")
        }
        if answers.keys.contains(where: { $0 != 200 }) { result.broken.append("answered otherwise than 200") }
        let fetches = Dictionary(grouping: record.downloads, by: \.name).values.map(\.count)
        if fetches.contains(where: { $0 != 1 }) { result.broken.append("a result was fetched more than once") }
        let told = try String(contentsOfFile: bench.workplace.log, encoding: .utf8).split(separator: "\n")
            .count { $0.contains("RunningHub called back for") }
        if told != jobs + older { result.broken.append("\(told) callbacks are told of") }
        result.add("jobs", jobs)
        result.add("of these with a second attempt", older)
        result.add("callbacks sent", answers.values.reduce(0, +))
        result.add("answers", answers.map { "\($0.key) ×\($0.value)" }.joined(separator: ", "))
        result.add("submissions", record.acceptedSubmissions.count)
        result.add("manifests", view.manifests.count)
        result.add("results fetched, each as often", "\(fetches.count), \(Set(fetches).sorted())")
        result.add("told in the journal", told)
        result.add("queries of one task, most", record.tasks.map(\.queries).max() ?? 0)
        return result
    }
}
