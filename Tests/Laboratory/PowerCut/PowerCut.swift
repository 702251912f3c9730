import ArgumentParser
import Foundation

/// `laboratory power-cut`: the disk forgets, again and again, what was never flushed to it.
struct PowerCut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cuts the power of the daemon's disk again and again, and judges what it held.",
        discussion: """
            After each cut no file that was dropped may be lost, and every manifest must speak of complete results; in the end all must be \
            as after crashes (see chaos). The daemon is cut off at random moments, half of them while it stands still at a fault point. \
            Needs root, a mount namespace of its own (unshare --mount), and xfsprogs.
            """
    )

    @OptionGroup var options: LaboratoryOptions
    @Option(help: "How many cuts.")
    var cuts = 50
    @Option(help: "How many cuts each daemon's ledger lives through.")
    var round = 50
    @Flag(
        help: "Let the daemon flush nothing (libeatmydata): promises must break then, or the experiment proves nothing."
    )
    var unflushed = false

    func run() async throws {
        try options.programs.check()
        let began = ContinuousClock.now
        var tally = ChaosTally()
        var number: UInt64 = 0
        while tally.kills < cuts {
            let (broken, round) = try await runRound(number, cuts: min(round, cuts - tally.kills))
            tally.add(round)
            number += 1
            say(
                "\(tally.kills) cuts, \(tally.inputs) inputs, \(tally.submissions) submissions, \(ContinuousClock.now - began)"
            )
            if unflushed, !broken.isEmpty {
                return say(
                    "Promises broke after \(tally.kills) cuts, as they must where nothing is flushed: \(broken[0])"
                )
            }
            guard broken.isEmpty else { throw LaboratoryError("Not as promised:\n" + broken.joined(separator: "\n")) }
        }
        if unflushed {
            throw LaboratoryError("Nothing was flushed, and no promise broke: this experiment proves nothing.")
        }
        say("All as promised: \(tally.kills) cuts, \(tally.inputs) inputs, \(tally.submissions) submissions.")
    }

    /// A first start that flushes: without folders to drop into, nothing could be lost later.
    private func settleIn(_ workplace: Workplace) async throws {
        let daemon = try RunningDaemon(in: workplace)
        try await daemon.ready()
        try await daemon.stop()
    }

    private func runRound(_ number: UInt64, cuts: Int) async throws -> (broken: [String], tally: ChaosTally) {
        let seed = options.seed &* 1_000_033 &+ number
        let base = "/dev/shm/runninghubd-power-\(options.seed)-\(number)"
        let disk = try VolatileDisk(at: base)
        let pipelines = LaboratoryPipeline.all(otherDisk: "\(base)/other") + [.withPrograms]
        let workplace = try Workplace(options.programs, folder: "\(base)/own", disk: disk.path, pipelines: pipelines)
        let cloud = try await SimulatedCloud(
            options.programs,
            settings: ChaosRound.cloudSettings(seed: seed),
            folder: workplace.folder
        )
        try workplace.configure(cloud: cloud.address)
        var round = ChaosRound(
            workplace,
            cloud,
            kills: cuts,
            seed: seed,
            disk: disk,
            environment: unflushed ? ["LD_PRELOAD": "libeatmydata.so"] : [:]
        )
        if unflushed { try await settleIn(workplace) }
        // The spool and state folders are made by a person, who flushes nothing: they are there before the first cut.
        sync()
        let broken = try await round.run()
        await cloud.end()
        if broken.isEmpty || !options.keep { try round.disk?.remove() }
        return (broken, round.tally)
    }
}
