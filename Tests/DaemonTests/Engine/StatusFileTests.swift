// The compiler takes `stat` for CNIOLinux's or Glibc's, by what else it compiles with this file: both are imported.
import CNIOLinux
import FoundationEssentials
import Glibc
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("_STATUS.txt", .timeLimit(.minutes(1)))
    struct StatusFileTests {
        @Test("It stands in every inbox from the start, for its group alone to read, and is no file of the inbox")
        func start() async throws {
            try await withDaemon {
                $0.pipelines = [.oil(), .oil("ink")]
            } _: { daemon in
                let before = umask(0)
                umask(before)
                for pipeline in ["oil", "ink"] {
                    try await daemon.status(of: pipeline) { $0.hasPrefix("\(pipeline) is running. Written ") }
                    var status = stat()
                    #expect(stat(daemon.path(.inbox, "_STATUS.txt", of: pipeline), &status) == 0)
                    #expect(status.st_mode & 0o777 == 0o660 & ~before)
                }
                try daemon.drop("cat.png")
                try await daemon.told(.tidied, about: "cat.png")
                #expect(daemon.journal.all(.taken).count == 1)
                #expect(try daemon.names(.inbox).filter { $0.contains("STATUS") } == ["_STATUS.txt"])
            }
        }

        @Test(
            "It counts what waits, runs and was delivered, names what is left with its reason, and says when it stopped"
        )
        func course() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.keys = ["main": 1]
            } _: { daemon in
                daemon.clock.run(times: 50)
                try daemon.drop("cat.png")
                try await daemon.told(.submitted, about: "cat.png")
                try daemon.drop("dog.png")
                try Data("x".utf8).write(to: URL(filePath: daemon.path(.inbox, "half.part")))
                let busy = try await daemon.status {
                    $0.contains("1 waiting, 1 running. Today: 0 delivered, 0 failed.")
                }
                #expect(busy.contains("To withdraw a file, take it out of the folder work/oil"))
                try await daemon.status {
                    $0.contains("  half.part: Not taken: *.part is how programs name what they have not finished.\n")
                }
                let task = try #require(await daemon.simulator.record.tasks.first?.id)
                #expect(await daemon.simulator.finish(task))
                try await daemon.status { $0.contains("0 waiting, 1 running. Today: 1 delivered, 0 failed.") }
                await daemon.stop()
                let stopped = try daemon.text(.inbox, "_STATUS.txt")
                #expect(
                    stopped.hasPrefix("oil stopped at ") && stopped.contains("nothing is taken until it runs again")
                )
                try await daemon.start()
                try await daemon.status { $0.hasPrefix("oil is running.") }
            }
        }

        @Test("A hold is told in the language of the configuration")
        func held() async throws {
            try await withDaemon {
                $0.adjust = { $0.language = .ru }
            } _: { daemon in
                try await daemon.status { $0.hasPrefix("oil: работает.") }
                daemon.clock.run(times: 50)
                try await daemon.withControl { client in _ = try await client.hold("oil") }
                try daemon.drop("cat.png")
                let held = try await daemon.status { $0.contains("Ожидают: 1") }
                let name = Caller.ofThisProcess.name
                #expect(held.contains("Приостановлено (остановлено пользователем \(name))"), "\(held)")
            }
        }

        @Test("That RunningHub cannot be reached is told, and that it is again")
        func network() async throws {
            try await withDaemon {
                $0.cloud.faults.upload.cutBefore = .always
            } _: { daemon in
                daemon.clock.run(times: 20)
                try daemon.drop("cat.png")
                try await daemon.status { $0.contains("RunningHub has not been reachable since ") }
            }
        }

        @Test("A job folder is named with what it lacks")
        func lacking() async throws {
            try await withDaemon {
                $0.pipeline { $0.nodes = [.text("{text:style}"), .text("{text:mood}")] }
            } _: { daemon in
                try daemon.drop("set/style.txt", Array("oil".utf8))
                daemon.clock.run(times: 20)
                try await daemon.status { $0.contains("  set: Waits for mood; fails in ") }
            }
        }

        @Test("Where it cannot be replaced it is tried again, and nobody is told")
        func unwritable() async throws {
            try await withDaemon { daemon in
                try await daemon.status { $0.hasPrefix("oil is running.") }
                daemon.clock.run(times: 50)
                let path = daemon.path(.inbox, "_STATUS.txt")
                try FileManager.default.removeItem(atPath: path)
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                let mark = daemon.journal.mark
                try daemon.drop("cat.png")
                try await daemon.told(.tidied, about: "cat.png")
                try await daemon.probe()
                #expect(daemon.journal.entries.dropFirst(mark).allSatisfy { !$0.text.contains("STATUS") })
                // The next try may be under way.
                let names = try daemon.names(.inbox).filter { $0.contains("STATUS") && !$0.hasSuffix(".new") }
                #expect(names == ["_STATUS.txt"])
                try FileManager.default.removeItem(atPath: path)
                try await daemon.status { $0.contains("Today: 2 delivered") }
            }
        }

        @Test("Where the outbox is away, the inbox says so, and nothing but the status file is put into it")
        func outboxAway() async throws {
            try await withDaemon { daemon in
                try await daemon.status { $0.hasPrefix("oil is running.") }
                daemon.clock.run(times: 50)
                try EngineHarness.move(daemon.path(.outbox), to: "\(daemon.root)/elsewhere")
                try await daemon.status { $0.contains("Pipeline oil waits: \(daemon.path(.outbox)) is not there.") }
            }
        }

        @Test("While a job is live it is never older than a minute; while nothing is, it is left alone")
        func age() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                daemon.clock.advance(by: .seconds(6))
                try await daemon.status { $0.contains("0 waiting, 1 running.") }
                let first = try daemon.inode
                daemon.clock.advance(by: .seconds(61))
                while try daemon.inode == first { await Task.yield() }
            }
        }
    }
}

extension EngineHarness {
    /// Waits until an inbox's `_STATUS.txt` is as asked for.
    @discardableResult
    func status(
        of pipeline: String = "oil",
        at location: SourceLocation = #_sourceLocation,
        _ fits: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        let text = await patiently { [self] () -> String? in
            while !Task.isCancelled {
                if let text = try? self.text(.inbox, StatusFile.name.description, of: pipeline), fits(text) {
                    return text
                }
                await Task.yield()
            }
            return nil
        }
        let last = (try? self.text(.inbox, StatusFile.name.description, of: pipeline)) ?? "nothing"
        return try #require(text, "it stayed \(last)\n\(story)", sourceLocation: location)
    }

    /// Everything in a folder, hidden or not.
    fileprivate func names(_ role: FolderRole) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(role))
    }

    /// Which file the status file is.
    fileprivate var inode: UInt64 {
        get throws {
            var status = stat()
            guard stat(path(.inbox, "_STATUS.txt"), &status) == 0 else { throw Failure(text: "there is none") }
            return UInt64(status.st_ino)
        }
    }
}
