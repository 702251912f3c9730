import RunningHubSimulator
import Testing

@Suite("The v1 paths answer in the envelope", .timeLimit(.minutes(1)))
struct OldAPITests {
    private func ask(_ simulator: Simulator, _ path: String, _ task: String) async throws -> Reply {
        try await post(simulator.baseURL + path, ["apiKey": .string(key), "taskId": .string(task)], bearer: nil)
    }

    private func create(_ simulator: Simulator, webhook: String? = nil) async throws -> String {
        var members: [JSON.Member] = [
            .init(name: "apiKey", value: .string(key)), .init(name: "workflowId", value: "1904136902449209346"),
        ]
        if let webhook { members.append(.init(name: "webhookUrl", value: .string(webhook))) }
        let reply = try await post(simulator.baseURL + "/task/openapi/create", .object(members), bearer: nil)
        return try #require(reply["data"]?["taskId"]?.text)
    }

    @Test(
        "Every way to submit is taken",
        arguments: [
            ("/task/openapi/create", #"{"workflowId": 1831308605400317953"#),
            (
                "/task/openapi/create",
                #"{"workflowId": "1831308605400317953", "nodeInfoList": [{"nodeId": "6", "fieldName": "text", "fieldValue": "x"}]"#
            ),
            ("/task/openapi/createWithParams", #"{"workflowId": "1831308605400317953", "params": {"param1": "x"}"#),
            ("/task/openapi/ai-app/run", #"{"webappId": 1937084629516193794, "nodeInfoList": []"#),
            (
                "/task/openapi/quick-ai-app/run",
                #"{"webappId": "1937084629516193794", "quickCreateCode": "1", "nodeInfoList": []"#
            ),
        ]
    )
    func submit(path: String, body: String) async throws {
        try await withSimulator { simulator in
            let reply = try await send("POST", simulator.baseURL + path, body: body + #", "apiKey": "\#(key)"}"#)
            #expect(reply["code"] == 0)
            #expect(reply["msg"] == "success")
            #expect(reply["data"]?["taskId"]?.text?.count == 19)
            #expect(reply["data"]?["taskStatus"] == "RUNNING")
            #expect(reply["data"]?["netWssUrl"]?.text?.hasPrefix("wss://") == true)
            #expect(reply["data"]?["promptTips"] == #"{"node_errors": {}}"#)
            #expect(await simulator.record.submissions.first?.path == path)
        }
    }

    @Test("Values by name are recorded as nodes")
    func params() async throws {
        try await withSimulator { simulator in
            _ = try await post(
                simulator.baseURL + "/task/openapi/createWithParams",
                ["apiKey": .string(key), "workflowId": "1", "params": ["b": 2, "a": "x"]]
            )
            let nodes = await simulator.record.submissions.first?.nodes
            #expect(nodes?.map(\.fieldName) == ["a", "b"])
            #expect(nodes?.map(\.value) == ["x", "2"])
        }
    }

    @Test("Wrong requests get their codes")
    func refused() async throws {
        try await withSimulator { simulator in
            let path = simulator.baseURL + "/task/openapi/create"
            #expect(try await post(path, ["workflowId": "1"])["code"] == 1601, "the header alone does not count")
            #expect(try await post(path, ["apiKey": "x", "workflowId": "1"])["code"] == 802)
            #expect(try await post(path, ["apiKey": .string(key)])["code"] == 301)
            #expect(try await post(path, ["apiKey": .string(key), "workflowId": "0"])["code"] == 1007)
            #expect(try await send("POST", path, body: "{")["code"] == 1601)
            let reply = try await post(
                simulator.baseURL + "/task/openapi/ai-app/run",
                ["apiKey": .string(key), "webappId": 1]
            )
            #expect(reply["code"] == 301, "an app needs its nodeInfoList")
        }
    }

    @Test("Status is a bare string by POST and an object by GET")
    func status() async throws {
        try await withSimulator(.fast { $0.tasks.manual = true }) { simulator in
            let task = try await create(simulator)
            #expect(
                try await ask(simulator, "/task/openapi/status", task).text == #"{"code":0,"msg":"","data":"RUNNING"}"#
            )
            let path = simulator.baseURL + "/task/openapi/status?taskId=\(task)&apiKey=\(key)"
            let running = try await send("GET", path)
            #expect(running["data"]?["taskStatus"] == "RUNNING")
            #expect(running["data"]?["result"] == .null)
            await simulator.finish(task)
            #expect(try await ask(simulator, "/task/openapi/status", task)["data"] == "SUCCESS")
            #expect(try await send("GET", path)["data"]?["result"]?["outputs"] != nil)
            #expect(try await ask(simulator, "/task/openapi/status", "1")["code"] == 807)
        }
    }

    @Test("Outputs are 813, 804, then the files; 807 for what is unknown")
    func outputs() async throws {
        let settings = SimulatorSettings.fast {
            $0.tasks.manual = true
            $0.tasks.whenFull = .queue
            $0.keys[0].concurrency = 0
            $0.answers.usage = .money
        }
        try await withSimulator(settings) { simulator in
            let path = "/task/openapi/outputs"
            let task = try await create(simulator)
            let queued = try await ask(simulator, path, task)
            #expect(queued.text == #"{"code":813,"msg":"APIKEY_TASK_IS_QUEUED","data":null}"#)
            await simulator.update { $0.keys[0].concurrency = 1 }
            let running = try await ask(simulator, path, task)
            #expect(running.text == #"{"code":804,"msg":"APIKEY_TASK_IS_RUNNING","data":null}"#)
            await simulator.update { $0.answers.runningData = true }
            #expect(try await ask(simulator, path, task)["data"]?["netWssUrl"] != nil)
            await simulator.finish(task)
            guard case .array(let outputs) = try await ask(simulator, path, task)["data"] else {
                Issue.record("no outputs")
                return
            }
            #expect(outputs.first?["fileType"] == "png")
            // Seconds that went by, as a text.
            guard case .string(let seconds) = outputs.first?["taskCostTime"] else {
                Issue.record("no time")
                return
            }
            #expect(Int(seconds).map { (0..<60).contains($0) } == true)
            #expect(outputs.first?["nodeId"] == "9")
            #expect(outputs.first?["consumeCoins"] == "6")
            #expect(outputs.first?["thirdPartyConsumeMoney"] == "3.85")
            #expect(try await ask(simulator, path, "7")["code"] == 807)
        }
    }

    @Test("Outputs of a failed task have everything in failedReason as strings")
    func failedOutputs() async throws {
        try await withSimulator(.fast { $0.faults.tasks.failures = [TaskFailureFault(.outOfMemory, .always)] }) {
            simulator in
            let task = try await create(simulator)
            await simulator.finished(task)
            let reply = try await ask(simulator, "/task/openapi/outputs", task)
            #expect(reply["code"] == 805)
            #expect(reply["msg"] == "APIKEY_TASK_STATUS_ERROR")
            let reason = reply["data"]?["failedReason"]
            for name in ["traceback", "current_inputs", "current_outputs", "exception_type", "node_id", "node_name"] {
                #expect(reason?[name]?.text != nil, "\(name)")
            }
        }
    }

    @Test("Outputs are null or empty for a while when set so", arguments: [true, false])
    func emptyOutputs(isNull: Bool) async throws {
        let settings = SimulatorSettings.fast {
            $0.faults.tasks.emptyResults = .always
            $0.faults.tasks.emptyResultsNull = isNull
        }
        try await withSimulator(settings) { simulator in
            let task = try await create(simulator)
            await simulator.finished(task)
            let reply = try await ask(simulator, "/task/openapi/outputs", task)
            #expect(reply["code"] == 0)
            #expect(reply["data"] == (isNull ? .null : []))
        }
    }

    @Test("A v1 task is known to the v2 query")
    func mixed() async throws {
        try await withSimulator(.fast) { simulator in
            let task = try await create(simulator)
            await simulator.finished(task)
            let reply = try await simulator.query(task)
            #expect(reply["status"] == "SUCCESS")
        }
    }

    @Test("A task is cancelled once")
    func cancel() async throws {
        try await withSimulator(.fast { $0.tasks.manual = true }) { simulator in
            let task = try await create(simulator)
            #expect(try await ask(simulator, "/task/openapi/cancel", task).text == #"{"code":0,"msg":"","data":null}"#)
            #expect(try await ask(simulator, "/task/openapi/cancel", task)["code"] == 807)
            #expect(try await simulator.query(task)["status"] == "CANCEL")
        }
    }

    @Test("The account tells numbers as strings, the queue as numbers")
    func account() async throws {
        let settings = SimulatorSettings.fast {
            $0.tasks.manual = true
            $0.keys[0].occupied = 1
        }
        try await withSimulator(settings) { simulator in
            _ = try await create(simulator)
            let account = try await post(
                simulator.baseURL + "/uc/openapi/accountStatus",
                ["apikey": .string(key)],
                bearer: nil
            )
            #expect(
                account.text == """
                    {"code":0,"msg":"success","data":{"remainCoins":"100000","currentTaskCounts":"2","remainMoney":null,\
                    "currency":null,"apiType":"NORMAL"}}
                    """
            )
            let queue = try await send(
                "GET",
                simulator.baseURL + "/openapi/v2/queue/status",
                headers: ["Authorization": "Bearer \(key)"]
            )
            #expect(queue["data"]?["concurrentLimit"] == 3)
            #expect(queue["data"]?["runningCount"] == 2)
            #expect(queue["data"]?["queuedCount"] == 0)
            #expect(try await send("GET", simulator.baseURL + "/openapi/v2/queue/status")["code"] == 412)
            let keys = try await send(
                "GET",
                simulator.baseURL + "/openapi/v2/api-key/list",
                headers: ["Authorization": "Bearer \(key)"]
            )
            guard case .array(let list) = keys.json else {
                Issue.record("no list")
                return
            }
            #expect(list.map { $0["key"]?.text } == ["0123****cdef"])
        }
    }

    @Test("Workflows and apps are described, or 810 when they were never run on the site")
    func describe() async throws {
        try await withSimulator { simulator in
            let format = simulator.baseURL + "/api/openapi/getJsonApiFormat"
            let request: JSON = ["apiKey": .string(key), "workflowId": "1904136902449209346"]
            let workflow = try await post(format, request, bearer: nil)
            #expect(workflow["data"]?["prompt"]?.text?.contains(#""class_type":"LoadImage""#) == true)
            let demo = simulator.baseURL + "/api/webapp/apiCallDemo?apiKey=\(key)&webappId=2016740236478386178"
            guard case .array(let nodes) = try await send("GET", demo)["data"]?["nodeInfoList"] else {
                Issue.record("no nodes")
                return
            }
            #expect(
                Set(nodes.compactMap { $0["fieldType"]?.text })
                    == ["STRING", "IMAGE", "AUDIO", "VIDEO", "LIST", "INT", "FLOAT", "BOOLEAN", "SWITCH"]
            )
            await simulator.update { $0.answers.workflowsSaved = false }
            #expect(try await post(format, request, bearer: nil)["code"] == 810)
        }
    }

    @Test("A failed callback is told about and sent again to another address")
    func webhooks() async throws {
        try await withReceiver { receiver, url in
            let settings = SimulatorSettings.fast {
                $0.callbacks.retries = 1
                $0.callbacks.retryInterval = 0.01
            }
            try await withSimulator(settings) { simulator in
                let task = try await create(simulator, webhook: "http://127.0.0.1:9/callback")
                await simulator.firstEvent { $0 == .callbackGivenUp(taskID: task) }
                let detail = try await ask(simulator, "/task/openapi/getWebhookDetail", task)["data"]
                #expect(detail?["taskId"] == .string(task))
                #expect(detail?["webhookUrl"] == "http://127.0.0.1:9/callback")
                #expect(detail?["callbackStatus"] == "FAILED")
                #expect(detail?["retryCount"] == 1)
                #expect(detail?["userApiKey"] == "0123****cdef")
                #expect(detail?["eventData"]?.text?.hasPrefix("{\"code\":0") == true)
                #expect(detail?["createTime"]?.text?.wholeMatch(of: /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/) != nil)
                let again = try await post(
                    simulator.baseURL + "/task/openapi/retryWebhook",
                    ["apiKey": .string(key), "webhookId": detail?["id"] ?? .null, "webhookUrl": .string(url)],
                    bearer: nil
                )
                #expect(again.text == #"{"code":0,"msg":"","data":null}"#)
                #expect(await receiver.next().json["taskId"] == .string(task))
            }
        }
    }

    @Test("A task without a webhook has no webhook event")
    func noWebhook() async throws {
        try await withSimulator(.fast) { simulator in
            let task = try await create(simulator)
            let reply = try await ask(simulator, "/task/openapi/getWebhookDetail", task)
            #expect(reply.text == #"{"code":1,"msg":"webhook event not exists","data":null}"#)
        }
    }
}
