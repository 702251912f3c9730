import NIOHTTP1
import Testing

import struct Jobs.Secret

@testable import RunningHub

@Suite("What became of a task that version 1 started", .timeLimit(.minutes(1)))
struct OutcomeTests {
    private static let unknown = #"{"taskId":"","status":"","errorCode":"1007","errorMessage":"no such task"}"#
    private static let unknownV1 = #"{"code":807,"msg":"APIKEY_TASK_NOT_FOUND","data":null}"#

    /// Answers by method and path; what is not listed is not there.
    private func asked(
        _ answers: [String: String],
        family: Submission.Family = .v1,
        _ body: (Result<TaskReport, CloudError>, [String]) throws -> Void
    ) async throws {
        try await withCloud(answering: { request in
            let path = request.uri.prefix { $0 != "?" }
            let body = answers["\(request.method) \(path)"]
            return [.send(body.map { answer("200 OK", $0) } ?? answer("404 Not Found", "<html>"))]
        }) { cloud, server in
            let outcome: Result<TaskReport, CloudError>
            do throws(CloudError) {
                outcome = .success(try await cloud.outcome(of: taskID, startedBy: family))
            } catch {
                outcome = .failure(error)
            }
            try body(outcome, server.requests.map { "\($0.method) \($0.uri.prefix { $0 != "?" })" })
        }
    }

    private static let query = "POST /openapi/v2/query"
    private static let outputs = "POST /task/openapi/outputs"
    private static let status = "POST /task/openapi/status"
    private static let object = "GET /task/openapi/status"

    @Test("Where version 2 knows the task, nothing else is asked", arguments: Submission.Family.allCases)
    func known(family: Submission.Family) async throws {
        let running = #"{"taskId":"\#(taskID)","status":"RUNNING","errorCode":"","results":null}"#
        try await asked([Self.query: running], family: family) { outcome, requests in
            #expect(outcome.report?.status == .running)
            #expect(requests == [Self.query])
        }
    }

    @Test("A task of version 2 that its query does not know is asked about nowhere else")
    func unknownV2() async throws {
        try await asked([Self.query: Self.unknown], family: .v2) { outcome, requests in
            #expect(outcome.refusal?.code == .unknownTask)
            #expect(requests == [Self.query])
        }
    }

    static let outputsCases: [(String, TaskStatus)] = [
        (#"{"code":813,"msg":"APIKEY_TASK_IS_QUEUED","data":null}"#, .queued),
        (#"{"code":804,"msg":"APIKEY_TASK_IS_RUNNING","data":null}"#, .running),
        (#"{"code":"804","msg":"","data":{"netWssUrl":"wss://h"}}"#, .running),
        (#"{"code":0,"msg":"success","data":null}"#, .running),
        (#"{"code":805,"msg":"APIKEY_TASK_STATUS_ERROR","data":null}"#, .failed),
        (#"{"code":805,"msg":"","data":{"failedReason":{"node_id":"4","exception_message":"boom"}}}"#, .failed),
        (#"{"code":0,"msg":"","data":[{"fileUrl":"https://h/a.png","fileType":"png"}]}"#, .succeeded),
    ]

    @Test("Outputs alone tells every state but an empty one", arguments: outputsCases)
    func outputs(body: String, status: TaskStatus) async throws {
        try await asked([Self.query: Self.unknown, Self.outputs: body]) { outcome, requests in
            #expect(outcome.report?.status == status)
            #expect(requests == [Self.query, Self.outputs])
        }
    }

    @Test("Results and costs are those of version 1's outputs")
    func results() async throws {
        let done = """
            {"code":0,"msg":"success","data":[
            {"fileUrl":"https://h/a.png","fileType":"PNG","nodeId":"9","taskCostTime":"83","consumeCoins":"17",
            "consumeMoney":null,"thirdPartyConsumeMoney":null},
            {"fileUrl":"https://h/b.png","fileType":"png","taskCostTime":"83","consumeCoins":"17","consumeMoney":"0.5"}]}
            """
        try await asked([Self.query: Self.unknown, Self.outputs: done]) { outcome, _ in
            let report = try outcome.get()
            #expect(report.results?.map { $0.address?.text } == ["https://h/a.png", "https://h/b.png"])
            #expect(report.results?.map(\.type) == ["png", "png"])
            #expect(report.results?.map(\.nodeID) == ["9", nil])
            #expect(report.usage?.coins == "17")
            #expect(report.usage?.costTime == "83")
            #expect(report.usage?.money == "0.5")
            #expect(report.usage?.thirdPartyMoney == nil)
        }
    }

    @Test(
        "An empty list is no outcome: the state is asked for",
        arguments: [("SUCCESS", TaskStatus.succeeded), ("RUNNING", .running), ("FAILED", .failed), ("QUEUED", .queued)]
    )
    func empty(word: String, status: TaskStatus) async throws {
        let answers = [
            Self.query: Self.unknown, Self.outputs: #"{"code":0,"msg":"success","data":[]}"#,
            Self.status: #"{"code":0,"msg":"","data":"\#(word)"}"#,
        ]
        try await asked(answers) { outcome, requests in
            #expect(outcome.report?.status == status)
            #expect(outcome.report?.results == nil)
            #expect(requests == [Self.query, Self.outputs, Self.status])
        }
    }

    @Test("A task of createWithParams is asked about as its document has it, where nothing else knows it")
    func object() async throws {
        let answers = [
            Self.query: Self.unknown, Self.outputs: Self.unknownV1, Self.status: Self.unknownV1,
            Self.object: """
            {"code":0,"msg":"success","data":{"taskStatus":"SUCCESS","result":{"outputs":[{"fileUrl":"https://h/a.png"}]}}}
            """,
        ]
        try await asked(answers, family: .v1Params) { outcome, requests in
            #expect(outcome.report?.status == .succeeded)
            #expect(outcome.report?.results?.first?.address?.text == "https://h/a.png")
            #expect(requests == [Self.query, Self.outputs, Self.status, Self.object])
        }
        try await asked(answers, family: .v1) { outcome, requests in
            #expect(outcome.refusal?.code == .unknownTask)
            #expect(!requests.contains(Self.object))
        }
    }

    @Test(
        "A path of the one document that is not there leaves the task unknown, and the key alone",
        arguments: [nil, #"{"code":412,"msg":"TOKEN_INVALID","data":null}"#, #"{"code":1009,"msg":""}"#]
    )
    func missingPath(body: String?) async throws {
        var answers = [Self.query: Self.unknown, Self.outputs: Self.unknownV1, Self.status: Self.unknownV1]
        answers[Self.object] = body
        try await asked(answers, family: .v1Params) { outcome, _ in
            let error = outcome.refusal
            #expect(error?.code == .unknownTask)
        }
    }

    static let doubtful: [(String, CloudError.Code)] = [
        (#"{"code":412,"msg":"TOKEN_INVALID","data":null}"#, .keyRefused(.unauthorized)),
        (#"{"code":802,"msg":"APIKEY_UNAUTHORIZED","data":null}"#, .keyRefused(.unauthorized)),
        (#"{"code":1003,"msg":"","data":null}"#, .busy), (#"{"code":500,"msg":"","data":null}"#, .badAnswer),
        (#"{"code":7777,"msg":"","data":null}"#, .badAnswer), (#"{}"#, .badAnswer), ("OK", .badAnswer),
        (#"{"code":0,"msg":"","data":"DONE?"}"#, .badAnswer), (#"{"code":0,"msg":"","data":{}}"#, .badAnswer),
        (#"{"code":0,"msg":""}"#, .badAnswer), (#"{"msg":"","data":[{"fileUrl":"https://h/a"}]}"#, .badAnswer),
        (#"{"code":0,"data":{"taskId":"1","taskStatus":"FAILED"}}"#, .badAnswer),
    ]

    @Test("What is not understood ends no job, and a refusal of the key is told as one", arguments: doubtful)
    func doubt(body: String, code: CloudError.Code) async throws {
        try await asked([Self.query: Self.unknown, Self.outputs: body]) { outcome, _ in
            let error = outcome.refusal
            #expect(error?.code == code)
        }
    }

    @Test("A failure tells ComfyUI's reason and the nodes that it complained about")
    func failure() async throws {
        let tips =
            #"{\"result\":false,\"node_errors\":{\"4\":{\"class_type\":\"KSampler\",\"errors\":[{\"message\":\"Value not in list\",\"details\":\"x\"}]}}}"#
        let body = #"""
            {"code":805,"msg":"APIKEY_TASK_STATUS_ERROR","data":{"promptTips":"\#(tips)","failedReason":{"node_id":"12",
            "node_name":"VAEDecode","exception_type":"torch.OutOfMemoryError","exception_message":"Allocation on device",
            "traceback":"[\"  File a.py\\n\", \"boom\\n\"]"}}}
            """#
        try await asked([Self.query: Self.unknown, Self.outputs: body]) { outcome, _ in
            let failure = try #require(outcome.report?.failure)
            #expect(failure.message.contains("Node 12 (VAEDecode): torch.OutOfMemoryError: Allocation on device"))
            #expect(failure.message.contains("Node 4 (KSampler): Value not in list: x."))
            #expect(!failure.message.contains("\n"))
            #expect(failure.complaints.count == 1)
            #expect(failure.reason?.traceback == "  File a.py\nboom\n")
            #expect(failure.hint.text().contains("instance_type: plus"))
        }
    }

    @Test("The key stands in the address of a GET escaped, as it must")
    func address() async throws {
        try await withCloud(answering: { _ in [.send(answer("200 OK", Self.unknownV1))] }) { cloud, server in
            _ = try? await cloud.outcome(of: taskID, startedBy: .v1Params)
            #expect(server.requests.last?.uri == "/task/openapi/status?taskId=\(taskID)&apiKey=\(key.expose())")
        }
        #expect("a b&c/ü".percentEncoded == "a%20b%26c%2F%C3%BC")
    }
}

extension Result where Failure == CloudError {
    /// The value, where there is one.
    fileprivate var report: Success? {
        if case .success(let value) = self { value } else { nil }
    }

    /// The error, where there is one.
    fileprivate var refusal: CloudError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
