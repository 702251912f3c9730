import Jobs
import Testing

@testable import Ledger

@Suite("The keys that jobs under way need")
struct KeyUseTests {
    @Test("Are those of tasks that may still give results, with how many jobs need each, and of no other job.")
    func uses() async throws {
        let folder = try TemporaryLedger()
        let ledger = try folder.open()
        #expect(try await ledger.keyUses().isEmpty)
        _ = try await ledger.queued(.sample())
        let first = try await ledger.running(.sample())
        _ = try await ledger.running(.sample())
        #expect(try await ledger.keyUses() == [KeyUse(key: "main", site: "ai", jobs: 2)])
        try await ledger.force(first) { $0.state = .fetching }
        #expect(try await ledger.keyUses() == [KeyUse(key: "main", site: "ai", jobs: 2)])
        try await ledger.force(first) { $0.state = .delivered }
        #expect(try await ledger.keyUses() == [KeyUse(key: "main", site: "ai", jobs: 1)])
        try await ledger.close()
    }
}
