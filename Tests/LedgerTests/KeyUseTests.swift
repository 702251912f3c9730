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

    @Test("Places are held as the records themselves tell.")
    func places() async throws {
        let folder = try TemporaryLedger()
        let ledger = try folder.open()
        _ = try await ledger.queued(.sample())
        var jobs: [JobID] = []
        for _ in 0..<6 { jobs.append(try await ledger.running(.sample())) }
        try await ledger.force(jobs[1]) { $0.state = .unconfirmed }
        try await ledger.force(jobs[2]) { job in
            job.state = .unconfirmed
            job.stateSince = .start - JobRecord.unconfirmedHold
        }
        try await ledger.force(jobs[3]) { $0.state = .fetching }
        try await ledger.force(jobs[4]) { $0.state = .delivered }
        _ = try await ledger.change(jobs[5], at: .start) { record in record.attempts[0].finishedAt = .start }
        var expected: Set<HeldPlace> = []
        for job in jobs {
            let record = try #require(try await ledger.job(job))
            for place in record.heldPlaces(at: .start) {
                let attempt = try #require(record.attempt(place.number))
                expected.insert(HeldPlace(job: job, number: place.number, key: place.key, site: attempt.site))
            }
        }
        #expect(expected.count == 2)
        #expect(Set(try await ledger.heldPlaces(at: .start)) == expected)
        try await ledger.close()
    }
}
