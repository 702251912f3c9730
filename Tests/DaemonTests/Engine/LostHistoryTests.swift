// The compiler takes `stat` for CNIOLinux's or Glibc's, by what else it compiles with this file: both are imported.
import CNIOLinux
import FoundationEssentials
import Glibc
import Jobs
import Ledger
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Histories that lie", .timeLimit(.minutes(1)))
    struct LostHistoryTests {
        /// Nothing is submitted, whatever time goes by, and everybody who asks is told why.
        private func expectHeld(
            _ daemon: EngineHarness,
            _ reason: String,
            submissions: Int,
            at location: SourceLocation = #_sourceLocation
        ) async throws {
            let mark = daemon.journal.mark
            let name = "new-\(mark).png"
            try daemon.drop(name)
            try await daemon.told(.taken, about: name, from: mark, at: location)
            daemon.clock.advance(by: .seconds(600))
            let status = try await daemon.engine.statusDocument()
            #expect(status.holds.first?.reason.contains(reason) == true, "\(status.holds)", sourceLocation: location)
            #expect(status.summary.hasPrefix("everything is held: "), sourceLocation: location)
            #expect(status.obstacles["oil"]?.next?.contains("release --all") == true, sourceLocation: location)
            #expect(await daemon.submissions.count == submissions, sourceLocation: location)
        }

        private func marker(of daemon: EngineHarness) throws -> Marker? {
            try Marker.read(in: Folder(path: "\(daemon.root)/spool"))
        }

        /// A job that failed although its task succeeded later.
        private static let failsAtFirst: @Sendable (inout EngineHarness.Setup) -> Void = {
            $0.cloud.faults.tasks.transientFailed = .always
            $0.cloud.faults.tasks.transientFailedQueries = 2
        }

        private func fail(_ name: String, in daemon: EngineHarness) async throws {
            try daemon.drop(name)
            try await daemon.told(.doubted)
            daemon.clock.advance(by: .seconds(31))
            try await daemon.told(.tidied, about: name)
            #expect(daemon.list(.failed) == [name, "\(name).error.json", "\(name).error.txt"])
        }

        /// Its results are there, and nothing more was submitted.
        private func expectFetched(_ daemon: EngineHarness, submissions: Int = 1) async throws {
            try await daemon.told(.revived)
            try await daemon.told(.tidied, times: 2)
            #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
            #expect(daemon.list(.done) == ["cat.png"])
            #expect(daemon.list(.failed).isEmpty, "\(daemon.list(.failed))")
            #expect(daemon.list(.inbox).isEmpty && daemon.list(.work).isEmpty)
            #expect(await daemon.submissions.count == submissions)
        }

        @Test(
            "A copy of the ledger that was made since the last start is found to be one.",
            .bug("https://github.com/benbjohnson/litestream/issues/1077", "a restored database is older than it seems")
        )
        func copyOfThisRun() async throws {
            try await withDaemon { daemon in
                try daemon.drop("known.png")
                try await daemon.told(.tidied, about: "known.png")
                try daemon.keepLedger(as: "older")
                daemon.clock.advance(by: .seconds(6))
                try daemon.drop("late.png")
                try await daemon.told(.tidied, about: "late.png")
                await daemon.stop()
                try daemon.putBackLedger("older")
                try await daemon.start()
                try await daemon.told(.historyLost)
                try await expectHeld(daemon, "older than the spool", submissions: 2)
            }
        }

        @Test("Starts that fail leave the next one to find the same.", arguments: [false, true])
        func failedStarts(isOtherMachine: Bool) async throws {
            try await withDaemon { daemon in
                try daemon.keepLedger(as: "older")
                try await daemon.probe()
                await daemon.stop()
                if isOtherMachine {
                    _ = try await daemon.ledger.beginGeneration(on: "another")
                } else {
                    try daemon.putBackLedger("older")
                }
                try await failToStart(daemon)
                try await daemon.start()
                try await daemon.told(.historyLost)
                try await expectHeld(daemon, isOtherMachine ? "another machine" : "older", submissions: 1)
            }
        }

        private func failToStart(_ daemon: EngineHarness) async throws {
            let lock = try SpoolLayout(path: "\(daemon.root)/spool").lock()
            for _ in 0..<5 {
                await #expect { try await daemon.start() } throws: { ($0 as? DaemonExit)?.code == .taken }
            }
            withExtendedLifetime(lock) {}
        }

        @Test("A marker that says nothing holds everything; a person's empty one too.", arguments: ["", "{", "[]"])
        func noWitness(text: String) async throws {
            try await withDaemon { daemon in
                await daemon.stop()
                try Data(text.utf8).write(to: URL(filePath: "\(daemon.root)/spool/.runninghubd"))
                try await daemon.start()
                try await daemon.told(.historyLost)
                try await expectHeld(daemon, ".runninghubd is empty or damaged", submissions: 0)
                #expect(try marker(of: daemon)?.ledger == daemon.engine.settings.publicID)
            }
        }

        @Test("A spool whose marker is gone is not the spool it was, until a person says that it is.")
        func markerGone() async throws {
            try await withDaemon { daemon in
                await daemon.stop()
                let path = "\(daemon.root)/spool/.runninghubd"
                #expect(unlink(path) == 0)
                for _ in 0..<2 {
                    await #expect { try await daemon.start() } throws: {
                        "\($0)".contains("mount it") && "\($0)".contains("touch '\(path)'")
                    }
                }
                try Data().write(to: URL(filePath: path))
                try await daemon.start()
                try await daemon.told(.historyLost)
                try await expectHeld(daemon, "empty or damaged", submissions: 0)
            }
        }

        @Test("A ledger that is lost together with the spool's marker is missed all the same.")
        func bothGone() async throws {
            try await withDaemon { daemon in
                try await daemon.probe()
                await daemon.stop()
                try daemon.loseLedger()
                #expect(unlink("\(daemon.root)/spool/.runninghubd") == 0)
                try await daemon.start()
                try await daemon.told(.historyLost)
                try await expectHeld(daemon, "another ledger", submissions: 1)
            }
        }

        @Test("What was lost is told even where a person had held everything before.")
        func heldBefore() async throws {
            try await withDaemon { daemon in
                _ = try await daemon.engine.hold("", by: Caller.ofThisProcess)
                await daemon.stop()
                _ = try await daemon.ledger.beginGeneration(on: "another")
                try await daemon.start()
                try await expectHeld(daemon, "another machine", submissions: 0)
            }
        }

        @Test(
            "A pipeline's folder of another daemon is left alone, also at a start, until a person empties its marker."
        )
        func othersFolder() async throws {
            let other = Marker(ledger: "somebody-else", generation: 7)
            try await withDaemon {
                $0.startsAtOnce = false
                $0.pipelines[0].folders.outbox =
                    FileManager.default.temporaryDirectory.path + "/outbox-\(UUID().uuidString)"
            } _: { daemon in
                let outbox = try #require(daemon.setup.pipelines[0].folders.outbox)
                defer { try? FileManager.default.removeItem(atPath: outbox) }
                try FileManager.default.createDirectory(atPath: outbox, withIntermediateDirectories: true)
                try other.write(in: try Folder(path: outbox))
                for _ in 0..<2 {
                    let mark = daemon.journal.mark
                    try await daemon.start()
                    let told = daemon.journal.entries.dropFirst(mark).filter { $0.message == .folderAway }.map(\.text)
                    #expect(
                        told.contains { $0.contains("another daemon") && $0.contains("truncate -s 0 '\(outbox)/") },
                        "\(told)"
                    )
                    await daemon.stop()
                    #expect(try Marker.read(in: try Folder(path: outbox)) == other)
                }
                try await daemon.start()
                try Data().write(to: URL(filePath: "\(outbox)/.runninghubd"))
                daemon.clock.advance(by: .seconds(6))
                try await daemon.told(.folderBack)
                #expect(try Marker.read(in: try Folder(path: outbox))?.ledger == daemon.engine.settings.publicID)
            }
        }

        @Test("A secret that is gone is told; what runs is fetched, and nothing is held or submitted again.")
        func secretGone() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                try daemon.drop("cat.png")
                let task = try #require(try await daemon.told(.submitted).fields["task"])
                await daemon.stop()
                try await daemon.ledgerStatement("DELETE FROM facts WHERE name = 'secret'")
                let mark = daemon.journal.mark
                try await daemon.start()
                let told = try await daemon.told(.historyLost, from: mark)
                #expect(told.text.contains("secret"))
                #expect(try !daemon.engine.isHeld("oil"))
                await daemon.simulator.finish(task)
                daemon.clock.run(times: 30)
                try await daemon.told(.tidied, about: "cat.png")
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("A daemon whose spool another has taken meanwhile submits nothing, and says so.")
        func takenMeanwhile() async throws {
            try await withDaemon { daemon in
                for isCopy in [false, true] {
                    let own = try #require(try marker(of: daemon))
                    let other =
                        isCopy
                        ? Marker(ledger: own.ledger, generation: own.generation + 100)
                        : Marker(ledger: "somebody-else", generation: 1)
                    let mark = daemon.journal.mark
                    let submissions = await daemon.submissions.count
                    try other.write(in: Folder(path: "\(daemon.root)/spool"))
                    daemon.clock.advance(by: .seconds(61))
                    try daemon.drop("cat-\(mark).png")
                    let told = try await daemon.told(.spoolTrouble, from: mark)
                    #expect(told.text.contains("another daemon uses"))
                    let status = try await daemon.engine.statusDocument()
                    #expect(status.summary.contains("another daemon uses"))
                    #expect(status.obstacles["oil"]?.reason.contains("another daemon uses") == true)
                    #expect(await daemon.submissions.count == submissions)
                    try own.write(in: Folder(path: "\(daemon.root)/spool"))
                    daemon.clock.run(times: 30)
                    try await daemon.told(.tidied, about: "cat-\(mark).png")
                    #expect(try daemon.engine.mark.trouble == nil)
                    #expect(try marker(of: daemon)?.ledger == own.ledger)
                }
            }
        }

        // MARK: A retry of what was paid

        @Test("With the ledger lost, a failed file that comes back is fetched by its note.", arguments: [false, true])
        func returnOfForgotten(withNotes: Bool) async throws {
            try await withDaemon(Self.failsAtFirst) { daemon in
                try await fail("cat.png", in: daemon)
                await daemon.stop()
                try daemon.loseLedger()
                try await daemon.start()
                try await daemon.told(.historyLost)
                for name in withNotes ? daemon.list(.failed) : ["cat.png"] {
                    try EngineHarness.move(daemon.path(.failed, name), to: daemon.path(.inbox, name))
                }
                try await expectFetched(daemon)
            }
        }

        @Test(
            "With an older ledger that has the job still waiting, a failed file that comes back is fetched by its note."
        )
        func returnOfStale() async throws {
            try await withDaemon(Self.failsAtFirst) { daemon in
                _ = try await daemon.engine.hold("oil", by: Caller.ofThisProcess)
                try daemon.drop("cat.png")
                try await daemon.told(.taken)
                try daemon.keepLedger(as: "older")
                _ = try await daemon.engine.release("oil", by: Caller.ofThisProcess)
                try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.tidied, about: "cat.png")
                await daemon.stop()
                try daemon.putBackLedger("older")
                try await daemon.start()
                try await daemon.told(.historyLost)
                try EngineHarness.move(daemon.path(.failed, "cat.png"), to: daemon.path(.inbox, "cat.png"))
                try await expectFetched(daemon)
            }
        }

        @Test("On a copied disk, where every file has another identity, a failed file that comes back is fetched.")
        func returnOnCopiedDisk() async throws {
            try await withDaemon(Self.failsAtFirst) { daemon in
                try await fail("cat.png", in: daemon)
                try Self.copy(daemon.path(.failed, "cat.png"))
                try EngineHarness.move(daemon.path(.failed, "cat.png"), to: daemon.path(.inbox, "cat.png"))
                try await expectFetched(daemon)
            }
        }

        @Test("On a copied disk the retry command finds its file by its note.")
        func retryOnCopiedDisk() async throws {
            try await withDaemon(Self.failsAtFirst) { daemon in
                try await fail("cat.png", in: daemon)
                let id = try await daemon.record(of: "cat.png").job.id
                try Self.copy(daemon.path(.failed, "cat.png"))
                _ = try await daemon.engine.retry(id.text, mayPayTwice: false, by: Caller.ofThisProcess)
                try await expectFetched(daemon)
            }
        }

        @Test("On a copied disk an original in work/ is known again, and goes to done/ when its task has ended.")
        func workOnCopiedDisk() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                try daemon.drop("cat.png")
                let task = try #require(try await daemon.told(.submitted).fields["task"])
                await daemon.stop()
                try Self.copy(daemon.path(.work, "cat.png"))
                try await daemon.start()
                await daemon.simulator.finish(task)
                daemon.clock.run(times: 30)
                try await daemon.told(.tidied, about: "cat.png")
                #expect(daemon.list(.done) == ["cat.png"])
                #expect(daemon.list(.work).isEmpty && daemon.list(.failed).isEmpty)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("A note that does not fit its file, or names a task of another job, is no proof of anything.")
        func forgedNote() async throws {
            try await withDaemon(Self.failsAtFirst) { daemon in
                try await fail("cat.png", in: daemon)
                try daemon.drop("mine.png")
                let task = try await daemon.told(.submitted, about: "mine.png").fields["task"] ?? ""
                await daemon.stop()
                _ = try await daemon.ledger.beginGeneration(on: "another")
                try await daemon.start()
                let mark = daemon.journal.mark
                let note = try daemon.text(.failed, "cat.png.error.json")
                for name in ["cat.png", "cat.png.error.json", "cat.png.error.txt"] {
                    #expect(unlink(daemon.path(.failed, name)) == 0)
                }
                let picture = EngineHarness.picture("other")
                let known = try await daemon.record(of: "cat.png").job.id
                let forgeries = [
                    // A job that the ledger knows, with the right sum of this file.
                    "fourth.png":
                        #"{"job":"\#(known)","attempts":1,"parameters":{},"sources":[{"name":"fourth.png","sha256":"\#(EngineHarness.sha256(EngineHarness.picture("fourth")))"}]}"#,
                    // The note of other content.
                    "other.png": note.replacing("cat.png", with: "other.png"),
                    // Another job's task, with the right sum.
                    "third.png":
                        #"{"job":"zzzzzzzzzzzz","task_id":"\#(task)","key":"main","attempts":1,"parameters":{},"sources":[{"name":"third.png","sha256":"\#(EngineHarness.sha256(picture))"}]}"#,
                ]
                for (name, text) in forgeries {
                    try Data(text.utf8).write(to: URL(filePath: daemon.path(.failed, "\(name).error.json")))
                    let content = ["third.png": picture, "fourth.png": EngineHarness.picture("fourth")][name]
                    try daemon.drop(name, content)
                    try await daemon.told(.taken, about: name, from: mark)
                }
                #expect(daemon.journal.entries.dropFirst(mark).allSatisfy { $0.message != .revived })
                #expect(await daemon.submissions.count == 2)
            }
        }

        /// Puts a copy with the same times in a file's place, as a copied disk has it.
        private static func copy(_ path: String) throws {
            var status = stat()
            guard stat(path, &status) == 0, let data = FileManager.default.contents(atPath: path) else {
                throw EngineHarness.Failure(text: "cannot read \(path)")
            }
            try data.write(to: URL(filePath: "\(path).copy"))
            let times = [status.st_atim, status.st_mtim]
            guard utimensat(AT_FDCWD, "\(path).copy", times, 0) == 0 else {
                throw EngineHarness.Failure(text: "cannot date \(path)")
            }
            try EngineHarness.move("\(path).copy", to: path)
        }
    }
}
