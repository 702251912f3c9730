import NIOCore
import NIOHTTP1
import Testing

import struct Jobs.Secret

@testable import RunningHub

@Suite("The outcome of a submission, by its answer", .timeLimit(.minutes(1)))
struct SubmissionJudgementTests {
    static let createdCases: [(String, Int)] = [
        (#"{"taskId":"2013508786110730241","status":"RUNNING","errorCode":"","errorMessage":"","results":null}"#, 200),
        (#"{"taskId":2013508786110730241,"status":"QUEUED"}"#, 200),
        (#"{"code":0,"msg":"success","data":{"taskId":"2013508786110730241","taskStatus":"RUNNING"}}"#, 200),
        (#"{"code":0,"msg":"success","data":{"taskId":2013508786110730241}}"#, 200),
        (#"{"code":421,"msg":"TASK_QUEUE_MAXED","data":{"taskId":"2013508786110730241"}}"#, 200),
        (#"{"taskId":"2013508786110730241","status":"FAILED","errorCode":"1000","errorMessage":"unknown error"}"#, 200),
        (#"{"taskId":"2013508786110730241"}"#, 201),
        (#"{"taskId":"2013508786110730241"}"#, 302),
        (#"{"taskId":"2013508786110730241"}"#, 401),
        (#"{"taskId":"2013508786110730241"}"#, 502),
        (#"{"taskId":"2013508786110730241","status":"RUN"#, 200),
        (#"{"taskId": 2013508786110730241, "status"#, 200),
        ("{\"promptTips\":\"\u{0}\",\"taskId\":\"2013508786110730241\"}", 200),
        (#"{"taskId":"0000000000"taskId":"2013508786110730241""#, 200),
        (#"{"taskId":"0000000000","errorCode":"421","data":{"task":{"taskId":"2013508786110730241"}}}"#, 200),
    ]

    @Test("An answer that holds a task id is a created task, whatever else it holds", arguments: createdCases)
    func created(body: String, status: Int) {
        #expect(SubmissionOutcome.judge(answered(body, status: status)).created?.taskID == taskID)
    }

    @Test("A task id in an answer whose text is not UTF-8 is found")
    func invalidUTF8() {
        var answer = answered(#"{"promptTips":"?","taskId":"2013508786110730241"}"#)
        answer.body.setBytes([0xFF], at: 15)
        #expect(SubmissionOutcome.judge(answer).created?.taskID == taskID)
    }

    @Test(
        "What stands for no task is not taken for one",
        arguments: [
            #"{"taskId":"","errorCode":"421"}"#, #"{"taskId":null,"errorCode":"421"}"#,
            #"{"taskId":0,"errorCode":"421"}"#,
            #"{"taskId":"0","errorCode":"421"}"#, #"{"taskId":"null","errorCode":"421"}"#, #"{"errorCode":"421"}"#,
            #"{"taskId":[1],"errorCode":"421"}"#, #"{"taskId":"a b","errorCode":"421"}"#,
        ]
    )
    func noTask(body: String) {
        #expect(SubmissionOutcome.judge(answered(body)).refusal?.next == .waitForSlot)
    }

    @Test("A digit that may be missing keeps a cut task id from being believed")
    func cutID() {
        let outcome = SubmissionOutcome.judge(answered(#"{"taskId": 201350878611073"#, cut: DeadlinePassed()))
        #expect(outcome.unknown?.code == .interrupted)
    }

    @Test("Every code of the table has its outcome in both forms of an error", arguments: ErrorCode.table)
    func everyCode(code: ErrorCode) {
        let bodies = [
            #"{"code":\#(code.number),"msg":"why","data":null,"errorMessages":null}"#,
            #"{"code":"\#(code.number)","msg":"why","data":null}"#,
            #"{"taskId":"","status":"","errorCode":"\#(code.number)","errorMessage":"why","results":null}"#,
            #"{"errorCode":\#(code.number),"errorMessage":"why"}"#,
            #"{"code":0,"msg":"success","data":{"errorCode":"\#(code.number)","errorMessage":"why"}}"#,
        ]
        for body in bodies {
            let outcome = SubmissionOutcome.judge(answered(body))
            switch code.atSubmit {
            case .nothingCreated(let next):
                #expect(outcome.refusal?.next == next, "\(body)")
                #expect(outcome.refusal?.errorCode == code)
                #expect(outcome.refusal?.hint != nil)
                #expect(outcome.refusal?.message.contains("RunningHub says: why") == true)
            case .unknownOutcome:
                #expect(outcome.unknown != nil, "\(body)")
                #expect(outcome.unknown?.errorCode == code)
            }
        }
    }

    @Test("A code that is not in the table is an unknown outcome", arguments: [2, 4210, 99999, -1])
    func strangeCode(number: Int) {
        #expect(SubmissionOutcome.judge(answered(#"{"code":\#(number),"msg":"x","data":null}"#)).unknown != nil)
        #expect(SubmissionOutcome.judge(answered(#"{"errorCode":"\#(number)"}"#)).unknown != nil)
    }

    @Test("A code of the closed list counts at HTTP 2xx and 4xx alone")
    func closedListByStatus() {
        let body = #"{"code":421,"msg":"TASK_QUEUE_MAXED","data":null}"#
        #expect(SubmissionOutcome.judge(answered(body, status: 400)).refusal?.next == .waitForSlot)
        #expect(SubmissionOutcome.judge(answered(body, status: 500)).unknown != nil)
        #expect(SubmissionOutcome.judge(answered(body, status: 408)).unknown != nil)
        #expect(SubmissionOutcome.judge(answered(body, cut: DeadlinePassed())).unknown != nil)
    }

    static let statuses: [(Int, ErrorCode.Next?)] = [
        (200, nil), (204, nil), (301, .retryLater), (302, .retryLater), (307, .retryLater), (304, .retryLater),
        (400, .permanent), (401, .restKey(.unauthorized)), (402, .restKey(.outOfMoney)),
        (403, .restKey(.unauthorized)), (404, .permanent), (405, .permanent), (408, nil), (413, .permanent),
        (422, .permanent), (425, .retryLater), (429, .retryLater), (499, .permanent),
        (500, nil), (502, nil), (503, nil), (504, nil), (520, nil), (600, nil),
    ]

    @Test("A gateway's page counts by its HTTP status", arguments: statuses)
    func gateway(status: Int, next: ErrorCode.Next?) {
        for page in ["<html><body>502 Bad Gateway</body></html>", "", "[]", "null", "\"ok\"", "{}", "{\"code\":0}"] {
            let outcome = SubmissionOutcome.judge(answered(page, status: status))
            #expect(outcome.refusal?.next == next, "\(status) \(page)")
            #expect((outcome.unknown != nil) == (next == nil), "\(status) \(page)")
        }
    }

    @Test("A busy server's wish to wait is kept, within bounds")
    func retryAfter() {
        func wait(_ text: String) -> Duration? {
            SubmissionOutcome.judge(answered("", status: 429, headers: ["Retry-After": text])).refusal?.retryAfter
        }
        #expect(wait("7") == .seconds(7))
        #expect(wait("99999999999") == Answer.maximumRetryAfter)
        #expect(wait("99999999999999999999999") == nil)
        #expect(wait("-5") == nil)
        #expect(wait("Wed, 21 Oct 2026 07:28:00 GMT") == nil)
    }

    @Test("A validation error that speaks of the balance rests the key")
    func balance() {
        let body = #"{"code":433,"msg":"Your API balance is insufficient, please recharge","data":null}"#
        #expect(SubmissionOutcome.judge(answered(body)).refusal?.next == .restKey(.outOfMoney))
    }

    @Test("What ComfyUI finds wrong with a workflow is told, a line for each node")
    func promptTips() {
        let tips =
            #"{\"result\": false, \"error\": null, \"outputs_to_execute\": [], \"node_errors\": {\"12\": {\"class_type\": \"LoadImage\", \"errors\": [{\"message\": \"Invalid image file\", \"details\": \"image - cat.png\"}]}}}"#
        let task = SubmissionOutcome.judge(answered(#"{"taskId":"2013508786110730241","promptTips":"\#(tips)"}"#))
            .created
        #expect(task?.warnings == ["Node 12 (LoadImage): Invalid image file: image - cat.png"])
    }

    @Test(
        "A workflow that is well has no warnings",
        arguments: [
            #""{\"result\": true, \"error\": null, \"outputs_to_execute\": [\"4\"], \"node_errors\": {}}""#,
            #""{\"node_errors\": {}}""#, "\"\"", "null", "7", "\"words\"",
        ]
    )
    func noWarnings(tips: String) {
        let task = SubmissionOutcome.judge(answered(#"{"taskId":"2013508786110730241","promptTips":\#(tips)}"#)).created
        #expect(task?.warnings == [])
    }

    @Test("The service's words are shown without the key and without signed addresses")
    func redaction() {
        let body =
            #"{"code":301,"msg":"bad \#(key.expose()) at https://cos.example.com/a.png?sign=S3CRET ok","data":null}"#
        let message = SubmissionOutcome.judge(answered(body), hiding: [key]).refusal?.message
        #expect(message?.contains(key.expose()) == false)
        #expect(message?.contains("S3CRET") == false)
        #expect(message?.contains("https://cos.example.com/a.png") == true)
    }

    static let shapes: [String] = [
        #"{"taskId":null,"errorCode":"KEY","errorMessage":"no"}"#, #"{"errorCode":"1002 KEY"}"#,
        "{\"code\":301,\"msg\":\"KEY\u{301}\"}",
        "{\"code\":301,\"msg\":\"no\",\"data\":{\"promptTips\":\"{\\\"error\\\":\\\"KEY\u{200D}\\\"}\"}}",
    ]

    @Test("The key is hidden wherever an answer has it, and whatever stands beside it", arguments: shapes)
    func keyAnywhere(body: String) {
        let outcome = SubmissionOutcome.judge(answered(body.replacing("KEY", with: key.expose())), hiding: [key])
        let text =
            outcome.refusal.map { $0.message + "\($0.complaints)" }
            ?? outcome.unknown.map {
                "\($0.debugDescription) \($0.codeText ?? "")"
            }
        #expect(text?.utf8.contains(Array(key.expose().utf8)) == false)
    }

    static let invalid: [String] = [
        #"{"taskId":null,"errorCode":"433","errorMessage":"VALIDATE_PROMPT_FAILED","promptTips":"TIPS"}"#,
        #"{"code":433,"msg":"VALIDATE_PROMPT_FAILED","data":{"promptTips":"TIPS"}}"#,
    ]

    @Test("A refusal says in one line which node is wrong, and how", arguments: invalid)
    func nodeErrors(body: String) {
        let tips =
            #"{\"node_errors\":{\"4\":{\"class_type\":\"KSampler\",\"errors\":[{\"message\":\"Value not in list\"}]}}}"#
        let refusal = SubmissionOutcome.judge(answered(body.replacing("TIPS", with: tips))).refusal
        #expect(refusal?.message.contains("Node 4 (KSampler): Value not in list. (433).") == true)
        #expect(refusal?.message.contains("\n") == false)
    }
}
