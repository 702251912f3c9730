import GRDB
import Jobs
import Synchronization
import Testing

@testable import Ledger

@Suite("Finding work", .timeLimit(.minutes(1)))
struct SelectionTests {
    @Test("What is due comes in the order of its time, without what is busy, and no more than asked for")
    func due() async throws {
        let ledger = try TemporaryLedger().open()
        var ids: [JobID] = []
        for number in 0..<6 {
            let id = try await ledger.running(.sample(UInt64(number)))
            try await ledger.force(id) { $0.dueAt = .at(Int64(60 - number * 10)) }
            ids.append(id)
        }
        let all = try await ledger.look { try $0.due(.running, at: .at(50), except: [], limit: 10) }
        #expect(all.map(\.job.id) == Array(ids[1...].reversed()))
        let some = try await ledger.look { [ids] in
            try $0.due(.running, at: .at(50), except: [ids[5], ids[3]], limit: 2)
        }
        #expect(some.map(\.job.id) == [ids[4], ids[2]])
        #expect(all.allSatisfy { $0.attempts.count == 1 })
        #expect(try await ledger.look { try $0.nextDue(.running, after: .at(50)) } == .at(60))
    }

    @Test("A pipeline's waiting jobs come oldest first, claimed ones alone")
    func waiting() async throws {
        let ledger = try TemporaryLedger().open()
        let first = try await ledger.queued(.sample(1))
        let unclaimed = try await ledger.record(.sample(2)).id
        let second = try await ledger.queued(.sample(3))
        try await ledger.queued(.sample(4, pipeline: "ink"))
        let later = try await ledger.queued(.sample(5))
        try await ledger.force(later) { $0.dueAt = .at(100) }
        try await ledger.force(first) { $0.dueAt = .at(1) }
        #expect(try await ledger.waiting(in: "oil", at: .at(1), except: [], limit: 9).map(\.job.id) == [first, second])
        #expect(try await ledger.waiting(in: "oil", at: .at(1), except: [first], limit: 1).map(\.job.id) == [second])
        #expect(try await ledger.look { try $0.due(.queued, at: .at(1), except: [], limit: 9) }.count == 3)
        #expect(try await ledger.unclaimed(in: "oil", after: nil, limit: 9).map(\.job.id) == [unclaimed])
    }

    @Test("A pipeline's line has its waiting jobs and those that are being uploaded, oldest first")
    func line() async throws {
        let ledger = try TemporaryLedger().open()
        let uploading = try await ledger.queued(.sample(1))
        let first = try await ledger.queued(.sample(2))
        let later = try await ledger.queued(.sample(3))
        let second = try await ledger.queued(.sample(4))
        try await ledger.queued(.sample(5, pipeline: "ink"))
        _ = try await ledger.change(uploading, at: .start) { $0.uploadStarted(at: .start) }
        try await ledger.force(later) { $0.dueAt = .at(100) }
        #expect(
            try await ledger.look { try $0.line(in: "oil", at: .at(1), limit: 9) }.map(\.job.id) == [
                uploading, first, second,
            ]
        )
        #expect(
            try await ledger.look { try $0.line(in: "oil", at: .at(1), limit: 1) }.map(\.job.id) == [uploading, first]
        )
    }

    @Test("File duties, woken jobs and tasks of no more use are found until they are done")
    func duties() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.running(.sample())
        _ = try await ledger.change(id, at: .start) {
            $0.taskReported(attempt: 1, .cancelled(usage: nil), jitter: 0, at: .start)
        }
        #expect(try await ledger.look { try $0.duties(at: .start, except: [], limit: 9) }.map(\.job.id) == [id])
        #expect(try await ledger.look { try $0.duties(at: .start, except: [id], limit: 9) }.isEmpty)
        _ = try await ledger.change(id, at: .start) { $0.tidied(place: $0.job.place, identity: nil, at: .start) }
        #expect(try await ledger.look { try $0.duties(at: .at(9), except: [], limit: 9) }.isEmpty)

        let failed = try await ledger.running(.sample())
        try await ledger.force(failed) { $0.state = .failed }
        #expect(try await ledger.look { try $0.woken(at: .at(9), except: [], limit: 9) }.isEmpty)
        _ = try await ledger.change(failed, at: .start) {
            $0.callbackArrived(attempt: 1, taskID: nil, recreated: nil, at: .at(1))
        }
        #expect(try await ledger.look { try $0.woken(at: .at(9), except: [], limit: 9) }.map(\.job.id) == [failed])

        let stray = try await ledger.running(.sample())
        try await ledger.force(stray) { $0.state = .cancelled }
        let found = try await ledger.look { try $0.superfluous(startedBy: ["main"], except: [], limit: 9) }
        #expect(found.map(\.job.id) == [stray])
        #expect(found.first?.attemptsToCancel.count == 1)
        _ = try await ledger.change(stray, at: .start) { $0.cancelAsked(attempt: 1, detail: "", at: .at(2)) }
        #expect(try await ledger.look { try $0.superfluous(startedBy: ["main"], except: [], limit: 9) }.isEmpty)
    }

    @Test("What a pipeline cannot do now, however much and however long due, stands in no other's way")
    func fairness() async throws {
        let ledger = try TemporaryLedger().open()
        var duties: [JobID] = []
        for (number, pipeline) in ["oil", "oil", "oil", "ink"].enumerated() {
            let id = try await ledger.running(.sample(UInt64(number), pipeline: pipeline))
            try await ledger.force(id) { job in
                (job.state, job.duty, job.dueAt) = (.failed, .failed, .at(Int64(number)))
            }
            duties.append(id)
        }
        let all = try await ledger.look { try $0.duties(at: .at(9), except: [], limit: 9) }
        #expect(all.map(\.job.id) == duties)
        let some = try await ledger.look { [duties] in try $0.duties(at: .at(9), except: [duties[0]], limit: 2) }
        #expect(some.map(\.job.id) == [duties[1], duties[2]])
        let others = try await ledger.look { try $0.duties(at: .at(9), exceptOf: ["oil"], except: [], limit: 2) }
        #expect(others.map(\.job.id) == [duties[3]])
        #expect(try await ledger.look { try $0.duties(at: .at(2), exceptOf: ["oil"], except: [], limit: 2) }.isEmpty)

        let stray = try await ledger.running(.sample(9))
        try await ledger.force(stray) { $0.state = .cancelled }
        #expect(try await ledger.look { try $0.superfluous(startedBy: ["other"], except: [], limit: 9) }.isEmpty)
        let found = try await ledger.look { try $0.superfluous(startedBy: ["other", "main"], except: [], limit: 9) }
        #expect(found.map(\.job.id) == [stray])
    }

    @Test("A place in work/ is another's while that one is claimed and not tidied, or has the same file")
    func places() async throws {
        let ledger = try TemporaryLedger().open()
        let claimed = try Job.sample(1)
        var next = try Job.sample(2)
        (next.place, next.identity.inode) = (claimed.place, claimed.identity.inode + 1)
        _ = try await ledger.record(claimed)
        #expect(try await ledger.isPlace(claimed.place, ofAnotherThan: next) == false)
        var link = next
        link.identity = claimed.identity
        #expect(try await ledger.isPlace(claimed.place, ofAnotherThan: link))
        #expect(try await ledger.pipelinesTaking() == ["oil"])
        _ = try await ledger.change(claimed.id, at: .start) {
            $0.claimCompleted(identity: $0.job.identity, inputs: [], at: .start)
        }
        #expect(try await ledger.pipelinesTaking() == [])
        #expect(try await ledger.isPlace(claimed.place, ofAnotherThan: next))
        #expect(try await ledger.isPlace(claimed.place, ofAnotherThan: claimed) == false)
        try await ledger.force(claimed.id) { ($0.state, $0.duty, $0.folder) = (.failed, .none, .failed) }
        #expect(try await ledger.isPlace(claimed.place, ofAnotherThan: link) == false)
    }

    @Test("Pages go through everything once, whatever their size", arguments: [1, 3, 7, 100])
    func pages(size: Int) async throws {
        let ledger = try TemporaryLedger().open()
        var recorded: [JobID] = []
        for number in 0..<7 { recorded.append(try await ledger.record(.sample(UInt64(number))).id) }
        var seen: [JobID] = []
        while case let page = try await ledger.unclaimed(in: "oil", after: seen.last, limit: size), !page.isEmpty {
            seen += page.map(\.job.id)
        }
        #expect(seen == recorded)
        seen = []
        while case let page = try await ledger.page(.queued, after: seen.last, limit: size), !page.isEmpty {
            seen += page.map(\.job.id)
        }
        #expect(seen == recorded)
    }

    @Test("The jobs of an original that came back are found by the file, also before it is put away, newest first")
    func returning() async throws {
        let ledger = try TemporaryLedger().open()
        let job = try Job.sample(.max)
        let id = try await ledger.running(job)
        func found(_ identity: FileIdentity = job.identity, in pipeline: String = "oil") async throws -> [JobID] {
            try await ledger.returning(original: identity, in: pipeline).map(\.job.id)
        }
        #expect(try await found() == [])
        _ = try await ledger.change(id, at: .start) {
            $0.taskReported(attempt: 1, .cancelled(usage: nil), jitter: 0, at: .start)
        }
        #expect(try await ledger.returning(original: job.identity, in: "oil").map(\.job.duty) == [.failed])
        _ = try await ledger.change(id, at: .start) { $0.tidied(place: $0.job.place, identity: nil, at: .start) }
        #expect(try await found() == [id])
        #expect(try await found(in: "ink") == [])
        // What is in it is compared by who asks; a device has another number after a boot.
        var other = job.identity
        other.modified += 1
        other.device += 1
        #expect(try await found(other) == [id])
        other.size += 1
        #expect(try await found(other) == [])
        // A callback can have brought it back since.
        try await ledger.force(id) { $0.state = .running }
        #expect(try await found() == [id])
        // It came back, and could not be taken yet.
        let place = try #require(RelativePath(bytes: Array("elsewhere.png".utf8)))
        _ = try await ledger.change(id, at: .start) {
            $0.cameBack(origin: place, place: place, identity: job.identity, at: .start)
        }
        #expect(try await found() == [id])
        _ = try await ledger.change(id, at: .start) { $0.claimCompleted(identity: job.identity, at: .start) }
        #expect(try await found() == [])
        try await ledger.force(id) { $0.state = .failed }
        var next = try Job.sample(7)
        next.identity = job.identity
        let second = try await ledger.running(next)
        try await ledger.force(second) { $0.state = .failed }
        #expect(try await found() == [second, id])
    }

    @Test("A file in work/ belongs to a job that goes on, or that is still to be tidied")
    func owns() async throws {
        let ledger = try TemporaryLedger().open()
        let job = try Job.sample(1)
        let id = try await ledger.running(job)
        #expect(try await ledger.owner(of: job.place, in: "oil")?.job.id == job.id)
        #expect(try await ledger.owner(of: job.place, in: "ink") == nil)
        _ = try await ledger.change(id, at: .start) {
            $0.taskReported(attempt: 1, .cancelled(usage: nil), jitter: 0, at: .start)
        }
        #expect(try await ledger.owner(of: job.place, in: "oil")?.job.id == job.id)
        _ = try await ledger.change(id, at: .start) { $0.tidied(place: job.place, identity: nil, at: .start) }
        #expect(try await ledger.owner(of: job.place, in: "oil") == nil)
    }

    @Test("No question that is asked at a start or while jobs run looks at all jobs")
    func plans() async throws {
        let files = try TemporaryLedger()
        let ledger = try files.open()
        for number in 0..<20 { try await ledger.running(.sample(UInt64(number))) }
        let statements = StatementLog()
        try await ledger.reader.read { $0.trace { statements.add("\($0)") } }
        try ledger.commit.withQueue { queue in queue.writeWithoutTransaction { $0.trace { statements.add("\($0)") } } }
        for state in JobState.allCases {
            _ = try await ledger.look { try $0.due(state, at: .at(9), except: [], limit: 9) }
            _ = try await ledger.look { try $0.nextDue(state, after: .at(9)) }
        }
        for state in JobState.allCases where !state.isFinal { _ = try await ledger.page(state, after: nil, limit: 9) }
        try await ledger.resume(at: .at(9), longestWait: .seconds(9))
        _ = try await ledger.heldPlaces(at: .at(9))
        _ = try await ledger.keyUses()
        _ = try await ledger.waiting(in: "oil", at: .at(9), except: [], limit: 9)
        _ = try await ledger.look { try $0.line(in: "oil", at: .at(9), limit: 9) }
        _ = try await ledger.look { try $0.duties(at: .at(9), except: [], limit: 9) }
        _ = try await ledger.look { try $0.woken(at: .at(9), except: [], limit: 9) }
        _ = try await ledger.look { try $0.nextWoken(after: .at(9)) }
        _ = try await ledger.look { try $0.superfluous(startedBy: ["main"], except: [], limit: 9) }
        _ = try await ledger.unclaimed(in: "oil", after: nil, limit: 9)
        _ = try await ledger.returning(original: .sample, in: "oil")
        _ = try await ledger.owner(of: try Job.sample(1).place, in: "oil")
        _ = try await ledger.isPlace(try Job.sample(1).place, ofAnotherThan: .sample(2))
        _ = try await ledger.hasAnotherOwner(.sample(1))
        _ = try await ledger.pipelinesTaking()
        _ = try await ledger.namesakes(of: .sample(1), limit: 9)
        _ = try await ledger.look { try $0.joined(dueAt: .at(9), except: [], limit: 9) }
        _ = try await ledger.joinedCount(in: "oil")
        _ = try await ledger.kept(in: .done, of: "oil", longerThan: .zero, at: .at(9), except: [], limit: 9)
        let id = try await ledger.running(.sample(100))
        try await ledger.force(id) { $0.state = .failed }
        _ = try await ledger.history(of: id)
        _ = try await ledger.forget(in: "ink", endedFor: .zero, at: .start, limit: 9)

        let texts = statements.texts.filter { text in ["SELECT", "UPDATE", "DELETE"].contains { text.hasPrefix($0) } }
        #expect(texts.count > 25)
        for text in texts {
            let plan = try await ledger.read { database in
                let statement = try database.makeStatement(sql: "EXPLAIN QUERY PLAN \(text)")
                statement.setUncheckedArguments(StatementArguments())
                return try Row.fetchAll(statement).map { $0["detail"] as String }
            }
            let scans = plan.filter { step in
                let isScan = step.hasPrefix("SCAN") && !step.hasPrefix("SCAN CONSTANT ROW")
                // In the order of the rows, from one on: that is all of them, too.
                return (isScan || step.contains("(rowid>?)")) && !Self.isBounded(step)
            }
            #expect(scans.isEmpty, "\(text.prefix(300)): \(plan)")
        }
    }

    /// A scan of an index that only holds what is looked for, or of a subquery, whose own steps are in the plan too.
    private static func isBounded(_ step: String) -> Bool {
        step.hasPrefix("SCAN (subquery-") || step.hasPrefix("SCAN json_each")
            || [
                "jobs_duty", "jobs_reviving", "jobs_joined_due", "jobs_program", "jobs_url", "attempts_open",
            ].contains {
                step.contains("INDEX \($0)")
            }
    }
}

final class StatementLog: Sendable {
    private let log = Mutex<[String]>([])

    var texts: [String] { log.withLock { $0 } }

    func add(_ text: String) { log.withLock { $0.append(text) } }
}
