import Jobs
import RunningHubSimulator
import Testing

@testable import Daemon

@Suite("Trouble that goes on", .timeLimit(.minutes(1)))
struct OngoingTroubleTests {
    @Test(
        "However often it is met, it is one line a minute, which says how often",
        .bug("https://github.com/SynoCommunity/spksrc/issues/7428", "a log of hundreds of GB")
    )
    func onceAMinute() throws {
        let clock = EngineHarness.Clock()
        let record = EngineHarness.JournalRecord(clock: clock)
        let journal = record.journal
        let start = clock.now()
        for step in 0..<18_000 {
            let now = start + .milliseconds(step * 10)
            journal.tell(ongoing: .spoolTrouble, about: "oil", at: now, "It cannot be read.")
            journal.tell(ongoing: .spoolTrouble, about: "ink", at: now, "It cannot be read.")
        }
        let lines = record.entries.map(\.text)
        #expect(lines.count == 6)
        #expect(lines.first == "It cannot be read.")
        #expect(lines.last?.hasSuffix("(6000 times since the last line about it)") == true, "\(lines)")
    }

    @Test(
        "While the cloud cannot be reached, each job tells it once; that it goes on is a line a minute for all of them"
    )
    func onceAJob() async throws {
        try await withDaemon {
            $0.cloud.faults.upload.cutBefore = .always
        } _: { daemon in
            let names = (1...5).map { "\($0).png" }
            for name in names { try daemon.drop(name) }
            try await daemon.told(.uploadFailed, times: names.count)
            daemon.clock.run(times: 100)
            try await daemon.told(.uploadFailed, times: names.count + 3)
            let lines = daemon.journal.all(.uploadFailed)
            let (first, further) = (lines.prefix(names.count), lines.dropFirst(names.count))
            #expect(Set(first.map(\.file)) == Set(names))
            #expect(zip(further, further.dropFirst()).allSatisfy { $0.at + .seconds(60) <= $1.at }, "\(further)")
            #expect(
                further.dropFirst().contains { $0.text.contains("times since the last line about it") },
                "\(further)"
            )
        }
    }

    @Test("However many callbacks cannot be stored, or are for jobs that are gone, they are a line a minute")
    func callbacks() async throws {
        try await withDaemon {
            $0.cloud = .manual
        } _: { daemon in
            let known = try daemon.path(of: try await daemon.runningJob())
            let unknown = try daemon.path(of: try #require(JobID("0123456789ab")))
            try await daemon.breakLedger("no_callback", before: "UPDATE ON attempts")
            try await ServedListener.serve(daemon) { listener in
                for _ in 0..<20 {
                    #expect(try await listener.exchange(RawRequest(unknown).text).hasPrefix("HTTP/1.1 200 "))
                    #expect(try await listener.exchange(RawRequest(known).text).hasPrefix("HTTP/1.1 503 "))
                }
                #expect(daemon.journal.all(.callbackRefused).count == 1)
                #expect(daemon.journal.all(.callbackUnstored).count == 1)
                #expect(daemon.journal.all(.answerUncommitted).count <= 1)
                try await daemon.mendLedger("no_callback")
                daemon.clock.run(times: 20)
                try await daemon.told(.called)
            }
        }
    }
}
