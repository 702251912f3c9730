import Foundation
import Glibc
import RunningHubSimulator

/// One daemon's life with one fault: files come in steadily before it, while it lasts, and after it, and in the end all is as promised.
struct DiskTrial {
    let workplace: Workplace
    let cloud: SimulatedCloud
    let fault: any DiskFault
    /// How long the fault lasts.
    let length: Duration
    private var generator: SeededGenerator
    private var people: People
    private var drops: [Drop] = []
    private var dropped = 0

    /// How long a recovery may take.
    static let patience = Duration.seconds(30)
    /// How long a recovery is waited for, so that it can be said how long it took.
    private static let longest = Duration.seconds(120)
    /// The share of one processor that the daemon may take while a fault lasts.
    static let mostProcessor = 0.2
    /// Files come this far apart.
    private static let pace = Duration.milliseconds(700)

    init(_ workplace: Workplace, _ cloud: SimulatedCloud, _ fault: any DiskFault, length: Duration, seed: UInt64) {
        (self.workplace, self.cloud, self.fault, self.length) = (workplace, cloud, fault, length)
        generator = SeededGenerator(seed: seed)
        people = People(in: workplace, seed: seed &+ 1)
    }

    /// Tasks that take a moment, so that there is work at every stage when a fault begins; none fails.
    static func cloudSettings(seed: UInt64) -> SimulatorSettings {
        var settings = SimulatorSettings()
        settings.seed = Int(seed % 1_000_000)
        settings.keys[0].concurrency = 60
        settings.keys[0].coins = 100_000_000
        settings.tasks.taskTime = SecondsRange(0.2, 3)
        settings.results.outputs = [OutputSettings(), OutputSettings()]
        settings.results.outputs[1].content = .generated
        settings.results.outputs[1].type = "png"
        return settings
    }

    /// Runs it.
    ///
    /// - Returns: what was seen.
    mutating func run() async throws -> DiskTrialResult {
        try fault.prepare(workplace)
        let daemon = try RunningDaemon(
            in: workplace,
            environment: fault.environment(in: workplace),
            wrapper: fault.wrapper
        )
        var result = DiskTrialResult(fault: fault.name)
        do {
            try await daemon.ready()
            let reading = keepReading(daemon.notifications)
            defer { reading.cancel() }
            try await fault.settleIn(workplace, daemon.process)
            try await suffer(with: daemon, &result)
            try await daemon.stop()
            if result.broken.isEmpty { result.broken = try await judge() + LedgerCheck.broken(workplace) }
        } catch {
            await daemon.crash()
            result.broken.append("\(error); see \(workplace.log)")
        }
        result.inputs = drops.count
        fault.cleanUp(workplace)
        return result
    }

    /// Reads what the daemon tells its manager, as a manager does: else it would stand still once nothing more fits there.
    private func keepReading(_ notifications: NotifySocket) -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                _ = notifications.lines()
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private mutating func suffer(with daemon: RunningDaemon, _ result: inout DiskTrialResult) async throws {
        try await drop(for: .seconds(2))
        // Those that lie in failed/ then are moved back while the fault lasts.
        for _ in 0..<3 { await people.cancelOne(of: drops) }
        try await drop(for: .seconds(1))
        let log = JournalTally.length(of: workplace.log)
        try await fault.begin(workplace, daemon.process)
        let (before, first) = (try ProcessorTime(of: daemon.process.id), drops.count)
        try await drop(for: length / 2)
        try? people.giveBack(drops, failedAs: ["cancelled"])
        try await drop(for: length / 2)
        result.processor = try ProcessorTime(of: daemon.process.id).share(since: before)
        result.failedCalls = fault.failedCalls
        result.lines = try JournalTally(log: workplace.log, from: log, to: JournalTally.length(of: workplace.log))
        // In less time half of all tasks may simply run still.
        result.isStuck = length >= .seconds(15) && undone.count > (drops.count - first + people.returns) / 2
        try await fault.end(workplace, daemon.process)
        let end = ContinuousClock.now
        for pipeline in workplace.pipelines { try await drop(pipeline) }
        var recovery: Duration?
        repeat {
            try await Task.sleep(for: .milliseconds(500))
            result.broken = try await judge()
            if recovery == nil, result.broken.allSatisfy(isOfRevised) { recovery = ContinuousClock.now - end }
            // Until none is left: what was cancelled is to come to its end, too, after its tasks have been asked about.
            try people.giveBack(drops, failedAs: ["cancelled"])
        } while !result.broken.isEmpty && ContinuousClock.now < end + Self.longest
        result.recovery = recovery ?? ContinuousClock.now - end
        result.judge(length: length)
    }

    private func isOfRevised(_ line: String) -> Bool {
        drops.contains { people.revised[$0.stem] != nil && $0.isSubject(of: line) }
    }

    /// Drops a file now and then, of each kind in turn.
    private mutating func drop(for length: Duration) async throws {
        let end = ContinuousClock.now + length
        while ContinuousClock.now < end {
            try await drop(workplace.pipelines[dropped % workplace.pipelines.count])
            try await Task.sleep(for: min(Self.pace, max(.zero, end - ContinuousClock.now)))
        }
    }

    /// Drops a file, unless the fault keeps people from that, too.
    private mutating func drop(_ pipeline: LaboratoryPipeline) async throws {
        guard FileManager.default.fileExists(atPath: "\(workplace.path("inbox", of: pipeline))/.runninghubd") else {
            dropped += 1
            return
        }
        let dropper = Dropper(workplace: workplace)
        do {
            drops.append(try await dropper.drop(pipeline, stem: "s\(dropped)", using: &generator))
        } catch let failure as ChildProcess.Failure where failure.code == EROFS {
            // Nobody can drop there now.
        }
        dropped += 1
    }

    /// What lies in the inboxes and in `work/`.
    private var undone: [String] {
        workplace.pipelines.flatMap { pipeline in
            ["inbox", "work"].flatMap { role in
                let path = workplace.path(role, of: pipeline)
                let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
                return names.filter { ![".runninghubd", "_STATUS.txt"].contains($0) }
                    .map { "\(role)/\(pipeline.name)/\($0) is still there" }
            }
        }
    }

    private func judge() async throws -> [String] {
        let undone = undone
        guard undone.isEmpty else { return undone }
        let view = SpoolView(workplace)
        let record = try await cloud.record()
        var promises = Promises(workplace.pipelines, record)
        promises.revised = people.revised
        promises.told = LaboratoryPrograms(workplace).told
        let failed = view.files.filter { $0.role == "failed" }.map { "failed/\($0.pipeline)/\($0.path)" }
        return failed + promises.broken(drops, view)
    }
}
