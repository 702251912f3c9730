import FoundationEssentials
import GRDB
import Jobs
import Testing

@testable import Ledger

@Suite("A copy of the ledger", .timeLimit(.minutes(1)))
struct CopyTests {
    @Test("A copy that is made while jobs come is whole, and has what was committed before.")
    func consistent() async throws {
        let (original, copy) = (try TemporaryLedger(), try TemporaryLedger())
        let ledger = try original.open()
        for number in 0..<50 { try await ledger.queued(.sample(UInt64(number))) }
        let path = copy.path
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await ledger.copy(into: path) }
            for number in 50..<100 { group.addTask { try await ledger.queued(.sample(UInt64(number))) } }
            try await group.waitForAll()
        }
        let check = try await DatabaseQueue(path: copy.path).read {
            try String.fetchAll($0, sql: "PRAGMA integrity_check")
        }
        #expect(check == ["ok"])
        let counts = try copy.open().counts["oil"]?[.queued] ?? 0
        #expect((50...100).contains(counts))
        #expect(ledger.counts["oil"]?[.queued] == 100)
        #expect(try await ledger.size() > 0)
    }

    @Test("A file that is there already is never overwritten by a copy.")
    func neverOver() async throws {
        let (original, other) = (try TemporaryLedger(), try TemporaryLedger())
        let ledger = try original.open()
        try Data("something".utf8).write(to: URL(filePath: other.path))
        await #expect(throws: LedgerError.self) { try await ledger.copy(into: other.path) }
        #expect(try Data(contentsOf: URL(filePath: other.path)) == Data("something".utf8))
    }

    @Test("What is left of a copy that was cut off is removed when the ledger is opened.")
    func leftOver() throws {
        let original = try TemporaryLedger()
        let path = "\(original.folder)/\(Ledger.copyName)"
        try Data("half".utf8).write(to: URL(filePath: path))
        _ = try original.open()
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
