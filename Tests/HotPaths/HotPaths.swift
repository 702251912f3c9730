import ArgumentParser
import Foundation
import Jobs
import Ledger

/// Runs a path that every job or every callback takes, so that scripts/hot-paths can count its instructions.
///
/// What is counted is the difference between two runs: what a start takes is in both.
@main
struct HotPaths: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hot-paths",
        abstract: "Runs a hot path so many times: what scripts/hot-paths counts the instructions of."
    )

    /// The paths.
    enum Path: String, CaseIterable, ExpressibleByArgument {
        /// A genuine callback, from its address and body to its commit.
        case callback
        /// A job from its file to its delivery: every change of its record, committed.
        case job
        /// An entry of an inbox that is looked through.
        case scan
    }

    @Argument(help: "Which path.")
    var path: Path
    @Argument(help: "How many times.")
    var count: Int

    func run() async throws {
        // In memory: to wait for a disk takes no instructions, and is measured elsewhere.
        let folder = "/dev/shm/runninghubd-hot-paths-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        switch path {
        case .callback: try await CallbackPath(folder: folder).run(count)
        case .job: try await JobPath(folder: folder).run(count)
        case .scan: try ScanPath(folder: folder).run(count)
        }
    }
}
