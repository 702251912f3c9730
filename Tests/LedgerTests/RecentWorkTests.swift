import Jobs
import Testing

@testable import Ledger

@Suite("What a pipeline has done lately", .timeLimit(.minutes(1)))
struct RecentWorkTests {
    @Test("Ends since a moment are counted by pipeline, and the last stretches from submission to end are known")
    func counts() async throws {
        let ledger = try TemporaryLedger().open()
        for (number, state) in [JobState.delivered, .delivered, .failed, .cancelled].enumerated() {
            let id = try await ledger.running(.sample(UInt64(number)))
            try await ledger.force(id) { ($0.state, $0.stateSince) = (state, .at(Int64(100 + number))) }
        }
        // One that failed before it had a task says nothing of how long tasks take.
        let refused = try await ledger.queued(.sample(9))
        try await ledger.force(refused) { ($0.state, $0.stateSince) = (.failed, .at(110)) }
        try await ledger.running(.sample(10, pipeline: "ink"))
        let work = try await ledger.recentWork(of: "oil", since: .at(101))
        #expect(work.delivered == 1 && work.failed == 2)
        #expect(work.stretches.map(\.to) == [.at(102), .at(101), .at(100)])
        #expect(work.stretches.allSatisfy { $0.from == .start })
        #expect(work.running == nil)
        #expect(try await ledger.recentWork(of: "ink", since: .start).running == .start)
        #expect(try await ledger.recentWork(of: "none", since: .start) == RecentWork())
    }

    @Test("Of many ends only the last are read")
    func sample() async throws {
        let ledger = try TemporaryLedger().open()
        for number in 0..<Throughput.sample + 5 {
            let id = try await ledger.running(.sample(UInt64(number)))
            try await ledger.force(id) {
                ($0.state, $0.stateSince) = (number % 2 == 0 ? .delivered : .failed, .at(Int64(number)))
            }
        }
        let work = try await ledger.recentWork(of: "oil", since: .start)
        #expect(work.delivered + work.failed == Throughput.sample + 5)
        #expect(work.stretches.count == Throughput.sample && work.stretches.last?.to == .at(5))
    }
}
