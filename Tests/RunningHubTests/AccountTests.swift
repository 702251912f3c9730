import Testing

import struct FoundationEssentials.Decimal
import struct Jobs.Secret

@testable import RunningHub

@Suite("The account, and cancelling", .timeLimit(.minutes(1)))
struct AccountTests {
    @Test("A balance is read from its texts, and the key is spelled as this endpoint wants it")
    func balance() async throws {
        let body =
            #"{"code":0,"msg":"success","data":{"remainCoins":"177814","currentTaskCounts":"2","remainMoney":null,"currency":null,"apiType":"NORMAL"}}"#
        try await withCloud(answering: { _ in [.send(answer("200 OK", body))] }) { cloud, server in
            let status = try await cloud.accountStatus()
            #expect(status.coins == 177_814)
            #expect(status.currentTasks == 2)
            #expect(status.money == nil)
            #expect(status.keyKind == "NORMAL")
            let request = try #require(server.requests.first)
            #expect(request.uri == "/uc/openapi/accountStatus")
            #expect(JSONValue.read(request.body) == ["apikey": .text(key.expose())])
        }
    }

    @Test("A task is cancelled by version 1")
    func cancel() async throws {
        try await withCloud(answering: { _ in [.send(answer("200 OK", #"{"code":0,"msg":"success","data":null}"#))] }) {
            cloud,
            server in
            try await cloud.cancel(taskID)
            let request = try #require(server.requests.first)
            #expect(request.uri == "/task/openapi/cancel")
            #expect(JSONValue.read(request.body) == ["apiKey": .text(key.expose()), "taskId": .text(taskID)])
        }
    }

    static let refusals: [(String, Int, CloudError.Code)] = [
        (#"{"code":807,"msg":"APIKEY_TASK_NOT_FOUND","data":null}"#, 200, .unknownTask),
        (#"{"code":412,"msg":"TOKEN_INVALID","data":null}"#, 200, .keyRefused(.unauthorized)),
        (#"{"code":1003,"msg":"","data":null}"#, 200, .busy), (#"{"code":500,"msg":"","data":null}"#, 200, .badAnswer),
        (#"{"code":301,"msg":"","data":null}"#, 200, .refused), (#"{"code":7,"msg":"","data":null}"#, 200, .refused),
        ("<html>", 502, .badAnswer), ("<html>", 200, .badAnswer), ("", 403, .keyRefused(.unauthorized)),
    ]

    @Test("Every refusal has its meaning", arguments: refusals)
    func refused(body: String, status: Int, code: CloudError.Code) {
        let error = #expect(throws: CloudError.self) { try Reply.judge(answered(body, status: status), hiding: []) }
        #expect(error?.code == code)
    }
}
