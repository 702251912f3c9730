import Foundation
import Jobs
import RunningHub
import Testing

@testable import Daemon

@Suite("Documents beside files", .timeLimit(.minutes(1)))
struct DocumentTests {
    private static let now = Timestamp(milliseconds: 1_795_234_189_415)

    private func record(name: [UInt8] = Array("cat.png".utf8)) throws -> JobRecord {
        let name = try #require(FileName(bytes: name))
        let id = try #require(JobID("0123456789ab"))
        let identity = FileIdentity(device: 1, inode: 2, size: 3, modified: 4, changed: 5)
        let path = RelativePath(name: name)
        return JobRecord(job: Job(id: id, pipeline: "p", origin: path, place: path, identity: identity, at: Self.now))
    }

    @Test("A name that is no text has its bytes in the manifest")
    func nameBytes() throws {
        let manifest = Manifest(try record(name: [0x63, 0xFF, 0x2E, 0x70]), outputs: [], deliveredAt: Self.now)
        #expect(manifest.sources.first?.name == "c\u{FFFD}.p")
        #expect(manifest.sources.first?.nameBase64 == "Y/8ucA==")
        let plain = Manifest(try record(), outputs: [], deliveredAt: Self.now)
        #expect(plain.sources.first?.nameBase64 == nil)
    }

    @Test("Times are in RFC 3339, in UTC")
    func times() throws {
        #expect(Self.now.internetTime == "2026-11-21T04:09:49.415Z")
        #expect(Timestamp(milliseconds: 0).internetTime == "1970-01-01T00:00:00.000Z")
    }

    @Test("What RunningHub gave as usage is in the manifest, texts as texts and numbers as numbers")
    func usage() throws {
        let costs = Costs(usage: #"{"consumeCoins":"17","consumeMoney":null,"taskCostTime":83,"x":1.5}"#)
        #expect(costs.coins == "17")
        #expect(costs.usage["consumeMoney"] == .null)
        #expect(costs.usage["taskCostTime"] == .integer(83))
        #expect(costs.usage["x"] == .number(1.5))
        #expect(Costs(usage: "garbage").usage.isEmpty)
        #expect(Costs(usage: nil).coins == nil)
    }

    /// An attempt that was posted at the beginning and answered half a minute later.
    private func attempt(_ usage: String?, site: String = "http://127.0.0.1:1", number: Int = 1) -> Attempt {
        var attempt = Attempt(
            number: number,
            key: "main",
            site: site,
            settings: .oil(),
            remoteNames: [:],
            hasWebhook: true,
            postedAt: Self.now
        )
        attempt.usage = usage
        attempt.finishedAt = Self.now + .seconds(30)
        return attempt
    }

    @Test(
        "What was paid becomes one line, however it is written",
        arguments: [
            (#"{"consumeCoins":"12","taskCostTime":"34"}"#, "12 coins, 34 s"),
            (#"{"consumeCoins":1,"taskCostTime":34.0}"#, "1 coin, 34 s"),
            (
                #"{"consumeCoins":"7","consumeMoney":null,"thirdPartyConsumeMoney":"3.85","taskCostTime":"200"}"#,
                "7 coins, 3.85 CNY, 3 min 20 s"
            ),
            (
                #"{"consumeCoins":null,"consumeMoney":"0.5","thirdPartyConsumeMoney":3.85,"taskCostTime":"8000"}"#,
                "4.35 CNY, 2 h 13 min"
            ),
            (#"{"consumeCoins":"0","consumeMoney":"0.10","currency":"USD","taskCostTime":"0"}"#, "0.1 USD, 30 s"),
            (#"{"consumeCoins":"0","consumeMoney":"0","taskCostTime":"0"}"#, "0 coins, 30 s"),
            (#"{"consumeCoins":null,"consumeMoney":null,"taskCostTime":"0"}"#, "30 s"),
            (
                #"{"consumeCoins":"-5","consumeMoney":"1\n2","thirdPartyConsumeMoney":"1e9","taskCostTime":1e300}"#,
                "30 s"
            ),
            (#"{"consumeCoins":"１２","consumeMoney":[1],"currency":"yen\n","taskCostTime":true}"#, "30 s"),
            ("garbage", "30 s"),
        ]
    )
    func costs(usage: String, line: String) {
        #expect(JobCosts([attempt(usage, site: "https://www.runninghub.cn")]).line == line)
    }

    @Test("What several tasks cost is added up exactly, and money of two currencies stays apart")
    func sum() throws {
        var record = try record()
        let usage = #"{"consumeCoins":"0.1","consumeMoney":"0.2","taskCostTime":"1"}"#
        record.attempts = [
            attempt(usage, site: "https://www.runninghub.cn"),
            attempt(usage, site: "https://www.runninghub.ai", number: 2),
            attempt(nil, number: 3),
        ]
        #expect(record.costs.line == "0.2 coins, 0.2 CNY, 0.2 USD, 32 s")
        #expect(CostDocument(record.costs).coins == "0.2" && CostDocument(record.costs).money == nil)
        record.job.failure = .noResults
        let text = try #require(FailureNotes(record, at: Self.now, in: .en)).text
        let cost = String(decoding: text, as: UTF8.self).split(separator: "\n")[1]
        #expect(
            cost
                == "It cost 0.2 coins and 0.2 CNY and 0.2 USD, in 3 tasks or more; see the call records on the RunningHub site."
        )
    }

    @Test("The note for a person has three lines: what happened, what it cost, what to do")
    func note() throws {
        var record = try record()
        record.job.failure = Failure(.refused, message: "It broke.", hint: "Mend it.", mayHaveBeenPaid: false)
        let notes = try #require(FailureNotes(record, at: Self.now, in: .en))
        #expect(String(decoding: notes.text, as: UTF8.self) == "It broke.\nNothing was paid for it.\nMend it.\n")
    }

    @Test("The note for a program names job and reason, and says null where nothing is known")
    func document() throws {
        var record = try record()
        record.job.failure = .outcomeUnknown
        let notes = try #require(FailureNotes(record, at: Self.now, in: .en))
        let json = try JSONSerialization.jsonObject(with: Data(notes.json())) as? [String: Any]
        let document = try #require(json)
        #expect(document["job"] as? String == "0123456789ab")
        #expect(document["name"] as? String == "outcome-unknown")
        #expect(document["may_have_been_paid"] as? Bool == true)
        for key in ["code", "code_name", "node", "node_id", "task_id", "cost"] {
            #expect(document[key] is NSNull, "\(key)")
        }
        #expect(try FailureNotes(self.record(), at: Self.now, in: .en) == nil)
    }

    @Test("The status line says the worst trouble first, then the counts")
    func statusLine() {
        let line = StatusLine(
            troubles: ["key main rests", "other"],
            counts: [
                "a": [.queued: 2, .running: 1], "b": [.queued: 1, .submitting: 1, .unconfirmed: 1, .delivered: 9],
            ]
        )
        let counts = "1 of unknown outcome, 3 waiting, 0 uploading, 2 running, 0 fetching, 9 delivered, 0 failed"
        #expect(line.text == "key main rests | \(counts)")
    }
}
