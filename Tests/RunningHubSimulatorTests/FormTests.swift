import RunningHubSimulator
import Testing

@Suite("Answers are written in the form that is set", .timeLimit(.minutes(1)))
struct FormTests {
    private func queried(_ change: (inout SimulatorSettings) -> Void) async throws -> Reply {
        var reply: Reply?
        try await withSimulator(.fast(change)) { simulator in
            reply = try await simulator.query(try await simulator.runToEnd())
        }
        return try #require(reply)
    }

    private func account(_ change: (inout SimulatorSettings) -> Void) async throws -> Reply {
        try await withSimulator(.fast(change)) { simulator in
            try await post(simulator.baseURL + "/uc/openapi/accountStatus", ["apikey": .string(key)], bearer: nil)
        }
    }

    private func elements(_ value: JSON?) -> [JSON]? {
        guard case .array(let elements)? = value else { return nil }
        return elements
    }

    @Test("Members are missing, null, or called otherwise")
    func members() async throws {
        let reply = try await queried {
            $0.forms.omitted = ["failedReason", "nodeId"]
            $0.forms.nulled = ["usage"]
            $0.forms.renamed = ["url": "outputUrl"]
        }
        #expect(reply["failedReason"] == nil)
        #expect(reply["usage"] == .null)
        let results = try #require(elements(reply["results"]))
        #expect(results.first?["outputUrl"]?.text?.hasPrefix("http://") == true)
        #expect(results.first?["url"] == nil)
        #expect(results.first?["nodeId"] == nil)
    }

    @Test("Figures are numbers or texts, and ids numbers")
    func figures() async throws {
        try await withSimulator(.fast { $0.forms.figures = .numbers }) { simulator in
            let task = try await simulator.runToEnd()
            await simulator.update { $0.forms.bareTaskNumbers = true }
            let reply = try await simulator.query(task)
            #expect(reply["usage"]?["consumeCoins"] == 6)
            #expect(reply["taskId"]?.readable == task)
            #expect(reply["taskId"]?.text == nil)
        }
        #expect(try await account { $0.forms.figures = .numbers }["data"]?["remainCoins"] == 100_000)
        let queue = try await withSimulator(.fast { $0.forms.figures = .texts }) { simulator in
            try await send(
                "GET",
                simulator.baseURL + "/openapi/v2/queue/status",
                headers: ["Authorization": "Bearer \(key)"]
            )
        }
        #expect(queue["data"]?["concurrentLimit"] == "3")
    }

    @Test("The envelope's code and message are those that are set")
    func envelope() async throws {
        let reply = try await account {
            $0.forms.successCode = 200
            $0.forms.successMessage = "SUCCESS"
            $0.forms.codeAsText = true
            $0.forms.errorMessages = true
        }
        #expect(reply["code"] == "200")
        #expect(reply["msg"] == "SUCCESS")
        #expect(reply["errorMessages"] == .null)
    }

    @Test("States are in small letters, and the query's answer wrapped")
    func states() async throws {
        let reply = try await queried {
            $0.forms.lowerCaseStatus = true
            $0.forms.cancelledStatus = "CANCELLED"
            $0.answers.wrappedQuery = true
            $0.faults.tasks.cancelled = .always
        }
        #expect(reply["data"]?["status"] == "cancelled")
        #expect(reply["code"] == 0)
    }

    @Test("A task of v1 is unknown to the paths that are set, one of v2 is not")
    func ignorant() async throws {
        try await withSimulator(.fast { $0.answers.ignorantPaths = ["/openapi/v2/query"] }) { simulator in
            let body: JSON = ["apiKey": .string(key), "workflowId": "1904136902449209346"]
            let old = try await post(simulator.baseURL + "/task/openapi/create", body, bearer: nil)
            let task = try #require(old["data"]?["taskId"]?.text)
            #expect(try await simulator.query(task)["errorCode"] == "1007")
            let status = try await post(
                simulator.baseURL + "/task/openapi/status",
                ["apiKey": .string(key), "taskId": .string(task)],
                bearer: nil
            )
            #expect(status["code"] == 0)
            #expect(try await simulator.query(try await simulator.runToEnd())["status"] == "SUCCESS")
        }
    }

    @Test("An error can strike one path of a group alone")
    func onePath() async throws {
        let errors = [CodeFault(500, path: "/task/openapi/outputs", .always)]
        try await withSimulator(.fast { $0.faults.query.errors = errors }) { simulator in
            let task = try await simulator.runToEnd()
            #expect(try await simulator.query(task)["status"] == "SUCCESS")
            let outputs = try await post(
                simulator.baseURL + "/task/openapi/outputs",
                ["apiKey": .string(key), "taskId": .string(task)],
                bearer: nil
            )
            #expect(outputs["code"] == 500)
        }
    }
}
