import Foundation
import GRDB
import Jobs
import Testing

@testable import Ledger

@Suite("Upkeep of the ledger", .timeLimit(.minutes(1)))
struct UpkeepTests {
    @Test("The counts are what counting the rows gives, after any changes and a reopen")
    func counts() async throws {
        let seed =
            ProcessInfo.processInfo.environment["WALK_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: .min ... .max)
        print("random changes: WALK_SEED=\(seed)")
        var random = SeededRandom(seed: seed)
        let files = try TemporaryLedger()
        let ledger = try files.open()
        var ids: [JobID] = []
        for _ in 0..<400 {
            let pipeline = ["oil", "ink"].randomElement(using: &random) ?? "oil"
            if ids.count < 12 || Int.random(in: 0..<10, using: &random) == 0 {
                ids.append(try await ledger.record(.sample(random.next(), pipeline: pipeline, using: &random)).id)
            }
            if Int.random(in: 0..<20, using: &random) == 0 {
                _ = try await ledger.forget(in: pipeline, endedFor: .zero, at: .at(1), limit: 3)
            }
            guard let id = ids.randomElement(using: &random), let record = try await ledger.job(id) else { continue }
            let wanted = RandomRecord.make(from: record, using: &random)
            // Two unclaimed jobs of one file cannot be; then the change is refused and must not be counted.
            _ = try? await ledger.change(id, at: .start) { $0 = wanted }
        }
        let counted = ledger.counts.mapValues { $0.filter { $0.value != 0 } }.filter { !$0.value.isEmpty }
        #expect(counted == (try files.open().counts))
        let rows = try await ledger.read { database in
            try Row.fetchAll(database, sql: "SELECT pipeline, state, count(*) FROM jobs GROUP BY 1, 2").map {
                ($0[0] as String, JobState(rawValue: $0[1]), $0[2] as Int)
            }
        }
        #expect(rows.count == counted.values.map(\.count).reduce(0, +))
        for (pipeline, state, count) in rows { #expect(state.flatMap { counted[pipeline]?[$0] } == count) }
    }

    @Test(
        "A job's history is told in order, and has a limit that no pattern of changes escapes",
        arguments: [1, 2, 3, 64]
    )
    func history(neighbours: Int) async throws {
        let ledger = try TemporaryLedger().open()
        var ids: [JobID] = []
        for _ in 0..<neighbours { ids.append(try await ledger.running(.sample())) }
        for round in 0..<400 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in ids.prefix(4) {
                    group.addTask {
                        _ = try await ledger.change(id, at: .at(Int64(round))) { record in
                            // A circle that tells two steps each time.
                            record.taskReported(
                                attempt: 1,
                                .failed(
                                    Failure(.taskFailed, message: "\(round)", hint: "", mayHaveBeenPaid: true),
                                    mayPass: false,
                                    usage: nil
                                ),
                                jitter: 0,
                                at: .start
                            )
                        }
                        _ = try await ledger.change(id, at: .at(Int64(round))) { record in
                            record.taskReported(
                                attempt: 1,
                                .waiting(status: "RUNNING", isQueued: false),
                                jitter: 0,
                                at: .start
                            )
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        for id in ids.prefix(4) {
            let history = try await ledger.history(of: id)
            #expect(history.count <= 200 + 128)
            #expect(history.last?.story.detail == "399")
            #expect(history.map(\.at) == history.map(\.at).sorted())
        }
    }

    @Test("A hostile text in the history is cut, and does not cost the change")
    func hostileHistory() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.running(.sample())
        let text = "e" + String(repeating: "\u{301}", count: 100_000)
        _ = try await ledger.change(id, at: .start) {
            $0.taskReported(
                attempt: 1,
                .failed(
                    Failure(.taskFailed, message: Phrase(text), hint: "", mayHaveBeenPaid: true),
                    mayPass: false,
                    usage: nil
                ),
                jitter: 0,
                at: .start
            )
        }
        let last = try #require(await ledger.history(of: id).last)
        #expect(last.story.detail.unicodeScalars.count == 1000)
    }

    @Test("What ended long ago is forgotten with all that belongs to it, and nothing else is")
    func forget() async throws {
        let ledger = try TemporaryLedger().open()
        let old = try await ledger.running(.sample(1))
        let young = try await ledger.running(.sample(2))
        let busy = try await ledger.running(.sample(3))
        let running = try await ledger.running(.sample(4))
        let other = try await ledger.running(.sample(5, pipeline: "ink"))
        for id in [old, busy, other] { try await ledger.force(id) { $0.state = .failed } }
        try await ledger.force(young, at: .at(1000)) { $0.state = .failed }
        try await ledger.force(busy) { $0.duty = .failed }
        let count = try await ledger.forget(in: "oil", endedFor: .zero, at: .at(500), limit: 100)
        #expect(count == 1)
        #expect(try await ledger.job(old) == nil)
        for id in [young, busy, running, other] { #expect(try await ledger.job(id) != nil) }
        #expect(ledger.counts["oil"]?[.failed] == 2)
        let (attempts, events) = try await ledger.read {
            (
                try Int.fetchOne($0, sql: "SELECT count(*) FROM attempts WHERE job NOT IN (SELECT seq FROM jobs)"),
                try Int.fetchOne($0, sql: "SELECT count(*) FROM events WHERE job NOT IN (SELECT seq FROM jobs)")
            )
        }
        #expect(attempts == 0)
        #expect(events == 0)
    }

    @Test("Copies of settings that no attempt needs leave with their last job; the newest stays: no id is given again")
    func settings() async throws {
        let ledger = try TemporaryLedger().open()
        for retries in [0, 1, 0] {
            var settings = Pipeline.sample
            settings.retries = retries
            let id = try await ledger.running(.sample(), settings)
            _ = try await ledger.job(id)
            try await ledger.force(id) { $0.state = .failed }
            #expect(try await ledger.forget(in: "oil", endedFor: .zero, at: .at(1), limit: 9) == 1)
            #expect(try await ledger.settingsCount() == 1)
        }
        let ids = try await ledger.read { try Int64.fetchAll($0, sql: "SELECT id FROM settings") }
        #expect(ids == [3])
    }

    @Test("Equal settings share a row")
    func sharedSettings() async throws {
        let ledger = try TemporaryLedger().open()
        for _ in 0..<20 { try await ledger.running(.sample()) }
        #expect(try await ledger.settingsCount() == 1)
    }

    @Test("The ledger knows itself again: id and secret stay, and so does what it remembers until a generation begins")
    func identity() async throws {
        let files = try TemporaryLedger()
        let (first, tokens) = try await files.open().identify(makeID: { "a" }, makeSecret: { Array(0..<32) })
        let new = Ledger.Identity(
            id: "a",
            generation: 0,
            isNew: true,
            hasNewSecret: false,
            previousMachine: nil
        )
        #expect(first == new)
        let ledger = try files.open()
        _ = try await ledger.identify(makeID: { "b" }, makeSecret: { [] })
        let hold = Hold(pipeline: "", reason: Phrase("lost", zh: "丢失", ru: "потерян"), since: .at(1))
        try await ledger.hold(Hold(pipeline: "", reason: "held by alice", since: .at(0)))
        #expect(try await ledger.beginGeneration(on: "m1", after: "older", holding: hold) == 1)
        #expect(try await ledger.beginGeneration() == 2)
        #expect(try await ledger.holds() == [hold])
        let (second, same) = try await files.open().identify(makeID: { "b" }, makeSecret: { [] })
        let known = Ledger.Identity(
            id: "a",
            generation: 2,
            isNew: false,
            hasNewSecret: false,
            previousMachine: "m1"
        )
        #expect(second == known)
        #expect(try await files.open().predecessors() == ["older"])
        let id = try Job.sample().id
        #expect(tokens.token(job: id, attempt: 1) == same.token(job: id, attempt: 1))
    }

    @Test("A secret that is gone is made anew, and told")
    func secretLost() async throws {
        let ledger = try TemporaryLedger().open()
        let (_, before) = try await ledger.identify(makeID: { "a" }, makeSecret: { Array(0..<32) })
        try await ledger.commit { try $0.execute(sql: "DELETE FROM facts WHERE name = 'secret'") }
        let (identity, after) = try await ledger.identify(makeID: { "b" }, makeSecret: { Array(1...32) })
        #expect(identity.hasNewSecret && !identity.isNew && identity.id == "a")
        let id = try Job.sample().id
        #expect(before.token(job: id, attempt: 1) != after.token(job: id, attempt: 1))
    }

    @Test("Holds outlive a reopen, keep their first reason, and are released one by one or all at once")
    func holds() async throws {
        let files = try TemporaryLedger()
        let ledger = try files.open()
        try await ledger.hold(Hold(pipeline: "oil", reason: "first", since: .at(1)))
        try await ledger.hold(Hold(pipeline: "oil", reason: "second", since: .at(2)))
        try await ledger.hold(Hold(pipeline: "", reason: Phrase("all", zh: "全部", ru: "всё"), since: .at(3)))
        let reopened = try files.open()
        #expect(
            Set(try await reopened.holds()) == [
                Hold(pipeline: "oil", reason: "first", since: .at(1)),
                Hold(pipeline: "", reason: Phrase("all", zh: "全部", ru: "всё"), since: .at(3)),
            ]
        )
        try await reopened.release("oil")
        #expect(try await reopened.holds().map(\.pipeline) == [""])
        try await reopened.hold(Hold(pipeline: "ink", reason: "x", since: .at(1)))
        try await reopened.release("")
        #expect(try await reopened.holds().isEmpty)
    }
}

extension Ledger {
    fileprivate func settingsCount() async throws -> Int? {
        try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM settings") }
    }
}
