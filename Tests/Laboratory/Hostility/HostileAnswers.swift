import ArgumentParser
import Foundation
import RunningHubSimulator

/// `laboratory hostile-answers`: a cloud that means harm answers the real daemon.
struct HostileAnswers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Has the cloud answer with malice, and judges what the daemon fetches, delivers and says.",
        discussion: """
            Addresses inside, redirects there, lengths that lie, bodies without an end, names and types that leave their folder: each is \
            refused or bounded, with a sentence, and nothing is asked of an address inside. Prints a table of what was answered and said. \
            Names of hosts that lead inside are tried as root alone.
            """
    )

    @OptionGroup var options: LaboratoryOptions
    @Option(help: "By how many MiB the daemon's anonymous memory may rise.")
    var memory = 32.0

    static let pipelines = [
        LaboratoryPipeline(name: "app", settings: ["limits: { output: 1MB }"]),
        LaboratoryPipeline(name: "named", settings: ["limits: { output: 1MB }", "outbox: { name: \"{node}{stem}\" }"]),
    ]

    func run() async throws {
        try options.programs.check()
        let folder = "\(NSTemporaryDirectory())/runninghubd-hostile-\(getpid())"
        let workplace = try Workplace(options.programs, folder: folder, pipelines: Self.pipelines)
        let cloud = try await SimulatedCloud(options.programs, settings: Self.cloudSettings, folder: folder)
        try workplace.configure(cloud: cloud.address)
        let wrapper = try HostileNames.wrapper(in: folder)
        if wrapper == nil { say("Not root: names of hosts that lead inside are left out.") }
        let bait = try Bait()
        let places = HostileAnswer.Places(
            bait: bait.port,
            cloud: String(cloud.address.dropFirst("http://".count)),
            hasNames: wrapper != nil
        )
        let trial = HostileTrial(workplace: workplace, cloud: cloud, bait: bait, answers: HostileAnswer.all(places))
        let daemon = try RunningDaemon(in: workplace, wrapper: wrapper ?? [])
        let broken: [String]
        do {
            try await daemon.ready()
            let watch = MemoryWatch(daemon.process.id)
            async let watching: Void = watch.watch()
            let before = watch.now
            var found = try await trial.run()
            watch.stop()
            await watching
            let rise = Double(watch.peak - before) / 1024
            say("\nAnonymous memory rose by \((rise * 10).rounded() / 10) MiB; \(bait.visitors()) connections inside.")
            if rise >= memory { found.append("memory rose by \(rise) MiB") }
            if bait.visitors() > 0 { found.append("\(bait.visitors()) connections were made to an address inside") }
            broken = found
        } catch {
            await daemon.crash()
            await cloud.end()
            throw error
        }
        try await daemon.stop()
        await cloud.end()
        guard broken.isEmpty else {
            throw LaboratoryError("Not as promised (all is left in \(folder)):\n" + broken.joined(separator: "\n"))
        }
        say("All as promised: \(trial.answers.count) hostile answers, and those of query.")
        if options.keep { say("Left in \(folder)") } else { workplace.remove() }
    }

    private static var cloudSettings: SimulatorSettings {
        var settings = SimulatorSettings()
        settings.keys[0].concurrency = 60
        settings.tasks.taskTime = 0
        return settings
    }
}
