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

    @Test("A job that comes back takes the place of one that was recorded for its file meanwhile")
    func another() async throws {
        let ledger = try TemporaryLedger().open()
        let job = try Job.sample(7)
        let id = try await ledger.running(job)
        try await ledger.force(id) { $0.state = .failed }
        var fresh = try Job.sample(8)
        fresh.origin = job.origin
        fresh.identity = job.identity
        #expect(try await ledger.record(fresh).id == fresh.id)
        let change = try await ledger.change(id, at: .at(2)) {
            $0.cameBack(origin: job.origin, place: job.place, identity: job.identity, at: .at(2))
        }
        #expect(change?.value == .applied)
        #expect(try await ledger.job(fresh.id)?.job.state == .cancelled)
        #expect(ledger.counts["oil"]?.filter { $0.value > 0 } == [.queued: 1, .cancelled: 1])
    }

    @Test("A task that is known from elsewhere is not dropped for a job that was recorded for its file before")
    func withTasks() async throws {
        let ledger = try TemporaryLedger().open()
        let plain = try Job.sample(7)
        #expect(try await ledger.record(plain).id == plain.id)
        var forgotten = try Job.sample(8)
        forgotten.origin = plain.origin
        forgotten.identity = plain.identity
        forgotten.isReviving = true
        forgotten.attempt = 1
        let attempt = Attempt.remembered(
            number: 1,
            taskID: "t",
            key: "main",
            isGuessed: false,
            site: "ai",
            settings: .sample,
            at: .start
        )
        #expect(try await ledger.record(forgotten, attempts: [attempt]).id == forgotten.id)
        #expect(try await ledger.job(forgotten.id)?.attempts.map(\.taskID) == ["t"])
        #expect(try await ledger.job(plain.id)?.job.state == .cancelled)
    }
}
