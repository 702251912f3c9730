import FoundationEssentials
import Glibc
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Results that come after their job has failed", .timeLimit(.minutes(1)))
    struct LateResultTests {
        /// A task that is said to have failed once, and of which no callback comes but the test's own.
        private static func failingOnce(_ setup: inout EngineHarness.Setup) {
            setup.cloud.faults.tasks.transientFailed = .next(1)
            setup.cloud.faults.tasks.transientFailedQueries = 2
            setup.cloud.faults.callbacks.dropped = .always
        }

        /// Drops a file whose job fails, and waits until its original lies in `failed/`.
        private func fail(_ name: String, _ daemon: EngineHarness) async throws {
            try daemon.drop(name)
            try await daemon.told(.submitted)
            daemon.clock.run(times: 50)
            try await daemon.told(.tidied)
        }

        /// Has the results come after all.
        private func callBack(_ daemon: EngineHarness) async throws {
            let url = try #require(await daemon.submissions[0].webhookURL)
            #expect(try await daemon.call(url, "{}") == 200)
        }

        @Test(
            "A file that is on its way back into the inbox meanwhile is put away with them; nothing is paid for it.",
            arguments: [false, true],
            [Pipeline.AfterDelivery.keep, .delete]
        )
        func movedBack(isTidied: Bool, afterDelivery: Pipeline.AfterDelivery) async throws {
            try await withDaemon {
                Self.failingOnce(&$0)
                $0.pipeline { $0.afterDelivery = afterDelivery }
            } _: { daemon in
                try await fail("cat.png", daemon)
                let untidied = "NEW.duty = 'none' AND OLD.duty <> 'none' AND OLD.origin = CAST('cat.png' AS BLOB)"
                if !isTidied { try await daemon.breakLedger("untidied", before: "UPDATE ON jobs", when: untidied) }
                try EngineHarness.move(daemon.path(.failed, "cat.png"), to: "\(daemon.root)/drop/cat.png")
                try await callBack(daemon)
                try await daemon.told(.delivered)
                if isTidied { try await daemon.told(.tidied, times: 2) }
                try EngineHarness.move("\(daemon.root)/drop/cat.png", to: daemon.path(.inbox, "again.png"))
                // Once this has gone through, the other was looked at.
                try daemon.drop("probe.png")
                try await daemon.told(.delivered, about: "probe.png")
                try await daemon.mendLedger("untidied")
                try await daemon.told(.tidied, times: isTidied ? 4 : 3)
                #expect(daemon.list(.done).contains("again.png") == (afterDelivery == .keep))
                #expect(daemon.list(.inbox).isEmpty && daemon.list(.work).isEmpty)
                #expect(daemon.list(.failed).isEmpty, "\(daemon.list(.failed))")
                #expect(await daemon.submissions.count == 2)
            }
        }

        @Test(
            "What was written to in work/ before its job failed is not what was submitted: it is kept, and that is told.",
            arguments: [Pipeline.AfterDelivery.keep, .delete]
        )
        func writtenInWork(afterDelivery: Pipeline.AfterDelivery) async throws {
            try await withDaemon {
                Self.failingOnce(&$0)
                $0.pipeline { $0.afterDelivery = afterDelivery }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                let edited = EngineHarness.picture("edited")
                try Data(edited).write(to: URL(filePath: daemon.path(.work, "cat.png")), options: [])
                daemon.clock.run(times: 50)
                try await daemon.told(.tidied)
                try await callBack(daemon)
                try await daemon.told(.writtenLate)
                try await daemon.told(.tidied, times: 2)
                #expect(try daemon.content(.done, "cat.png") == edited)
            }
        }

        @Test("What was written to in work/ before its job failed is a job of its own once it comes back.")
        func writtenAndMovedBack() async throws {
            try await withDaemon(Self.failingOnce) { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                let edited = EngineHarness.picture("edited")
                try Data(edited).write(to: URL(filePath: daemon.path(.work, "cat.png")), options: [])
                daemon.clock.run(times: 50)
                try await daemon.told(.tidied)
                try EngineHarness.move(daemon.path(.failed, "cat.png"), to: daemon.path(.inbox, "cat.png"))
                try await daemon.told(.delivered)
                #expect(try daemon.content(.outbox, "cat.png") == edited)
                #expect(await daemon.submissions.count == 2)
            }
        }

        @Test("Those of an earlier job leave the original of a later one alone, which has failed, too.")
        func ofAnEarlierJob() async throws {
            try await withDaemon {
                $0.pipeline { $0.nodes = [.file(), .text("{param:prompt|a cat}")] }
                $0.cloud.faults.tasks.transientFailed = .always
                $0.cloud.faults.tasks.transientFailedQueries = 2
                $0.cloud.faults.callbacks.dropped = .always
            } _: { daemon in
                try await fail("cat.png", daemon)
                for suffix in ["txt", "json"] {
                    try FileManager.default.removeItem(atPath: daemon.path(.failed, "cat.png.error.\(suffix)"))
                }
                try daemon.drop("cat.png.yaml", Array("params: { prompt: two }".utf8))
                try EngineHarness.move(daemon.path(.failed, "cat.png"), to: daemon.path(.inbox, "cat.png"))
                try await daemon.told(.tidied, times: 2)
                try await callBack(daemon)
                try await daemon.told(.delivered)
                try await daemon.told(.tidied, times: 3)
                let left = ["cat.png", "cat.png.error.json", "cat.png.error.txt", "cat.png.yaml"]
                #expect(daemon.list(.failed) == left, "\(daemon.list(.failed))")
                #expect(daemon.list(.done).isEmpty)
            }
        }

        @Test("A copy of the file that is another job's is left alone, wherever it lies.", arguments: [false, true])
        func copyOfAnother(hasFailed: Bool) async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.transientFailed = hasFailed ? .always : .next(1)
                $0.cloud.faults.tasks.transientFailedQueries = 2
                $0.cloud.faults.callbacks.dropped = .always
            } _: { daemon in
                try await fail("cat.png", daemon)
                // As most programs copy: with the time of the first.
                let files = FileManager.default
                let (old, copy) = (daemon.path(.failed, "cat.png"), "\(daemon.root)/drop/cat.png")
                try files.copyItem(atPath: old, toPath: copy)
                try keepTimes(of: old, in: copy)
                for name in daemon.list(.failed) { try files.removeItem(atPath: daemon.path(.failed, name)) }
                if !hasFailed { _ = try await daemon.engine.hold("oil", by: Caller(user: 0, process: 1)) }
                try EngineHarness.move(copy, to: daemon.path(.inbox, "cat.png"))
                try await daemon.told(hasFailed ? .tidied : .taken, times: 2)
                try await callBack(daemon)
                try await daemon.told(.delivered)
                try await daemon.told(.tidied, times: hasFailed ? 3 : 2)
                #expect(daemon.list(hasFailed ? .failed : .work).contains("cat.png"))
                #expect(daemon.list(.done).isEmpty)
            }
        }

        private func keepTimes(of old: String, in copy: String) throws {
            var status = stat()
            #expect(stat(old, &status) == 0)
            let times = [status.st_atim, status.st_mtim]
            #expect(utimensat(AT_FDCWD, copy, times, 0) == 0)
        }

        @Test("Parameters put back to those of an earlier job bring its file to its results, though one failed since.")
        func earlierParametersAgain() async throws {
            try await withDaemon {
                $0.pipeline { $0.nodes = [.file(), .text("{param:prompt|a cat}")] }
                $0.cloud.faults.tasks.transientFailed = .always
                $0.cloud.faults.tasks.transientFailedQueries = 2
                $0.cloud.faults.callbacks.dropped = .always
            } _: { daemon in
                let files = FileManager.default
                for (count, prompt) in ["one", "two", "one"].enumerated() {
                    if count == 2 { try await callBack(daemon) }
                    if count == 2 { try await daemon.told(.delivered) }
                    try daemon.drop("cat.png.yaml", Array("params: { prompt: \(prompt) }".utf8))
                    if count > 0 {
                        for name in daemon.list(.failed) where name != "cat.png" {
                            try files.removeItem(atPath: daemon.path(.failed, name))
                        }
                        try EngineHarness.move(daemon.path(.failed, "cat.png"), to: daemon.path(.inbox, "cat.png"))
                    } else {
                        try daemon.drop("cat.png")
                    }
                    guard count < 2 else { break }
                    try await daemon.told(.submitted, times: count + 1)
                    daemon.clock.run(times: 50)
                    try await daemon.told(.tidied, times: count + 1)
                }
                // Away from failed/ with the results that came, and then with the file.
                try await daemon.told(.tidied, times: 4)
                #expect(daemon.list(.done).contains("cat.png"))
                #expect(daemon.list(.inbox).isEmpty)
                #expect(await daemon.submissions.count == 2)
            }
        }

        @Test("A callback that comes before the ledger knows that the original lies in failed/ waits until it does.")
        func beforeItIsPutAway() async throws {
            try await withDaemon(Self.failingOnce) { daemon in
                let untidied = "NEW.duty = 'none' AND OLD.duty <> 'none'"
                try await daemon.breakLedger("untidied", before: "UPDATE ON jobs", when: untidied)
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                daemon.clock.run(times: 50)
                try await daemon.told(.originalStuck)
                #expect(daemon.list(.failed).contains("cat.png"))
                try await callBack(daemon)
                try await daemon.mendLedger("untidied")
                try await daemon.told(.tidied, times: 2)
                #expect(daemon.list(.done) == ["cat.png"])
                #expect(daemon.list(.failed).isEmpty, "\(daemon.list(.failed))")
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test(
            "What was written to in failed/ is kept, whatever is to be done with originals, and that is told.",
            arguments: [Pipeline.AfterDelivery.keep, .delete]
        )
        func writtenInFailed(afterDelivery: Pipeline.AfterDelivery) async throws {
            try await withDaemon {
                Self.failingOnce(&$0)
                $0.pipeline { $0.afterDelivery = afterDelivery }
            } _: { daemon in
                try await fail("cat.png", daemon)
                let edited = EngineHarness.picture("edited")
                try Data(edited).write(to: URL(filePath: daemon.path(.failed, "cat.png")), options: [])
                try await callBack(daemon)
                try await daemon.told(.writtenLate)
                try await daemon.told(.tidied, times: 2)
                #expect(try daemon.content(.done, "cat.png") == edited)
                #expect(daemon.list(.failed).isEmpty)
            }
        }

        @Test("An untouched original is deleted from failed/ where that is wanted.")
        func deleted() async throws {
            try await withDaemon {
                Self.failingOnce(&$0)
                $0.pipeline { $0.afterDelivery = .delete }
            } _: { daemon in
                try await fail("cat.png", daemon)
                try await callBack(daemon)
                try await daemon.told(.delivered)
                try await daemon.told(.tidied, times: 2)
                #expect(daemon.list(.failed).isEmpty && daemon.list(.done).isEmpty && daemon.list(.work).isEmpty)
                #expect(try await daemon.record(of: "cat.png").job.folder == .gone)
            }
        }
    }
}
