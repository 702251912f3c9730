import Foundation
import Jobs
import Testing

@testable import Ledger

@Suite("What is stored", .timeLimit(.minutes(1)))
struct RoundTripTests {
    @Test("A record of any values is the same after a reopen, change after change")
    func everything() async throws {
        let seed =
            ProcessInfo.processInfo.environment["WALK_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: .min ... .max)
        print("random records: WALK_SEED=\(seed)")
        var random = SeededRandom(seed: seed)
        let files = try TemporaryLedger()
        var ledger = try files.open()
        let id = try await ledger.record(.sample(1 << 63 | 1, using: &random)).id
        for _ in 0..<150 {
            let wanted = RandomRecord.make(from: try #require(await ledger.job(id)), using: &random)
            let change = try await ledger.change(id, at: .start) { record in
                record = wanted
            }
            #expect(change?.record == wanted)
            #expect(try await ledger.job(id) == wanted, "as it is remembered")
            ledger = try files.open()
            let stored = try await ledger.job(id)
            #expect(stored == wanted)
            guard stored == wanted else { return }
        }
    }

    @Test("A job recorded twice before its claim is one job, with what is known of the file last")
    func uniqueUnclaimed() async throws {
        let files = try TemporaryLedger()
        let ledger = try files.open()
        let first = try Job.sample(.max)
        let recorded = try await ledger.record(first)
        #expect(recorded == first)
        let later = try Job.sample(.max, size: 5000)
        let again = try await ledger.record(later)
        #expect(again.id == first.id)
        #expect(again.identity.size == 5000)
        #expect(try await ledger.job(first.id)?.job.identity == later.identity)
        #expect(ledger.counts["oil"]?[.queued] == 1)

        _ = try await ledger.change(first.id, at: .start) { $0.claimCompleted(identity: later.identity, at: .start) }
        #expect(try await ledger.record(later).id == later.id, "once claimed, the same name and inode are another file")
    }

    @Test("The same name in another pipeline, or with another inode, is another job")
    func distinct() async throws {
        let ledger = try TemporaryLedger().open()
        var ids: Set<JobID> = []
        ids.insert(try await ledger.record(.sample(1)).id)
        ids.insert(try await ledger.record(.sample(1, pipeline: "ink")).id)
        ids.insert(try await ledger.record(.sample(2)).id)
        #expect(ids.count == 3)
    }

    @Test("Attempts that were refused leave the file as well")
    func refusedAttempts() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.queued(.sample())
        let number = try await ledger.change(id, at: .start) {
            $0.submissionIntended(key: "main", site: "ai", settings: .sample, hasWebhook: true, at: .start)
        }
        #expect(number?.value == 1)
        #expect(try await ledger.job(id)?.attempts.map(\.number) == [1])
        _ = try await ledger.change(id, at: .start) {
            $0.submissionAnswered(attempt: 1, .refused(reason: "full", code: "421", retryAt: .at(1)), at: .start)
        }
        #expect(try await ledger.job(id)?.attempts == [])
    }

    @Test("What a change of attempts alone made is what is read afterwards")
    func attemptsAlone() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.running(.sample())
        let change = try await ledger.change(id, at: .start) { $0.attempts[0].callbacks += 1 }
        let before = try #require(await ledger.job(id))
        #expect(before.attempts[0].callbacks == 1)
        #expect(before == change.map { JobRecord(job: $0.record.job, attempts: $0.record.attempts) })
    }

    @Test("What came to nothing is not taken for what is stored once its row has the same version")
    func rolledBack() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.running(.sample())
        let before = try #require(await ledger.job(id))
        await #expect(throws: LedgerError.self) {
            try await ledger.commit { database in
                let loaded = try #require(try ledger.load(id, in: database))
                var record = loaded.record
                record.job.tries = 99
                try ledger.store(record, over: loaded, at: .start, in: database)
                throw LedgerError(.other, "no")
            }
        }
        #expect(try await ledger.job(id) == before)
        try await ledger.resume(at: .at(9), longestWait: .seconds(9))
        #expect(try await ledger.job(id)?.job.tries == before.job.tries)
    }

    @Test("A change of a job that is not there says so")
    func missing() async throws {
        let ledger = try TemporaryLedger().open()
        let change = try await ledger.change(try Job.sample().id, at: .start) { $0.cancelRequested(at: .start) }
        #expect(change == nil)
    }

    @Test("What the schema forbids is refused, and changes nothing")
    func checks() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.record(.sample()).id
        let before = try await ledger.job(id)
        await #expect(throws: LedgerError.self) { try await ledger.force(id) { $0.state = .running } }
        await #expect(throws: LedgerError.self) { try await ledger.force(id) { $0.duty = .failed } }
        await #expect(throws: LedgerError.self) { try await ledger.force(id) { $0.attempt = -1 } }
        #expect(try await ledger.job(id) == before)
        #expect(ledger.counts == ["oil": [.queued: 1]])
    }
}

/// Makes records that hold anything that a record can hold.
enum RandomRecord {
    static func make(from record: JobRecord, using random: inout SeededRandom) -> JobRecord {
        var job = record.job
        job.isClaimed = Bool.random(using: &random)
        let states: [JobState] = job.isClaimed ? JobState.allCases : [.queued, .cancelled]
        job.state = states.randomElement(using: &random) ?? .queued
        job.duty = job.state.isFinal ? Job.Duty.allCases.randomElement(using: &random) ?? .none : .none
        job.folder = Job.Folder.allCases.randomElement(using: &random) ?? .gone
        job.origin = path(using: &random)
        job.place = path(using: &random)
        job.identity = identity(using: &random)
        job.digest = maybe(text(using: &random), using: &random)
        job.kind = Job.Kind.allCases.randomElement(using: &random) ?? .file
        job.inputs = job.kind == .file ? [] : [input(using: &random), input(using: &random)]
        job.parameters = [
            "p-\(text(using: &random))": .text(text(using: &random)), "n": .integer(.max), "b": .boolean(true),
            "x": Parameter(Double.random(in: -1e300...1e300, using: &random)), "t": .text("nan"),
        ]
        job.sidecar = maybe(identity(using: &random), using: &random)
        job.joined = maybe(JobID(using: &random), using: &random)
        job.dueAt = time(using: &random)
        job.wait = maybe(Job.Wait(reason: text(using: &random), since: time(using: &random)), using: &random)
        job.stateSince = time(using: &random)
        job.isCancelWished = Bool.random(using: &random)
        job.isReviving = Bool.random(using: &random)
        job.upload = maybe(upload(using: &random), using: &random)
        job.failure = maybe(failure(using: &random), using: &random)
        job.tries = Int(truncatingIfNeeded: random.next())
        let count = Int.random(in: 0...4, using: &random)
        let attempts = (0..<count).map { attempt($0 * 3 + 1, using: &random) }
        job.attempt = (attempts.last?.number ?? 0) + Int.random(in: 0...3, using: &random)
        let mayPlan = job.state == .fetching || job.state == .delivered
        let plan = mayPlan ? maybe(bytes(using: &random), using: &random) : nil
        return JobRecord(job: job, attempts: attempts, plan: plan)
    }

    private static func attempt(_ number: Int, using random: inout SeededRandom) -> Attempt {
        var pipeline = Pipeline(name: text(using: &random), target: .aiApp("1904136902449209346"))
        pipeline.nodes = [
            .init(id: "1", field: "a", value: .number(Double.random(in: -1e300...1e300, using: &random))),
            .init(id: "2", field: "b", value: .integer(.max)),
            .init(id: "3", field: "c", value: .text(Template(literal: text(using: &random)))),
            .init(id: "4", field: "d", value: .number(.infinity)),
        ]
        pipeline.retention.done = maybe(.milliseconds(random.next() >> 20), using: &random)
        var attempt = Attempt(
            number: number,
            key: text(using: &random),
            site: text(using: &random),
            settings: pipeline,
            remoteNames: texts(using: &random),
            hasWebhook: Bool.random(using: &random),
            postedAt: time(using: &random)
        )
        attempt.awaitedSince = time(using: &random)
        attempt.outcome = [.pending, .created, .unknown].randomElement(using: &random) ?? .pending
        attempt.taskID = maybe(text(using: &random), using: &random)
        attempt.isProvisional = Bool.random(using: &random)
        attempt.otherNames = (0..<Int.random(in: 0...3, using: &random)).map { "1904136902449209\($0)" }
        attempt.callbackAt = maybe(time(using: &random), using: &random)
        attempt.callbacks = Int(truncatingIfNeeded: random.next())
        attempt.proofWaited = .milliseconds(integer(using: &random))
        attempt.askedAt = maybe(time(using: &random), using: &random)
        attempt.status = maybe(text(using: &random), using: &random)
        attempt.runningSince = maybe(time(using: &random), using: &random)
        attempt.failedSince = maybe(time(using: &random), using: &random)
        attempt.emptySince = maybe(time(using: &random), using: &random)
        attempt.unknownSince = maybe(time(using: &random), using: &random)
        attempt.cancelAskedAt = maybe(time(using: &random), using: &random)
        attempt.isOverdue = Bool.random(using: &random)
        attempt.finishedAt = maybe(time(using: &random), using: &random)
        attempt.usage = maybe(text(using: &random), using: &random)
        attempt.isFruitless = Bool.random(using: &random)
        attempt.isExpired = Bool.random(using: &random)
        return attempt
    }

    private static func failure(using random: inout SeededRandom) -> Failure {
        Failure(
            Failure.Name.allCases.randomElement(using: &random) ?? .refused,
            message: Phrase(text(using: &random), zh: maybe(text(using: &random), using: &random)),
            hint: Phrase(text(using: &random), ru: maybe(text(using: &random), using: &random)),
            code: maybe(text(using: &random), using: &random),
            codeName: maybe(text(using: &random), using: &random),
            node: maybe(text(using: &random), using: &random),
            mayHaveBeenPaid: Bool.random(using: &random)
        )
    }

    private static func upload(using random: inout SeededRandom) -> Job.Upload {
        Job.Upload(
            key: text(using: &random),
            site: text(using: &random),
            remoteNames: texts(using: &random),
            at: time(using: &random)
        )
    }

    private static func texts(using random: inout SeededRandom) -> [String: String] {
        ["": text(using: &random), "s-\(text(using: &random))": text(using: &random)]
    }

    private static func input(using random: inout SeededRandom) -> Job.Input {
        Job.Input(
            stem: text(using: &random),
            name: path(using: &random).name,
            identity: identity(using: &random),
            digest: maybe(text(using: &random), using: &random)
        )
    }

    private static func identity(using random: inout SeededRandom) -> FileIdentity {
        FileIdentity(
            device: random.next(),
            inode: random.next() | 1 << 63,
            size: integer(using: &random),
            modified: integer(using: &random),
            changed: integer(using: &random)
        )
    }

    private static func path(using random: inout SeededRandom) -> RelativePath {
        let names = (0...Int.random(in: 0...3, using: &random)).compactMap { _ in
            FileName(bytes: bytes(using: &random).filter { $0 != 0 && $0 != 0x2F })
        }
        guard let last = names.last ?? FileName("x") else { fatalError("x is a name") }
        return RelativePath(folders: Array(names.dropLast()), name: last)
    }

    private static func bytes(using random: inout SeededRandom) -> [UInt8] {
        (0..<Int.random(in: 0...255, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    private static func text(using random: inout SeededRandom) -> String {
        let pieces = [
            "", "'", "\"", ";--", "é", "e\u{301}", "👩‍👩‍👧", "\n", "\u{202E}", "9007199254740993", "NULL", "\\", "%",
        ]
        return (0..<Int.random(in: 0...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
            .joined()
    }

    private static func integer(using random: inout SeededRandom) -> Int64 {
        [Int64.min, -1, 0, .max, Int64(bitPattern: random.next())].randomElement(using: &random) ?? 0
    }

    private static func time(using random: inout SeededRandom) -> Timestamp {
        Timestamp(milliseconds: integer(using: &random))
    }

    private static func maybe<Value>(_ value: Value, using random: inout SeededRandom) -> Value? {
        Bool.random(using: &random) ? value : nil
    }
}
