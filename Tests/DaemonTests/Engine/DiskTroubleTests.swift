import FoundationEssentials
import Jobs
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("When a file system fails for a while", .timeLimit(.minutes(1)))
    struct DiskTroubleTests {
        @Test(
            "However long the outbox takes nothing, and from however many jobs, that is told once a minute, and soon after it all is delivered.",
            .bug(
                "https://github.com/paperless-ngx/paperless-ngx/issues/8329",
                "after a full disk nothing is tried again"
            )
        )
        func outboxTakesNothing() async throws {
            try await withDaemon { daemon in
                let obstacle = daemon.path(.outbox, ".runninghubd-staging")
                try Data("in the way".utf8).write(to: URL(filePath: obstacle))
                for name in ["cat.png", "dog.png", "fox.png"] { try daemon.drop(name) }
                try await daemon.told(.succeeded, times: 3)
                for minute in 1...8 {
                    try await daemon.told(.spoolTrouble, times: minute)
                    daemon.clock.advance(by: .seconds(61))
                }
                try await daemon.told(.spoolTrouble, times: 9)
                #expect(daemon.journal.all(.spoolTrouble).count == 9)
                #expect(daemon.journal.all(.fetchFailed).isEmpty)
                try FileManager.default.removeItem(atPath: obstacle)
                daemon.clock.advance(by: .seconds(15))
                try await daemon.told(.tidied, times: 3)
                #expect(daemon.list(.outbox).count == 6)
            }
        }

        @Test(
            "A claim that was cut off when its file had left its name in the inbox goes on by itself.",
            .bug("https://github.com/paperless-ngx/paperless-ngx/issues/432", "an error in between loses the file")
        )
        func claimCutOff() async throws {
            let other = "/dev/shm/runninghubd-test-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
            defer { try? FileManager.default.removeItem(atPath: other) }
            try await withDaemon {
                $0.cloud = .manual
                $0.pipeline { $0.folders.inbox = "\(other)/inbox" }
            } _: { daemon in
                let place = "\(other)/inbox/cat.png"
                // From here on what lies in work/ is left alone.
                try Data(EngineHarness.picture("dog")).write(to: URL(filePath: "\(other)/inbox/dog.png"))
                try await daemon.told(.submitted)
                // A stranger has its name in work/, and it cannot be given another.
                try Data("a stranger's".utf8).write(to: URL(filePath: daemon.path(.work, "cat.png")))
                let event = "UPDATE OF place ON jobs"
                try await daemon.breakLedger("no_place", before: event, when: "NEW.place <> OLD.place")
                try Data(EngineHarness.picture("cat")).write(to: URL(filePath: place))
                try await daemon.told(.spoolTrouble)
                #expect(!FileManager.default.fileExists(atPath: place))
                try await daemon.mendLedger("no_place")
                daemon.clock.advance(by: .seconds(6))
                try await daemon.told(.submitted, times: 2)
                #expect(daemon.list(.work) == ["cat (2).png", "cat.png", "dog.png"])
                #expect(await daemon.submissions.count == 2)
            }
        }

        @Test("A ledger that cannot be written is one trouble, whoever meets it.")
        func oneTrouble() async throws {
            try await withDaemon {
                $0.pipelines = [.oil(), .oil("ink")]
            } _: { daemon in
                try await daemon.breakLedger("no_job", before: "INSERT ON jobs")
                for pipeline in ["oil", "ink"] { try daemon.drop("cat.png", into: pipeline) }
                // Both have met it before the clock goes on.
                for pipeline in ["oil", "ink"] { try await daemon.returned("cat.png", in: pipeline) }
                daemon.clock.advance(by: .seconds(67))
                try await daemon.told(.ledgerTrouble, times: 2)
                let lines = daemon.journal.all(.ledgerTrouble)
                #expect(lines.count == 2 && lines[1].text.hasSuffix("times since the last line about it)"))
                try await daemon.mendLedger("no_job")
                daemon.clock.advance(by: .seconds(6))
                try await daemon.told(.delivered, times: 2)
            }
        }

        @Test("A folder that comes and goes is told once a minute, and in the end how it is.")
        func comingAndGoing() {
            var news = AwayNews()
            let start = Timestamp(milliseconds: 1_000_000)
            var told: [(second: Int, isAway: Bool)] = []
            for second in 0..<300 {
                // Every other second until 200, then away to the end.
                let isAway = second >= 200 || second.isMultiple(of: 2)
                if news.isNews(isAway: isAway, at: start + .seconds(second)) { told.append((second, isAway)) }
            }
            #expect(told.filter(\.isAway).map(\.second) == [0, 60, 120, 180, 240])
            #expect(told.filter { !$0.isAway }.map(\.second) == [1, 61, 121, 181])
            let isReturnTold = news.isNews(isAway: false, at: start + .seconds(301))
            #expect(isReturnTold)
        }
    }
}

extension EngineHarness {
    /// Waits until a file that could not be taken lies in its inbox for a later try.
    fileprivate func returned(_ name: String, in pipeline: String) async throws {
        let engine = try engine
        let found = await patiently { () -> Bool? in
            while !Task.isCancelled {
                for file in await engine.inboxes[pipeline]?.remaining(limit: 9) ?? [] {
                    if file.path.description == name, case .setAside = file.reason { return true }
                }
                await Task.yield()
            }
            return nil
        }
        try #require(found == true, "\(name) was not put back")
    }
}
