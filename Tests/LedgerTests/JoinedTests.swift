import Jobs
import Testing

@testable import Ledger

@Suite("Jobs that are the same as others, in the ledger", .timeLimit(.minutes(1)))
struct JoinedTests {
    /// Two jobs of the same name; the second waits for the first, whose task runs.
    private func pair(_ ledger: Ledger) async throws -> (leader: JobID, follower: JobID) {
        let leader = try await ledger.running(.sample(1))
        var job = try Job.sample(2)
        job.origin = try #require(await ledger.job(leader)).job.origin
        let follower = try await ledger.queued(job)
        let change = try await ledger.change(follower, beside: leader, at: .at(1)) { record, other in
            other.map { record.joins($0.job, digests: ["": "d"], at: .at(1)) }
        }
        #expect(change?.value == .applied)
        return (leader, follower)
    }

    @Test("One that waits for another is in no line, and is looked at as soon as that one has ended")
    func ends() async throws {
        let ledger = try TemporaryLedger().open()
        let (leader, follower) = try await pair(ledger)
        #expect(try await ledger.waiting(in: "oil", at: .never, except: [], limit: 9).isEmpty)
        #expect(try await ledger.look { try $0.line(in: "oil", at: .never, limit: 9) }.isEmpty)
        #expect(try await ledger.joinedCount(in: "oil") == 1)
        #expect(try await ledger.look { try $0.joined(dueAt: .at(1000), except: [], limit: 9) }.isEmpty)
        try await ledger.force(leader, at: .at(50)) { $0.state = .failed }
        let due = try await ledger.look { try $0.joined(dueAt: .at(50), except: [], limit: 9) }
        #expect(due.map(\.job.id) == [follower] && due.first?.job.joined == leader)
    }

    @Test("What another is to end with is remembered until that has ended, however long ago its own end was")
    func remembered() async throws {
        let ledger = try TemporaryLedger().open()
        let (leader, follower) = try await pair(ledger)
        try await ledger.force(leader, at: .at(50)) { $0.state = .delivered }
        #expect(try await ledger.forget(in: "oil", endedFor: .zero, at: .at(1_000_000), limit: 9) == 0)
        try await ledger.force(follower, at: .at(60)) { $0.state = .delivered }
        #expect(try await ledger.forget(in: "oil", endedFor: .zero, at: .at(1_000_000), limit: 9) == 2)
    }

    @Test("A start looks at it soon, whatever it knew before")
    func start() async throws {
        let ledger = try TemporaryLedger().open()
        let (_, follower) = try await pair(ledger)
        try await ledger.resume(at: .at(5), longestWait: .seconds(300))
        #expect(
            try await ledger.look { try $0.joined(dueAt: .at(305), except: [], limit: 9) }.map(\.job.id) == [follower]
        )
    }

    @Test("Namesakes are under way, older or further on, and wait for nobody")
    func namesakes() async throws {
        let ledger = try TemporaryLedger().open()
        let first = try await ledger.queued(.sample(1))
        var job = try Job.sample(2)
        let record = try #require(await ledger.job(first))
        job.origin = record.job.origin
        let second = try await ledger.queued(job)
        #expect(try await ledger.namesakes(of: job, limit: 9).map(\.job.id) == [first])
        #expect(try await ledger.namesakes(of: record.job, limit: 9).isEmpty)
        try await ledger.force(second) { $0.state = .uploading }
        #expect(try await ledger.namesakes(of: record.job, limit: 9).map(\.job.id) == [second])
        try await ledger.force(second) { $0.state = .failed }
        #expect(try await ledger.namesakes(of: record.job, limit: 9).isEmpty)
        try await ledger.force(first) { $0.joined = second }
        #expect(try await ledger.namesakes(of: job, limit: 9).isEmpty)
    }

    @Test("What a person has agreed to by a release outlives a reopen")
    func agreements() async throws {
        let files = try TemporaryLedger()
        try await files.open().release("oil", agreeingTo: ["oil": 1200])
        try await files.open().release("", agreeingTo: ["oil": 900, "ink": 3])
        #expect(try await files.open().agreements() == ["oil": 900, "ink": 3])
    }
}
