import ArgumentParser
import Foundation
import Jobs
import Ledger
import RunningHubSimulator

/// `laboratory start-time`: from the start of the process to READY, with a long ledger.
struct StartTime: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures how long the daemon takes from its start until it is ready, with many jobs in its ledger."
    )

    @OptionGroup var options: LaboratoryOptions
    @Option(help: "Jobs that wait.")
    var waiting = 8000
    @Option(help: "Jobs whose tasks run.")
    var running = 1000
    @Option(help: "Jobs that have ended.")
    var ended = 1000
    @Option(help: "How often it is started.")
    var starts = 20
    @Option(help: "The median may take this long, in milliseconds.")
    var within = 100.0

    func run() async throws {
        try options.programs.check()
        let folder = "\(NSTemporaryDirectory())/runninghubd-start-\(getpid())"
        let pipeline = LaboratoryPipeline(name: "app")
        let workplace = try Workplace(options.programs, folder: folder, pipelines: [pipeline])
        var settings = SimulatorSettings()
        settings.tasks.manual = true
        let cloud = try await SimulatedCloud(options.programs, settings: settings, folder: folder)
        try workplace.configure(cloud: cloud.address)
        // Makes the ledger and the folders.
        _ = try await start(workplace)
        try await fill("\(workplace.state)/ledger.sqlite", site: cloud.address)
        let copies = [(workplace.state, "\(folder)/state.copy"), (workplace.spool, "\(folder)/spool.copy")]
        for (original, copy) in copies { try FileManager.default.copyItem(atPath: original, toPath: copy) }
        var times: [Double] = []
        for _ in 0..<starts {
            // The waiting jobs have no files: each start would withdraw them.
            for (original, copy) in copies {
                try FileManager.default.removeItem(atPath: original)
                try FileManager.default.copyItem(atPath: copy, toPath: original)
            }
            // The pages of the copy are not the daemon's to flush.
            sync()
            times.append(try await start(workplace))
        }
        await cloud.end()
        times.sort()
        let median = times[times.count / 2]
        let jobs = waiting + running + ended
        say(
            "\(jobs) jobs, \(starts) starts: median \(Int(median)) ms, shortest \(Int(times[0])) ms, longest \(Int(times[times.count - 1])) ms"
        )
        if !options.keep { workplace.remove() }
        guard median <= within else { throw LaboratoryError("That is more than \(Int(within)) ms.") }
    }

    /// Starts the daemon and stops it again.
    ///
    /// - Returns: the milliseconds to READY.
    private func start(_ workplace: Workplace) async throws -> Double {
        let began = ContinuousClock.now
        let daemon = try RunningDaemon(in: workplace)
        try await daemon.ready()
        let took = (ContinuousClock.now - began) / .milliseconds(1)
        try await daemon.stop()
        return took
    }

    private func fill(_ path: String, site: String) async throws {
        let ledger = try Ledger(path: path, owner: "laboratory")
        let now = Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
        let (waiting, running) = (waiting, running)
        let count = waiting + running + ended
        for first in stride(from: 0, to: count, by: 500) {
            try await withThrowingDiscardingTaskGroup { group in
                for number in first..<min(first + 500, count) {
                    group.addTask {
                        let job = try await ledger.record(Job.made(number, at: now))
                        _ = try await ledger.change(job.id, at: now) { record in
                            _ = record.claimCompleted(identity: job.identity, at: now)
                            if number < waiting { return }
                            guard number < waiting + running else {
                                _ = record.withdrawn(at: now)
                                return
                            }
                            let pipeline = Pipeline(name: "app", target: .aiApp("2016740236478386178"))
                            _ = record.submissionIntended(
                                key: "main",
                                site: site,
                                settings: pipeline,
                                hasWebhook: true,
                                at: now
                            )
                            _ = record.submissionAnswered(attempt: 1, .created(taskID: "\(number)"), at: now)
                        }
                    }
                }
            }
        }
        try await ledger.close()
    }
}

extension Job {
    /// A job of a file that is not there.
    fileprivate static func made(_ number: Int, at now: Timestamp) throws -> Job {
        guard let path = RelativePath(bytes: Array("file-\(number).png".utf8)) else {
            throw LaboratoryError("file-\(number).png is no path.")
        }
        var generator = SystemRandomNumberGenerator()
        let identity = FileIdentity(device: 1, inode: UInt64(number) + 1, size: 1000, modified: 1, changed: 1)
        return Job(
            id: JobID(using: &generator),
            pipeline: "app",
            origin: path,
            place: path,
            identity: identity,
            at: now
        )
    }
}
