import Foundation
import RunningHubSimulator

/// The wall clock jumps by a day, forth and back and back and forth, while files settle, wait, run and are fetched.
struct ClockJumps: CloudTrial {
    let jobs: Int
    /// How long the clock stays as it is, in seconds.
    let pause: Double
    /// Whether all clocks jump: what must not come of a jump has to come of this.
    let all: Bool

    /// In seconds from the right time.
    private var jumps: [Int64] { all ? [0, 86_400] : [86_400, 0, -86_400, 0] }
    /// How much of a processor the daemon may use on average.
    private static let promisedLoad = 0.5

    /// Few enough places that jobs wait for one.
    var keys: (count: Int, concurrency: Int) { (1, max(4, jobs / 10)) }
    var pipelines: [LaboratoryPipeline] {
        // Without a callback address tasks are asked about often, and seen to run for longer than they may where all clocks jump.
        let pipelines = LaboratoryPipeline.all(otherDisk: "").filter { $0.inbox == nil && !$0.isDeleting }
        return pipelines.filter { !all || $0.isSilent }.map {
            var pipeline = $0
            pipeline.settings += ["timeout: 1h", "queue_timeout: 1h"]
            return pipeline
        }
    }
    /// What has ended would age within half a day.
    var configuration: String {
        """
        inbox: { quiet_time: 2s, poll_quiet_time: 3s }
        retention: { done: 12h, failed: 12h, history: 12h }
        """
    }

    func environment(in folder: String) throws -> [String: String?] {
        try set(0, in: folder)
        var environment: [String: String?] = ["CLOCKS_WALL_FILE": Self.file(in: folder)]
        if all { environment["CLOCKS_ALL_JUMP"] = "1" }
        return environment
    }

    private static func file(in folder: String) -> String { "\(folder)/wall-clock" }

    /// Sets the daemon's wall clock to so many seconds from the right time.
    private func set(_ seconds: Int64, in folder: String) throws {
        let file = open(Self.file(in: folder), O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        defer { close(file) }
        let count = withUnsafeBytes(of: seconds) { write(file, $0.baseAddress, $0.count) }
        guard count == 8 else { throw ChildProcess.Failure(what: Self.file(in: folder), code: errno) }
    }

    func set(_ cloud: inout SimulatorSettings) {
        cloud.tasks.taskTime = SecondsRange(0, Seconds(floatLiteral: 3 * pause))
        cloud.faults.downloads.slow = 0.3
        cloud.faults.downloads.slowBytesPerSecond = 4_000
        // So that some submissions are unconfirmed at a jump, and proven by their callback.
        cloud.faults.submit.lostByCut = 0.2
    }

    func run(on bench: inout TrialBench) async throws -> TrialResult {
        var result = TrialResult()
        try await bench.drop(jobs / 5)
        try await Task.sleep(for: .seconds(pause))
        for jump in jumps {
            let states = try await bench.workplace.states()
            let before = bench.processorTime()
            let began = ContinuousClock.now
            try set(jump, in: bench.workplace.folder)
            try await bench.drop(jobs / 5)
            try await Task.sleep(for: .seconds(pause))
            let load = (bench.processorTime() - before) / ((ContinuousClock.now - began) / .seconds(1))
            let described = states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            result.add("jump to \(jump / 3600) h with", described)
            result.add("processor time in the \(Int(pause)) s after it", String(format: "%.1f %%", load * 100))
            if load > Self.promisedLoad { result.broken.append("after the jump to \(jump) s the daemon spun: \(load)") }
        }
        try await bench.ended(bench.drops.count, within: .seconds(90))
        try await Task.sleep(for: .seconds(1))
        let promises = try await bench.promises()
        let view = SpoolView(bench.workplace)
        result.broken += promises.broken(bench.drops, view)
        // `silent` submissions cannot be proven: those whose answer was lost have failed at once, jump or no jump.
        let early = view.failures.filter { !$0.key.hasPrefix("silent/") }
        result.broken += early.map { "\($0.key) failed as \($0.value)" }
        let before = bench.processorTime()
        try await Task.sleep(for: .seconds(pause))
        let load = (bench.processorTime() - before) / pause
        result.add("processor time in \(Int(pause)) s when all is done", String(format: "%.1f %%", load * 100))
        result.add("jobs", bench.drops.count)
        result.add("delivered", view.manifests.count)
        result.add("ended early", early.count)
        return result
    }
}
