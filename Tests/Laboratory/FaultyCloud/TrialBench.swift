import CDispatch
import Foundation
import Glibc
import RunningHubSimulator

/// What a trial works with: a workplace, a cloud, a daemon, and what was dropped.
struct TrialBench {
    let workplace: Workplace
    let cloud: SimulatedCloud
    private let environment: [String: String?]
    private(set) var daemon: RunningDaemon
    private(set) var drops: [Drop] = []
    var generator: SeededGenerator

    /// Sets a trial up, runs it, judges nothing by itself, and takes all down again.
    static func run(
        _ trial: any CloudTrial,
        _ options: LaboratoryOptions,
        name: String,
        clocks: String
    ) async throws -> TrialResult {
        let folder = "\(NSTemporaryDirectory())/runninghubd-\(name)-\(options.seed)-\(getpid())"
        let workplace = try Workplace(options.programs, folder: folder, pipelines: trial.pipelines)
        var settings = SimulatorSettings()
        settings.seed = Int(options.seed % 1_000_000)
        settings.keys = LaboratoryKeys.some(trial.keys.count)
        trial.set(&settings)
        let cloud = try await SimulatedCloud(options.programs, settings: settings, folder: folder)
        try workplace.configure(
            cloud: cloud.address,
            keys: trial.keys.count,
            concurrency: trial.keys.concurrency,
            settings: trial.configuration
        )
        var environment = try trial.environment(in: folder)
        if !environment.isEmpty { environment["LD_PRELOAD"] = URL(filePath: clocks).standardizedFileURL.path }
        var bench = TrialBench(
            workplace: workplace,
            cloud: cloud,
            environment: environment,
            daemon: try RunningDaemon(in: workplace, environment: environment),
            generator: SeededGenerator(seed: options.seed)
        )
        var result: TrialResult
        do {
            try await bench.daemon.ready()
            result = try await trial.run(on: &bench)
            if environment["CLOCKS_SPEED"] == nil {
                do { try await bench.daemon.stop() } catch { result.broken.append("\(error)") }
            } else {
                // The limits of a stop go by as fast as all else.
                await bench.daemon.crash()
            }
        } catch {
            await bench.daemon.crash()
            await cloud.end()
            throw LaboratoryError("\(error) (everything is left in \(folder))")
        }
        await cloud.end()
        if options.keep || !result.broken.isEmpty && name != FaultyCloud.Trial.allClocks.rawValue {
            result.add("left in", folder)
        } else {
            workplace.remove()
        }
        return result
    }

    /// Drops so many files more, each for the next pipeline.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - pause: how long to wait after each.
    /// - Throws: where one cannot be dropped.
    mutating func drop(_ count: Int, pause: Duration = .zero) async throws {
        for _ in 0..<count {
            let pipeline = workplace.pipelines[drops.count % workplace.pipelines.count]
            let dropper = Dropper(workplace: workplace)
            drops.append(try await dropper.drop(pipeline, stem: "s\(drops.count)", using: &generator))
            if pause > .zero { try await Task.sleep(for: pause) }
        }
    }

    /// Stops the daemon and starts it again.
    mutating func restart() async throws {
        try await daemon.stop()
        daemon = try RunningDaemon(in: workplace, environment: environment)
        try await daemon.ready()
    }

    /// The promises, in the light of what the cloud knows by now.
    func promises() async throws -> Promises {
        Promises(workplace.pipelines, try await cloud.record())
    }

    /// Waits until so many jobs have ended, each with its manifest or its note, or until the time is over.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - limit: how long.
    /// - Throws: where the experiment is cancelled.
    func ended(_ count: Int, within limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline, ends().count < count {
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// When each job that has ended did so, in seconds of Unix time, by its stem: its manifest or its note was put in its place then.
    func ends() -> [String: Double] {
        var ends: [String: Double] = [:]
        for pipeline in workplace.pipelines {
            for (role, ending) in [("outbox", ".result.json"), ("failed", ".error.json")] {
                let root = workplace.path(role, of: pipeline)
                for path in FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? []
                where path.hasSuffix(ending) && !path.hasPrefix(".") {
                    var status = stat()
                    guard lstat("\(root)/\(path)", &status) == 0 else { continue }
                    let stem = path.split(separator: "/").last?.prefix { $0 != "." && $0 != " " } ?? ""
                    ends[String(stem)] = Double(status.st_ctim.tv_sec) + Double(status.st_ctim.tv_nsec) / 1e9
                }
            }
        }
        return ends
    }

    /// How much processor time the daemon has had, in seconds.
    func processorTime() -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(daemon.process.id)/stat", encoding: .utf8)) ?? ""
        // The name, in parentheses, may hold anything.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
