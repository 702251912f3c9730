import GRDB
import Jobs
import Testing

@testable import Ledger

@Suite("What is kept for how long", .timeLimit(.minutes(1)))
struct RetentionTests {
    private static let day = Duration.seconds(86_400)

    /// A job that was delivered, and whose original was put into `done/` so many seconds later.
    private func delivered(_ ledger: Ledger, putAwayAfter seconds: Int64 = 0) async throws -> JobID {
        let id = try await ledger.running(.sample())
        try await ledger.force(id) { job in
            job.state = .delivered
            job.duty = .done
        }
        _ = try await ledger.change(id, at: .at(seconds)) {
            $0.tidied(place: $0.job.place, identity: nil, at: .at(seconds))
        }
        return id
    }

    private func due(_ ledger: Ledger, at now: Timestamp) async throws -> [JobID] {
        try await ledger.kept(in: .done, of: "oil", longerThan: Self.day, at: now, except: [], limit: 9).map(\.job.id)
    }

    @Test("An original is kept from the move on, not from the delivery")
    func fromMove() async throws {
        let ledger = try TemporaryLedger().open()
        let late = try await delivered(ledger, putAwayAfter: 80_000)
        let early = try await delivered(ledger)
        #expect(try await due(ledger, at: .at(86_400)) == [])
        #expect(try await due(ledger, at: .at(86_401)) == [early])
        #expect(try await due(ledger, at: .at(80_000 + 86_401)) == [early, late])
        _ = try await ledger.change(early, at: .at(86_401)) { $0.expired(.deleted, at: .at(86_401)) }
        #expect(try await due(ledger, at: .at(80_000 + 86_401)) == [late])
    }

    @Test("An original that was dropped again is kept for as long as its newer job has it")
    func droppedAgain() async throws {
        let ledger = try TemporaryLedger().open()
        let first = try await delivered(ledger)
        let identity = try #require(await ledger.job(first)).job.identity
        let newer = try await ledger.running(.sample())
        try await ledger.force(newer) { $0.identity = identity }
        #expect(try await due(ledger, at: .at(86_401)) == [])
        try await ledger.force(newer) { ($0.state, $0.folder) = (.cancelled, .gone) }
        #expect(try await due(ledger, at: .at(86_401)) == [first])
    }

    @Test("A clock that was set wrong between two runs makes nothing old")
    func jump() async throws {
        let files = try TemporaryLedger()
        let first = try files.open()
        try await first.resumeKeeping(at: .start)
        let id = try await delivered(first)
        try await first.noteKeeping(at: .at(60))
        let years = Int64(10 * 365 * 86_400)
        let ledger = try files.open()
        try await ledger.resumeKeeping(at: .at(years))
        // The gap counts as a day, and a minute had gone by before it.
        #expect(
            try await ledger.kept(in: .done, of: "oil", longerThan: Self.day * 2, at: .at(years), except: [], limit: 9)
                .isEmpty
        )
        #expect(try await ledger.forget(in: "oil", endedFor: Self.day * 2, at: .at(years), limit: 9) == 0)
        #expect(try await due(ledger, at: .at(years)) == [id])
        // What ends now is kept from now on, on the same clock.
        let other = try await ledger.running(.sample())
        try await ledger.force(other, at: .at(years)) { $0.state = .failed }
        #expect(
            try await ledger.forget(in: "oil", endedFor: Self.day, keeping: [.done], at: .at(years + 86_400), limit: 9)
                == 0
        )
        #expect(
            try await ledger.forget(in: "oil", endedFor: Self.day, keeping: [.done], at: .at(years + 86_401), limit: 9)
                == 1
        )
        let third = try files.open()
        try await third.resumeKeeping(at: .start)
        #expect(try await due(third, at: .start) == [id])
    }

    @Test("The first start after an upgrade goes on from what the ledger last saw")
    func upgraded() async throws {
        let files = try TemporaryLedger()
        let first = try files.open()
        let id = try await delivered(first)
        let ledger = try files.open()
        try await ledger.resumeKeeping(at: .at(100 * 86_400))
        #expect(
            try await ledger.kept(
                in: .done,
                of: "oil",
                longerThan: Self.day * 2,
                at: .at(100 * 86_400),
                except: [],
                limit: 9
            ).isEmpty
        )
        #expect(try await due(ledger, at: .at(100 * 86_400 + 1)) == [id])
    }

    @Test("Jobs whose original is still to be deleted are remembered, as are those that somebody may bring back")
    func remembered() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await delivered(ledger)
        let woken = try await ledger.running(.sample())
        try await ledger.force(woken) { job in
            job.state = .failed
            job.isReviving = true
        }
        let now = Timestamp.at(1_000_000)
        #expect(try await ledger.forget(in: "oil", endedFor: Self.day, keeping: [.done], at: now, limit: 9) == 0)
        #expect(try await ledger.forget(in: "oil", endedFor: Self.day, at: now, limit: 9) == 1)
        #expect(try await ledger.job(id) == nil)
        #expect(try await ledger.job(woken) != nil)
    }

    @Test("No more are forgotten at once than are asked for")
    func bounded() async throws {
        let ledger = try TemporaryLedger().open()
        for _ in 0..<7 { _ = try await delivered(ledger) }
        var counts: [Int] = []
        while counts.last != 0 {
            counts.append(try await ledger.forget(in: "oil", endedFor: Self.day, at: .at(1_000_000), limit: 3))
        }
        #expect(counts == [3, 3, 1, 0])
        #expect(ledger.counts["oil"]?[.delivered] == 0)
    }

    @Test("A job that came back is kept until it ends again")
    func cameBack() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.running(.sample())
        try await ledger.force(id) { $0.state = .failed }
        try await ledger.force(id, at: .at(10)) { $0.state = .running }
        #expect(try await ledger.forget(in: "oil", endedFor: Self.day, at: .at(1_000_000), limit: 9) == 0)
        let kept = try await ledger.read { try Int64.fetchOne($0, sql: "SELECT kept_since FROM jobs") }
        #expect(kept == nil)
    }
}
