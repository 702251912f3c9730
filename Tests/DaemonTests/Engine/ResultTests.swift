import FoundationEssentials
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Results", .timeLimit(.minutes(1)))
    struct ResultTests {
        /// What can go wrong with a download and pass.
        enum Trouble: CaseIterable, Sendable {
            case cut, truncated, truncatedWithoutLength, refused, busy, expired

            func put(into faults: inout DownloadFaults) {
                switch self {
                case .cut: faults.cutBefore = .next(3)
                case .truncated: faults.truncated = .next(3)
                case .truncatedWithoutLength:
                    faults.truncated = .next(3)
                    faults.withoutLength = .always
                case .refused: faults.http = [StatusFault(500, .next(3))]
                case .busy: faults.firstRefused = 3
                case .expired: faults.expired = .next(3)
                }
            }
        }

        @Test(
            "A download that fails for a reason that passes is made again, and what is delivered is complete.",
            arguments: Trouble.allCases
        )
        func again(trouble: Trouble) async throws {
            try await withDaemon {
                trouble.put(into: &$0.cloud.faults.downloads)
            } _: { daemon in
                let picture = try daemon.drop("cat.png")
                try await daemon.told(.fetchFailed)
                #expect(daemon.list(.outbox).isEmpty)
                daemon.clock.run(times: 100)
                try await daemon.told(.tidied)
                #expect(try daemon.content(.outbox, "cat.png") == picture)
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                let record = await daemon.simulator.record
                #expect(try daemon.manifest("cat").outputs.map(\.sha256) == record.tasks[0].outputs.map(\.sha256))
                #expect(record.tasks[0].queries >= 4, "each fetch asks for fresh addresses")
                #expect(record.submissions.count == 1)
            }
        }

        @Test("A slow download comes to its end, and nothing is seen of it before.")
        func slow() async throws {
            try await withDaemon {
                $0.cloud.faults.downloads.slow = .always
                $0.cloud.faults.downloads.slowBytesPerSecond = 4_000
                $0.cloud.results.outputs = [OutputSettings(.generated, type: "mp4", bytes: 12_000)]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.event { if case .downloadStarted = $0 { true } else { false } }
                #expect(daemon.list(.outbox).isEmpty)
                try await daemon.told(.delivered)
                #expect(try daemon.content(.outbox, "cat.mp4").count == 12_000)
            }
        }

        @Test("When one output of several cannot be fetched yet, none is seen.")
        func allOrNothing() async throws {
            try await withDaemon {
                $0.cloud.results.outputs = ["png", "png", "mp4"].map { OutputSettings(.generated, type: $0) }
                $0.cloud.faults.downloads.firstRefused = 3
            } _: { daemon in
                // Each of the three is refused three times, so the first is here long before the last.
                daemon.clock.run(times: 20)
                try daemon.drop("cat.png")
                try await daemon.event { if case .downloadFinished = $0 { true } else { false } }
                #expect(daemon.list(.outbox).isEmpty)
                daemon.clock.run(times: 1000)
                try await daemon.told(.planned)
                try await daemon.told(.delivered)
                #expect(daemon.list(.outbox) == ["cat-2.png", "cat-3.mp4", "cat.png", "cat.result.json"])
                #expect(try daemon.manifest("cat").outputs.map(\.file) == ["cat.png", "cat-2.png", "cat-3.mp4"])
            }
        }

        @Test("Results that have expired are asked for again for a day, then given up as result-expired.")
        func expired() async throws {
            try await withDaemon {
                $0.cloud.faults.downloads.expired = .always
            } _: { daemon in
                try daemon.drop("cat.png")
                let succeeded = try await daemon.told(.succeeded)
                try await daemon.told(.fetchFailed)
                daemon.clock.advance(by: .seconds(23 * 3600))
                try await daemon.cloud { $0.downloads.count >= 2 }
                try await daemon.cloud { ($0.tasks.first?.queries ?? 0) >= 3 }
                #expect(daemon.journal.all(.failed).isEmpty)
                daemon.clock.advance(by: .seconds(2 * 3600))
                let failed = try await daemon.told(.failed)
                #expect(failed.at - succeeded.at > .seconds(24 * 3600))
                try await daemon.told(.tidied)
                let notes = try daemon.notes("cat.png")
                #expect(notes.name == "result-expired" && notes.may_have_been_paid)
                #expect(daemon.list(.outbox).isEmpty)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test(
            "An output over the limit is not fetched: it fails as result-unfetched, and nothing is seen.",
            arguments: [true, false]
        )
        func tooLarge(hasLength: Bool) async throws {
            try await withDaemon {
                $0.cloud.results.outputs = [
                    OutputSettings(.generated, type: "png", bytes: 100),
                    OutputSettings(.generated, type: "mp4", bytes: 90_000),
                ]
                if !hasLength { $0.cloud.faults.downloads.withoutLength = .always }
                $0.pipeline { $0.limits.output = 50_000 }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let notes = try daemon.notes("cat.png")
                #expect(notes.name == "result-unfetched" && notes.hint.contains("nothing is paid again"))
                #expect(daemon.list(.outbox).isEmpty)
            }
        }

        @Test("Of a task with more outputs than are taken from one the first are delivered, and the others are told.")
        func tooMany() async throws {
            try await withDaemon {
                let output = OutputSettings(.generated, type: "png", bytes: 16)
                $0.cloud.results.outputs = Array(repeating: output, count: 259)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let told = try #require(daemon.journal.all(.resultsOmitted).first)
                #expect(told.text.contains("made 3 results more than the 256 that are fetched"))
                #expect(daemon.list(.outbox).count == 257)
                let manifest = try daemon.manifest("cat")
                #expect(manifest.omittedOutputs == 3 && manifest.outputs.count == 256)
            }
        }

        @Test(
            "A result whose address is none is not replaced by the text beside it: the job fails, and nothing is seen."
        )
        func unusableAddress() async throws {
            try await withDaemon {
                $0.cloud.results.outputs = [OutputSettings(.text)]
                $0.cloud.results.outputs[0].hostile.address = "file:///etc/passwd"
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let notes = try daemon.notes("cat.png")
                #expect(notes.name == "result-unfetched" && notes.message.contains("cannot be fetched from"))
                #expect(daemon.list(.outbox).isEmpty)
            }
        }

        @Test("A result on a private host is not fetched, and the hint says how to allow it.")
        func privateHost() async throws {
            try await withDaemon {
                $0.cloud.results.baseAddress = "http://127.0.0.1:9"
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let notes = try daemon.notes("cat.png")
                #expect(notes.name == "result-unfetched" && notes.hint.contains("private_hosts"))
                #expect(notes.may_have_been_paid)
                #expect(daemon.list(.outbox).isEmpty)
            }
        }

        @Test(
            "What somebody puts into the outbox under a name of the plan is not overwritten: the job gets other names."
        )
        func nameTakenLate() async throws {
            try await withDaemon { daemon in
                // Between the plan and its publishing, and so that the plan can be seen.
                try await daemon.breakLedger(
                    "no_plan",
                    before: "UPDATE OF plan ON jobs",
                    when: "NEW.plan IS NOT NULL AND OLD.plan IS NULL"
                )
                let picture = try daemon.drop("cat.png")
                try await daemon.told(.fetchFailed)
                try Data("mine".utf8).write(to: URL(filePath: daemon.path(.outbox, "cat.result.json")))
                try await daemon.mendLedger("no_plan")
                daemon.clock.run(times: 20)
                try await daemon.told(.delivered)
                #expect(daemon.list(.outbox) == ["cat (2).png", "cat (2).result.json", "cat.result.json"])
                #expect(try daemon.text(.outbox, "cat.result.json") == "mine")
                #expect(try daemon.content(.outbox, "cat (2).png") == picture)
            }
        }

        @Test("No staging folder is left behind.")
        func cleanUp() async throws {
            try await withDaemon { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                try await daemon.probe()
                let left = try FileManager.default.subpathsOfDirectory(atPath: daemon.path(.outbox)).filter {
                    $0.contains("staging/")
                }
                #expect(left.isEmpty)
            }
        }

        @Test(
            "Where somebody removed what was fetched before it was put into the outbox, it is fetched again.",
            arguments: [false, true]
        )
        func stagingRemoved(isOut: Bool) async throws {
            try await withDaemon { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                await daemon.stop()
                // As a crash leaves it that comes before what is published is committed.
                try await daemon.ledgerStatement(
                    "UPDATE jobs SET state = 'fetching', folder = 'work', due_at = 0, version = version + 1"
                )
                try EngineHarness.move(daemon.path(.done, "cat.png"), to: daemon.path(.work, "cat.png"))
                for name in isOut ? [] : daemon.list(.outbox) {
                    try FileManager.default.removeItem(atPath: daemon.path(.outbox, name))
                }
                let downloads = await daemon.simulator.record.downloads.count
                try await daemon.start()
                try await daemon.told(.delivered, times: 2)
                try await daemon.told(.tidied, times: 2)
                #expect(daemon.journal.all(.fetchFailed).count == (isOut ? 0 : 1))
                #expect(await daemon.simulator.record.downloads.count == downloads + (isOut ? 0 : 1))
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(await daemon.submissions.count == 1)
            }
        }
    }
}
