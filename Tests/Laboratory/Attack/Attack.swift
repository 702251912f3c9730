import ArgumentParser
import Foundation
import RunningHubSimulator

/// `laboratory attack`: the real daemon's listener under every attack that we know, while honest callers go on calling.
struct Attack: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Attacks the listener, and judges what honest callers and the daemon's memory see of it.",
        discussion: """
            No attack may have an effect, memory may not rise by 8 MiB over all of them together, and 99 % of the honest calls must be \
            answered within 100 ms. Prints a table of what was sent and seen.
            """
    )

    @OptionGroup var options: LaboratoryOptions
    @Flag(help: "Less of each: under a minute in all.")
    var short = false
    @Option(help: "Only attacks whose name contains this.")
    var only: String?
    @Option(help: "By how many MiB the daemon's anonymous memory may rise.")
    var memory = 8.0
    @Option(help: "Within how many milliseconds honest calls must be answered; a debug build is slower.")
    var within = 100.0
    @Option(help: "Keep the daemon on this processor; taskset keeps the attack on another.")
    var daemonOn: Int?
    @Flag(help: "Measure instead what the time of a refusal tells about an address.")
    var timing = false

    @OptionGroup var running: RunningTarget

    func run() async throws {
        try Caller.allow(12_000)
        guard let process = running.process else { return try await attackOwn() }
        try judge(try await attack(running.target, process))
    }

    /// Attacks a daemon of its own, in a folder of its own.
    private func attackOwn() async throws {
        try options.programs.check()
        let folder = "\(NSTemporaryDirectory())/runninghubd-attack-\(getpid())"
        let pipelines = [LaboratoryPipeline(name: "app"), LaboratoryPipeline(name: "fetched", placeholder: "{url}")]
        let workplace = try Workplace(options.programs, folder: folder, pipelines: pipelines)
        let cloud = try await SimulatedCloud(options.programs, settings: Self.cloudSettings, folder: folder)
        try workplace.configure(cloud: cloud.address)
        let daemon = try RunningDaemon(in: workplace, wrapper: daemonOn.map { ["taskset", "-c", "\($0)"] } ?? [])
        var broken: [String]
        do {
            try await daemon.ready()
            let target = try await target(workplace, cloud)
            let before = try await cloud.record()
            broken = try await attack(target, daemon.process.id)
            broken += Self.effects(before, try await cloud.record())
        } catch {
            await daemon.crash()
            await cloud.end()
            throw error
        }
        try await daemon.stop()
        await cloud.end()
        try judge(broken)
        if options.keep { print("Left in \(folder)") } else { workplace.remove() }
    }

    /// Tasks that never end, and no fetching but the attack's own.
    private static var cloudSettings: SimulatorSettings {
        var settings = SimulatorSettings()
        settings.keys[0].concurrency = 60
        settings.tasks.manual = true
        settings.tasks.loadsAddresses = false
        return settings
    }

    private func judge(_ broken: [String]) throws {
        guard broken.isEmpty else { throw LaboratoryError("Not as promised:\n" + broken.joined(separator: "\n")) }
        print("All as promised.")
    }

    /// What the cloud was made to do meanwhile, beyond answering.
    private static func effects(_ before: SimulatorRecord, _ after: SimulatorRecord) -> [String] {
        var effects: [String] = []
        if after.submissions.count != before.submissions.count {
            effects.append("the cloud was asked to run something")
        }
        if after.tasks.map(\.status) != before.tasks.map(\.status) { effects.append("a task was changed") }
        return effects
    }

    /// - Returns: what was not as promised.
    private func attack(_ target: AttackTarget, _ process: pid_t) async throws -> [String] {
        // What a daemon has once it has served for a while.
        _ = await Self.carryOut(.nothing, target, process, isShort: true)
        if timing {
            print(await GuessingTimes.measured(target, rounds: short ? 500 : 5000).table)
            return []
        }
        let baseline = MemoryWatch(process).now
        var broken: [String] = []
        print("Load average before: \(Self.load).\n")
        print(AttackResult.header)
        for assault in Assault.all where only.map(assault.name.contains) ?? true {
            let result = await Self.carryOut(assault, target, process, isShort: short)
            print(result.line)
            broken += result.broken(allowed: assault.answers, baseline: baseline, limits: (memory, within))
        }
        print("\nAnonymous memory before all attacks \(baseline) KiB, after them \(MemoryWatch(process).now) KiB.")
        print("Load average after: \(Self.load).")
        return broken
    }

    /// How many wanted to run over the last minute: figures are worth what the machine's other work left.
    private static var load: String {
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
        return text.split(separator: " ").first.map(String.init) ?? "unknown"
    }

    private static func carryOut(
        _ assault: Assault,
        _ target: AttackTarget,
        _ process: pid_t,
        isShort: Bool
    ) async -> AttackResult {
        let (tally, honest, memory) = (AttackTally(), HonestCallers(), MemoryWatch(process))
        let before = memory.now
        async let calling: Void = honest.call(target.callback, at: target.port)
        async let watching: Void = memory.watch()
        await assault.run(target, tally, isShort)
        // Long enough for those who wait in the queue.
        try? await Task.sleep(for: .milliseconds(500))
        honest.stop()
        await calling
        memory.stop()
        await watching
        return AttackResult(
            name: assault.name,
            counts: tally.counts,
            honest: honest.result(),
            memory: (before, memory.peak, memory.now)
        )
    }

    /// Drops three files, and waits until their tasks run.
    private func target(_ workplace: Workplace, _ cloud: SimulatedCloud) async throws -> AttackTarget {
        var generator = SeededGenerator(seed: options.seed)
        let dropper = Dropper(workplace: workplace)
        for number in 1...2 {
            _ = try await dropper.drop(workplace.pipelines[0], stem: "job\(number)", using: &generator)
        }
        let large = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + Data(count: 32 << 20)
        try large.write(to: URL(filePath: "\(workplace.folder)/drops/large.png"))
        let inbox = workplace.path("inbox", of: workplace.pipelines[1])
        try FileManager.default.moveItem(atPath: "\(workplace.folder)/drops/large.png", toPath: "\(inbox)/large.png")
        for _ in 0..<1000 {
            let record = try await cloud.record()
            if record.submissions.count(where: { $0.taskID != nil }) == 3 {
                return try AttackTarget(port: workplace.listener.port, record)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw LaboratoryError("The daemon did not submit what was dropped; see \(workplace.log).")
    }
}
