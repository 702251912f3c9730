import GRDB
import Jobs
import Testing

@testable import Ledger

@Suite("Looking at jobs", .timeLimit(.minutes(1)))
struct ListingTests {
    @Test("Jobs are listed page by page, those first whose state changed last, each once")
    func pages() async throws {
        let ledger = try TemporaryLedger().open()
        var ids: [JobID] = []
        for number in 0..<10 {
            let id = try await ledger.queued(.sample(UInt64(number), pipeline: number < 5 ? "oil" : "ink"))
            // Two by two at the same time.
            try await ledger.force(id) { $0.stateSince = .at(Int64(number / 2)) }
            ids.append(id)
        }
        var seen: [JobID] = []
        var place: ListingPlace?
        while case let page = try await ledger.listed(after: place, limit: 3), let last = page.last {
            seen += page.map(\.job.id)
            place = ListingPlace(since: last.job.stateSince, job: last.job.id)
        }
        #expect(seen == ids.reversed())
    }

    @Test("A listing can be narrowed to states and to a pipeline")
    func narrowed() async throws {
        let ledger = try TemporaryLedger().open()
        let waiting = try await ledger.queued(.sample(1))
        let running = try await ledger.running(.sample(2))
        let other = try await ledger.running(.sample(3, pipeline: "ink"))
        #expect(try await ledger.listed([.running], limit: 9).map(\.job.id) == [other, running])
        #expect(try await ledger.listed([.running], in: "oil", limit: 9).map(\.job.id) == [running])
        #expect(try await ledger.listed(in: "oil", limit: 9).map(\.job.id) == [running, waiting])
        #expect(try await ledger.listed([.queued, .failed], limit: 9).map(\.job.id) == [waiting])
        #expect(try await ledger.listed(in: "none", limit: 9).isEmpty)
        #expect(try await ledger.listed([.running], limit: 9).allSatisfy { $0.attempts.count == 1 })
    }

    @Test("What people ask about is read by an index, and a page of the listing is not sorted out of all jobs")
    func plans() async throws {
        let ledger = try TemporaryLedger().open()
        for number in 0..<20 { try await ledger.running(.sample(UInt64(number))) }
        let place = try Job.sample(1).place
        let statements = StatementLog()
        try await ledger.reader.read { $0.trace { statements.add("\($0)") } }
        let page = try await ledger.listed(limit: 5)
        let last = try #require(page.last).job
        _ = try await ledger.listed(after: ListingPlace(since: last.stateSince, job: last.id), limit: 5)
        _ = try await ledger.jobs(idPrefix: "a", limit: 5)
        _ = try await ledger.job(at: place, in: "oil")
        _ = try await ledger.counts(below: place, in: "oil")
        _ = try await ledger.failed(original: .sample, at: place, in: "oil")
        _ = try await ledger.ahead(of: last.id, in: "oil")
        _ = try await ledger.commonWaits(limit: 5)
        let texts = statements.texts.filter { $0.hasPrefix("SELECT") }
        #expect(texts.count > 8)
        for text in texts {
            let plan = try await ledger.read { database in
                let statement = try database.makeStatement(sql: "EXPLAIN QUERY PLAN \(text)")
                statement.setUncheckedArguments(StatementArguments())
                return try Row.fetchAll(statement).map { $0["detail"] as String }
            }
            let scans = plan.filter { $0.hasPrefix("SCAN jobs") && !$0.contains("INDEX jobs_due") }
            #expect(scans.isEmpty, "\(text.prefix(300)): \(plan)")
            guard text.contains("jobs_ended") else { continue }
            #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        }
    }

    @Test("A job is found by the beginning of its id, in its place, and with those before it")
    func found() async throws {
        let ledger = try TemporaryLedger().open()
        let first = try await ledger.queued(.sample(1))
        let second = try await ledger.queued(.sample(2))
        #expect(try await ledger.jobs(idPrefix: String(first.text.prefix(8)), limit: 5).map(\.job.id) == [first])
        #expect(try await ledger.jobs(idPrefix: "", limit: 5).count == 2)
        #expect(try await ledger.jobs(idPrefix: "u", limit: 5).isEmpty)
        let place = try #require(RelativePath(bytes: Array("file-2.png".utf8)))
        #expect(try await ledger.job(at: place, in: "oil")?.job.id == second)
        #expect(try await ledger.job(at: place, in: "ink") == nil)
        #expect(try await ledger.ahead(of: second, in: "oil") == 1)
        #expect(try await ledger.ahead(of: first, in: "oil") == 0)
    }

    @Test("Originals in failed/, in done/ and below a folder of work/ are found")
    func originals() async throws {
        let ledger = try TemporaryLedger().open()
        let place = try #require(RelativePath(bytes: Array("trip/day/cat.png".utf8)))
        let trip = try #require(RelativePath(bytes: Array("trip".utf8)))
        let id = try await ledger.queued(.sample(7))
        try await ledger.force(id) { $0.place = place }
        #expect(try await ledger.counts(below: trip, in: "oil") == [.queued: 1])
        #expect(try await ledger.counts(below: place, in: "oil").isEmpty)
        try await ledger.force(id) { ($0.state, $0.folder) = (.delivered, .done) }
        #expect(try await ledger.delivered(at: place, in: "oil")?.job.id == id)
        #expect(try await ledger.counts(below: trip, in: "oil").isEmpty)
        try await ledger.force(id) { ($0.state, $0.folder) = (.failed, .failed) }
        var identity = FileIdentity.sample
        identity.inode = 7
        #expect(try await ledger.failed(original: identity, at: trip, in: "oil")?.job.id == id)
        identity.device = 99
        #expect(try await ledger.failed(original: identity, at: trip, in: "oil") == nil)
        #expect(try await ledger.failed(original: identity, at: place, in: "oil")?.job.id == id)
    }

    @Test("The commonest reasons for waiting come first")
    func waits() async throws {
        let ledger = try TemporaryLedger().open()
        for number in 0..<5 {
            let id = try await ledger.queued(.sample(UInt64(number)))
            guard number > 0 else { continue }
            let reason = number < 4 ? "no network" : "full"
            try await ledger.force(id) { $0.wait = .init(reason: reason, since: .at(Int64(number))) }
        }
        let waits = try await ledger.commonWaits(limit: 9)
        #expect(waits.map(\.reason) == ["no network", "full"] && waits.map(\.count) == [3, 1])
        #expect(waits.first?.since == .at(1))
    }
}
