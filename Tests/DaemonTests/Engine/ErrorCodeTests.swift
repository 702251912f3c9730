import Jobs
import RunningHub
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    /// API.md §4: every code wherever it can come, from the cloud's answer to what people and programs are told.
    @Suite("Every error code, from the cloud to the folders", .serialized, .timeLimit(.minutes(1)))
    struct ErrorCodeTests {
        @Test("The list lacks none that is known")
        func complete() {
            let known = ErrorCode.table.map(\.number) + [7777]
            #expect(CodeExpectation.table.map(\.number).sorted() == known.sorted())
            for row in CodeExpectation.table { #expect(ErrorCode.find(row.number)?.name == row.name) }
        }

        @Test("In the answer to a submission", arguments: CodeExpectation.table)
        func submission(row: CodeExpectation) async throws {
            try await withDaemon {
                $0.cloud.faults.submit.errors = [CodeFault(row.number, .next(1))]
            } _: { daemon in
                try daemon.drop("cat.png")
                switch row.submitted {
                case .fails:
                    try await daemon.expectUnpaidFailure("refused", row)
                    #expect(await daemon.submissions.count == 1)
                case .rests:
                    try await daemon.expectRest(row)
                    try daemon.expect(row, in: try await daemon.told(.refused))
                    try await daemon.expectDelivery(after: .seconds(301), submissions: [row.number, nil])
                case .waits:
                    try daemon.expect(row, in: try await daemon.told(.refused))
                    let record = try await daemon.record(of: "cat.png")
                    #expect(record.job.state == .queued && record.attempts.isEmpty)
                    try await daemon.expectDelivery(after: .seconds(11), submissions: [row.number, nil])
                case .unknown:
                    try daemon.expect(row, in: try await daemon.told(.outcomeUnknown))
                    daemon.clock.advance(by: .seconds(600))
                    try await daemon.probe()
                    let record = try await daemon.record(of: "cat.png")
                    #expect(record.job.state == .unconfirmed && record.attempts.count == 1)
                    // The other is the probe's.
                    #expect(await daemon.submissions.map(\.refused) == [row.number, nil])
                    #expect(daemon.list(.failed).isEmpty)
                }
            }
        }

        @Test("In the answer to an upload", arguments: CodeExpectation.table)
        func upload(row: CodeExpectation) async throws {
            try await withDaemon {
                $0.cloud.faults.upload.errors = [CodeFault(row.number, .next(1))]
            } _: { daemon in
                try daemon.drop("cat.png")
                switch row.submitted {
                case .fails:
                    try await daemon.expectUnpaidFailure("upload-refused", row)
                    #expect(await daemon.submissions.isEmpty)
                case .rests:
                    try await daemon.expectRest(row)
                    try daemon.expect(row, in: try await daemon.told(.uploadFailed))
                    try await daemon.expectDelivery(after: .seconds(301), submissions: [nil])
                case .waits, .unknown:
                    try daemon.expect(row, in: try await daemon.told(.uploadFailed))
                    try await daemon.expectDelivery(after: .seconds(6), submissions: [nil])
                }
            }
        }

        @Test("In the answer to a query: it is no outcome", arguments: CodeExpectation.table)
        func query(row: CodeExpectation) async throws {
            try await withDaemon {
                $0.cloud.faults.query.errors = [CodeFault(row.number, .next(1))]
            } _: { daemon in
                try daemon.drop("cat.png")
                switch row.asked {
                case .waiting: break
                case .doubted: try daemon.expect(row, in: try await daemon.told(.doubted))
                case .rests: try await daemon.expectRest(row)
                case .told: try daemon.expect(row, in: try await daemon.told(.waiting))
                }
                try await daemon.expectDelivery(after: .seconds(31), submissions: [nil])
                #expect(daemon.journal.all(.failed).isEmpty && daemon.journal.all(.taskFailed).isEmpty)
            }
        }

        @Test("As the end of a task", arguments: CodeExpectation.table)
        func end(row: CodeExpectation) async throws {
            let failure = RunningHubSimulator.TaskFailure(code: row.number)
            try await withDaemon {
                $0.cloud.faults.tasks.failures = [TaskFailureFault(failure, .always)]
                $0.pipeline { $0.retries = 1 }
            } _: { daemon in
                try daemon.drop("cat.png")
                switch row.ended {
                case .mayPass, .final:
                    daemon.clock.run(times: 1000)
                    try await daemon.expectPaidFailure(row, tasks: row.ended == .final ? 1 : 2)
                case .rests:
                    try await daemon.expectRest(row)
                    try await daemon.expectStillRunning()
                case .told:
                    try daemon.expect(row, in: try await daemon.told(.waiting))
                    try await daemon.expectStillRunning()
                }
            }
        }
    }
}

extension EngineHarness {
    /// A line of the journal names the code, and says what it means.
    fileprivate func expect(_ row: CodeExpectation, in line: JournalRecord.Entry) throws {
        #expect(line.fields["code"] == "\(row.number)")
        #expect(line.text.contains(row.words), "\(line.text)")
        // The name stands beside the code, unless the answer says nothing else.
        #expect(line.text.contains("(\(row.number)"), "\(line.text)")
        if let name = row.name { #expect(line.text.contains(name), "\(line.text)") }
        #expect(!line.text.contains("\n"))
    }

    /// The key rests for the code's reason, and the journal says what to do.
    fileprivate func expectRest(_ row: CodeExpectation) async throws {
        let rest = try await told(.keyRests)
        try expect(row, in: rest)
        #expect(rest.text.contains(row.advice) && rest.fields["key"] == "main")
        #expect(list(.failed).isEmpty)
    }

    /// After a while the file is delivered, at the cost of one task.
    fileprivate func expectDelivery(after span: Duration, submissions: [Int?]) async throws {
        clock.advance(by: span)
        // What was put off only then is waited for as well.
        clock.run(times: 20)
        try await told(.delivered)
        #expect(try manifest("cat").attempts == 1)
        #expect(await self.submissions.map(\.refused) == submissions)
        #expect(list(.failed).isEmpty)
    }

    /// The file lies in `failed/`, and everywhere it is told that nothing was paid.
    fileprivate func expectUnpaidFailure(_ name: String, _ row: CodeExpectation) async throws {
        try await told(.tidied)
        let notes = try notes("cat.png")
        #expect(notes.name == name && notes.attempts == 0 && !notes.may_have_been_paid && notes.cost == nil)
        #expect(notes.message.contains(row.words) && notes.hint.contains(row.advice))
        try await expectTold(notes, row, cost: "Nothing was paid for it.")
    }

    /// The file lies in `failed/`, and everywhere it is told what it cost.
    fileprivate func expectPaidFailure(_ row: CodeExpectation, tasks: Int) async throws {
        try await told(.tidied)
        let notes = try notes("cat.png")
        let coins = "\(tasks * 6)"
        #expect(notes.name == "task-failed" && notes.attempts == tasks && notes.may_have_been_paid)
        #expect(notes.cost?.coins == coins && notes.cost?.tasks == tasks)
        #expect(notes.message.contains(row.lastWords), "\(notes.message)")
        #expect(notes.hint.contains(row.lastAdvice), "\(notes.hint)")
        #expect(notes.node == "Node 4 (KSampler): RuntimeError: Error while processing the node")
        #expect(notes.node_id == "4" && notes.node.map(notes.message.contains) == true)
        try await expectTold(notes, row, cost: "It cost \(coins) coins\(tasks == 1 ? "" : ", in 2 tasks").")
        let line = try await told(.failed)
        #expect(line.fields["coins"] == coins && line.text.contains("(\(coins) coins, "), "\(line.text)")
        let ends = journal.all(.taskFailed)
        #expect(ends.count == tasks && ends.allSatisfy { $0.fields["coins"] == "6" })
        #expect(journal.all(.again).count == tasks - 1)
        #expect(await submissions.count == tasks)
    }

    /// Note, document and journal say the same.
    private func expectTold(_ notes: Notes, _ row: CodeExpectation, cost: String) async throws {
        #expect(notes.code == "\(row.number)" && notes.code_name == row.name)
        #expect(list(.failed) == ["cat.png", "cat.png.error.json", "cat.png.error.txt"])
        #expect(try text(.failed, "cat.png.error.txt") == "\(notes.message)\n\(cost)\n\(notes.hint)\n")
        let line = try await told(.failed)
        #expect(line.fields["code"] == "\(row.number)")
        #expect(line.text.contains(notes.message) && line.text.hasSuffix(notes.hint), "\(line.text)")
        #expect(list(.work).isEmpty && list(.outbox).isEmpty)
    }

    /// Nothing has ended the job.
    fileprivate func expectStillRunning() async throws {
        clock.advance(by: .seconds(120))
        clock.run(times: 20)
        let queries = await simulator.record.requests["/openapi/v2/query"] ?? 0
        try await cloud { $0.requests["/openapi/v2/query"] ?? 0 > queries }
        #expect(try await record(of: "cat.png").job.state == .running)
        #expect(list(.failed).isEmpty && journal.all(.failed).isEmpty && journal.all(.doubted).isEmpty)
        #expect(await submissions.count == 1)
    }
}
