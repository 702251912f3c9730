import FoundationEssentials
import Glibc
import Jobs
import Ledger
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Guards", .timeLimit(.minutes(1)))
    struct GuardTests {
        // MARK: hold_above

        @Test("A disk that is too full by one pipeline's limit is not by another's, nor when nobody asks by it.")
        func lows() {
            let space = FreeSpace()
            let now = Timestamp(milliseconds: 0)
            #expect(space.isLow("disk", 100, below: 500, at: now))
            #expect(!space.isLow("disk", 100, below: 50, at: now))
            #expect(space.low(at: now).map(\.limit) == [500])
            #expect(!space.isLow("disk", 600, below: 500, at: now))
            #expect(space.low(at: now).isEmpty)
            #expect(space.isLow("disk", 100, below: 500, at: now))
            #expect(space.low(at: now + .seconds(15)).isEmpty)
        }

        @Test(
            "More waiting than hold_above is held, told everywhere, and released by a person for good, across a restart."
        )
        func backlog() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.keys = ["main": 1]
                $0.pipeline { $0.spending.holdAbove = 3 }
            } _: { daemon in
                daemon.clock.run(times: 20)
                try daemon.drop("first.png")
                try await daemon.told(.submitted)
                for number in 1...4 { try daemon.drop("\(number).png") }
                let line = try await daemon.told(.held)
                #expect(line.text.contains("4 files wait, more than hold_above: 3") && line.fields["pipeline"] == "oil")
                #expect(line.text.hasSuffix("runninghubctl release oil"))
                try await daemon.status { $0.contains("On hold (4 files wait, more than hold_above: 3)") }
                try await daemon.withControl { client in
                    let status = try await client.status()
                    #expect(status.holds.map(\.pipeline) == ["oil"])
                    #expect(status.summary.contains("pipeline oil is held: 4 files wait"), "\(status.summary)")
                    #expect(status.obstacles["oil"]?.reason.contains("hold_above: 3") == true)
                    _ = try await client.release("oil")
                }
                try await daemon.restart()
                try await daemon.probeSending()
                #expect(daemon.journal.all(.held).count == 2, "the guard's and the release")
                // As many more as are allowed to wait are not too many; one more is.
                for number in 5...8 { try daemon.drop("\(number).png") }
                try await daemon.told(.held, times: 3)
            }
        }

        // MARK: coins_per_day

        @Test("Coins that were billed today bound what is submitted; it goes on when there are some again.")
        func coins() async throws {
            try await withDaemon {
                $0.cloud.answers.usage = .coins
                $0.pipeline { $0.spending.coinsPerDay = 10 }
            } _: { daemon in
                for name in ["1.png", "2.png"] {
                    try daemon.drop(name)
                    try await daemon.told(.tidied, about: name)
                }
                daemon.clock.run(times: 20)
                try daemon.drop("3.png")
                let line = try await daemon.told(.coinsSpent)
                #expect(line.text.contains("12 coins were spent here today, and coins_per_day: 10 allows no more"))
                try await daemon.status {
                    $0.contains("12 coins were spent here today") && $0.contains("until midnight")
                }
                try await daemon.withControl { client in
                    let status = try await client.status()
                    #expect(status.obstacles["oil"]?.reason.contains("coins_per_day: 10") == true)
                }
                #expect(await daemon.submissions.count == 2)
                daemon.clock.advance(by: .seconds(25 * 3600))
                try await daemon.told(.coinsBack)
                try await daemon.told(.tidied, about: "3.png")
                #expect(daemon.journal.all(.coinsSpent).count == 1)
            }
        }

        @Test("The general bound is for all pipelines together that have none of their own.")
        func generalCoins() async throws {
            try await withDaemon {
                $0.cloud.answers.usage = .coins
                $0.pipelines = [.oil(), .oil("ink"), .oil("own")]
                for index in 0...1 { $0.pipelines[index].spending.coinsPerDay = 6 }
                $0.pipelines[2].spending.coinsPerDay = 1000
                $0.adjust = { $0.general.spending.coinsPerDay = 6 }
            } _: { daemon in
                try daemon.drop("1.png", into: "oil")
                try await daemon.told(.tidied, about: "1.png")
                try daemon.drop("2.png", into: "ink")
                let line = try await daemon.told(.coinsSpent)
                #expect(line.fields["pipeline"] == "ink" && line.text.contains("6 coins were spent today in all"))
                try daemon.drop("3.png", into: "own")
                try await daemon.told(.tidied, about: "3.png")
                #expect(await daemon.submissions.count == 2)
            }
        }

        // MARK: duplicates

        @Test(
            "The same file again while the first is under way is no second task; both originals and the result are there."
        )
        func joined() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let content = try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                try daemon.drop("cat.png", content)
                let line = try await daemon.told(.joined)
                let follower = try #require(line.job)
                daemon.clock.run(times: 20)
                try await daemon.status { $0.contains("1 is the same as a file that is under way already") }
                try await daemon.withControl { client in
                    let standing = try await client.job(follower.text).standing
                    #expect(standing.reason == JobRecord.waitsForSame && standing.nextAt == nil)
                }
                // A start in between loses nothing of it.
                try await daemon.restart()
                let task = try #require(await daemon.simulator.record.tasks.first?.id)
                #expect(await daemon.simulator.finish(task))
                try await daemon.told(.tidied, times: 2)
                #expect(daemon.list(.done) == ["cat (2).png", "cat.png"])
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(daemon.list(.work) == [])
                #expect(await daemon.submissions.count == 1)
                #expect(await daemon.simulator.record.uploads.count == 1)
                #expect(try await daemon.engine.ledger.job(follower)?.job.state == .delivered)
            }
        }

        @Test("Dropped together, in one look, they are one task as well.")
        func together() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.startsAtOnce = false
            } _: { daemon in
                try await daemon.start()
                await daemon.stop()
                let content = EngineHarness.picture("cat")
                try daemon.drop("cat.png", content)
                try await daemon.start()
                try await daemon.told(.taken)
                try daemon.drop("cat.png", content)
                try await daemon.told(.joined)
                #expect(await daemon.submissions.count <= 1)
            }
        }

        @Test(
            "Other bytes, other parameters, or duplicates: run make a task of their own.",
            arguments: ["bytes", "run"]
        )
        func notJoined(difference: String) async throws {
            try await withDaemon {
                $0.cloud = .manual
                if difference == "run" { $0.pipeline { $0.duplicates = .run } }
            } _: { daemon in
                let content = try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                try daemon.drop("cat.png", difference == "run" ? content : EngineHarness.picture("another"))
                try await daemon.told(.submitted, times: 2)
                #expect(daemon.journal.all(.joined).isEmpty)
            }
        }

        @Test("It fails with the first, beside a note that says so, and moved back it is run.")
        func joinedFails() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let content = try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                try daemon.drop("cat.png", content)
                try await daemon.told(.joined)
                daemon.clock.run(times: 50)
                let leader = try #require(try await daemon.told(.taken).job)
                try await daemon.withControl { client in _ = try await client.cancel(leader.text) }
                try await daemon.told(.tidied, times: 2)
                #expect(daemon.list(.failed).filter { $0.hasSuffix(".png") } == ["cat (2).png", "cat.png"])
                let text = try daemon.text(.failed, "cat (2).png.error.txt")
                #expect(text.contains("Cancelled with job \(leader)") && text.contains("Nothing was paid"), "\(text)")
                try EngineHarness.move(daemon.path(.failed, "cat (2).png"), to: daemon.path(.inbox, "again.png"))
                try await daemon.told(.submitted, times: 2)
            }
        }

        @Test("Where the results of the first could not be fetched, the second names it, and is left out of a retry.")
        func joinedUnfetched() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.pipeline { $0.limits.output = 10 }
            } _: { daemon in
                let content = try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                let leader = try #require(try await daemon.told(.taken).job)
                try daemon.drop("cat.png", content)
                let follower = try #require(try await daemon.told(.joined).job)
                let task = try #require(await daemon.simulator.record.tasks.first?.id)
                #expect(await daemon.simulator.finish(task))
                try await daemon.told(.tidied, times: 2)
                let text = try daemon.text(.failed, "cat (2).png.error.txt")
                #expect(text.contains("runninghubctl retry \(leader)"), "\(text)")
                try await daemon.withControl { client in
                    let answer = try await client.retry(follower.text, mayPayTwice: false)
                    #expect(answer.isLeftOut && answer.message.contains("runninghubctl retry \(leader)"))
                }
                #expect(daemon.list(.inbox).isEmpty)
            }
        }

        @Test("Where the first is taken away before its upload, the second goes on by itself.")
        func leaderWithdrawn() async throws {
            try await withDaemon {
                $0.cloud.faults.upload.cutBefore = .always
            } _: { daemon in
                let content = try daemon.drop("cat.png")
                try await daemon.told(.uploadFailed)
                try daemon.drop("cat.png", content)
                try await daemon.told(.joined)
                try EngineHarness.move(daemon.path(.work, "cat.png"), to: "\(daemon.root)/drop/away.png")
                await daemon.simulator.update { $0.faults.upload.cutBefore = .never }
                daemon.clock.run(times: 50)
                try await daemon.told(.parted)
                try await daemon.told(.tidied)
                #expect(daemon.list(.done) == ["cat (2).png"])
                #expect(await daemon.submissions.count == 1)
            }
        }

        // MARK: retention

        @Test(
            "What has lain in done/ and failed/ for long enough is deleted, then forgotten; inbox and outbox are left alone."
        )
        func retention() async throws {
            try await withDaemon {
                $0.pipeline {
                    $0.retention.done = .seconds(10 * 86_400)
                    $0.retention.failed = .seconds(10 * 86_400)
                    $0.retention.history = .seconds(20 * 86_400)
                    $0.accept = ["png"]
                }
            } _: { daemon in
                try daemon.drop("cat.png")
                try daemon.drop("mine.png")
                try await daemon.told(.tidied, times: 2)
                try daemon.drop("dog.txt", Array("no picture".utf8))
                try await daemon.told(.tidied, times: 3)
                try Data("x".utf8).write(to: URL(filePath: daemon.path(.inbox, "half.part")))
                try Data("a person's".utf8).write(to: URL(filePath: daemon.path(.done, "own.png")))
                try Data("changed".utf8).write(to: URL(filePath: daemon.path(.done, "mine.png")))
                try await daemon.status { $0.contains("What lies in done/oil is deleted after 10 days.") }
                daemon.clock.advance(by: .seconds(9 * 86_400))
                try await daemon.probe()
                #expect(daemon.list(.done).filter { !$0.hasPrefix("probe") } == ["cat.png", "mine.png", "own.png"])
                daemon.clock.advance(by: .seconds(86_400))
                try await daemon.told(.expired, times: 2)
                let left = try await daemon.told(.leftAlone)
                #expect(left.text.hasPrefix("done/oil/mine.png has been kept"))
                #expect(daemon.list(.done).filter { !$0.hasPrefix("probe") } == ["mine.png", "own.png"])
                #expect(daemon.list(.failed) == [])
                #expect(daemon.list(.inbox) == ["half.part"])
                #expect(daemon.list(.outbox).filter { $0.hasPrefix("cat") } == ["cat.png", "cat.result.json"])
                let cat = try await daemon.record(of: "cat.png").job.id
                // A pass may be under way when the time goes by: the next is an hour later.
                while try await daemon.engine.ledger.job(cat) != nil {
                    daemon.clock.advance(by: .seconds(3600))
                    await Task.yield()
                }
            }
        }

        @Test("A wall clock that was set years ahead between two runs deletes nothing.")
        func clockJump() async throws {
            try await withDaemon {
                $0.pipeline { $0.retention.done = .seconds(3 * 86_400) }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                await daemon.stop()
                daemon.clock.advance(by: .seconds(5 * 365 * 86_400))
                try await daemon.start()
                daemon.clock.advance(by: .seconds(3600))
                try await daemon.probe()
                #expect(daemon.list(.done).contains("cat.png"))
                daemon.clock.advance(by: .seconds(3 * 86_400))
                try await daemon.told(.expired)
            }
        }

        @Test("A hold counts for a job that was chosen before it: nothing leaves once it is answered.")
        func heldAtTheIntent() async throws {
            try await withDaemon {
                $0.pipeline { $0.nodes = [.text("{text}")] }
            } _: { daemon in
                let engine = try daemon.engine
                _ = try await engine.hold("oil", by: Caller(user: 0, process: 1))
                try daemon.drop("wish.txt", Array("a harbour".utf8))
                let record = try await daemon.record(of: "wish.txt")
                let pipeline = try #require(engine.pipelines.pipeline("oil"))
                _ = try await engine.submit(record, pipeline)
                #expect(await daemon.submissions.isEmpty)
                #expect(try await daemon.record(of: "wish.txt").job.state == .queued)
            }
        }
    }
}

extension EngineHarness {
    /// Waits until the sending stage has looked at everything at least once more.
    fileprivate func probeSending() async throws {
        let mark = journal.mark
        guard let task = await simulator.record.tasks.first?.id else { throw Failure(text: "no task") }
        _ = await simulator.finish(task)
        try await told(.submitted, from: mark)
    }
}
