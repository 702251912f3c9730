import NIOHTTP1
import Testing

import struct Jobs.Secret

@testable import RunningHub

@Suite("Callbacks asked about, and the queue", .timeLimit(.minutes(1)))
struct WebhookTests {
    @Test("The documented detail is read")
    func detail() async throws {
        let body = """
            {"code":0,"msg":"success","data":{"id":"1904","userApiKey":"0123****","taskId":"\(taskID)",
            "webhookUrl":"https://rh.example.com/callback/j/1/t","eventData":"{}","callbackStatus":"FAILED",
            "callbackResponse":"I/O error on POST request","retryCount":3,"createTime":"2025-03-26 16:05:07",
            "updateTime":"2025-03-26 16:08:10"}}
            """
        try await withCloud(answering: { _ in [.send(answer("200 OK", body))] }) { cloud, server in
            let detail = try #require(try await cloud.webhookDetail(taskID))
            #expect(detail.id == "1904")
            #expect(detail.delivered == false)
            #expect(detail.retries == 3)
            #expect(detail.response == "I/O error on POST request")
            #expect(detail.updatedAt == "2025-03-26 16:08:10")
            #expect(server.requests.first?.uri == "/task/openapi/getWebhookDetail")
            #expect(
                server.requests.first.flatMap { JSONValue.read($0.body) }
                    == ["apiKey": .text(key.expose()), "taskId": .text(taskID)]
            )
        }
    }

    @Test("That there is none is an answer; anything else is not")
    func none() async throws {
        let none = #"{"code":1,"msg":"webhook event not exists","data":null}"#
        try await withCloud(answering: { _ in [.send(answer("200 OK", none))] }) { cloud, _ in
            let detail = try await cloud.webhookDetail(taskID)
            #expect(detail == nil)
        }
        for other in [
            #"{"code":1,"msg":"","data":null}"#, #"{"code":807,"msg":"","data":null}"#, #"{"code":0,"data":{}}"#,
        ] {
            try await withCloud(answering: { _ in [.send(answer("200 OK", other))] }) { cloud, _ in
                _ = await #expect(throws: CloudError.self) { try await cloud.webhookDetail(taskID) }
            }
        }
    }

    @Test("A callback is asked for again, and its address is not shown")
    func retry() async throws {
        let address = "https://rh.example.com/callback/j/1/SECRET"
        let refused = #"{"code":1,"msg":"cannot reach \#(address)","data":null}"#
        try await withCloud(answering: { _ in [.send(answer("200 OK", refused))] }) { cloud, server in
            let error = await #expect(throws: CloudError.self) {
                try await cloud.retryWebhook("1904", to: Secret(address))
            }
            #expect(error?.message.contains("SECRET") == false)
            #expect(
                server.requests.first.flatMap { JSONValue.read($0.body) }
                    == ["apiKey": .text(key.expose()), "webhookId": "1904", "webhookUrl": .text(address)]
            )
        }
    }

    @Test(
        "The queue's figures come as numbers or as texts",
        arguments: [
            #"{"apiKeyType":"SHARED","concurrentLimit":30,"runningCount":2,"queuedCount":1,"totalCurrentTasks":3}"#,
            #"{"apiKeyType":"SHARED","concurrentLimit":"30","runningCount":"2","queuedCount":"1","totalCurrentTasks":"3"}"#,
        ]
    )
    func queue(data: String) async throws {
        let body = #"{"code":0,"msg":"success","data":\#(data)}"#
        try await withCloud(answering: { _ in [.send(answer("200 OK", body))] }) { cloud, server in
            let queue = try await cloud.queueStatus()
            #expect(queue.keyKind == "SHARED")
            #expect([queue.limit, queue.running, queue.queued, queue.total, queue.instances] == [30, 2, 1, 3, nil])
            #expect(server.requests.first?.method == .GET)
            #expect(server.requests.first?.uri == "/openapi/v2/queue/status")
            #expect(server.requests.first?.headers["Authorization"] == ["Bearer \(key.expose())"])
        }
    }
}
