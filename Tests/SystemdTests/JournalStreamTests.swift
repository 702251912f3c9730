import Glibc
import Testing

@testable import Systemd

@Suite("Finding the journal", .timeLimit(.minutes(1)))
struct JournalStreamTests {
    @Test(
        "The variable is a device and an inode",
        arguments: [
            ("9:233753", true), ("9:", false), ("9", false), ("", false), ("-1:4", false), ("1:2:3", false),
            ("99999999999999999999999:1", false),
        ]
    )
    func parsing(text: String, valid: Bool) {
        #expect((JournalStream(text) != nil) == valid)
    }

    @Test("Standard error is the journal when the variable names its device and inode")
    func matching() async {
        await #expect(processExitsWith: .success) {
            let stream = try #require(JournalStream(descriptor: STDERR_FILENO))
            setenv("JOURNAL_STREAM", "\(stream.device):\(stream.inode)", 1)
            #expect(JournalStream.isJournal())
            #expect(JournalStream.logHandler() is JournalLogHandler)
        }
    }

    @Test("An inherited variable is not believed when standard error goes elsewhere")
    func inherited() async {
        await #expect(processExitsWith: .success) {
            let stream = try #require(JournalStream(descriptor: STDERR_FILENO))
            setenv("JOURNAL_STREAM", "\(stream.device):\(stream.inode &+ 1)", 1)
            #expect(!JournalStream.isJournal())
            #expect(JournalStream.logHandler() is TextLogHandler)
            unsetenv("JOURNAL_STREAM")
            #expect(!JournalStream.isJournal())
        }
    }
}
