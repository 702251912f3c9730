import Foundation
import RunningHubSimulator
import Testing

/// A command of a source document, as it stands but for the host, the key where the document has none, and the file.
struct DocumentedCommand: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var command: String
    /// The answer that the document prints.
    var answer: String
    /// What must have happened before.
    var before: [String] = []
}

@Suite("The documents' commands get the documents' answers", .timeLimit(.minutes(1)))
struct DocumentTests {
    @Test("Fields and types are those that are printed", arguments: commands)
    func answers(documented: DocumentedCommand) async throws {
        let settings = SimulatorSettings.fast {
            $0.keys = [
                KeySettings(name: "first", key: "0bbb4a982e74469381d1c101e1d8673a"),
                KeySettings(name: "second", key: "2679cfa89047436796b6830a74064dc0"),
                KeySettings(),
            ]
            $0.tasks.firstTask = "1850847421957988354"
        }
        try await withSimulator(settings) { simulator in
            for command in documented.before {
                _ = try await run(command, host: simulator.baseURL)
                await simulator.waitUntil { $0.tasks.allSatisfy(\.status.isFinal) }
            }
            let answer = try parse(try await run(documented.command, host: simulator.baseURL))
            for difference in differences(expected: try parse(documented.answer), actual: answer) {
                Issue.record("\(difference)")
            }
        }
    }

    private func parse(_ text: String) throws -> JSON {
        try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    /// Where an answer lacks a printed field or has it in another type.
    private func differences(expected: JSON, actual: JSON, at path: String = "") -> [String] {
        switch (expected, actual) {
        case (.object(let members), .object):
            members.flatMap { member -> [String] in
                guard let there = actual[member.name] else { return ["\(path).\(member.name) is missing"] }
                return differences(expected: member.value, actual: there, at: "\(path).\(member.name)")
            }
        case (.array(let expected), .array(let actual)):
            zip(expected, actual).flatMap { differences(expected: $0, actual: $1, at: path + "[]") }
                + (expected.count == actual.count ? [] : ["\(path) has \(actual.count) elements"])
        case (.string, .string), (.int, .int), (.bool, .bool), (.null, .null): []
        // The page prints null where a run that cost something has a text.
        case (.null, .string): []
        default: ["\(path) is \(actual.serialized)"]
        }
    }

    /// Runs a command line in a shell and gives what it prints.
    private func run(_ command: String, host: String) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "documented-\(UUID().uuidString).jpg")
        try Data("not much of a picture".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let line =
            command
            .replacing("https://www.runninghub.cn", with: host)
            .replacing("https://www.runninghub.ai", with: host)
            .replacing("****************************", with: KeySettings.defaultKey)
            .replacing("/mnt/c/tmp/4444.jpg", with: file.path)
            .replacing("${RUNNINGHUB_TASKID}", with: "1850847421957988354")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "RUNNINGHUB_API_KEY=\(KeySettings.defaultKey)\n\(line.replacing("curl ", with: "curl -s "))",
        ]
        let output = Pipe()
        process.standardOutput = output
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { _ in
                let data = (try? output.fileHandleForReading.readToEnd()) ?? Data()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }

    static let commands = [
        DocumentedCommand(testDescription: "v2 page: run an AI app", command: runApp, answer: runAppAnswer),
        DocumentedCommand(testDescription: "v2 page: query", command: query, answer: queryAnswer, before: [runApp]),
        DocumentedCommand(testDescription: "guide: simple workflow", command: create, answer: createAnswer),
        DocumentedCommand(
            testDescription: "guide: workflow with nodes",
            command: createWithNodes,
            answer: createAnswer
        ),
        DocumentedCommand(testDescription: "guide: outputs", command: outputs, answer: outputsAnswer, before: [create]),
        DocumentedCommand(testDescription: "guide: account", command: account, answer: accountAnswer),
        DocumentedCommand(testDescription: "guide: upload", command: upload, answer: uploadAnswer),
    ]

    private static let runApp = """
        curl --location --request POST 'https://www.runninghub.cn/openapi/v2/run/ai-app/2016740236478386178' \\
        --header "Content-Type: application/json" \\
        --header "Authorization: Bearer ${RUNNINGHUB_API_KEY}" \\
        --data-raw '{
          "nodeInfoList": [
            {
              "nodeId": "285",
              "fieldName": "image",
              "fieldValue": "bf56145cb416ac91276db0ed27c4798eecaa997d06df06b481eb49c7b248fe16.jpg",
              "description": "image"
            },
            {
              "nodeId": "107",
              "fieldName": "image",
              "fieldValue": "10e07fe2593bd2a905663cb63616ce1edf719b0b807b3c13361d9f6318bb5f58.png",
              "description": "image"
            }
          ],
          "instanceType": "default",
          "usePersonalQueue": "false"
        }'
        """
    private static let runAppAnswer = #"""
        {
          "taskId": "2013508786110730241",
          "status": "RUNNING",
          "errorCode": "",
          "errorMessage": "",
          "results": null,
          "clientId": "f828b9af25161bc066ef152db7b29ccc",
          "promptTips": "{\"result\": true, \"error\": null, \"outputs_to_execute\": [\"4\"], \"node_errors\": {}}"
        }
        """#
    private static let query = """
        curl --location --request POST 'https://www.runninghub.cn/openapi/v2/query' \\
        --header "Content-Type: application/json" \\
        --header "Authorization: Bearer ${RUNNINGHUB_API_KEY}" \\
        --data-raw '{
          "taskId": "${RUNNINGHUB_TASKID}"
        }'
        """
    private static let queryAnswer = """
        {
          "taskId": "2013508786110730241",
          "status": "SUCCESS",
          "errorCode": "",
          "errorMessage": "",
          "failedReason": {},
          "usage": {
            "consumeMoney": null,
            "consumeCoins": null,
            "taskCostTime": "0",
            "thirdPartyConsumeMoney": null
          },
          "results": [
            {
              "url": "https://rh-images-1252422369.cos.ap-beijing.myqcloud.com/b04e28cad0ee39193921a30a2eb4dc00/output/a.png",
              "outputType": "png",
              "text": null
            }
          ],
          "clientId": "",
          "promptTips": ""
        }
        """
    /// The head of each command of the guide.
    private static func guide(_ path: String, host: String = "www.runninghub.ai") -> String {
        """
        curl --location --request POST 'https://www.runninghub.ai\(path)' \\
        --header 'User-Agent: Apifox/1.0.0 (https://apifox.com)' \\
        --header 'Content-Type: application/json' \\
        --header 'Accept: */*' \\
        --header 'Host: \(host)' \\
        --header 'Connection: keep-alive' \\

        """
    }

    private static let create =
        guide("/task/openapi/create") + """
            --data-raw '{
                "workflowId": 1831308605400317953,
                "apiKey": "0bbb4a982e74469381d1c101e1d8673a"
            }'
            """
    private static let createWithNodes =
        guide("/task/openapi/create") + """
            --data-raw '{
                "workflowId": 1831308605400317953,
                "apiKey": "0bbb4a982e74469381d1c101e1d8673a",
                #The advanced version differs from the simple version by including the ability to define and modify parameters within workflow nodes.
                "nodeInfoList": [
                    {
                        "nodeId": "6",
                        "fieldName": "text",
                        "fieldValue": "1 girl in classroom"
                    },
                    {
                        "nodeId": "3",
                        "fieldName": "seed",
                        "fieldValue": 5
                    },
                    {
                        "nodeId": "20",
                        "fieldName": "image",
                        "fieldValue": "https://rh-images.xiaoyaoyou.com/60d4973d7f9c2f13144f0bf9c64598d6/output/tensorart_00183__fybyv.png"
                    }
                ]
            }'
            """
    private static let createAnswer = #"""
        {
            "code": 0,
            "msg": "success",
            "data": {
                "taskId": "1850847421957988354",
                "clientId": "17db3f54f9c6bcdfc85e630560cead6e",
                "taskStatus": "RUNNING",
                "promptTips": "{\"node_errors\": {}}"
            }
        }
        """#
    private static let outputs =
        guide("/task/openapi/outputs") + """
            --data-raw '{
                "taskId": "1850847421957988354",
                "apiKey": "0bbb4a982e74469381d1c101e1d8673a"
            }'
            """
    private static let outputsAnswer = """
        {
            "code": 0,
            "msg": "success",
            "data": [
                {
                    "fileUrl": "https://www.runninghub.ai/rh-resource-models/10bc565c082353833f12480cd994d8a0/output/comfyui_00029__yxpht.png",
                    "fileType": "png"
                }
            ]
        }
        """
    private static let account =
        guide("/uc/openapi/accountStatus", host: "http://www.runninghub.ai") + """
            --data-raw '{
                "apikey": "2679cfa89047436796b6830a74064dc0"
            }'
            """
    private static let accountAnswer = """
        {
            "code": 0,
            "msg": "success",
            "data": {
                "remainCoins": "105100",
                "currentTaskCounts": "1"
            }
        }
        """
    private static let upload = """
        curl --location --request POST 'https://www.runninghub.cn/task/openapi/upload' \\
        --header 'Content-Type: multipart/form-data' \\
        --form 'apiKey="****************************"' \\
        --form 'file=@"/mnt/c/tmp/4444.jpg"' \\
        --form 'fileType="image"'
        """
    private static let uploadAnswer = """
        {
            "code": 0,
            "msg": "success",
            "data": {
                "fileName": "api/bf431957f5980e7cd0748d46715254987353e9290d11ffef3cc3f326186f5c38.png",
                "fileType": "image"
            }
        }
        """
}
