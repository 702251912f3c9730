import Foundation
import RunningHubSimulator

/// One experiment with a daemon and a cloud of its own.
protocol CloudTrial: Sendable {
    /// How many jobs it has.
    var jobs: Int { get }
    /// What the jobs go through, in turn.
    var pipelines: [LaboratoryPipeline] { get }
    /// How many keys the daemon has, and how many tasks each may have at once.
    var keys: (count: Int, concurrency: Int) { get }
    /// More of `config.yaml`.
    var configuration: String { get }
    /// More of the daemon's environment.
    func environment(in folder: String) throws -> [String: String?]
    /// Makes the cloud what it is to be at first.
    func set(_ cloud: inout SimulatorSettings)
    /// Runs it.
    func run(on bench: inout TrialBench) async throws -> TrialResult
}

extension CloudTrial {
    var configuration: String { "inbox: { quiet_time: 100ms, poll_quiet_time: 1s }" }
    func environment(in folder: String) throws -> [String: String?] { [:] }
}

/// What came of a trial.
struct TrialResult: Sendable {
    struct Figure: Sendable {
        let name: String
        let value: String
    }

    /// What was measured, for people.
    private(set) var figures: [Figure] = []
    /// What was not as promised.
    var broken: [String] = []

    mutating func add(_ name: String, _ value: some CustomStringConvertible) {
        figures.append(Figure(name: name, value: value.description))
    }

    /// The result of a trial in which promises must break.
    var inverted: TrialResult {
        var result = TrialResult()
        result.add("promises broken, as they must be", broken.count)
        result.add("the first", broken.first ?? "none")
        if broken.isEmpty { result.broken = ["no promise broke: this trial can find nothing"] }
        return result
    }

    /// Adds a figure in seconds, and what is wrong with it where it is beyond its bound.
    mutating func add(_ name: String, seconds: Double, atMost bound: Double? = nil) {
        add(name, String(format: "%.2f s", seconds))
        if let bound, seconds > bound { broken.append("\(name): \(seconds) s, where \(bound) s are promised") }
    }
}
