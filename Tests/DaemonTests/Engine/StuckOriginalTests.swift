import FoundationEssentials
import Glibc
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Originals that stay where they are", .timeLimit(.minutes(1)))
    struct StuckOriginalTests {
        @Test("Those that cannot be moved keep nothing else waiting, and are moved as soon as they can be")
        func stuck() async throws {
            try await withDaemon {
                $0.pipelines = [.oil(), .oil("ink")]
                $0.keys = ["main": 8]
            } _: { daemon in
                daemon.clock.run(times: 20)
                // More than are moved at once: a file lies where the folder of each is to be.
                let folders = (1...6).map { "s\($0)" }
                for folder in folders {
                    try Data().write(to: URL(filePath: daemon.path(.done, folder)))
                    try daemon.drop("\(folder)/a.png")
                }
                try await daemon.told(.delivered, times: folders.count)
                try await daemon.told(.originalStuck)
                try daemon.drop("cat.png", into: "ink")
                try await daemon.told(.tidied, about: "cat.png")
                try daemon.drop("dog.png")
                try await daemon.told(.tidied, about: "dog.png")
                let stuck = try await daemon.record(of: "s1/a.png").job
                #expect(stuck.duty == .done && stuck.wait?.reason.contains("oil/s1/a.png could not be moved") == true)
                for folder in folders { #expect(unlink(daemon.path(.done, folder)) == 0) }
                try await daemon.told(.tidied, times: folders.count + 2)
                #expect(daemon.list(.done) == ["dog.png"] + folders.map { "\($0)/a.png" })
                #expect(try await daemon.record(of: "s1/a.png").job.wait == nil)
            }
        }

        @Test("A second name of a file that is under way is one more job, and not the same file twice")
        func secondName() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.pipeline { $0.duplicates = .run }
            } _: { daemon in
                daemon.clock.run(times: 20)
                let picture = try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                #expect(link(daemon.path(.work, "cat.png"), daemon.path(.inbox, "cat.png")) == 0)
                try await daemon.told(.submitted, times: 2)
                #expect(daemon.list(.inbox).isEmpty)
                #expect(daemon.list(.work) == ["cat (2).png", "cat.png"])
                for task in await daemon.simulator.record.tasks { #expect(await daemon.simulator.finish(task.id)) }
                try await daemon.told(.tidied, times: 2)
                // Two names of one file end as one: nothing of it is lost.
                let done = daemon.list(.done)
                #expect(try done.map { try daemon.content(.done, $0) }.contains(picture), "\(done)")
                #expect(daemon.journal.all(.taken).count == 2)
            }
        }
    }
}
