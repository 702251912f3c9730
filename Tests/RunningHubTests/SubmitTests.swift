import NIOCore
import NIOHTTP1
import Testing

import struct Jobs.Secret

@testable import RunningHub

@Suite("Submitting over a real connection", .timeLimit(.minutes(1)))
struct SubmitTests {
    private let app = Submission(
        target: .aiApp("2016740236478386178"),
        nodes: [Submission.Node(id: "285", field: "image", value: "api/cat.png")]
    )
    private static let success = answer("200 OK", #"{"taskId":"2013508786110730241","status":"RUNNING"}"#)

    @Test("A task is started with the key in the header alone and everything that the pipeline says")
    func wholeRequest() async throws {
        try await withCloud(answering: { _ in [.send(Self.success)] }) { cloud, server in
            var submission = app
            submission.nodes.append(Submission.Node(id: "3", field: "seed", value: 9_007_199_254_740_993))
            submission.nodes.append(Submission.Node(id: "4", field: "on", value: true))
            submission.instanceType = "plus"
            submission.usePersonalQueue = false
            submission.webhookURL = Secret("https://rh.example.com/callback/j/1/t")
            submission.addMetadata = false
            submission.accessPassword = Secret("open")
            let outcome = await cloud.submit(submission)
            #expect(outcome.created?.taskID == taskID)
            #expect(outcome.created?.status == .running)
            let request = try #require(server.requests.first)
            #expect(request.uri == "/openapi/v2/run/ai-app/2016740236478386178")
            #expect(request.headers["Authorization"] == ["Bearer \(key.expose())"])
            #expect(request.headers["Host"] == ["127.0.0.1:\(server.port)"])
            #expect(request.headers["Content-Type"] == ["application/json"])
            #expect(
                JSONValue.read(request.body) == [
                    "nodeInfoList": [
                        ["nodeId": "285", "fieldName": "image", "fieldValue": "api/cat.png"],
                        ["nodeId": "3", "fieldName": "seed", "fieldValue": 9_007_199_254_740_993],
                        ["nodeId": "4", "fieldName": "on", "fieldValue": true],
                    ],
                    "instanceType": "plus", "usePersonalQueue": false, "addMetadata": false,
                    "webhookUrl": "https://rh.example.com/callback/j/1/t", "accessPassword": "open",
                ]
            )
        }
    }

    @Test("A workflow has its own path, and ids cannot leave their segment of it")
    func workflowPath() async throws {
        try await withCloud(answering: { _ in [.send(Self.success)] }) { cloud, server in
            _ = await cloud.submit(Submission(target: .workflow("19")))
            _ = await cloud.submit(Submission(target: .workflow("../a?b#c")))
            #expect(
                server.requests.map(\.uri) == [
                    "/openapi/v2/run/workflow/19", "/openapi/v2/run/workflow/%2E%2E%2Fa%3Fb%23c",
                ]
            )
        }
    }

    @Test("Version 1 has the key in the body and its own paths")
    func version1() {
        var submission = app
        submission.family = .v1
        #expect(submission.request(key: key).path == "/task/openapi/ai-app/run")
        #expect(submission.request(key: key).body["webappId"] == 2_016_740_236_478_386_178)
        submission.target = .workflow("19")
        #expect(submission.request(key: key).path == "/task/openapi/create")
        #expect(submission.request(key: key).body["workflowId"] == "19")
        #expect(submission.request(key: key).body["apiKey"] == .text(key.expose()))
    }

    @Test("createWithParams has the values by name, and beside them only what departs from the service's defaults")
    func params() {
        var submission = Submission(target: .workflow("19"), family: .v1Params)
        submission.nodes = [
            Submission.Node(id: "6", field: "text", value: "a cat"),
            Submission.Node(id: "3", field: "seed", value: 5),
            Submission.Node(id: "8", field: "seed", value: 7),
        ]
        submission.instanceType = "default"
        submission.usePersonalQueue = false
        submission.addMetadata = true
        let plain = submission.request(key: key)
        #expect(plain.path == "/task/openapi/createWithParams")
        #expect(
            plain.body == [
                "apiKey": .text(key.expose()), "workflowId": "19",
                "params": ["text": "a cat", "3.seed": 5, "8.seed": 7],
            ]
        )
        submission.parameters = ["text": "a dog"]
        submission.instanceType = "plus"
        submission.addMetadata = false
        submission.webhookURL = Secret("https://rh.example.com/callback/j/1/t")
        #expect(
            submission.request(key: key).body == [
                "apiKey": .text(key.expose()), "workflowId": "19", "instanceType": "plus", "addMetadata": false,
                "webhookUrl": "https://rh.example.com/callback/j/1/t",
                "params": ["text": "a dog", "3.seed": 5, "8.seed": 7],
            ]
        )
    }

    @Test("A refused connection is not sent")
    func refused() async throws {
        try await withCloud(port: try closedPort()) { cloud in
            let error = await cloud.submit(app).notSent
            #expect(error?.code == .unreachable)
            #expect(error?.disposition == .retry(after: nil))
        }
    }

    @Test("A name that does not exist is not sent")
    func unresolvable() async throws {
        try await withTransport { transport in
            let cloud = Cloud(site: try Site("http://nowhere.invalid"), key: key, transport: transport)
            #expect(await cloud.submit(app).notSent?.code == .unreachable)
        }
    }

    @Test("A key that cannot stand in a header is not sent, and not shown", arguments: ["", "ab\r\nX: y", "schlüssel"])
    func badKey(text: String) async throws {
        try await withTransport { transport in
            let cloud = Cloud(site: try Site("http://127.0.0.1:1"), key: Secret(text), transport: transport)
            let error = try #require(await cloud.submit(app).notSent)
            #expect(error.disposition == .restKey(.unauthorized))
            #expect(text.isEmpty || !"\(error) \(String(reflecting: error))".contains(text))
        }
    }

    enum Handshake: CaseIterable {
        case garbage, close, reset, silence
    }

    @Test("A TLS handshake that fails in any way is not sent", arguments: Handshake.allCases)
    func handshake(kind: Handshake) async throws {
        let acts: [ScriptedServer.Act] =
            switch kind {
            case .garbage: [.send("HTTP/1.1 400 Bad Request\r\n\r\n")]
            case .close: [.close]
            case .reset: [.reset]
            case .silence: []
            }
        try await ScriptedServer.run(at: .accepted) { _ in
            acts
        } _: { server in
            try await withCloud(port: server.port, scheme: "https", .brief) { cloud in
                let outcome = await cloud.submit(app)
                #expect(outcome.notSent != nil, "\(outcome)")
                #expect(server.connections == 1)
            }
        }
    }

    static let lostCases: [(String, [ScriptedServer.Act])] = [
        ("closed without an answer", [.close]),
        ("reset without an answer", [.reset]),
        ("no answer in time", []),
        ("a cut head", [.send("HTTP/1.1 200 OK\r\nContent-Le"), .close]),
        ("a cut body", [.send(answer("200 OK", #"{"status":"RUNNING","#, length: 200)), .close]),
        ("a body that never ends", [.send(answer("200 OK", #"{"status":"RUNNING","#, length: 200))]),
        ("a head that drips", [.drip("HTTP/1.1 200 OK\r\nX-A: aaaaaaaaaaaaaaaaaaaaaaaa", every: .milliseconds(50))]),
        (
            "a body that drips",
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"), .drip("{", every: .milliseconds(50))]
        ),
        ("garbage at 200", [.send(answer("200 OK", "OK"))]),
        ("a page at 200", [.send(answer("200 OK", "<html>Welcome</html>"))]),
        ("a page at 502", [.send(answer("502 Bad Gateway", "<html>Bad Gateway</html>"))]),
        ("no HTTP", [.send("SSH-2.0-OpenSSH_9.2\r\n\r\n"), .close]),
        ("an endless answer", [.send("HTTP/1.1 200 OK\r\n\r\n"), .fill(2_000_000)]),
    ]

    @Test("An answer that says nothing is an unknown outcome, asked once", arguments: lostCases)
    func lost(what: String, acts: [ScriptedServer.Act]) async throws {
        try await withCloud(answering: { _ in acts }, .brief) { cloud, server in
            let outcome = await cloud.submit(app)
            #expect(outcome.unknown != nil, "\(what): \(outcome)")
            #expect(server.requests.count == 1)
            #expect(server.connections == 1)
        }
    }

    @Test("A connection that is reset as soon as it stands is not sent only if nothing was written")
    func resetAtOnce() async throws {
        try await withCloud(at: .accepted, answering: { _ in [.reset] }, .brief) { cloud, _ in
            let outcome = await cloud.submit(app)
            #expect(outcome.unknown != nil || outcome.notSent != nil)
        }
    }

    @Test("A task id is taken from an answer that breaks off behind it")
    func cutBehindID() async throws {
        let cut = answer("200 OK", #"{"taskId":"2013508786110730241","status":"RUNN"#, length: 400)
        // Long enough for a busy machine to read what has come before it stalls.
        var timeouts = Transport.Timeouts()
        timeouts.idle = .seconds(5)
        for acts: [ScriptedServer.Act] in [[.send(cut), .close], [.send(cut)]] {
            try await withCloud(answering: { _ in acts }, timeouts) { cloud, _ in
                #expect(await cloud.submit(app).created?.taskID == taskID)
            }
        }
        // A reset takes with it what has not been read yet, where the reader is slow.
        try await withCloud(answering: { _ in [.send(cut), .reset] }) { cloud, _ in
            let outcome = await cloud.submit(app)
            #expect(outcome.created?.taskID == taskID || outcome.unknown != nil)
        }
    }

    @Test("A redirect is refused and not followed")
    func redirect() async throws {
        try await withCloud(answering: { _ in
            [.send(answer("307 Temporary Redirect", "", headers: ["Location: /elsewhere"]))]
        }) { cloud, server in
            #expect(await cloud.submit(app).refusal?.next == .retryLater)
            #expect(server.requests.count == 1)
        }
    }

    @Test("A full account and an unknown key are refusals")
    func businessErrors() async throws {
        let bodies: [(String, ErrorCode.Next)] = [
            (#"{"code":421,"msg":"TASK_QUEUE_MAXED","data":null}"#, .waitForSlot),
            (#"{"taskId":null,"errorCode":"421","errorMessage":"api queue limit reached"}"#, .waitForSlot),
            (#"{"code":412,"msg":"TOKEN_INVALID","data":null}"#, .restKey(.unauthorized)),
        ]
        for (body, next) in bodies {
            try await withCloud(answering: { _ in [.send(answer("200 OK", body))] }) { cloud, _ in
                #expect(await cloud.submit(app).refusal?.next == next)
            }
        }
    }

    @Test("Each submission has a connection of its own, never one that is idle in the pool")
    func freshConnections() async throws {
        let running = answer("200 OK", #"{"taskId":"2013508786110730241","status":"RUNNING"}"#)
        try await withCloud(answering: { _ in [.send(running)] }) { cloud, server in
            _ = try await cloud.query(taskID)
            _ = try await cloud.query(taskID)
            _ = await cloud.submit(app)
            _ = await cloud.submit(app)
            _ = try await cloud.query(taskID)
            #expect(server.requests.map(\.connection) == [1, 1, 2, 3, 1])
        }
    }

    @Test("Cancelling the caller does not cancel a submission")
    func cancellation() async throws {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        let drip = Self.success
        try await withCloud(answering: { _ in
            ask.yield()
            return [.drip(drip, every: .milliseconds(1))]
        }) { cloud, _ in
            let submission = app
            let task = Task { await cloud.submit(submission) }
            for await _ in asked { break }
            task.cancel()
            #expect(await task.value.created?.taskID == taskID)
        }
    }
}
