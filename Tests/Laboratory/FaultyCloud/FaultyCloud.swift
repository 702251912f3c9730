import ArgumentParser
import Foundation

/// `laboratory faulty-cloud`: what the real daemon makes of a cloud that goes wrong in every way, and of clocks that jump.
struct FaultyCloud: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lets everything go wrong in the cloud, and judges each job by the cloud's own record.",
        discussion: """
            every-fault: each fault of the simulator at 20 %, all at once; time goes by faster for the daemon, so that the hour in \
            which proof is awaited ends too. lost-callbacks: no callback ever comes. repeated-callbacks: each comes 300 times, \
            in mixed order. clock-jumps: the wall clock jumps by a day, forth and back. all-clocks: the same with all clocks, in which \
            promises must break, or clock-jumps proves nothing. Trials run beside one another, each with a daemon, a cloud and a folder \
            of its own.
            """
    )

    /// The experiments.
    enum Trial: String, CaseIterable, ExpressibleByArgument, Sendable {
        case everyFault = "every-fault"
        case lostCallbacks = "lost-callbacks"
        case repeatedCallbacks = "repeated-callbacks"
        case clockJumps = "clock-jumps"
        case allClocks = "all-clocks"
    }

    @OptionGroup var options: LaboratoryOptions
    @Argument(help: "Which trials; all where none is named.")
    var trials: [Trial] = []
    @Option(help: "How many jobs each trial has, in place of its own number.")
    var jobs: Int?
    @Flag(help: "Fewer and shorter jobs: about a minute and a half in all.")
    var short = false
    @Option(help: "What gives the daemon another time: made of Tests/Clocks by make.")
    var clocks = ".build/debug/libclocks.so"

    func run() async throws {
        try options.programs.check()
        guard FileManager.default.fileExists(atPath: clocks) else {
            throw LaboratoryError("There is no \(clocks); make laboratory builds it.")
        }
        let chosen = trials.isEmpty ? Trial.allCases : trials
        let results = await withTaskGroup(of: (Trial, Result<TrialResult, any Error>).self) { group in
            for trial in chosen {
                group.addTask { (trial, await result(of: trial)) }
            }
            var results: [Trial: Result<TrialResult, any Error>] = [:]
            for await (trial, result) in group {
                say("\(trial.rawValue): \(Self.report(result))")
                results[trial] = result
            }
            return results
        }
        guard try results.values.allSatisfy({ try $0.get().broken.isEmpty }) else {
            throw LaboratoryError("Not as promised.")
        }
        say("All as promised.")
    }

    private static func report(_ result: Result<TrialResult, any Error>) -> String {
        switch result {
        case .failure(let error): "failed: \(error)"
        case .success(let result):
            (["\(result.broken.isEmpty ? "as promised" : "NOT as promised")"]
                + result.figures.map { "| \($0.name) | \($0.value) |" } + result.broken.prefix(40))
                .joined(separator: "\n")
        }
    }

    private func result(of trial: Trial) async -> Result<TrialResult, any Error> {
        do {
            let run: any CloudTrial =
                switch trial {
                case .everyFault where short: EveryFault(jobs: jobs ?? 60, speed: 60, patience: .seconds(80))
                case .everyFault: EveryFault(jobs: jobs ?? 1000, speed: 30, patience: .seconds(3600))
                case .lostCallbacks: LostCallbacks(jobs: jobs ?? (short ? 100 : 300), longest: short ? 8 : 150)
                case .repeatedCallbacks: RepeatedCallbacks(jobs: jobs ?? (short ? 20 : 100), hasOlderAttempts: !short)
                case .clockJumps: ClockJumps(jobs: jobs ?? (short ? 40 : 200), pause: short ? 4 : 15, all: false)
                case .allClocks: ClockJumps(jobs: 40, pause: 6, all: true)
                }
            let result = try await TrialBench.run(run, options, name: trial.rawValue, clocks: clocks)
            return .success(trial == .allClocks ? result.inverted : result)
        } catch {
            return .failure(error)
        }
    }
}
