import FoundationEssentials
import Jobs
import RunningHubSimulator
import Spool
import Synchronization
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("A file moved back from failed/", .timeLimit(.minutes(1)))
    struct ReturnTests {
        @Test(
            "A task that has succeeded meanwhile is fetched; nothing new is submitted, and the notes are gone.",
            arguments: [false, true]
        )
        func alreadyPaid(withNotes: Bool) async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.transientFailed = .always
                $0.cloud.faults.tasks.transientFailedQueries = 2
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.tidied)
                for name in withNotes ? daemon.list(.failed) : ["cat.png"] {
                    try EngineHarness.move(daemon.path(.failed, name), to: daemon.path(.inbox, name))
                }
                try await daemon.told(.revived)
                try await daemon.told(.delivered)
                try await daemon.told(.tidied, times: 2)
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(daemon.list(.done) == ["cat.png"])
                #expect(daemon.list(.failed).isEmpty, "\(daemon.list(.failed))")
                #expect(daemon.list(.inbox).isEmpty, "\(daemon.list(.inbox))")
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test(
            "It is waited with until the ledger knows that it lay in failed/: it is not another job's.",
            arguments: [false, true]
        )
        func beforeItsDutyIsDone(withNotes: Bool) async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.transientFailed = .next(1)
                $0.cloud.faults.tasks.transientFailedQueries = 2
            } _: { daemon in
                let untidied = "NEW.duty = 'none' AND OLD.duty <> 'none'"
                try await daemon.breakLedger("untidied", before: "UPDATE ON jobs", when: untidied)
                try daemon.drop("cat.png")
                try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.originalStuck)
                #expect(daemon.list(.failed).contains("cat.png"))
                for name in withNotes ? daemon.list(.failed) : ["cat.png"] {
                    try EngineHarness.move(daemon.path(.failed, name), to: daemon.path(.inbox, name))
                }
                // Once this has gone through, the other was looked at.
                try daemon.drop("probe.png")
                try await daemon.told(.delivered, about: "probe.png")
                try await daemon.mendLedger("untidied")
                daemon.clock.run(times: 100)
                try await daemon.told(.revived)
                try await daemon.told(.delivered, about: "cat.png")
                #expect(await daemon.submissions.count == 2)
            }
        }

        @Test(
            "One that could not be taken when it came back is the same one's wherever it lies next, touched or not.",
            arguments: [false, true]
        )
        func movedOnBeforeItsClaim(isTouched: Bool) async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.transientFailed = .next(1)
                $0.cloud.faults.tasks.transientFailedQueries = 2
                $0.cloud.faults.callbacks.dropped = .always
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                daemon.clock.run(times: 50)
                try await daemon.told(.tidied)
                // A file that has the name of the folder that it would go to.
                let files = FileManager.default
                #expect(files.createFile(atPath: daemon.path(.work, "sub"), contents: Data([0])))
                try files.createDirectory(atPath: daemon.path(.inbox, "sub"), withIntermediateDirectories: true)
                try EngineHarness.move(daemon.path(.failed, "cat.png"), to: daemon.path(.inbox, "sub/cat.png"))
                try await daemon.told(.spoolTrouble)
                let drop = "\(daemon.root)/drop/cat.png"
                try EngineHarness.move(daemon.path(.inbox, "sub/cat.png"), to: drop)
                if isTouched { try files.setAttributes([.modificationDate: Date()], ofItemAtPath: drop) }
                try EngineHarness.move(drop, to: daemon.path(.inbox, "cat.png"))
                try await daemon.told(.tidied, times: 2)
                #expect(await daemon.submissions.count == 1)
                #expect(daemon.list(.done) == ["cat.png"])
            }
        }

        @Test(
            "A folder that is one job is known again on a disk that has another number since a boot, in work/ and in failed/.",
            arguments: [FolderRole.work, .failed]
        )
        func deviceOfAnotherNumber(role: FolderRole) async throws {
            try await withDaemon {
                $0.pipeline { $0.nodes = [.init(id: "285", field: "image", value: .text(.parsed("{file:person}")))] }
                $0.cloud.faults.tasks.transientFailed = role == .failed ? .next(1) : .never
                $0.cloud.faults.tasks.transientFailedQueries = 2
                $0.cloud.faults.callbacks.dropped = .always
            } _: { daemon in
                _ = try await daemon.engine.hold("oil", by: Caller(user: 0, process: 1))
                let drop = "\(daemon.root)/drop/shoot"
                try FileManager.default.createDirectory(atPath: drop, withIntermediateDirectories: true)
                try Data(EngineHarness.picture("person")).write(to: URL(filePath: "\(drop)/person.png"))
                try EngineHarness.move(drop, to: daemon.path(.inbox, "shoot"))
                try await daemon.told(.taken)
                daemon.clock.run(times: 50)
                if role == .failed {
                    _ = try await daemon.engine.release("oil", by: Caller(user: 0, process: 1))
                    try await daemon.told(.tidied)
                }
                await daemon.stop()
                try await daemon.ledgerStatement(
                    "UPDATE jobs SET device = device + 1, inputs = replace(inputs, '\"device\":', '\"device\":1')"
                )
                try await daemon.start()
                if role == .failed {
                    try EngineHarness.move(daemon.path(.failed, "shoot"), to: daemon.path(.inbox, "shoot"))
                    try await daemon.told(.revived)
                } else {
                    _ = try await daemon.engine.release("oil", by: Caller(user: 0, process: 1))
                }
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("The file of a pipeline that was renamed, and kept its folders, is not taken: it may have been paid.")
        func renamedPipeline() async throws {
            let isRenamed = Mutex(false)
            try await withDaemon {
                $0.cloud.faults.tasks.transientFailed = .always
                $0.cloud.faults.tasks.transientFailedQueries = 2
                $0.adjust = { configuration in
                    var folders = Pipeline.Folders()
                    let root = configuration.state.dropLast("state".count) + "folders"
                    folders.inbox = "\(root)/inbox"
                    folders.outbox = "\(root)/outbox"
                    folders.done = "\(root)/done"
                    folders.failed = "\(root)/failed"
                    configuration.pipelines[0].folders = folders
                    if isRenamed.withLock({ $0 }) { configuration.pipelines[0].name = "ink" }
                }
                $0.startsAtOnce = false
            } _: { daemon in
                let root = "\(daemon.root)/folders"
                for name in ["inbox", "outbox", "done", "failed"] {
                    let files = FileManager.default
                    try files.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: true)
                }
                try await daemon.start()
                let drop = "\(daemon.root)/drop/cat.png"
                try Data(EngineHarness.picture("cat")).write(to: URL(filePath: drop))
                try EngineHarness.move(drop, to: "\(root)/inbox/cat.png")
                try await daemon.told(.submitted)
                daemon.clock.run(times: 50)
                try await daemon.told(.tidied)
                await daemon.stop()
                isRenamed.withLock { $0 = true }
                try await daemon.start()
                try EngineHarness.move("\(root)/failed/cat.png", to: "\(root)/inbox/cat.png")
                let stuck = try await daemon.told(.fileStuck)
                #expect(stuck.text.contains("pipeline oil, which is not configured any more"), "\(stuck.text)")
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("It is known again with the parameters beside it, also where a whole one is written with a point.")
        func withParameters() async throws {
            try await withDaemon { setup in
                setup.pipeline { $0.nodes = [.file(), .text("{param:strength}")] }
                setup.cloud.faults.tasks.transientFailed = .always
                setup.cloud.faults.tasks.transientFailedQueries = 2
            } _: { daemon in
                try daemon.drop("cat.png.yaml", Array("params: { strength: 7.0 }".utf8))
                try daemon.drop("cat.png")
                try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.tidied)
                for name in ["cat.png.yaml", "cat.png"] {
                    try EngineHarness.move(daemon.path(.failed, name), to: daemon.path(.inbox, name))
                }
                try await daemon.told(.revived)
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("A task that failed in truth is asked about first, then a new one is paid.")
        func paysAnew() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.failures = [TaskFailureFault(.moderation, .next(1))]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.tidied)
                let queries = await daemon.simulator.record.tasks[0].queries
                try EngineHarness.move(daemon.path(.failed, "cat.png"), to: daemon.path(.inbox, "cat.png"))
                daemon.clock.run(times: 100)
                try await daemon.told(.delivered)
                try await daemon.told(.tidied, times: 2)
                let record = await daemon.simulator.record
                #expect(record.tasks[0].queries > queries)
                #expect(record.submissions.count == 2)
                #expect(daemon.list(.failed).isEmpty, "\(daemon.list(.failed))")
                #expect(try daemon.manifest("cat").attempts == 2)
            }
        }

        @Test(
            "A file that was refused without cost is simply tried again.",
            .bug("https://github.com/jlesage/docker-handbrake/issues/29", "a failed file is never tried again")
        )
        func nothingPaid() async throws {
            try await withDaemon {
                $0.cloud.faults.submit.errors = [CodeFault(380, .next(1))]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                try EngineHarness.move(daemon.path(.failed, "cat.png"), to: daemon.path(.inbox, "again.png"))
                try await daemon.told(.delivered)
                try await daemon.told(.tidied, times: 2)
                #expect(daemon.list(.outbox) == ["again.png", "again.result.json"])
                #expect(daemon.list(.failed).isEmpty, "\(daemon.list(.failed))")
                #expect(await daemon.submissions.count == 2)
                #expect(try daemon.manifest("again").attempts == 1)
            }
        }

        @Test("A file of the same name and other content is a job of its own.")
        func otherContent() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.failures = [TaskFailureFault(.moderation, .next(1))]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.tidied)
                try daemon.drop("cat.png", EngineHarness.picture("another"))
                try await daemon.told(.delivered)
                #expect(daemon.journal.all(.revived).isEmpty)
                #expect(daemon.list(.failed) == ["cat.png", "cat.png.error.json", "cat.png.error.txt"])
                #expect(try daemon.content(.outbox, "cat.png") == EngineHarness.picture("another"))
            }
        }
    }
}
