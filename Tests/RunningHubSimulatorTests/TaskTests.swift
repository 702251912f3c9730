import RunningHubSimulator
import Testing

@Suite("Tasks run, wait and fail as set", .timeLimit(.minutes(1)))
struct TaskTests {
    @Test("Above the concurrency submissions are refused with 421 and make no task", arguments: [false, true])
    func full(enveloped: Bool) async throws {
        let settings = SimulatorSettings.fast {
            $0.tasks.manual = true
            $0.keys[0].concurrency = 2
            if enveloped { $0.answers.errorShape = .envelope }
        }
        try await withSimulator(settings) { simulator in
            let first = try #require(try await simulator.launch()["taskId"]?.text)
            _ = try await simulator.launch()
            let refused = try await simulator.launch()
            #expect(enveloped ? refused["code"] == 421 : refused["errorCode"] == "421")
            #expect(await simulator.record.tasks.count == 2)
            await simulator.finish(first)
            #expect(try await simulator.launch()["taskId"]?.text?.count == 19)
        }
    }

    @Test("Tasks of others take places")
    func occupied() async throws {
        let settings = SimulatorSettings.fast {
            $0.tasks.manual = true
            $0.keys[0].occupied = 3
        }
        try await withSimulator(settings) { simulator in
            let refused = try await simulator.launch()
            #expect(refused["errorCode"] == "421")
            await simulator.update { $0.keys[0].occupied = 2 }
            #expect(try await simulator.launch()["errorCode"] == "")
        }
    }

    @Test("A place stays taken for a while after its task has ended")
    func lag() async throws {
        let settings = SimulatorSettings.fast {
            $0.keys[0].concurrency = 1
            $0.tasks.placeTime = 3600
        }
        try await withSimulator(settings) { simulator in
            _ = try await simulator.runToEnd()
            #expect(try await simulator.launch()["errorCode"] == "421")
        }
    }

    @Test("A task that is cancelled while it waits is not waited for")
    func cancelledWaiting() async throws {
        let settings = SimulatorSettings.fast {
            $0.tasks.manual = true
            $0.tasks.whenFull = .queue
            $0.keys[0].concurrency = 1
        }
        try await withSimulator(settings) { simulator in
            let first = try #require(try await simulator.launch()["taskId"]?.text)
            let second = try #require(try await simulator.launch()["taskId"]?.text)
            let third = try #require(try await simulator.launch()["taskId"]?.text)
            await simulator.finish(second, as: .cancelled)
            await simulator.finish(first)
            #expect(try await simulator.query(second)["status"] == "CANCEL")
            #expect(try await simulator.query(third)["status"] == "RUNNING")
        }
    }

    @Test("When set to queue, tasks wait for a place and then run")
    func queue() async throws {
        let settings = SimulatorSettings.fast {
            $0.tasks.manual = true
            $0.tasks.whenFull = .queue
            $0.keys[0].concurrency = 1
        }
        try await withSimulator(settings) { simulator in
            let first = try #require(try await simulator.launch()["taskId"]?.text)
            let reply = try await simulator.launch()
            let second = try #require(reply["taskId"]?.text)
            #expect(reply["status"] == "QUEUED")
            #expect(try await simulator.query(second)["status"] == "QUEUED")
            await simulator.finish(first)
            #expect(try await simulator.query(second)["status"] == "RUNNING")
        }
    }

    @Test("More places start those who wait")
    func morePlaces() async throws {
        let settings = SimulatorSettings.fast {
            $0.tasks.manual = true
            $0.tasks.whenFull = .queue
            $0.keys[0].concurrency = 0
        }
        try await withSimulator(settings) { simulator in
            let task = try #require(try await simulator.launch()["taskId"]?.text)
            await simulator.update { $0.keys[0].concurrency = 1 }
            #expect(try await simulator.query(task)["status"] == "RUNNING")
        }
    }

    @Test("Every key has places and coins of its own")
    func keys() async throws {
        let other = "22222222222222222222222222222222"
        let settings = SimulatorSettings.fast {
            $0.keys[0].coins = 6
            $0.keys.append(KeySettings(name: "other", key: other))
        }
        try await withSimulator(settings) { simulator in
            _ = try await simulator.runToEnd()
            #expect(try await simulator.launch()["errorCode"] == "414", "the coins are spent")
            let task = try #require(try await simulator.launch(bearer: other)["taskId"]?.text)
            await simulator.finished(task)
            #expect(await simulator.record.coinsSpent == ["default": 6, "other": 6])
            #expect(await simulator.record.tasks.map(\.key) == ["default", "other"])
        }
    }

    @Test("A task stays in CREATE and in QUEUED for as long as is set", arguments: ["CREATE", "QUEUED", "RUNNING"])
    func statuses(status: String) async throws {
        let settings = SimulatorSettings.fast {
            switch status {
            case "CREATE": $0.tasks.createTime = 3600
            case "QUEUED": $0.tasks.queueTime = 3600
            default: $0.tasks.taskTime = 3600
            }
        }
        try await withSimulator(settings) { simulator in
            let task = try #require(try await simulator.launch()["taskId"]?.text)
            #expect(try await simulator.query(task)["status"]?.text == status)
        }
    }

    @Test("A task passes through CREATE and QUEUED to its end by itself")
    func timed() async throws {
        let settings = SimulatorSettings.fast {
            $0.tasks.createTime = 0.02
            $0.tasks.queueTime = SecondsRange(0.01, 0.03)
            $0.tasks.taskTime = 0.02
        }
        try await withSimulator(settings) { simulator in
            let task = try await simulator.runToEnd()
            #expect(await simulator.record.task(task)?.status == .success)
        }
    }

    @Test("A failure has its code as a string and the traceback as an array")
    func failure() async throws {
        let settings = SimulatorSettings.fast {
            $0.faults.tasks.failures = [
                TaskFailureFault(.outOfMemory, .next(1)), TaskFailureFault(.moderation, .always),
            ]
        }
        try await withSimulator(settings) { simulator in
            let memory = try await simulator.query(try await simulator.runToEnd())
            #expect(memory["status"] == "FAILED")
            #expect(memory["errorCode"] == "805")
            #expect(memory["results"] == .null)
            #expect(memory["failedReason"]?["exception_type"] == "torch.OutOfMemoryError")
            #expect(memory["failedReason"]?["node_id"] == "4")
            guard case .array = memory["failedReason"]?["traceback"] else {
                Issue.record("traceback is no array")
                return
            }
            let moderation = try await simulator.query(try await simulator.runToEnd())
            #expect(moderation["errorCode"] == "1501")
            #expect(moderation["failedReason"] == [:])
        }
    }

    @Test("A cancelled task says CANCEL")
    func cancelled() async throws {
        try await withSimulator(.fast { $0.faults.tasks.cancelled = .always }) { simulator in
            let task = try await simulator.runToEnd()
            #expect(try await simulator.query(task)["status"] == "CANCEL")
        }
    }

    @Test("FAILED is shown for a while before SUCCESS")
    func transientFailed() async throws {
        let settings = SimulatorSettings.fast {
            $0.faults.tasks.transientFailed = .next(1)
            $0.faults.tasks.transientFailedQueries = 2
        }
        try await withSimulator(settings) { simulator in
            let task = try await simulator.runToEnd()
            var seen: [String?] = []
            for _ in 0..<3 { seen.append(try await simulator.query(task)["status"]?.text) }
            #expect(seen == ["FAILED", "FAILED", "SUCCESS"])
            #expect(try await simulator.query(try await simulator.runToEnd())["status"] == "SUCCESS")
        }
    }

    @Test("SUCCESS is shown without results for a while", arguments: [true, false])
    func emptyResults(isNull: Bool) async throws {
        let settings = SimulatorSettings.fast {
            $0.faults.tasks.emptyResults = .always
            $0.faults.tasks.emptyResultsNull = isNull
        }
        try await withSimulator(settings) { simulator in
            let task = try await simulator.runToEnd()
            let first = try await simulator.query(task)
            #expect(first["status"] == "SUCCESS")
            #expect(first["results"] == (isNull ? .null : []))
            guard case .array(let results) = try await simulator.query(task)["results"] else {
                Issue.record("no results")
                return
            }
            #expect(results.count == 1)
        }
    }

    @Test("A fresh task is unknown for a while")
    func unknown() async throws {
        try await withSimulator(.fast { $0.faults.tasks.unknown = .always }) { simulator in
            let task = try await simulator.runToEnd()
            #expect(try await simulator.query(task)["errorCode"] == "1007")
            #expect(try await simulator.query(task)["status"] == "SUCCESS")
        }
    }

    @Test("A bad graph gets a task id, tips that say so, and fails")
    func badPromptTips() async throws {
        try await withSimulator(.fast { $0.faults.tasks.badPromptTips = .always }) { simulator in
            let reply = try await simulator.launch()
            #expect(reply["promptTips"]?.text?.contains(#""result": false"#) == true)
            let task = try #require(reply["taskId"]?.text)
            await simulator.finished(task)
            #expect(try await simulator.query(task)["errorCode"] == "433")
        }
    }

    @Test("An endless task goes on until it is ended by hand")
    func endless() async throws {
        try await withSimulator(.fast { $0.faults.tasks.endless = .always }) { simulator in
            let task = try #require(try await simulator.launch()["taskId"]?.text)
            #expect(try await simulator.query(task)["status"] == "RUNNING")
            await simulator.finish(task, as: .failed(TaskFailure(code: 1006)))
            #expect(try await simulator.query(task)["errorCode"] == "1006")
        }
    }
}
