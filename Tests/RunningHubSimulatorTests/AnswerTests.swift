import NIOCore
import RunningHubSimulator
import Testing

@Suite("Answers are those of the documents", .timeLimit(.minutes(1)))
struct AnswerTests {
    @Test("An upload is named by its content's hash")
    func upload() async throws {
        try await withSimulator { simulator in
            let reply = try await simulator.upload(Array("hello".utf8))
            #expect(reply.status == 200)
            #expect(
                reply.text == """
                    {"code":0,"msg":"success","data":{"fileName":"api/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e7304336\
                    2938b9824.png","fileType":"image"}}
                    """
            )
            let upload = try #require(await simulator.record.uploads.first)
            #expect(upload.bytes == 5)
            #expect(upload.key == "default")
            #expect(upload.fileName == "photo.png")
            #expect(upload.contentType == "image/png")
        }
    }

    @Test("An archive is named without prefix and extension")
    func archive() async throws {
        try await withSimulator { simulator in
            let name = try await simulator.upload(Array("hello".utf8), named: "many.zip")["data"]?["fileName"]?.text
            #expect(name == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
        }
    }

    @Test("A file above the limit is refused with 809 and null data")
    func tooLarge() async throws {
        try await withSimulator(.fast { $0.uploads.largestFile = 1000 }) { simulator in
            let reply = try await simulator.upload([UInt8](repeating: 7, count: 1001))
            #expect(reply.text == #"{"code":809,"msg":"APIKEY_FILE_SIZE_EXCEEDED","data":null}"#)
            #expect(try await simulator.upload([UInt8](repeating: 7, count: 1000))["code"] == 0)
            #expect(await simulator.record.uploads.map(\.refused) == [809, nil])
        }
    }

    @Test("The same bytes get the same name, and contents are kept once")
    func sameBytes() async throws {
        try await withSimulator(.fast) { simulator in
            let file = [UInt8](repeating: 9, count: 2_000_000)
            let first = try await simulator.upload(file)["data"]?["fileName"]?.text
            let second = try await simulator.upload(file)["data"]?["fileName"]?.text
            #expect(first == second)
            let task = try await simulator.runToEnd([try #require(first)])
            let url = try #require(await simulator.record.task(task)?.outputs.first?.url)
            #expect(try await send("GET", url).body.readableBytes == 2_000_000)
        }
    }

    @Test("An upload with a wrong key is refused with 802, one without any with 1601")
    func uploadKeys() async throws {
        try await withSimulator { simulator in
            let wrong = try await simulator.upload([1], key: "ffffffffffffffffffffffffffffffff")
            #expect(wrong.text == #"{"code":802,"msg":"APIKEY_UNAUTHORIZED","data":null}"#)
            #expect(try await simulator.upload([1], key: nil)["code"] == 1601)
        }
    }

    @Test("The v2 upload says message rather than msg, and the size as a string")
    func binaryUpload() async throws {
        try await withSimulator { simulator in
            let reply = try await send(
                "POST",
                simulator.baseURL + "/openapi/v2/media/upload/binary",
                headers: ["Content-Type": "multipart/form-data; boundary=b", "Authorization": "Bearer \(key)"],
                bytes: form([], file: Array("hello".utf8), named: "a.png", boundary: "b")
            )
            #expect(reply["code"] == 0)
            #expect(reply["message"] == "success")
            #expect(reply["msg"] == nil)
            #expect(reply["data"]?["type"] == "image")
            #expect(reply["data"]?["size"] == "5")
            let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
            #expect(reply["data"]?["fileName"] == .string("openapi/\(hash).png"))
            let address = try #require(reply["data"]?["download_url"]?.text)
            #expect(try await send("GET", address).text == "hello")
        }
    }

    @Test("A v2 submission has the seven fields of the v2 page, in its order", arguments: ["ai-app", "workflow"])
    func submission(kind: String) async throws {
        try await withSimulator { simulator in
            let reply = try await simulator.launch(path: "/openapi/v2/run/\(kind)/2016740236478386178")
            let task = try #require(reply["taskId"]?.text)
            let client = try #require(reply["clientId"]?.text)
            #expect(task.count == 19)
            #expect(Int64(task).map { $0 > 1_850_000_000_000_000_000 } == true)
            #expect(client.count == 32)
            #expect(
                reply.text == """
                    {"taskId":"\(task)","status":"RUNNING","errorCode":"","errorMessage":"","results":null,\
                    "clientId":"\(client)","promptTips":"{\\"result\\": true, \\"error\\": null, \
                    \\"outputs_to_execute\\": [\\"4\\"], \\"node_errors\\": {}}"}
                    """
            )
        }
    }

    @Test("Task ids grow")
    func taskIDs() async throws {
        try await withSimulator { simulator in
            let first = try #require(try await simulator.launch()["taskId"]?.text)
            let second = try #require(try await simulator.launch()["taskId"]?.text)
            #expect(first < second)
        }
    }

    @Test("A query of a task that succeeded answers as the v2 page prints it")
    func query() async throws {
        let settings = SimulatorSettings.fast {
            $0.answers.usage = .empty
            $0.results.outputs[0].node = ""
        }
        try await withSimulator(settings) { simulator in
            let name = try #require(try await simulator.upload(Array("hello".utf8))["data"]?["fileName"]?.text)
            let task = try await simulator.runToEnd([name])
            let reply = try await simulator.query(task)
            let output = try #require(await simulator.record.tasks.first?.outputs.first)
            #expect(output.name.wholeMatch(of: /ComfyUI_00001_[a-z]{5}_\d{10}\.png/) != nil)
            let url = try #require(output.url)
            #expect(
                reply.text == """
                    {"taskId":"\(task)","status":"SUCCESS","errorCode":"","errorMessage":"","failedReason":{},"usage":\
                    {"consumeMoney":null,"consumeCoins":null,"taskCostTime":"0","thirdPartyConsumeMoney":null},"results":\
                    [{"url":"\(url)","outputType":"png","text":null}],"clientId":"","promptTips":""}
                    """
            )
        }
    }

    @Test("An unfinished task has null results")
    func unfinished() async throws {
        try await withSimulator(.fast { $0.tasks.manual = true }) { simulator in
            let task = try #require(try await simulator.launch()["taskId"]?.text)
            let reply = try await simulator.query(task)
            #expect(reply["status"] == "RUNNING")
            #expect(reply["results"] == .null)
            #expect(await simulator.finish(task))
            #expect(try await simulator.query(task)["status"] == "SUCCESS")
            #expect(await simulator.record.tasks.first?.queries == 2)
            #expect(await !simulator.finish(task), "it has ended")
        }
    }

    @Test("An unknown key gets the envelope on v2 paths, whatever the shape of other errors")
    func unknownKey() async throws {
        try await withSimulator { simulator in
            let expected = #"{"code":412,"msg":"TOKEN_INVALID","data":null}"#
            let wrong = try await simulator.launch(bearer: "ffffffffffffffffffffffffffffffff")
            #expect(wrong.text == expected)
            #expect(try await simulator.launch(bearer: nil).text == expected)
            #expect(try await simulator.query("1", bearer: nil).text == expected)
            #expect(await simulator.record.submissions.map(\.refused) == [412, 412])
        }
    }

    @Test("An unknown task is an error with HTTP 200, code as a string")
    func unknownTask() async throws {
        try await withSimulator { simulator in
            let reply = try await simulator.query("1850000000000000000")
            #expect(reply.status == 200)
            #expect(reply["errorCode"] == "1007")
            #expect(reply["taskId"] == "")
        }
    }

    @Test("A task of one key is unknown to another")
    func otherKeysTask() async throws {
        let other = "11111111111111111111111111111111"
        try await withSimulator(.fast { $0.keys.append(KeySettings(name: "other", key: other)) }) { simulator in
            let task = try await simulator.runToEnd()
            #expect(try await simulator.query(task, bearer: other)["errorCode"] == "1007")
        }
    }

    @Test("Refused submissions are flat or enveloped, and their task id empty, null or absent")
    func errorShapes() async throws {
        try await withSimulator(.fast { $0.faults.submit.errors = [CodeFault(421, .always)] }) { simulator in
            let flat = try await simulator.launch()
            #expect(flat.status == 200)
            #expect(flat["errorCode"] == "421")
            #expect(flat["taskId"] == "")
            await simulator.update { $0.answers.refusedTask = .null }
            #expect(try await simulator.launch()["taskId"] == .null)
            await simulator.update { $0.answers.refusedTask = .absent }
            #expect(try await simulator.launch()["taskId"] == nil)
            await simulator.update { $0.answers.errorShape = .envelope }
            #expect(try await simulator.launch().text == #"{"code":421,"msg":"TASK_QUEUE_MAXED","data":null}"#)
            #expect(await simulator.record.tasks.isEmpty)
        }
    }

    @Test("Node values of every type are taken, node ids as numbers too")
    func nodeTypes() async throws {
        try await withSimulator { simulator in
            _ = try await post(
                simulator.baseURL + "/openapi/v2/run/workflow/1",
                [
                    "nodeInfoList": [
                        ["nodeId": 3, "fieldName": "seed", "fieldValue": 5],
                        ["nodeId": "6", "fieldName": "text", "fieldValue": "one"],
                        ["nodeId": "7", "fieldName": "enabled", "fieldValue": true],
                    ],
                    "usePersonalQueue": "false",
                ]
            )
            let nodes = await simulator.record.submissions.first?.nodes
            #expect(nodes?.map(\.nodeID) == ["3", "6", "7"])
            #expect(nodes?.map(\.value) == ["5", "one", "true"])
        }
    }

    @Test("A node without a field name is refused with 803")
    func invalidNode() async throws {
        try await withSimulator { simulator in
            let reply = try await post(
                simulator.baseURL + "/openapi/v2/run/workflow/1",
                ["nodeInfoList": [["nodeId": "3"]]]
            )
            #expect(reply["errorCode"] == "803")
        }
    }

    @Test("Uploads are recognised by every form of their name", arguments: ["api/", "openapi/", ""])
    func uploadNames(prefix: String) async throws {
        try await withSimulator { simulator in
            let name = try #require(try await simulator.upload([1, 2, 3])["data"]?["fileName"]?.text)
            let value = prefix + name.dropFirst(4)
            _ = try await simulator.launch([value])
            #expect(await simulator.record.submissionsPerInput == [value: 1])
        }
    }
}
