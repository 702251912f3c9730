import Jobs
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
}
