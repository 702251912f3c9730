import FoundationEssentials
import HTTPTypes
import RunningHubSimulator
import Testing

@Suite("Callbacks come as set", .timeLimit(.minutes(1)))
struct CallbackTests {
    /// The JSON in a JSON string.
    private func inner(_ value: JSON?) -> JSON {
        (try? JSONDecoder().decode(JSON.self, from: Data((value?.text ?? "").utf8))) ?? .null
    }

    private func body(
        _ shape: CallbackShape,
        change: @escaping (inout SimulatorSettings) -> Void = { _ in }
    ) async throws -> JSON {
        try await withReceiver { receiver, url in
            let settings = SimulatorSettings.fast {
                $0.callbacks.shapes = [shape]
                change(&$0)
            }
            return try await withSimulator(settings) { simulator in
                _ = try await simulator.runToEnd(webhook: url)
                let received = await receiver.next()
                #expect(received.path == "/callback/job-1/c2VjcmV0LXRva2Vu")
                return received.json
            }
        }
    }

    @Test("Shape A has the v1 envelope as a string, with the time as the number 0")
    func shapeA() async throws {
        let body = try await body(.a)
        #expect(body["event"] == "TASK_END")
        #expect(body["taskId"]?.text?.count == 19)
        let envelope = inner(body["eventData"])
        #expect(envelope["code"] == 0)
        #expect(envelope["msg"] == "success")
        guard case .array(let data) = envelope["data"] else {
            Issue.record("no data")
            return
        }
        #expect(data.first?["fileUrl"]?.text?.hasPrefix("http://127.0.0.1:") == true)
        #expect(data.first?["fileType"] == "png")
        #expect(data.first?["taskCostTime"] == 0)
        #expect(data.first?["nodeId"] == "9")
    }

    @Test("Shape B has the v1 envelope as an object")
    func shapeB() async throws {
        #expect(try await body(.b)["eventData"]?["code"] == 0)
    }

    @Test("Shape C has status and results without an envelope")
    func shapeC() async throws {
        let data = try await body(.c)["eventData"]
        #expect(data?["status"] == "SUCCESS")
        guard case .array(let results) = data?["results"] else {
            Issue.record("no results")
            return
        }
        #expect(results.first?["outputType"] == "png")
    }

    @Test("Shape D has status and results inside an envelope")
    func shapeD() async throws {
        let data = try await body(.d)["eventData"]
        #expect(data?["code"] == 0)
        #expect(data?["data"]?["status"] == "SUCCESS")
    }

    @Test("Shape E is the body of a query, without an event")
    func shapeE() async throws {
        let body = try await body(.e)
        #expect(body["event"] == nil)
        #expect(body["status"] == "SUCCESS")
        #expect(body["errorCode"] == "")
    }

    @Test("Shape F is the first output without an envelope")
    func shapeF() async throws {
        let data = try await body(.f)["eventData"]
        #expect(data?["fileUrl"]?.text?.isEmpty == false)
        #expect(data?["code"] == nil)
    }

    @Test("The hybrid has the body of a query as a string")
    func hybrid() async throws {
        #expect(inner(try await body(.hybrid)["eventData"])["status"] == "SUCCESS")
    }

    @Test("A failure is told in every shape", arguments: CallbackShape.allCases)
    func failure(shape: CallbackShape) async throws {
        let body = try await body(shape) { $0.faults.tasks.failures = [TaskFailureFault(.outOfMemory, .always)] }
        switch shape {
        case .a: #expect(inner(body["eventData"])["code"] == 805)
        case .b: #expect(body["eventData"]?["data"]?["failedReason"]?["traceback"]?.text?.hasPrefix("[") == true)
        case .c: #expect(body["eventData"]?["status"] == "FAILED")
        case .d: #expect(body["eventData"]?["data"]?["errorCode"] == "805")
        case .e: #expect(body["errorCode"] == "805")
        case .f: #expect(body["eventData"] == [:])
        case .hybrid: #expect(inner(body["eventData"])["status"] == "FAILED")
        }
    }

    @Test("Task ids come as bare numbers with all their digits", arguments: [CallbackShape.a, .e])
    func bareNumbers(shape: CallbackShape) async throws {
        let body = try await body(shape) {
            $0.callbacks.bareTaskNumbers = true
            $0.tasks.firstTask = "2052460115914858498"
        }
        #expect(body["taskId"] == 2_052_460_115_914_858_498)
    }

    @Test("A refused callback is tried again until it is accepted")
    func retries() async throws {
        try await withReceiver(answering: [.internalServerError, .notFound]) { _, url in
            try await withSimulator(.fast { $0.callbacks.retryInterval = 0.01 }) { simulator in
                _ = try await simulator.runToEnd(webhook: url)
                let record = await simulator.waitUntil { $0.callbacks.first?.delivered == true }
                #expect(record.callbacks.first?.tries.map(\.status) == [500, 404, 200])
            }
        }
    }

    @Test("After three retries a callback is given up")
    func givenUp() async throws {
        try await withSimulator(.fast { $0.callbacks.retryInterval = 0.01 }) { simulator in
            // Nothing listens on this port.
            let task = try await simulator.runToEnd(webhook: "http://127.0.0.1:9/callback")
            await simulator.firstEvent { $0 == .callbackGivenUp(taskID: task) }
            let tries = await simulator.record.callbacks.first?.tries
            #expect(tries?.count == 4)
            #expect(tries?.allSatisfy { $0.status == nil && $0.error != nil } == true)
        }
    }

    @Test("A dropped callback is recorded and never sent")
    func dropped() async throws {
        try await withReceiver { receiver, url in
            try await withSimulator(.fast { $0.faults.callbacks.dropped = .next(1) }) { simulator in
                let first = try await simulator.runToEnd(webhook: url)
                let second = try await simulator.runToEnd(webhook: url)
                #expect(await receiver.next().json["taskId"] == .string(second))
                #expect(await simulator.record.callbacks.map(\.kind) == [.dropped, .genuine])
                #expect(await simulator.firstEvent { $0 == .callbackDropped(taskID: first) } != nil)
            }
        }
    }

    @Test("A duplicated callback comes again with the same body")
    func duplicated() async throws {
        try await withReceiver { receiver, url in
            let settings = SimulatorSettings.fast {
                $0.faults.callbacks.duplicated = .always
                $0.faults.callbacks.duplicates = 3
            }
            try await withSimulator(settings) { simulator in
                _ = try await simulator.runToEnd(webhook: url)
                await simulator.waitUntil { $0.callbacks.filter(\.delivered).count == 4 }
                let bodies = await receiver.all.map(\.body)
                #expect(bodies.count == 4)
                #expect(Set(bodies).count == 1)
            }
        }
    }

    @Test("An early callback is answered before the submission is")
    func early() async throws {
        try await withReceiver { receiver, url in
            try await withSimulator(.fast { $0.faults.callbacks.early = .always }) { simulator in
                let task = try await simulator.launch(webhook: url)["taskId"]?.text
                #expect(await receiver.all.map { $0.json["taskId"]?.text } == [task])
            }
        }
    }

    @Test("A late callback comes after queries have shown the results")
    func late() async throws {
        try await withReceiver { receiver, url in
            let settings = SimulatorSettings.fast {
                $0.faults.callbacks.late = .always
                $0.faults.callbacks.lateTime = 0.3
            }
            try await withSimulator(settings) { simulator in
                let task = try await simulator.runToEnd(webhook: url)
                #expect(try await simulator.query(task)["status"] == "SUCCESS")
                #expect(await receiver.all.isEmpty)
                #expect(await receiver.next().json["taskId"] == .string(task))
            }
        }
    }

    @Test("A reordered callback comes after the next one")
    func reordered() async throws {
        try await withReceiver { receiver, url in
            let settings = SimulatorSettings.fast {
                $0.faults.callbacks.reordered = .next(1)
                $0.faults.callbacks.reorderTime = 3600
            }
            try await withSimulator(settings) { simulator in
                let first = try await simulator.runToEnd(webhook: url)
                let second = try await simulator.runToEnd(webhook: url)
                await simulator.waitUntil { $0.callbacks.filter(\.delivered).count == 2 }
                #expect(await receiver.all.compactMap { $0.json["taskId"]?.text } == [second, first])
            }
        }
    }

    @Test("A reordered callback that no other follows comes by itself")
    func reorderedAlone() async throws {
        try await withReceiver { receiver, url in
            let settings = SimulatorSettings.fast {
                $0.faults.callbacks.reordered = .always
                $0.faults.callbacks.reorderTime = 0.05
            }
            try await withSimulator(settings) { simulator in
                let task = try await simulator.runToEnd(webhook: url)
                #expect(await receiver.next().json["taskId"] == .string(task))
            }
        }
    }

    @Test("Dishonest callbacks come beside the genuine one")
    func dishonest() async throws {
        try await withReceiver { receiver, url in
            let settings = SimulatorSettings.fast {
                $0.faults.callbacks.unknownTask = .always
                $0.faults.callbacks.otherEvent = .always
                $0.faults.callbacks.forged = .always
                $0.faults.callbacks.malformed = .always
                $0.faults.callbacks.oversized = .always
                $0.faults.callbacks.oversizedBytes = 1_000_000
            }
            try await withSimulator(settings) { simulator in
                let task = try await simulator.runToEnd(webhook: url)
                await simulator.waitUntil { $0.callbacks.filter(\.delivered).count == 6 }
                let all = await receiver.all
                #expect(all.count == 6)
                #expect(
                    all.filter { $0.body.contains("forged.png") }.map(\.path) == ["/callback/job-1/c2VjcmV0AXRva2Vu"]
                )
                #expect(all.contains { $0.json["event"] == "TASK_START" })
                #expect(all.contains { $0.json == .null })
                #expect(all.contains { $0.body.utf8.count > 1_000_000 })
                let ids = all.compactMap { $0.json["taskId"]?.text }
                #expect(ids.contains { $0 != task })
            }
        }
    }

    @Test("A cancelled task makes a callback only when set so")
    func onCancel() async throws {
        try await withReceiver { receiver, url in
            let settings = SimulatorSettings.fast {
                $0.callbacks.shapes = [.e]
                $0.faults.tasks.cancelled = .always
            }
            try await withSimulator(settings) { simulator in
                _ = try await simulator.runToEnd(webhook: url)
                await simulator.update { $0.callbacks.onCancel = true }
                let second = try await simulator.runToEnd(webhook: url)
                let received = await receiver.next().json
                #expect(received["taskId"] == .string(second))
                #expect(received["status"] == "CANCEL")
            }
        }
    }
}
