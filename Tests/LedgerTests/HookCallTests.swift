import Jobs
import Testing

@testable import Ledger

@Suite("The calls that jobs owe", .timeLimit(.minutes(1)))
struct HookCallTests {
    private static var hooks: Pipeline.Hooks {
        var hooks = Pipeline.Hooks()
        hooks.program = ["/bin/true"]
        hooks.url = "https://shop.example"
        return hooks
    }

    private func ended(_ ledger: Ledger, _ job: Job, at now: Timestamp) async throws -> JobID {
        let id = try await ledger.queued(job)
        let failure = Failure(.refused, message: "No.", hint: "Ask.", mayHaveBeenPaid: false)
        _ = try await ledger.change(id, at: now) { record in
            let before = record.job.state
            _ = record.refusedForGood(failure, at: now)
            record.job.duty = .none
            record.owesCalls(since: before, to: Self.hooks, at: now)
        }
        return id
    }

    @Test("Are kept with the job, and found by their target when they are due, until they are answered.")
    func found() async throws {
        let files = try TemporaryLedger()
        var ledger = try files.open()
        let first = try await ended(ledger, .sample(1), at: .at(10))
        let second = try await ended(ledger, .sample(2), at: .at(20))
        ledger = try files.open()
        let due = { @Sendable (ledger: Ledger, now: Timestamp, busy: Set<JobID>) async throws -> [JobID] in
            try await ledger.look { try $0.callsDue(to: .url, at: now, except: busy, limit: 9) }.map(\.job.id)
        }
        #expect(try await due(ledger, .at(9), []).isEmpty)
        #expect(try await due(ledger, .at(15), []) == [first])
        #expect(try await due(ledger, .at(20), []) == [first, second])
        #expect(try await due(ledger, .at(20), [first]) == [second])
        #expect(try await ledger.look { try $0.nextCall(to: .url, after: .at(10)) } == .at(20))
        let record = try #require(try await ledger.job(first))
        let call = try #require(record.job.owedCall(to: .url))
        _ = try await ledger.change(first, at: .at(21)) { $0.called(call, .answered("yes"), at: .at(21)) }
        #expect(try await due(ledger, .at(30), []) == [second])
        let stored = try #require(try await ledger.job(first)).job.calls
        #expect(stored.map(\.outcome) == [.owed, .answered] && stored.last?.detail == "yes")
        let programs = try await ledger.look { try $0.callsDue(to: .program, at: .at(30), except: [], limit: 9) }
        #expect(programs.count == 2)
    }

    @Test("Many of one pipeline stand in no other's way.")
    func fair() async throws {
        let ledger = try TemporaryLedger().open()
        for number in 0..<5 { _ = try await ended(ledger, .sample(UInt64(number)), at: .at(1)) }
        let other = try await ended(ledger, .sample(9, pipeline: "ink"), at: .at(9))
        func due(_ bound: Int) async throws -> [JobID] {
            try await ledger.look { look in
                try look.callsDue(to: .program, at: .at(9), except: [], limit: 3) { $0 == "oil" ? bound : nil }
            }
            .map(\.job.id)
        }
        #expect(try await due(1).count == 2)
        #expect(try await due(1).last == other)
        #expect(try await due(0) == [other])
        // However old they are, those of one pipeline take turns with another's.
        let turns = try await ledger.look { try $0.callsDue(to: .program, at: .at(9), except: [], limit: 2) }
        #expect(turns.last?.job.id == other)
        let last = try await ledger.look { look in
            try look.callsDue(to: .program, at: .at(9), except: [], limit: 1, underWay: { $0 == "oil" ? 1 : 0 })
        }
        #expect(last.map(\.job.id) == [other])
    }

    @Test("A job is not forgotten while it owes one, and a start takes those forward that a wrong clock put off.")
    func kept() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ended(ledger, .sample(1), at: .at(10))
        func forget() async throws -> Int {
            try await ledger.forget(in: "oil", endedFor: .zero, at: .at(1_000_000), limit: 9)
        }
        #expect(try await forget() == 0)
        for target in HookCall.Target.allCases {
            let call = try #require(try await ledger.job(id)?.job.owedCall(to: target))
            let reply = HookReply.failed("no", retryAt: .at(500_000))
            _ = try await ledger.change(id, at: .at(20)) { $0.called(call, reply, at: .at(20)) }
        }
        #expect(try await ledger.look { try $0.callsDue(to: .url, at: .at(400), except: [], limit: 9) }.isEmpty)
        try await ledger.resume(at: .at(30), longestWait: .seconds(300))
        for target in HookCall.Target.allCases {
            let record = try #require(
                try await ledger.look { try $0.callsDue(to: target, at: .at(400), except: [], limit: 9) }.first
            )
            let call = try #require(record.job.owedCall(to: target))
            _ = try await ledger.change(id, at: .at(400)) { $0.called(call, .answered("yes"), at: .at(400)) }
        }
        #expect(try await forget() == 1)
    }
}
