import RunningHubSimulator
import Testing

@Suite("Faults of submissions, queries and uploads", .timeLimit(.minutes(1)))
struct RequestFaultTests {
    @Test("A cut before anything is done makes no task")
    func cutBefore() async throws {
        try await withSimulator(.fast { $0.faults.submit.cutBefore = .next(1) }) { simulator in
            await #expect(throws: (any Error).self) { try await simulator.launch() }
            #expect(await simulator.record.tasks.isEmpty)
            let reply = try await simulator.launch()
            #expect(reply["taskId"]?.text?.count == 19)
        }
    }

    @Test("A lost answer leaves a task behind, which is charged for")
    func lostByCut() async throws {
        try await withSimulator(.fast { $0.faults.submit.lostByCut = .next(1) }) { simulator in
            let name = try #require(try await simulator.upload([1])["data"]?["fileName"]?.text)
            await #expect(throws: (any Error).self) { try await simulator.launch([name]) }
            let record = await simulator.waitUntil { $0.coinsSpent["default"] == 6 }
            #expect(record.tasks.count == 1)
            #expect(record.submissions.first?.answerLost == true)
            _ = try await simulator.launch([name])
            #expect(await simulator.record.submissionsPerInput == [name: 2])
        }
    }

    @Test("An answer is lost behind a gateway's 502")
    func lostByGateway() async throws {
        try await withSimulator(.fast { $0.faults.submit.lostByGateway = .always }) { simulator in
            let reply = try await simulator.launch()
            #expect(reply.status == 502)
            #expect(reply.text.contains("<html>"))
            #expect(await simulator.record.acceptedSubmissions.map(\.answerLost) == [true])
        }
    }

    @Test("An answer is lost as garbage with 200")
    func lostByGarbage() async throws {
        try await withSimulator(.fast { $0.faults.submit.lostByGarbage = .always }) { simulator in
            let reply = try await simulator.launch()
            #expect(reply.status == 200)
            #expect(reply.json == .null)
            #expect(await simulator.record.tasks.count == 1)
        }
    }

    @Test(
        "Every code of the service can refuse a submission",
        arguments: [301, 414, 416, 421, 433, 500, 803, 1003, 1005, 1520]
    )
    func codes(code: Int) async throws {
        try await withSimulator(.fast { $0.faults.submit.errors = [CodeFault(code, .always)] }) { simulator in
            let reply = try await simulator.launch()
            #expect(reply.status == 200)
            #expect(reply["errorCode"] == .string(String(code)))
            #expect(reply["errorMessage"]?.text?.isEmpty == false)
            #expect(await simulator.record.submissions.map(\.refused) == [code])
        }
    }

    @Test("HTTP statuses refuse submissions, queries and uploads", arguments: [401, 403, 429, 500, 502, 503, 504])
    func statuses(status: Int) async throws {
        let faults = [StatusFault(status, .always)]
        let settings = SimulatorSettings.fast {
            $0.faults.submit.http = faults
            $0.faults.query.http = faults
            $0.faults.upload.http = faults
        }
        try await withSimulator(settings) { simulator in
            let reply = try await simulator.launch()
            #expect(reply.status == status)
            #expect(try await simulator.query("1").status == status)
            #expect(try await simulator.upload([1]).status == status)
            #expect(await simulator.record.tasks.isEmpty)
            #expect(await simulator.record.uploads.isEmpty)
        }
    }

    @Test("A slow answer comes late")
    func slow() async throws {
        let settings = SimulatorSettings.fast {
            $0.faults.submit.slow = .always
            $0.faults.submit.slowTime = 0.2
        }
        try await withSimulator(settings) { simulator in
            let clock = ContinuousClock()
            let began = clock.now
            let reply = try await simulator.launch()
            #expect(reply["taskId"]?.text?.count == 19)
            #expect(clock.now - began >= .milliseconds(200))
        }
    }

    @Test("What a slow answer is about was done at once")
    func slowButDone() async throws {
        let settings = SimulatorSettings.fast {
            $0.faults.submit.slow = .always
            $0.faults.submit.slowTime = 3600
        }
        try await withSimulator(settings) { simulator in
            // Cancelled at the end of this scope.
            async let _ = simulator.launch()
            let finished = await simulator.firstEvent { if case .taskFinished = $0 { true } else { false } }
            #expect(finished != nil)
        }
    }

    @Test("An upload is refused with 808, and its answer can be lost")
    func uploads() async throws {
        try await withSimulator(.fast { $0.faults.upload.errors = [CodeFault(808, .next(1))] }) { simulator in
            let refused = try await simulator.upload([1])
            #expect(refused.text == #"{"code":808,"msg":"APIKEY_UPLOAD_FAILED","data":null}"#)
            await simulator.update { $0.faults.upload.lostByCut = .next(1) }
            await #expect(throws: (any Error).self) { try await simulator.upload([1]) }
            #expect(try await simulator.upload([1])["code"] == 0)
            let uploads = await simulator.record.uploads
            #expect(uploads.map(\.refused) == [808, nil, nil])
            #expect(uploads.map(\.answerLost) == [false, true, false])
        }
    }

    @Test("An upload is cut half way and leaves nothing")
    func uploadCut() async throws {
        try await withSimulator(.fast { $0.faults.uploadCutMidway = .next(1) }) { simulator in
            let file = [UInt8](repeating: 5, count: 3_000_000)
            await #expect(throws: (any Error).self) { try await simulator.upload(file) }
            await simulator.firstEvent { if case .uploadRefused = $0 { true } else { false } }
            #expect(await simulator.record.uploads.isEmpty)
            let again = try await simulator.upload(file)
            #expect(again["code"] == 0)
        }
    }

    @Test("A probability strikes that often, and the same each time")
    func probability() async throws {
        var refused: [[Int?]] = []
        for _ in 0..<2 {
            try await withSimulator(.fast { $0.faults.submit.errors = [CodeFault(1005, 0.3)] }) { simulator in
                await simulator.update { $0.keys[0].concurrency = 1000 }
                for _ in 0..<100 { _ = try await simulator.launch() }
                refused.append(await simulator.record.submissions.map(\.refused))
            }
        }
        #expect(refused[0] == refused[1])
        #expect((15...45).contains(refused[0].compactMap(\.self).count))
    }
}
