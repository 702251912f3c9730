import GRDB
import Jobs
import Synchronization
import Testing

@testable import Ledger

@Suite("Group commit", .timeLimit(.minutes(1)))
struct GroupCommitTests {
    @Test("Changes that arrive together share transactions, and each is told when it is on disk")
    func shares() async throws {
        let files = try TemporaryLedger()
        let ledger = try files.open()
        var ids: [JobID] = []
        for _ in 0..<8 { ids.append(try await ledger.queued(.sample())) }
        let commits = CommitCounter()
        try ledger.commit.withQueue { $0.add(transactionObserver: commits) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                let id = ids[number % ids.count]
                group.addTask { _ = try await ledger.change(id, at: .start) { $0.job.tries += 1 } }
            }
            try await group.waitForAll()
        }
        let sum = try await ids.asyncSum { try await ledger.job($0)?.job.tries ?? 0 }
        #expect(sum == 400)
        #expect(commits.count >= 1)
        #expect(commits.count <= 100, "\(commits.count) transactions for 400 changes")
    }

    @Test("A change that fails takes no other along, wherever it stands in the transaction")
    func failing() async throws {
        struct Refusal: Error {}
        let ledger = try TemporaryLedger().open()
        let good = try await ledger.queued(.sample())
        let bad = try await ledger.queued(.sample())
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<300 {
                group.addTask {
                    do {
                        _ = try await ledger.change(number.isMultiple(of: 3) ? bad : good, at: .start) { record in
                            record.job.tries += 1
                            // One fails by itself, one by the schema, and none after its value was stored.
                            if number.isMultiple(of: 6) { throw Refusal() }
                            if number.isMultiple(of: 3) { record.job.attempt = -1 }
                        }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == 200)
        #expect(try await ledger.job(good)?.job.tries == 200)
        #expect(try await ledger.job(bad)?.job.tries == 0)
    }

    @Test("A change whose task is cancelled is still made")
    func cancelled() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.queued(.sample())
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            let isCancelled = Task.isCancelled
            let change = try await ledger.change(id, at: .start) { $0.job.tries = 7 }
            return isCancelled && change != nil
        }
        #expect(try await task.value)
        #expect(try await ledger.job(id)?.job.tries == 7)
    }

    @Test("Of many that would submit the same job at once one may")
    func compareAndSet() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.queued(.sample())
        let numbers = try await withThrowingTaskGroup(of: Int?.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await ledger.change(id, at: .start) {
                        $0.submissionIntended(key: "main", site: "ai", settings: .sample, hasWebhook: true, at: .start)
                    }?.value
                }
            }
            return try await group.reduce(into: [Int]()) { if let number = $1 { $0.append(number) } }
        }
        #expect(numbers == [1])
    }

    @Test("Changes run in the order in which they came")
    func order() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.queued(.sample())
        for number in 1...50 {
            let change = try await ledger.change(id, at: .start) { record in
                let before = record.job.tries
                record.job.tries = number
                return before
            }
            #expect(change?.value == number - 1)
        }
    }
}

extension [JobID] {
    fileprivate func asyncSum(_ value: (JobID) async throws -> Int) async throws -> Int {
        var sum = 0
        for id in self { sum += try await value(id) }
        return sum
    }
}

/// Counts the transactions that a connection commits.
private final class CommitCounter: TransactionObserver, Sendable {
    private let commits = Mutex(0)

    var count: Int { commits.withLock { $0 } }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ database: Database) { commits.withLock { $0 += 1 } }
    func databaseDidRollback(_ database: Database) {}
}
