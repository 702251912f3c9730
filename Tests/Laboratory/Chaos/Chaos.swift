import ArgumentParser
import Foundation

/// `laboratory chaos`: the real daemon is killed again and again, at every fault point and at random moments.
struct Chaos: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Kills the daemon again and again under a stream of files, and judges what became of each.",
        discussion: """
            Every input must lie in exactly one place, every successful task must have its results once, complete and equal to what the \
            cloud made, and the cloud must have counted one submission for each input. Prints a table of what was struck.
            """
    )

    @OptionGroup var options: LaboratoryOptions
    @Option(help: "How many kills.")
    var kills = 300
    @Option(help: "How many kills each daemon's ledger lives through.")
    var round = 100

    func run() async throws {
        try options.programs.check()
        let began = ContinuousClock.now
        var tally = ChaosTally()
        var number: UInt64 = 0
        while tally.kills < kills {
            tally.add(try await runRound(number, kills: min(round, kills - tally.kills)))
            number += 1
            say(
                "\(tally.kills) kills, \(tally.inputs) inputs, \(tally.submissions) submissions, \(ContinuousClock.now - began)"
            )
        }
        say(tally.table)
        say(
            """
            All as promised: \(tally.kills) kills, \(tally.inputs) inputs, \(tally.withdrawals) of them withdrawn, \
            \(tally.cancellations) cancelled, \(tally.returns) times moved back from failed/, \(tally.awaitingProof) never sent and \
            still waiting for proof; \(tally.submissions) submissions.
            """
        )
    }

    private func runRound(_ number: UInt64, kills: Int) async throws -> ChaosTally {
        let seed = options.seed &* 1_000_003 &+ number
        let name = "runninghubd-chaos-\(options.seed)-\(number)"
        let folder = "\(NSTemporaryDirectory())/\(name)"
        let otherDisk = "/dev/shm/\(name)"
        for path in [folder, otherDisk] {
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let pipelines = LaboratoryPipeline.all(otherDisk: otherDisk) + [.withPrograms]
        let workplace = try Workplace(options.programs, folder: folder, pipelines: pipelines)
        let cloud = try await SimulatedCloud(
            options.programs,
            settings: ChaosRound.cloudSettings(seed: seed),
            folder: folder
        )
        try workplace.configure(cloud: cloud.address)
        var round = ChaosRound(workplace, cloud, kills: kills, seed: seed)
        let broken: [String]
        do {
            broken = try await round.run()
        } catch {
            await cloud.end()
            throw error
        }
        await cloud.end()
        guard broken.isEmpty else {
            throw LaboratoryError(
                "Not as promised (everything is left in \(folder)):\n" + broken.joined(separator: "\n")
            )
        }
        if options.keep { say("Left in \(folder)") } else { workplace.remove() }
        try? FileManager.default.removeItem(atPath: otherDisk)
        return round.tally
    }
}
