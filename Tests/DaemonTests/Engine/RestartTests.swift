import Foundation
import Jobs
import Ledger
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("After a stop or a crash", .timeLimit(.minutes(1)))
    struct RestartTests {
        /// The one result, once; the original in its place; one submission; and nothing more when time goes by.
        private func expectOneResult(_ daemon: EngineHarness, _ picture: [UInt8], submissions: Int = 1) async throws {
            try await daemon.told(.tidied, about: "cat.png")
            #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
            #expect(try daemon.content(.outbox, "cat.png") == picture)
            #expect(daemon.list(.done) == ["cat.png"])
            #expect(daemon.list(.work).isEmpty && daemon.list(.inbox).isEmpty && daemon.list(.failed).isEmpty)
            #expect(await daemon.submissions.count { $0.taskID != nil } == submissions)
            daemon.clock.advance(by: .seconds(7200))
            await daemon.simulator.update { $0.tasks.manual = false }
            try await daemon.probe()
            #expect(await daemon.submissions.count { $0.taskID != nil } == submissions + 1)
            #expect(daemon.list(.outbox).filter { $0.hasPrefix("cat") } == ["cat.png", "cat.result.json"])
        }

        /// A job as the intake records it, of a file that lies there.
        private func recorded(_ file: String, in daemon: EngineHarness) throws -> Job {
            let folder = try Folder(path: daemon.path(.inbox))
            var scan = try InboxScan(of: folder, inspector: Inspector(rules: NameRules(), place: daemon.path(.inbox)))
            while let page = try scan.nextPage() {
                for found in page where found.path.description == file {
                    guard case .file(let identity) = found.inspection else { continue }
                    var generator = SystemRandomNumberGenerator()
                    let id = JobID(using: &generator)
                    return Job(
                        id: id,
                        pipeline: "oil",
                        origin: found.path,
                        place: found.path,
                        identity: identity,
                        at: daemon.clock.now()
                    )
                }
            }
            throw EngineHarness.Failure(text: "\(file) is not in the inbox")
        }

        @Test(
            "A claim that was only recorded is completed, wherever its file is by then.",
            .bug(
                "https://github.com/paperless-ngx/paperless-ngx/issues/10250",
                "a database error after the file was moved"
            ),
            arguments: [FolderRole.inbox, .work]
        )
        func recordedOnly(place: FolderRole) async throws {
            try await withDaemon { daemon in
                await daemon.stop()
                let picture = try daemon.drop("cat.png")
                let job = try recorded("cat.png", in: daemon)
                _ = try await daemon.ledger.record(job)
                if place == .work {
                    try EngineHarness.move(daemon.path(.inbox, "cat.png"), to: daemon.path(.work, "cat.png"))
                }
                try await daemon.start()
                try await expectOneResult(daemon, picture)
                #expect(try await daemon.told(.taken).job == job.id)
            }
        }

        @Test("A claim that was only recorded, and whose file is gone, is withdrawn.")
        func recordedAndGone() async throws {
            try await withDaemon { daemon in
                await daemon.stop()
                try daemon.drop("cat.png")
                _ = try await daemon.ledger.record(try recorded("cat.png", in: daemon))
                try EngineHarness.move(daemon.path(.inbox, "cat.png"), to: "\(daemon.root)/drop/cat.png")
                try await daemon.start()
                try await daemon.told(.withdrawn)
                try await daemon.probe()
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test(
            "A file that was being taken out of an inbox which is another since is given its name there again.",
            arguments: [false, true]
        )
        func formerInbox(hasAnother: Bool) async throws {
            try await withDaemon { daemon in
                await daemon.stop()
                let picture = try daemon.drop("cat.png")
                let job = try recorded("cat.png", in: daemon)
                _ = try await daemon.ledger.record(job)
                let former = "\(daemon.root)/former"
                try FileManager.default.createDirectory(atPath: former, withIntermediateDirectories: true)
                try await daemon.ledger.rememberMarked([former])
                try EngineHarness.move(daemon.path(.inbox, "cat.png"), to: "\(former)/.runninghubd-\(job.id)")
                if hasAnother { try daemon.drop("cat.png", EngineHarness.picture("another")) }
                daemon.clock.advance(by: .seconds(1))
                try await daemon.start()
                let stuck = try await daemon.told(.fileStuck)
                #expect(stuck.text.contains("It lies there again. The inbox is another since: move it to"))
                #expect(stuck.text.hasSuffix(" \(daemon.path(.inbox))"))
                try await daemon.told(.withdrawn)
                #expect(try FileManager.default.contentsOfDirectory(atPath: former) == ["cat.png"])
                #expect(FileManager.default.contents(atPath: "\(former)/cat.png") == Data(picture))
            }
        }

        @Test(
            "Files that came while no daemon ran are taken at the start.",
            .bug("https://github.com/HaveAGitGat/Tdarr/issues/869", "files not picked up until a restart"),
            .bug(
                "https://github.com/n8n-io/n8n/pull/4914",
                "what came while it was stopped, and a wait for the end of a write"
            )
        )
        func whileAway() async throws {
            try await withDaemon { daemon in
                await daemon.stop()
                let picture = try daemon.drop("cat.png")
                try await daemon.start()
                try await expectOneResult(daemon, picture)
            }
        }

        @Test(
            "An upload that was cut off is made again, and submitted once.",
            .bug(
                "https://github.com/MushroomObserver/mushroom-observer/issues/4117",
                "killed, a job counts as failed and is not run again"
            )
        )
        func uploading() async throws {
            try await withDaemon {
                $0.cloud.faults.upload.slow = .next(1)
                $0.cloud.faults.upload.slowTime = 30
            } _: { daemon in
                let picture = try daemon.drop("cat.png")
                try await daemon.event { if case .uploaded = $0 { true } else { false } }
                await daemon.stop()
                #expect(await daemon.submissions.isEmpty)
                try await daemon.start()
                try await expectOneResult(daemon, picture)
                #expect(await daemon.simulator.record.uploads.count == 3)
            }
        }

        @Test(
            "A stop waits for the answer to a submission under way, and its task is not lost.",
            .bug("https://github.com/riverqueue/river/issues/773", "the state lies after a stop"),
            .bug("https://github.com/riverqueue/river/issues/347", "the state lies after a stop")
        )
        func stopWhileSubmitting() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.faults.submit.slow = .next(1)
                $0.cloud.faults.submit.slowTime = 0.5
            } _: { daemon in
                let picture = try daemon.drop("cat.png")
                let record = try await daemon.cloud { $0.submissions.count == 1 }
                await daemon.stop()
                #expect(daemon.journal.all(.submitted).map { $0.fields["task"] } == [record.tasks[0].id])
                await daemon.simulator.finish(record.tasks[0].id)
                try await daemon.start()
                try await expectOneResult(daemon, picture)
            }
        }

        @Test(
            "A power cut after the intent: the submission is never sent again, whether it had left or not; its callback proves it.",
            .bug("https://github.com/paperless-ngx/paperless-ngx/issues/13511", "done twice"),
            arguments: [true, false]
        )
        func submitting(hadLeft: Bool) async throws {
            try await withDaemon {
                $0.cloud = .manual
                if hadLeft {
                    $0.cloud.faults.submit.slow = .next(1)
                    $0.cloud.faults.submit.slowTime = 3
                } else {
                    $0.cloud.faults.submit.cutBefore = .next(1)
                    $0.cloud.faults.submit.slow = .next(1)
                    $0.cloud.faults.submit.slowTime = 3
                }
                $0.pipeline {
                    $0.timeout = .seconds(60)
                    $0.queueTimeout = .seconds(60)
                }
            } _: { daemon in
                let picture = try daemon.drop("cat.png")
                try await daemon.cloud { $0.submissions.count == 1 }
                try daemon.keepLedger(as: "intent")
                await daemon.stop()
                try daemon.putBackLedger("intent")
                let mark = daemon.journal.mark
                try await daemon.start()
                try await daemon.told(.outcomeUnknown, from: mark)
                if hadLeft {
                    await daemon.simulator.finish(try #require(await daemon.simulator.record.tasks.first?.id))
                    try await daemon.told(.adopted, from: mark)
                    try await expectOneResult(daemon, picture)
                } else {
                    daemon.clock.run(times: 1000)
                    try await daemon.told(.tidied)
                    #expect(try daemon.notes("cat.png").name == "outcome-unknown")
                    #expect(await daemon.submissions.count == 1)
                }
            }
        }

        @Test(
            "A task that runs is asked about, whatever it did while no daemon ran.",
            .bug("https://github.com/riverqueue/river/issues/1258", "jobs that have been \"running\" for months"),
            arguments: [true, false]
        )
        func running(endsMeanwhile: Bool) async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.callbacks.timeout = 0.2
                $0.cloud.callbacks.retries = 0
            } _: { daemon in
                let picture = try daemon.drop("cat.png")
                let task = try #require(try await daemon.told(.submitted).fields["task"])
                await daemon.stop()
                if endsMeanwhile {
                    await daemon.simulator.finish(task)
                    try await daemon.cloud { !($0.callbacks.first?.tries.isEmpty ?? true) }
                }
                try await daemon.start()
                if !endsMeanwhile {
                    try await daemon.cloud { ($0.task(task)?.queries ?? 0) >= 1 }
                    await daemon.simulator.finish(task)
                }
                try await expectOneResult(daemon, picture)
            }
        }

        @Test(
            "A fetch that was cut off is begun anew.",
            .bug("https://github.com/procrastinate-org/procrastinate/issues/307", "the state lies after a crash")
        )
        func fetching() async throws {
            try await withDaemon {
                $0.cloud.faults.downloads.stalled = .next(1)
                $0.cloud.faults.downloads.stallTime = 30
            } _: { daemon in
                let picture = try daemon.drop("cat.png")
                try await daemon.event { if case .downloadStarted = $0 { true } else { false } }
                await daemon.stop()
                #expect(daemon.list(.outbox).isEmpty)
                try await daemon.start()
                try await expectOneResult(daemon, picture)
            }
        }

        @Test(
            "Results whose plan was not committed are fetched again, and delivered once.",
            .bug("https://github.com/kipsilabs/postie/issues/109", "done twice")
        )
        func staged() async throws {
            try await withDaemon { daemon in
                try await daemon.breakLedger("no_plan", before: "UPDATE ON jobs", when: "NEW.plan IS NOT NULL")
                let picture = try daemon.drop("cat.png")
                try await daemon.told(.fetchFailed)
                await daemon.stop()
                try await daemon.mendLedger("no_plan")
                try await daemon.start()
                try await expectOneResult(daemon, picture)
            }
        }

        /// What had been published, and what of it a person took, when the power went.
        enum Published: CaseIterable, Sendable {
            case first, allButManifest, all, allAndTaken
        }

        @Test(
            "A publishing that was cut off goes on where it was: nothing is fetched or published twice, nothing that was taken comes back.",
            arguments: Published.allCases
        )
        func halfPublished(published: Published) async throws {
            try await withDaemon {
                $0.cloud.results.outputs = [
                    OutputSettings(.generated, type: "png"), OutputSettings(.generated, type: "mp4"),
                ]
            } _: { daemon in
                try await daemon.breakLedger("no_delivery", before: "UPDATE ON jobs", when: "NEW.state = 'delivered'")
                try daemon.drop("cat.png")
                try await daemon.told(.ledgerTrouble)
                let whole = ["cat-2.mp4", "cat.png", "cat.result.json"]
                #expect(daemon.list(.outbox) == whole)
                try daemon.keepLedger(as: "planned")
                let contents = try whole.map { try daemon.content(.outbox, $0) }
                try await daemon.mendLedger("no_delivery")
                daemon.clock.advance(by: .seconds(2))
                try await daemon.told(.tidied)
                let downloads = await daemon.simulator.record.downloads.count
                let queries = await daemon.simulator.record.tasks[0].queries
                await daemon.stop()
                try daemon.putBackLedger("planned")
                try await daemon.mendLedger("no_delivery")
                let job = try #require(try await daemon.told(.taken).job)
                let plan = try #require(try await daemon.ledger.job(job)?.plan)
                try unpublish(published, of: try JSONDecoder().decode(PublishPlan.self, from: Data(plan)), daemon)
                try EngineHarness.move(daemon.path(.done, "cat.png"), to: daemon.path(.work, "cat.png"))
                let mark = daemon.journal.mark
                try await daemon.start()
                try await daemon.told(.tidied, from: mark)
                let left = published == .allAndTaken ? [] : whole
                #expect(daemon.list(.outbox) == left)
                for (name, content) in zip(whole, contents) where left.contains(name) {
                    #expect(try daemon.content(.outbox, name) == content)
                }
                #expect(await daemon.simulator.record.downloads.count == downloads)
                #expect(await daemon.simulator.record.tasks[0].queries == queries)
                #expect(daemon.list(.done) == ["cat.png"])
            }
        }

        /// Puts the outbox back as it was in the middle of publishing: what was not published yet lies in its staging folder.
        private func unpublish(_ published: Published, of plan: PublishPlan, _ daemon: EngineHarness) throws {
            let keeps = [Published.first: 1, .allButManifest: 2, .all: 3, .allAndTaken: 3][published] ?? 0
            _ = try Staging.make(for: plan.job, in: try Folder(path: daemon.path(.outbox)))
            let folder = daemon.path(.outbox, ".runninghubd-staging/\(plan.job)")
            for item in plan.items.dropFirst(keeps) {
                try EngineHarness.move(daemon.path(.outbox, item.final.description), to: "\(folder)/\(item.staged)")
            }
            guard published == .allAndTaken else { return }
            for item in plan.items {
                try FileManager.default.removeItem(atPath: daemon.path(.outbox, item.final.description))
            }
        }

        @Test("An original that still has to be moved is moved.")
        func duty() async throws {
            try await withDaemon { daemon in
                try await daemon.breakLedger(
                    "no_tidying",
                    before: "UPDATE ON jobs",
                    when: "OLD.duty <> 'none' AND NEW.duty = 'none'"
                )
                let picture = try daemon.drop("cat.png")
                try await daemon.told(.originalStuck)
                await daemon.stop()
                try await daemon.mendLedger("no_tidying")
                try await daemon.start()
                try await expectOneResult(daemon, picture)
            }
        }

        @Test("What a crash left in staging after the delivery is removed.")
        func stagingLeft() async throws {
            try await withDaemon { daemon in
                try await daemon.breakLedger(
                    "no_tidying",
                    before: "UPDATE ON jobs",
                    when: "OLD.duty <> 'none' AND NEW.duty = 'none'"
                )
                let picture = try daemon.drop("cat.png")
                try await daemon.told(.originalStuck)
                let job = try await daemon.record(of: "cat.png").job.id
                await daemon.stop()
                let outbox = try Folder(path: daemon.path(.outbox))
                _ = try Staging.make(for: job, in: outbox).file(0, limit: 1).finish()
                try await daemon.mendLedger("no_tidying")
                try await daemon.start()
                try await expectOneResult(daemon, picture)
                #expect(try Staging.existing(for: job, in: outbox).map(\.job) == nil)
            }
        }

        @Test(
            "An original of a failed job is moved with its notes, once.",
            .bug("https://github.com/paperless-ngx/paperless-ngx/issues/11755", "after a failure the document is lost")
        )
        func failedDuty() async throws {
            try await withDaemon {
                $0.cloud.faults.submit.errors = [CodeFault(380, .always)]
            } _: { daemon in
                try await daemon.breakLedger(
                    "no_tidying",
                    before: "UPDATE ON jobs",
                    when: "OLD.duty <> 'none' AND NEW.duty = 'none'"
                )
                try daemon.drop("cat.png")
                try await daemon.told(.originalStuck)
                await daemon.stop()
                try await daemon.mendLedger("no_tidying")
                try await daemon.start()
                try await daemon.told(.tidied)
                #expect(daemon.list(.failed) == ["cat.png", "cat.png.error.json", "cat.png.error.txt"])
                #expect(daemon.list(.work).isEmpty)
            }
        }

        @Test("A file that its job left while work/ was looked through keeps its notes: it was never a stranger.")
        func noStranger() async throws {
            try await withDaemon {
                $0.cloud.faults.submit.errors = [CodeFault(380, .always)]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let notes = try daemon.notes("cat.png").job
                let job = try await daemon.record(of: "cat.png").job
                let engine = try daemon.engine
                let entry = try #require(engine.pipelines.entry("oil"))
                try await engine.putAway(job.origin, job.identity, entry)
                #expect(try daemon.notes("cat.png").job == notes)
                #expect(daemon.list(.failed) == ["cat.png", "cat.png.error.json", "cat.png.error.txt"])
            }
        }

        @Test(
            "Any number of jobs, stopped at any moment, again and again, are each submitted and delivered once.",
            .bug("https://github.com/paperless-ngx/paperless-ngx/issues/2680", "done twice"),
            .bug("https://github.com/apple/cups/issues/46", "jobs are lost on a restart"),
            .bug("https://github.com/apple/cups/issues/969", "jobs are lost on a restart"),
            .bug("https://github.com/apple/cups/issues/1922", "jobs are lost on a restart")
        )
        func manyStops() async throws {
            try await withDaemon {
                $0.cloud.tasks.taskTime = 0.01
            } _: { daemon in
                let names = (1...20).map { "cat-\($0).png" }
                for name in names { try daemon.drop(name) }
                for count in [1, 5, 9, 14] {
                    try await daemon.cloud { $0.submissions.count >= count }
                    try await daemon.restart()
                }
                daemon.clock.run(times: 50)
                try await daemon.told(.tidied, times: 20)
                let record = await daemon.simulator.record
                #expect(record.submissionsPerInput.values.allSatisfy { $0 == 1 } && record.tasks.count == 20)
                #expect(daemon.list(.outbox).count == 40)
                #expect(daemon.list(.done) == names.sorted())
            }
        }

        @Test("Of a long time between two runs nothing is concluded: a clock that was wrong cancels no task.")
        func wrongClock() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                daemon.clock.run(times: 50)
                // The second is asked when what the first said is written down: that the task runs.
                try await daemon.cloud { $0.tasks[0].queries > 1 }
                await daemon.stop()
                daemon.clock.advance(by: .seconds(3 * 86_400))
                try await daemon.start()
                let asked = await daemon.simulator.record.tasks[0].queries
                try await daemon.cloud { $0.tasks[0].queries > asked + 1 }
                #expect(daemon.journal.all(.overdue).isEmpty)
                await daemon.simulator.finish(try #require(await daemon.simulator.record.tasks.first?.id))
                try await daemon.told(.delivered)
            }
        }
    }
}
