import GRDB
import Jobs
import Testing

@testable import Ledger

@Suite("Counting costs", .timeLimit(.minutes(1)))
struct CostTests {
    private func report(_ usage: String?, of id: JobID, in ledger: Ledger, at now: Timestamp) async throws {
        _ = try await ledger.change(id, at: now) {
            $0.taskReported(attempt: 1, .failed(.noResults, mayPass: false, usage: usage), jitter: 0, at: now)
        }
    }

    @Test("What tasks cost is summed by pipeline and key, all of it and since an hour, each task once")
    func summed() async throws {
        let ledger = try TemporaryLedger().open()
        let first = try await ledger.running(.sample(1))
        let second = try await ledger.running(.sample(2))
        let other = try await ledger.running(.sample(3, pipeline: "ink"))
        let usage =
            #"{"consumeCoins": "12.5", "consumeMoney": 0.25, "thirdPartyConsumeMoney": "0.5", "taskCostTime": "3"}"#
        try await report(usage, of: first, in: ledger, at: .at(10))
        try await report(usage, of: first, in: ledger, at: .at(60))
        try await report(#"{"consumeCoins": 6, "consumeMoney": null}"#, of: second, in: ledger, at: .at(7200))
        try await report("no object", of: other, in: ledger, at: .at(7200))
        let all = [CostTotal(pipeline: "oil", key: "main", tasks: 2, coins: 18_500_000, money: 750_000)]
        #expect(try await ledger.costs() == all)
        let late = [CostTotal(pipeline: "oil", key: "main", tasks: 1, coins: 6_000_000, money: 0)]
        #expect(try await ledger.costs(since: .at(7200)) == late)
        #expect(try await ledger.costs(since: .at(10)) == all)
    }

    @Test("A figure that is corrected later corrects the sum, and absurd ones do no harm")
    func corrected() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.running(.sample(1))
        try await report(#"{"consumeCoins": "1e40"}"#, of: id, in: ledger, at: .at(1))
        #expect(try await ledger.costs().first?.coins == 1_000_000_000_000_000_000)
        try await report(#"{"consumeCoins": "-5"}"#, of: id, in: ledger, at: .at(2))
        #expect(try await ledger.costs().map(\.coins) == [0])
        try await report(#"{"consumeCoins": 7}"#, of: id, in: ledger, at: .at(3))
        #expect(
            try await ledger.costs() == [CostTotal(pipeline: "oil", key: "main", tasks: 1, coins: 7_000_000, money: 0)]
        )
        for number in 2...9 {
            let id = try await ledger.running(.sample(UInt64(number)))
            try await report(#"{"consumeCoins": "9e99"}"#, of: id, in: ledger, at: .at(4))
        }
        #expect(try await ledger.costs().map(\.coins) == [4_000_000_000_000_000_000])
    }

    @Test("A ledger that knew of costs before it counted them counts them in")
    func migrated() async throws {
        let temporary = try TemporaryLedger()
        let ledger = try temporary.open()
        for number in 1...2 {
            let id = try await ledger.running(.sample(UInt64(number)))
            try await report(number == 1 ? #"{"consumeCoins": "12.5"}"# : "[]", of: id, in: ledger, at: .at(1))
        }
        _ = try await ledger.commit { database in
            try database.execute(sql: "DROP TABLE costs; DELETE FROM grdb_migrations WHERE identifier = 'costs'")
        }
        let reopened = try temporary.open()
        #expect(
            try await reopened.costs() == [
                CostTotal(pipeline: "oil", key: "main", tasks: 1, coins: 12_500_000, money: 0)
            ]
        )
    }
}
