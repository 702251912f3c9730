import Foundation
import RunningHubSimulator

/// Each fault of the simulator at 20 %, all at once.
///
/// Three of four questions get no answer then, four of five submissions none either. Time goes by faster for the daemon than for the cloud,
/// whose own delays are shortened accordingly: proof of what was never heard of again is awaited for an hour.
struct EveryFault: CloudTrial {
    let jobs: Int
    /// How many seconds the daemon has for each of the cloud's.
    let speed: Double
    /// How long the jobs may take, by the cloud's clock; what is still under way then has broken no promise if it was neither lost nor paid
    /// twice.
    let patience: Duration

    /// The pipelines' `timeout` and `queue_timeout`, by the daemon's clock.
    private static let timeout = 90.0
    private static let chance: Fault = 0.2

    var keys: (count: Int, concurrency: Int) { (20, 40) }

    /// All but folders of several files: each upload fails three times of four, and a folder begins with its first again.
    var pipelines: [LaboratoryPipeline] {
        LaboratoryPipeline.all(otherDisk: "").filter { $0.inputs.count == 1 && $0.inbox == nil }.map {
            var pipeline = $0
            pipeline.settings += ["timeout: \(Int(Self.timeout))s", "queue_timeout: \(Int(Self.timeout))s"]
            return pipeline
        }
    }

    func environment(in folder: String) -> [String: String?] { ["CLOCKS_SPEED": "\(Int(speed))"] }

    func set(_ cloud: inout SimulatorSettings) {
        cloud.tasks.taskTime = SecondsRange(0, 0.2)
        cloud.results.outputs = [OutputSettings(), OutputSettings(.generated, type: "png")]
        cloud.callbacks.shapes = CallbackShape.allCases
        cloud.callbacks.retryInterval = 2
        cloud.faults.upload = Self.endpoint([808])
        cloud.faults.uploadCutMidway = Self.chance
        cloud.faults.submit = Self.endpoint([421, 803])
        cloud.faults.query = Self.endpoint([1005])
        cloud.faults.other = Self.endpoint([1005])
        Self.spoil(&cloud.faults.tasks)
        Self.spoil(&cloud.faults.callbacks)
        Self.spoil(&cloud.faults.downloads)
    }

    private static func endpoint(_ codes: [Int]) -> EndpointFaults {
        var faults = EndpointFaults()
        faults.cutBefore = chance
        faults.slow = chance
        faults.slowTime = SecondsRange(0.01, 0.3)
        faults.errors = codes.map { CodeFault($0, chance) }
        faults.http = [StatusFault(503, chance), StatusFault(429, chance)]
        faults.lostByCut = chance
        faults.lostByGateway = chance
        faults.lostByGarbage = chance
        return faults
    }

    private static func spoil(_ faults: inout TaskFaults) {
        faults.failures = [TaskFailureFault(TaskFailure(), chance)]
        faults.cancelled = chance
        faults.endless = chance
        faults.transientFailed = chance
        faults.emptyResults = chance
        faults.unknown = chance
        faults.badPromptTips = chance
    }

    private static func spoil(_ faults: inout CallbackFaults) {
        faults.dropped = chance
        faults.late = chance
        faults.lateTime = SecondsRange(0.1, 2)
        faults.early = chance
        faults.duplicated = chance
        faults.duplicates = 5
        faults.reordered = chance
        faults.reorderTime = 0.5
        faults.unknownTask = chance
        faults.otherEvent = chance
        faults.forged = chance
        faults.malformed = chance
        faults.oversized = chance
    }

    private static func spoil(_ faults: inout DownloadFaults) {
        faults.cutBefore = chance
        faults.truncated = chance
        faults.slow = chance
        faults.slowBytesPerSecond = 500_000
        faults.stalled = chance
        faults.stallTime = 0.5
        faults.wrongType = chance
        faults.expired = chance
        faults.http = [StatusFault(503, chance)]
        faults.withoutLength = chance
        faults.rangeIgnored = chance
    }

    func run(on bench: inout TrialBench) async throws -> TrialResult {
        let began = ContinuousClock.now
        try await bench.drop(jobs)
        try await bench.ended(jobs, within: patience)
        // Callbacks that are late, or tried again, come to jobs that have ended, too.
        try await Task.sleep(for: .seconds(5))
        let record = try await bench.cloud.record()
        var promises = Promises(bench.workplace.pipelines, record)
        promises.verdicts = CloudVerdicts(record, timeout: Self.timeout / speed)
        let view = SpoolView(bench.workplace)
        let ends = bench.ends()
        let others = bench.drops.filter { ends[$0.stem] == nil }
        var result = TrialResult()
        let late = bench.drops.filter { drop in
            let pipeline = promises.pipelines[drop.pipeline]
            return pipeline.map { promises.verdicts?.isLate(drop.stem, $0) == true } ?? false
                && view.failures.contains { $0.key.contains("\(drop.stem).") && $0.value == "outcome-unknown" }
        }
        result.broken = promises.broken(bench.drops.filter { ends[$0.stem] != nil }, view)
        // What is being fetched lies where nothing may lie in the end.
        if !others.isEmpty { result.broken.removeAll { $0.contains("/.runninghubd-staging/") } }
        result.broken += promises.brokenAtAnyTime(others, view) + promises.lost(others, view)
        result.broken += others.compactMap { promises.verdicts?.resubmitted($0.stem) }
        // A daemon that does not wait for answers would pass for one on a busy machine.
        if late.count > max(1, jobs / 100) {
            result.broken.append("\(late.count) answers were given up before they came")
        }
        result.add("jobs", jobs)
        let time = (ContinuousClock.now - began).components.seconds
        result.add("time", "\(time) s, \(Int(speed)) times that for the daemon")
        result.add("still under way", others.count)
        result.add("delivered", view.manifests.count)
        for (name, notes) in Dictionary(grouping: view.failures.values, by: \.self).sorted(by: { $0.key < $1.key }) {
            result.add(name, notes.count)
        }
        result.add("requests", record.requests.values.reduce(0, +))
        result.add("submissions", record.submissions.count)
        result.add("of these taken", record.acceptedSubmissions.count)
        result.add("of these the answer was lost", record.acceptedSubmissions.count(where: \.answerLost))
        result.add("answers that came behind the daemon's deadline", late.count)
        result.add("paid twice", bench.drops.count { promises.payments(of: $0) > 1 })
        result.add("uploads, downloads", "\(record.uploads.count), \(record.downloads.count)")
        let tries = record.callbacks.reduce(0) { $0 + $1.tries.count }
        result.add("callbacks, tries", "\(record.callbacks.count), \(tries)")
        return result
    }
}
