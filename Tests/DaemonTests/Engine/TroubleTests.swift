import FoundationEssentials
import Jobs
import Ledger
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("When something is not as it should be", .timeLimit(.minutes(1)))
    struct TroubleTests {
        @Test(
            "An answer that cannot be written is told at once, with its task, kept, and written when that is possible."
        )
        func answerUncommitted() async throws {
            try await withDaemon { daemon in
                try await daemon.breakLedger("no_task", before: "UPDATE ON jobs", when: "NEW.state = 'running'")
                try daemon.drop("cat.png")
                let told = try #require(
                    await daemon.journal.first(from: 0) {
                        $0.message == .answerUncommitted && $0.text.contains("started task")
                    }
                )
                let task = try #require(await daemon.simulator.record.tasks.first)
                #expect(told.text.contains(task.id) && told.text.contains("attempt 1"))
                daemon.clock.run(times: 20)
                let callbacks = try await daemon.cloud { ($0.callbacks.first?.tries.count ?? 0) >= 2 }
                #expect(callbacks.callbacks[0].tries.allSatisfy { $0.status == 503 })
                try await daemon.mendLedger("no_task")
                try await daemon.told(.delivered)
                #expect(try daemon.manifest("cat").taskID == task.id)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test(
            "A callback that cannot be stored is answered 503, and the task it names is adopted all the same.",
            .bug("https://github.com/adnanh/webhook/issues/102", "what cannot be stored is lost")
        )
        func callbackUnstored() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.callbacks.retries = 0
                $0.cloud.faults.submit.lostByCut = .next(1)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.outcomeUnknown)
                try await daemon.breakLedger("no_callback", before: "UPDATE ON attempts")
                await daemon.simulator.finish(try #require(await daemon.simulator.record.tasks.first?.id))
                let record = try await daemon.cloud { !($0.callbacks.first?.tries.isEmpty ?? true) }
                #expect(record.callbacks[0].tries.map(\.status) == [503])
                try await daemon.told(.callbackUnstored)
                try await daemon.mendLedger("no_callback")
                daemon.clock.run(times: 20)
                try await daemon.told(.adopted)
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("Where the intent cannot be written, nothing is submitted; it goes on by itself.")
        func intentUncommitted() async throws {
            try await withDaemon { daemon in
                try await daemon.breakLedger("no_intent", before: "UPDATE ON jobs", when: "NEW.state = 'submitting'")
                try daemon.drop("cat.png")
                try await daemon.told(.ledgerTrouble)
                daemon.clock.advance(by: .seconds(120))
                #expect(await daemon.submissions.isEmpty)
                try await daemon.mendLedger("no_intent")
                daemon.clock.advance(by: .seconds(10))
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test(
            "Where a claim cannot be recorded, the file stays in the inbox until it can.",
            .bug(
                "https://github.com/paperless-ngx/paperless-ngx/issues/10250",
                "a database error after the file was moved"
            )
        )
        func claimUnrecorded() async throws {
            try await withDaemon { daemon in
                try await daemon.breakLedger("no_job", before: "INSERT ON jobs")
                try daemon.drop("cat.png")
                try await daemon.told(.ledgerTrouble)
                #expect(daemon.list(.inbox) == ["cat.png"])
                try await daemon.mendLedger("no_job")
                daemon.clock.advance(by: .seconds(10))
                try await daemon.told(.delivered)
            }
        }

        @Test(
            "A folder that is away stops its pipeline, and nothing else; back again, it goes on.",
            .bug("https://github.com/HaveAGitGat/Tdarr/issues/994", "after a short outage everything is dropped"),
            arguments: [FolderRole.inbox, .work, .outbox, .done, .failed]
        )
        func folderAway(role: FolderRole) async throws {
            try await withDaemon {
                $0.pipelines = [.oil(), .oil("ink")]
            } _: { daemon in
                let place = daemon.path(role)
                try EngineHarness.move(place, to: "\(place).away")
                daemon.clock.advance(by: .seconds(6))
                let told = try await daemon.told(.folderAway)
                #expect(told.text.contains(place))
                if role != .inbox {
                    try daemon.drop("cat.png")
                } else {
                    // An empty folder in its place, as a mount point without its disk is.
                    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
                    try daemon.drop("lure.png")
                }
                daemon.clock.advance(by: .seconds(120))
                try await daemon.probe("ink")
                #expect(daemon.journal.all(.taken).count == 1)
                if role == .inbox {
                    #expect(daemon.list(.inbox) == ["lure.png"])
                    try FileManager.default.removeItem(atPath: place)
                }
                try EngineHarness.move("\(place).away", to: place)
                if role == .inbox { try daemon.drop("cat.png") }
                daemon.clock.run(times: 20)
                try await daemon.told(.folderBack)
                try await daemon.told(.tidied, about: "cat.png")
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
            }
        }

        @Test("An outbox that goes away while a task runs waits with its results.")
        func outboxAwayMeanwhile() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                try daemon.drop("cat.png")
                let task = try #require(try await daemon.told(.submitted).fields["task"])
                let place = daemon.path(.outbox)
                try EngineHarness.move(place, to: "\(place).away")
                await daemon.simulator.finish(task)
                try await daemon.told(.succeeded)
                try await daemon.told(.folderAway)
                #expect(await daemon.simulator.record.downloads.isEmpty)
                try EngineHarness.move("\(place).away", to: place)
                daemon.clock.run(times: 20)
                try await daemon.told(.tidied)
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
            }
        }

        @Test(
            "Below the free space that is asked for nothing is submitted; that is told once, and it goes on when there is room.",
            .bug(
                "https://github.com/paperless-ngx/paperless-ngx/issues/8329",
                "after a full disk nothing is tried again"
            )
        )
        func lowDisk() async throws {
            let other = "/dev/shm/runninghubd-test-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
            defer { try? FileManager.default.removeItem(atPath: other) }
            let free = try Folder(path: other).freeSpace()
            try Data(repeating: 1, count: 200_000_000).write(to: URL(filePath: "\(other)/ballast"))
            try await withDaemon {
                $0.pipeline {
                    $0.folders.outbox = "\(other)/outbox"
                    $0.limits.freeSpace = free - 100_000_000
                }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.diskLow)
                daemon.clock.advance(by: .seconds(20))
                try daemon.drop("dog.png")
                try await daemon.told(.taken, about: "dog.png")
                #expect(daemon.journal.all(.diskLow).count == 1)
                let line = try daemon.engine.statusLine().text
                #expect(line.contains("MB are free for the outbox of oil"), "\(line)")
                #expect(await daemon.simulator.record.requests.isEmpty)
                try FileManager.default.removeItem(atPath: "\(other)/ballast")
                daemon.clock.advance(by: .seconds(11))
                try await daemon.told(.tidied, times: 2)
                #expect(FileManager.default.fileExists(atPath: "\(other)/outbox/cat.result.json"))
            }
        }

        /// How a daemon can come to a spool whose history its ledger does not know.
        enum Loss: CaseIterable, Sendable {
            case lost, older, otherMachine
        }

        @Test(
            "A ledger that does not know what has happened holds everything; what it knows to run goes on, strangers in work/ go to failed/.",
            arguments: Loss.allCases
        )
        func lostHistory(loss: Loss) async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                try daemon.drop("known.png")
                let task = try #require(try await daemon.told(.submitted).fields["task"])
                try daemon.keepLedger(as: "older")
                try await daemon.restart()
                try daemon.drop("late.png")
                try await daemon.told(.submitted, about: "late.png")
                await daemon.stop()
                switch loss {
                case .lost: try daemon.loseLedger()
                case .older: try daemon.putBackLedger("older")
                case .otherMachine:
                    _ = try await daemon.ledger.beginGeneration(on: "another")
                }
                try daemon.drop("new.png")
                let mark = daemon.journal.mark
                try await daemon.start()
                try await daemon.told(.historyLost)
                try await daemon.told(.taken, about: "new.png", from: mark)
                if loss != .otherMachine {
                    try await daemon.told(.fileRefused, from: mark)
                    #expect(daemon.list(.failed).contains("late.png"))
                    #expect(try daemon.notes("late.png").name == "unknown-job")
                }
                await daemon.simulator.finish(task)
                if loss != .lost {
                    try await daemon.told(.tidied, about: "known.png", from: mark)
                    #expect(daemon.list(.outbox).contains("known.png"))
                }
                daemon.clock.advance(by: .seconds(600))
                try await daemon.engine.ledger.release("nothing")
                #expect(await daemon.submissions.count == 2)
                #expect(daemon.list(.work).contains("new.png"))
                try await daemon.restart()
                #expect(try daemon.engine.isHeld("oil"), "a hold outlives a restart")
            }
        }

        @Test("A pipeline whose folders belong to another daemon is left alone.")
        func othersFolders() async throws {
            try await withDaemon { daemon in
                await daemon.stop()
                try await withDaemon {
                    $0.startsAtOnce = false
                } _: { other in
                    try EngineHarness.move("\(daemon.root)/spool", to: "\(other.root)/kept")
                    try FileManager.default.removeItem(atPath: "\(other.root)/spool")
                    try EngineHarness.move("\(other.root)/kept", to: "\(other.root)/spool")
                    try await other.start()
                    try await other.told(.historyLost)
                    try other.drop("cat.png")
                    try await other.told(.taken)
                    other.clock.advance(by: .seconds(120))
                    #expect(await other.submissions.isEmpty)
                }
            }
        }

        @Test("A second daemon on the same folders does not start.")
        func locked() async throws {
            try await withDaemon { daemon in
                let start = DaemonStart(
                    configuration: daemon.configuration,
                    journal: daemon.journal.journal,
                    time: daemon.clock
                )
                await #expect { try await start.makeEngine() } throws: { ($0 as? DaemonExit)?.code == .taken }
                try await start.close()
                try await daemon.probe()
            }
        }
    }
}
