import NIOHTTP1
import Testing

import struct Jobs.Secret

@testable import RunningHub

@Suite("What a query's answer says", .timeLimit(.minutes(1)))
struct QueryTests {
    private func judge(_ body: String, status: Int = 200) throws -> TaskReport {
        try TaskReport.judge(answered(body, status: status), about: taskID, hiding: [key])
    }

    private func failure(_ body: String, status: Int = 200) -> CloudError? {
        do {
            _ = try TaskReport.judge(answered(body, status: status), about: taskID, hiding: [key])
            return nil
        } catch {
            return error
        }
    }

    static let statuses: [(String, TaskStatus)] = [
        ("CREATE", .created), ("QUEUED", .queued), ("RUNNING", .running), ("SUCCESS", .succeeded), ("FAILED", .failed),
        ("CANCEL", .cancelled), ("CANCELED", .cancelled), ("CANCELLED", .cancelled), ("cancelled", .cancelled),
        ("success", .succeeded), ("Failed", .failed), ("POLISHING", .running),
    ]

    @Test("Every state is read, in any case, flat and wrapped; one that is not known runs", arguments: statuses)
    func states(wire: String, status: TaskStatus) throws {
        let flat = #"{"taskId":"\#(taskID)","status":"\#(wire)","errorCode":"","results":null}"#
        #expect(try judge(flat).status == status)
        #expect(try judge(#"{"code":0,"msg":"success","data":\#(flat)}"#).status == status)
        #expect(
            try judge(#"{"code":0,"msg":"","data":{"taskId":"\#(taskID)","taskStatus":"\#(wire)"}}"#).status == status
        )
        #expect(try judge(#"{"taskId":\#(taskID),"status":"\#(wire)"}"#).wireStatus == wire)
    }

    @Test("The documented answer is read whole")
    func documented() throws {
        let report = try judge(
            """
            {"taskId":"2013508786110730241","status":"SUCCESS","errorCode":"","errorMessage":"","failedReason":{},
            "usage":{"consumeMoney":null,"consumeCoins":"17","taskCostTime":"83","thirdPartyConsumeMoney":"3.85"},
            "results":[{"url":"https://rh-images-1252422369.cos.ap-beijing.myqcloud.com/b0/output/ComfyUI_00001.png?q=1&r=%2F",
            "outputType":"PNG","text":null,"nodeId":"9"}],"clientId":"","promptTips":""}
            """
        )
        #expect(report.taskID == taskID)
        #expect(report.failure == nil)
        let result = try #require(report.results?.first)
        #expect(
            result.address?.text
                == "https://rh-images-1252422369.cos.ap-beijing.myqcloud.com/b0/output/ComfyUI_00001.png?q=1&r=%2F"
        )
        #expect(result.address?.fileName == "ComfyUI_00001.png")
        #expect(result.type == "png")
        #expect(result.nodeID == "9")
        #expect(report.usage?.coins == "17")
        #expect(report.usage?.money == nil)
        #expect(report.usage?.thirdPartyMoney == "3.85")
        #expect(report.usage?.costTime == "83")
        #expect(
            report.usage?.json
                == #"{"consumeCoins":"17","consumeMoney":null,"taskCostTime":"83","thirdPartyConsumeMoney":"3.85"}"#
        )
    }

    static let outputs: [(String, String?, String?, String?)] = [
        (#"{"url":"https://h/a.png","outputType":"png","text":null}"#, "https://h/a.png", "png", nil),
        (#"{"fileUrl":"https://h/a.png","fileType":".PNG","nodeId":9}"#, "https://h/a.png", "png", nil),
        (#"{"outputUrl":"https://h/a.mp4","outputType":"mp4"}"#, "https://h/a.mp4", "mp4", nil),
        (#"{"url":null,"outputType":"txt","text":"a cat"}"#, nil, "txt", "a cat"),
        (#"{"content":"a cat"}"#, nil, nil, "a cat"),
        (#"{"output":"a cat","url":""}"#, nil, nil, "a cat"),
        (#"{"text":""}"#, nil, nil, ""),
        (#""https://h/a.png""#, "https://h/a.png", nil, nil),
        (#"{"url":"https://h/图 1.png"}"#, "https://h/%E5%9B%BE%201.png", nil, nil),
    ]

    @Test("Every spelling of an output is read", arguments: outputs)
    func spellings(json: String, url: String?, type: String?, text: String?) throws {
        let report = try judge(#"{"taskId":"\#(taskID)","status":"SUCCESS","results":[\#(json)]}"#)
        let result = try #require(report.results?.first)
        #expect(result.address?.text == url)
        #expect(result.type == type)
        #expect(result.text == text)
        #expect(!result.hasUnusableAddress)
    }

    @Test(
        "An address that cannot be fetched from is told apart from none",
        arguments: ["ftp://h/a", "/a.png", "http://u:p@h/", "http://"]
    )
    func unusable(url: String) throws {
        let report = try judge(#"{"taskId":"\#(taskID)","status":"SUCCESS","results":[{"url":"\#(url)"}]}"#)
        #expect(report.results?.first?.hasUnusableAddress == true)
        #expect(report.results?.first?.address == nil)
    }

    @Test("A bare text that is no address is an address that cannot be fetched from, not one output fewer")
    func unusableText() throws {
        let report = try judge(
            #"{"taskId":"\#(taskID)","status":"SUCCESS","results":["file:///etc/passwd","https://h/a.png",""]}"#
        )
        #expect(report.results?.map(\.hasUnusableAddress) == [true, false])
    }

    @Test("No list, an empty one and one of empty elements are told apart")
    func emptyResults() throws {
        #expect(
            try judge(#"{"taskId":"1","status":"SUCCESS","results":null}"#.replacing("\"1\"", with: "\"\(taskID)\""))
                .results == nil
        )
        #expect(try judge(#"{"taskId":"\#(taskID)","status":"SUCCESS"}"#).results == nil)
        #expect(try judge(#"{"taskId":"\#(taskID)","status":"SUCCESS","results":[]}"#).results == [])
        #expect(
            try judge(#"{"taskId":"\#(taskID)","status":"SUCCESS","results":[null,{},3,{"url":null}]}"#).results == []
        )
    }

    @Test("No more outputs are taken than the limit, and the rest is counted")
    func manyResults() throws {
        let list = Array(repeating: #"{"text":"a"}"#, count: TaskReport.maximumResults + 7).joined(separator: ",")
        let report = try judge(#"{"taskId":"\#(taskID)","status":"SUCCESS","results":[\#(list)]}"#)
        #expect(report.results?.count == TaskReport.maximumResults)
        #expect(report.omittedResults == 7)
    }

    @Test("Figures come as text, as numbers or not at all")
    func figures() throws {
        let usage = try judge(
            #"{"taskId":"\#(taskID)","status":"SUCCESS","usage":{"consumeCoins":17,"consumeMoney":0.5,"taskCostTime":0}}"#
        ).usage
        #expect(usage?.coins == "17")
        #expect(usage?.money == "0.5")
        #expect(usage?.costTime == "0")
        #expect(usage?.json == #"{"consumeCoins":17,"consumeMoney":0.5,"taskCostTime":0}"#)
        #expect(try judge(#"{"taskId":"\#(taskID)","status":"SUCCESS","usage":null}"#).usage == nil)
        #expect(try judge(#"{"taskId":"\#(taskID)","status":"SUCCESS","usage":"free"}"#).usage == nil)
    }

    static let reasonsCases: [(String, String, String?)] = [
        (
            #"{"exception_type":"RuntimeError","node_id":"12","node_name":"KSampler","exception_message":"bad shape","traceback":["  File \"a.py\"\n","boom\n"]}"#,
            "Node 12 (KSampler): RuntimeError: bad shape", "  File \"a.py\"\nboom\n"
        ),
        (
            #"{"exception_type":"RuntimeError","node_id":12,"node_name":"KSampler","exception_message":"bad shape","traceback":"[\"line 1\", \"line 2\"]","current_inputs":"{}","current_outputs":"[]"}"#,
            "Node 12 (KSampler): RuntimeError: bad shape", "line 1\nline 2\n"
        ),
        (#""{\"node_id\":\"3\",\"exception_message\":\"no\"}""#, "Node 3: no", nil),
        (#""plain words""#, "plain words", nil),
        (
            #"{"exception_type":"ValueError","exception_message":"ValueError: x","traceback":"one\ntwo"}"#,
            "ValueError: x", "one\ntwo"
        ),
        (#"{"node_name":"VAE"}"#, "VAE", nil),
    ]

    @Test("A traceback shows no key, not even one whose halves a control character parts")
    func keyInTraceback() throws {
        let parted = key.expose().prefix(9) + "\\u0001" + key.expose().dropFirst(9)
        let report = try judge(
            #"{"taskId":"\#(taskID)","status":"FAILED","failedReason":{"traceback":"a \#(parted) b"}}"#
        )
        #expect(report.failure?.reason?.traceback == "a <redacted> b")
    }

    @Test("A state that is not known shows no key")
    func keyAsState() throws {
        let report = try judge(#"{"taskId":"\#(taskID)","status":"\#(key.expose())X"}"#)
        #expect(report.status == .running && report.wireStatus == "<redacted>X")
    }

    @Test("An answer shows neither what was told in another request, nor what proves one of the daemon's own addresses")
    func echoed() async throws {
        let token = "5TCcsLqSaGmoh9P2d8Q9Sr7Afr9urmoT_k1pnY9WTr4"
        let callback = "http://rh.example.com/x/callback/h3jfvsmkj0mm/2/\(token)"
        let words = "open sesame; \(callback); /input/h3jfvsmkj0mm/\(token)/a.png"
        let body = #"{"taskId":"\#(taskID)","status":"FAILED","errorCode":"805","errorMessage":"\#(words)"}"#
        try await withCloud(answering: { _ in [.send(answer("200 OK", body))] }) { cloud, _ in
            let site = cloud.site
            let cloud = Cloud(site: site, key: key, transport: cloud.transport, hiding: [Secret("open sesame")])
            let message = try #require(try await cloud.query(taskID).failure).message
            #expect(!message.contains("sesame") && !message.contains(token), "\(message)")
            #expect(message.contains("callback/h3jfvsmkj0mm/2/<redacted>"), "\(message)")
        }
    }

    @Test("ComfyUI's reason becomes one line and a traceback, in every type it comes in", arguments: reasonsCases)
    func reasons(json: String, line: String, traceback: String?) throws {
        let report = try judge(#"{"taskId":"\#(taskID)","status":"FAILED","errorCode":"805","failedReason":\#(json)}"#)
        #expect(report.failure?.reason?.line == line)
        #expect(report.failure?.reason?.traceback == traceback)
        #expect(report.failure?.message.contains(line) == true)
    }

    @Test(
        "A reason that says nothing is none",
        arguments: ["{}", "null", "\"\"", "\"null\"", "[]", "{\"node_id\":null}"]
    )
    func noReason(json: String) throws {
        let report = try judge(
            #"{"taskId":"\#(taskID)","status":"FAILED","errorCode":"1000","errorMessage":"unknown error","failedReason":\#(json)}"#
        )
        #expect(report.failure?.reason == nil)
        #expect(report.failure?.message == "RunningHub had an unknown error. RunningHub says: unknown error (1000)")
    }

    @Test("A traceback without end is cut")
    func longTraceback() throws {
        let long = String(repeating: "x", count: 200_000)
        let report = try judge(
            #"{"taskId":"\#(taskID)","status":"FAILED","failedReason":{"node_id":"1","traceback":["\#(long)"]}}"#
        )
        #expect(report.failure?.reason?.traceback?.count == FailedReason.maximumTraceback + 1)
    }

    static let kindsCases: [(String, FailureKind, ErrorCode.OnFailure)] = [
        ("CUDA out of memory. Tried to allocate 2 GiB", .outOfMemory, .mayPass),
        ("Allocation on device 0 would exceed", .outOfMemory, .mayPass),
        ("显存告警", .outOfMemory, .mayPass),
        ("Porn", .moderation, .final),
        ("输入内容违规", .moderation, .final),
        ("NSFW content detected", .moderation, .final),
    ]

    @Test("Moderation and a lack of memory are told by their words", arguments: kindsCases)
    func kinds(words: String, kind: FailureKind, onFailure: ErrorCode.OnFailure) throws {
        let bodies = [
            #"{"taskId":"\#(taskID)","status":"FAILED","errorCode":"805","errorMessage":"\#(words)"}"#,
            #"{"taskId":"\#(taskID)","status":"FAILED","errorCode":"805","failedReason":{"exception_message":"\#(words)"}}"#,
        ]
        for body in bodies {
            let failure = try #require(try judge(body).failure)
            #expect(failure.kind == kind)
            #expect(failure.onFailure == onFailure)
            #expect(failure.hint == kind.hint)
        }
    }

    @Test("Every code beside FAILED is a failure of the task, or of the question", arguments: ErrorCode.table)
    func everyFailedCode(code: ErrorCode) throws {
        let body = #"{"taskId":"\#(taskID)","status":"FAILED","errorCode":"\#(code.number)","errorMessage":"why"}"#
        switch code.atQuery {
        case .keyRefused(let trouble) where trouble == .unauthorized || trouble == .freeAccount:
            #expect(failure(body)?.code == .keyRefused(trouble))
        case .unknownTask where code.number != 1007:
            #expect(failure(body)?.code == .unknownTask)
        default:
            let failure = try #require(try judge(body).failure)
            #expect(failure.errorCode == code)
            #expect(failure.onFailure == code.onFailure)
        }
    }

    @Test("Every code without a state says what the table says", arguments: ErrorCode.table)
    func everyBareCode(code: ErrorCode) throws {
        let bodies = [
            #"{"code":\#(code.number),"msg":"why","data":null}"#,
            #"{"taskId":"","status":"","errorCode":"\#(code.number)","errorMessage":"why"}"#,
            #"{"taskId":null,"status":null,"errorCode":"\#(code.number)","errorMessage":"why","results":null}"#,
        ]
        for body in bodies {
            switch code.atQuery {
            case .waiting(let status): #expect(try judge(body).status == status)
            case .failed: #expect(try judge(body).status == .failed)
            case .unknownTask: #expect(failure(body)?.code == .unknownTask)
            case .keyRefused(let trouble): #expect(failure(body)?.disposition == .restKey(trouble))
            case .tooManyRequests: #expect(failure(body)?.code == .busy)
            case .transient: #expect(failure(body)?.disposition == .retry(after: nil))
            }
        }
    }

    @Test("A failure that names no task is one of the question", arguments: ["1000", "500", "9999", "301"])
    func failureWithoutTask(code: String) {
        #expect(failure(#"{"taskId":"","status":"FAILED","errorCode":"\#(code)"}"#)?.disposition == .retry(after: nil))
    }

    static let junkCases: [(String, Int, CloudError.Code)] = [
        ("<html>", 200, .badAnswer), ("", 200, .badAnswer), ("[]", 200, .badAnswer), ("{}", 200, .badAnswer),
        (#"{"code":0,"msg":"success","data":null}"#, 200, .badAnswer),
        (#"{"taskId":"77","status":"SUCCESS","results":[]}"#, 200, .badAnswer),
        (#"{"taskId":"2013508786110730241","status":"SUCCESS"}"#, 500, .badAnswer),
        ("<html>", 502, .badAnswer), ("<html>", 503, .busy), ("<html>", 429, .busy), ("", 301, .badAnswer),
        ("<html>", 401, .keyRefused(.unauthorized)), ("<html>", 403, .keyRefused(.unauthorized)), ("", 404, .badAnswer),
        (#"{"code":807,"msg":"APIKEY_TASK_NOT_FOUND"}"#, 404, .unknownTask),
        (#"{"code":412,"msg":"TOKEN_INVALID"}"#, 401, .keyRefused(.unauthorized)),
    ]

    @Test("An answer that is none never ends a job", arguments: junkCases)
    func junk(body: String, status: Int, code: CloudError.Code) {
        #expect(failure(body, status: status)?.code == code)
    }

    @Test("A task is asked for over a real connection")
    func overTheWire() async throws {
        let body = #"{"taskId":"2013508786110730241","status":"SUCCESS","results":[]}"#
        try await withCloud(answering: { _ in [.send(answer("200 OK", body))] }) { cloud, server in
            #expect(try await cloud.query(taskID).status == .succeeded)
            let request = try #require(server.requests.first)
            #expect(request.uri == "/openapi/v2/query")
            #expect(request.headers["Authorization"] == ["Bearer \(key.expose())"])
            #expect(JSONValue.read(request.body) == ["taskId": "2013508786110730241"])
        }
    }

    static let brokenCases: [([ScriptedServer.Act], CloudError.Code)] = [
        ([.close], .interrupted), ([.reset], .interrupted), ([], .timedOut),
        ([.send(answer("200 OK", "{", length: 9)), .close], .interrupted),
        ([.send(answer("200 OK", "{", length: 9))], .timedOut),
    ]

    @Test("A connection that breaks or stalls is worth another question", arguments: brokenCases)
    func broken(acts: [ScriptedServer.Act], code: CloudError.Code) async throws {
        try await withCloud(answering: { _ in acts }, .brief) { cloud, _ in
            let error = await #expect(throws: CloudError.self) { try await cloud.query(taskID) }
            #expect(error?.code == code)
            #expect(error?.disposition == .retry(after: nil))
        }
    }

    @Test("An answer without end is left at its limit")
    func endless() async throws {
        try await withCloud(answering: { _ in [.send("HTTP/1.1 200 OK\r\n\r\n"), .fill(Cloud.queryAnswerLimit + 1)] }) {
            cloud,
            _ in
            let error = await #expect(throws: CloudError.self) { try await cloud.query(taskID) }
            #expect(error?.code == .badAnswer)
        }
    }
}
