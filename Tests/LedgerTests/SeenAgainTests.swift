import Jobs
import Ledger
import Testing

@Suite("Files that are seen again before they were claimed")
struct SeenAgainTests {
    @Test("A job that came back and is seen once more keeps its tasks, unless its file holds something else by now")
    func seenAgain() async throws {
        let ledger = try TemporaryLedger().open()
        let job = try Job.sample(7)
        let id = try await ledger.running(job)
        try await ledger.force(id) { $0.state = .failed }
        _ = try await ledger.change(id, at: .at(1)) {
            $0.tidied(.failed, place: job.place, identity: job.identity, at: .at(1))
        }
        _ = try await ledger.change(id, at: .at(2)) {
            $0.cameBack(origin: job.origin, place: job.place, identity: job.identity, at: .at(2))
        }
        // Its claim did not succeed, and the inbox offers the file once more.
        var again = try Job.sample(7)
        again.identity.changed += 1
        #expect(try await ledger.record(again).id == id)
        let known = try #require(try await ledger.job(id))
        #expect(known.attempts.map(\.taskID) == ["t-\(id)"])
        #expect(known.job.identity == again.identity && known.job.isReviving)

        var other = try Job.sample(7)
        other.identity.modified += 1
        #expect(try await ledger.record(other).id == other.id)
        let ended = try #require(try await ledger.job(id))
        #expect(ended.job.state == .cancelled && ended.attempts.map(\.taskID) == ["t-\(id)"])
        #expect(ended.job.failure?.mayHaveBeenPaid == true)
        #expect(ledger.counts["oil"]?.filter { $0.value > 0 } == [.queued: 1, .cancelled: 1])
    }
}
