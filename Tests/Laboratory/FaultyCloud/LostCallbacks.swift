import Foundation
import RunningHubSimulator

/// No callback ever comes: each job must end within a minute of its task, at no more than one query for each 30 s of its life on average.
struct LostCallbacks: CloudTrial {
    let jobs: Int
    /// How long a task runs at the most, in seconds.
    let longest: Double

    private static let promisedDelay = 60.0
    private static let promisedPace = 30.0

    var keys: (count: Int, concurrency: Int) { (10, 40) }
    /// Those that are called back at all: without a callback address tasks are asked about more often.
    var pipelines: [LaboratoryPipeline] {
        LaboratoryPipeline.all(otherDisk: "").filter { !$0.isSilent && $0.inbox == nil }
    }

    func set(_ cloud: inout SimulatorSettings) {
        cloud.tasks.taskTime = SecondsRange(0, Seconds(floatLiteral: longest))
        cloud.faults.callbacks.dropped = .always
        cloud.faults.tasks.failures = [TaskFailureFault(TaskFailure(), 0.2)]
        cloud.faults.tasks.cancelled = 0.1
    }

    func run(on bench: inout TrialBench) async throws -> TrialResult {
        try await bench.drop(jobs)
        try await bench.ended(jobs, within: .seconds(Self.promisedDelay + longest + 30))
        let ends = bench.ends()
        // A note and its original are put in their places one after the other.
        try await Task.sleep(for: .seconds(1))
        let record = try await bench.cloud.record()
        var promises = Promises(bench.workplace.pipelines, record)
        promises.verdicts = CloudVerdicts(record, timeout: .infinity)
        var result = TrialResult()
        result.broken = promises.broken(bench.drops, SpoolView(bench.workplace))
        let lives = record.acceptedSubmissions.compactMap { Life(of: $0, record, ends) }
        result.add("jobs", lives.count)
        for status in [TaskStatus.success, .failed, .cancelled] {
            let delays = lives.filter { $0.task.status == status }.map(\.delay).sorted()
            guard let longest = delays.last else { continue }
            let name = "from a task's end (\(status.rawValue)) to its job's, \(delays.count) jobs"
            result.add("\(name), median", seconds: delays[delays.count / 2])
            result.add("\(name), longest", seconds: longest, atMost: Self.promisedDelay)
        }
        let length = lives.reduce(0) { $0 + $1.length }
        let pace = Double(lives.reduce(0) { $0 + $1.task.queries }) / (length / Self.promisedPace)
        result.add("queries for each 30 s of a job's life, average", String(format: "%.3f", pace))
        if pace > 1 { result.broken.append("\(pace) queries for each 30 s of a job's life, where 1 is promised") }
        return result
    }

    /// A job from its submission to its end.
    private struct Life {
        let task: SimulatorRecord.Task
        /// From the submission to the job's end, in seconds.
        let length: Double
        /// From the task's end to the job's, in seconds.
        let delay: Double

        init?(of submission: SimulatorRecord.Submission, _ record: SimulatorRecord, _ ends: [String: Double]) {
            guard let task = submission.taskID.flatMap({ record.task($0) }), let taskEnd = task.endedAt,
                let stem = Promises.stem(in: submission.body), let end = ends[stem]
            else { return nil }
            self.task = task
            let began = Double(record.began) / 1000
            length = end - began - submission.at.duration / .seconds(1)
            delay = end - began - taskEnd.duration / .seconds(1)
        }
    }
}
