import FoundationEssentials
import Glibc
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Batches", .timeLimit(.minutes(1)))
    struct BatchTests {
        /// How a tree of files comes into an inbox.
        enum Arrival: CaseIterable, Sendable {
            case copied, movedIn, whileStopped
        }

        /// The paths of 200 files, three folders deep, with names that clash where folders are ignored.
        private static let paths = (0..<200).map { index in
            "shoot/day \(index % 4)/Ort-\(index % 10)/IMG_\(index / 40).png"
        }

        /// Makes the tree beside the spool.
        private func layOut(_ daemon: EngineHarness) throws {
            for (index, path) in Self.paths.enumerated() {
                let file = "\(daemon.root)/drop/\(path.replacing(".png", with: "-\(index).png"))"
                let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let content = EngineHarness.picture("\(index)", bytes: 100)
                try #require(FileManager.default.createFile(atPath: file, contents: Data(content)))
            }
        }

        @Test(
            "200 files three folders deep are 200 jobs, and results and originals keep their paths.",
            .bug("https://github.com/ar-/incron/issues/8", "folders in folders are not seen"),
            .bug("https://github.com/ar-/incron/issues/30", "folders in folders are not seen"),
            arguments: Arrival.allCases
        )
        func tree(arrival: Arrival) async throws {
            try await withDaemon {
                $0.startsAtOnce = false
                $0.keys = ["main": 50]
                $0.cloud.keys[0].concurrency = 50
            } _: { daemon in
                if arrival != .whileStopped { try await daemon.start() }
                try layOut(daemon)
                switch arrival {
                case .copied:
                    let (from, to) = ("\(daemon.root)/drop/shoot", daemon.path(.inbox))
                    let engine = try daemon.engine
                    // On a thread that may block: a copy takes its time.
                    let code = try await engine.blocking { Glibc.system("cp -r '\(from)' '\(to)'") }
                    #expect(code == 0)
                case .movedIn:
                    try EngineHarness.move("\(daemon.root)/drop/shoot", to: daemon.path(.inbox, "shoot"))
                case .whileStopped:
                    try await daemon.start()
                    await daemon.stop()
                    try EngineHarness.move("\(daemon.root)/drop/shoot", to: daemon.path(.inbox, "shoot"))
                    try await daemon.start()
                }
                try await daemon.told(.tidied, times: 200)
                let expected = Self.paths.enumerated().map { $1.replacing(".png", with: "-\($0).png") }.sorted()
                #expect(daemon.list(.done) == expected)
                let results = daemon.list(.outbox)
                #expect(results.filter { $0.hasSuffix(".png") } == expected)
                #expect(results.count == 400)
                let index = Int.random(in: 0..<200)
                let name = Self.paths[index].replacing(".png", with: "-\(index).png")
                #expect(try daemon.content(.outbox, name) == EngineHarness.picture("\(index)", bytes: 100))
                #expect(await daemon.submissions.count == 200)
                #expect(daemon.list(.work).isEmpty && daemon.list(.inbox).isEmpty)
            }
        }
    }
}
