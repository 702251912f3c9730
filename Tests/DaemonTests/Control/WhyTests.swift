import FoundationEssentials
import Glibc
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("why", .timeLimit(.minutes(1)))
    struct WhyTests {
        private func why(_ path: String, _ client: ControlClient) async throws -> WhyDocument {
            try await client.why(AskedPath(Array(path.utf8)))
        }

        private func write(_ text: String, to path: String) throws {
            try Data(text.utf8).write(to: URL(filePath: path))
        }

        @Test(
            "Who asks about a folder and is not in the pipeline's group is told the command that makes them a member."
        )
        func stranger() async throws {
            try await withDaemon { daemon in
                let inbox = [Array(daemon.path(.inbox).utf8)]
                let own = try await daemon.engine.why(inbox, for: Caller(user: geteuid(), process: 1))
                #expect(own.standing.next == nil)
                let nobody = try await daemon.engine.why(inbox, for: Caller(user: 65534, process: 1))
                let group = Pipeline.oil().group
                #expect(nobody.standing.next?.hasSuffix("usermod -aG \(group) nobody, then log in again.") == true)
            }
        }

        @Test("Where the outbox is away, that keeps a file in the inbox, and not the inbox.")
        func outboxAway() async throws {
            try await withDaemon { daemon in
                try await daemon.status { $0.hasPrefix("oil is running.") }
                try EngineHarness.move(daemon.path(.outbox), to: "\(daemon.root)/elsewhere")
                try await daemon.told(.folderAway)
                try daemon.drop("cat.png")
                try await daemon.withControl { client in
                    let answer = try await why(daemon.path(.inbox, "cat.png"), client)
                    let reason = "Pipeline oil waits: \(daemon.path(.outbox)) is not there"
                    #expect(answer.standing.reason.hasPrefix(reason))
                }
            }
        }

        @Test(
            "In the inbox it is the rule for which a file is not taken, or what it waits for.",
            .bug(
                "https://github.com/the-paperless-project/paperless/issues/513",
                "files not picked up until a restart, and nothing says why"
            ),
            .bug(
                "https://github.com/jlesage/docker-handbrake/issues/394",
                "files not picked up until a restart, and nothing says why"
            )
        )
        func inbox() async throws {
            try await withDaemon {
                $0.pipeline { ($0.inbox.quietTime, $0.inbox.pollQuietTime) = (.seconds(3600), .seconds(3600)) }
            } _: { daemon in
                try write("x", to: daemon.path(.inbox, "half.part"))
                try write("", to: daemon.path(.inbox, "empty.png"))
                try write("written", to: daemon.path(.inbox, "cat.png"))
                try await daemon.withControl { client in
                    // Until the inbox has been looked through for the first time.
                    while try await why(daemon.path(.inbox, "cat.png"), client).standing.nextAt == nil {
                        await Task.yield()
                    }
                    let part = try await why(daemon.path(.inbox, "half.part"), client)
                    #expect(part.folder == "inbox" && part.pipeline == "oil" && part.job == nil)
                    #expect(part.standing.reason.contains("part"), "\(part.standing)")
                    #expect(part.standing.next == "Nothing, until somebody does something about it.")
                    let empty = try await why(daemon.path(.inbox, "empty.png"), client)
                    #expect(empty.standing.reason == "Empty. Taken when it has content.")
                    let written = try await why(daemon.path(.inbox, "cat.png"), client)
                    #expect(written.standing.reason.hasPrefix("Still being written"), "\(written.standing)")
                    #expect(written.standing.nextAt != nil)
                    let gone = try await why(daemon.path(.inbox, "nothing.png"), client)
                    #expect(gone.standing.reason == "There is nothing here under this name.")
                    let folder = try await why(daemon.path(.inbox), client)
                    #expect(folder.standing.reason.contains("is taken by pipeline oil"))
                }
            }
        }

        @Test(
            "In work/ it is the state of its job and what comes next; a hold is named with its end.",
            .bug("https://github.com/jlesage/docker-handbrake/issues/202", "a schedule window")
        )
        func work() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.keys = ["main": 1]
            } _: { daemon in
                try daemon.drop("trip/cat.png")
                try await daemon.told(.submitted)
                try daemon.drop("dog.png")
                try await daemon.told(.uploaded, about: "dog.png")
                try await daemon.withControl { client in
                    let running = try await why(daemon.path(.work, "trip/cat.png"), client)
                    let task = try #require(await daemon.simulator.record.tasks.first?.id)
                    #expect(running.standing.reason.contains(task) && running.standing.nextAt != nil)
                    #expect(running.job == (try await daemon.record(of: "trip/cat.png").job.id.text))
                    let folder = try await why(daemon.path(.work, "trip"), client)
                    #expect(folder.standing.reason == "A folder of a batch; of the jobs in it are 1 running.")
                    // Its place in the inbox leads to it too.
                    let waiting = try await why(daemon.path(.inbox, "dog.png"), client)
                    #expect(waiting.standing.reason == "All places are taken of key main (1 of 1).")
                    #expect(waiting.standing.next?.contains("It is the first in its pipeline.") == true)
                    _ = try await client.hold("oil")
                    let held = try await why(daemon.path(.work, "dog.png"), client)
                    #expect(held.standing.reason == "The pipeline is held: held by \(Caller.ofThisProcess.name).")
                    #expect(held.standing.next?.contains("runninghubctl release oil") == true)
                    #expect(held.standing.since != nil)
                    try write("x", to: daemon.path(.work, "stranger.png"))
                    let stranger = try await why(daemon.path(.work, "stranger.png"), client)
                    #expect(stranger.standing.reason == "It belongs to no job.")
                }
            }
        }

        @Test("What holds the folders of pipelines is said to.")
        func folders() async throws {
            try await withDaemon { daemon in
                try await daemon.withControl { client in
                    for path in [daemon.root + "/spool", daemon.root + "/spool/inbox", "outbox"] {
                        let error = await #expect(throws: (any Error).self) { try await why(path, client) }
                        #expect("\(error as Any)".contains("holds the folders of pipelines (oil)"))
                    }
                }
            }
        }

        @Test("Of what has ended it is how: the result, its manifest, the original, and the notes of a failure.")
        func ended() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.failures = [TaskFailureFault(.moderation, .next(1))]
            } _: { daemon in
                try daemon.drop("bad.png")
                try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.tidied, about: "bad.png")
                try daemon.drop("cat.png")
                try await daemon.told(.tidied, about: "cat.png")
                let good = try await daemon.record(of: "cat.png").job.id.text
                let bad = try await daemon.record(of: "bad.png").job.id.text
                try write("mine", to: daemon.path(.outbox, "mine.png"))
                try await daemon.withControl { client in
                    for name in ["cat.png", "cat.result.json"] {
                        let result = try await why(daemon.path(.outbox, name), client)
                        #expect(result.job == good, "\(result)")
                        #expect(result.standing.reason == "Its results were delivered into the outbox.")
                    }
                    #expect(try await why(daemon.path(.outbox, "mine.png"), client).job == nil)
                    // By the name under which it was dropped it is found as well, and below the spool.
                    for path in [daemon.path(.inbox, "cat.png"), daemon.path(.work, "cat.png"), "inbox/oil/cat.png"] {
                        let former = try await why(path, client)
                        #expect(former.job == good, "\(path)")
                        #expect(former.standing.reason == "Its results were delivered into the outbox.")
                    }
                    #expect(try await why("inbox/oil/bad.png", client).job == bad)
                    #expect(try await why(daemon.path(.done, "cat.png"), client).job == good)
                    for name in ["bad.png", "bad.png.error.txt", "bad.png.error.json"] {
                        let failed = try await why(daemon.path(.failed, name), client)
                        #expect(failed.job == bad, "\(failed)")
                        #expect(failed.standing.next?.isEmpty == false)
                    }
                }
            }
        }

        @Test("Links are followed, and what lies outside the spool is said to.")
        func outside() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                let link = "\(daemon.root)/link"
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: daemon.path(.work))
                try await daemon.withControl { client in
                    #expect(try await why("\(link)/cat.png", client).job != nil)
                    #expect(try await why("\(link)/../link/./cat.png", client).job != nil)
                    let outside = try await daemon.refusal { try await why("/etc/passwd", client) }
                    #expect(outside.code == 1 && outside.message.contains("lies in no folder of a pipeline"))
                    let other = try await daemon.refusal {
                        try await why("\(daemon.root)/spool/inbox/ink/x.png", client)
                    }
                    #expect(other.message.contains("no pipeline in service (oil)"))
                }
            }
        }
    }
}

extension Caller {
    /// This process.
    static var ofThisProcess: Caller { Caller(user: geteuid(), process: getpid()) }
}
