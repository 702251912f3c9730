import RunningHubSimulator

extension DocumentedCommand {
    /// The task that the documents' commands ask about.
    static let task = "1850847421957988354"

    /// The id that the next task gets: the one of the document that is asked about without having been made.
    var firstTask: String { command.contains("1904152026220003329") ? "1904152026220003329" : Self.task }

    /// All of them: S0 to S4 are the source documents in the order of their names.
    static let all = [
        DocumentedCommand(testDescription: "S1: run an AI app", command: runApp, answer: runAppAnswer),
        DocumentedCommand(
            testDescription: "S1: query",
            command: query,
            answer: queryAnswer,
            before: [runApp],
            usage: .empty
        ),
        DocumentedCommand(
            testDescription: "S3: simple workflow",
            command: create,
            answer: createAnswer,
            without: ["netWssUrl"]
        ),
        DocumentedCommand(
            testDescription: "S3: workflow with nodes",
            command: createWithNodes,
            answer: createAnswer,
            without: ["netWssUrl"]
        ),
        DocumentedCommand(
            testDescription: "S3: outputs",
            command: outputs,
            answer: outputsAnswer,
            before: [create],
            without: ["taskCostTime"],
            usage: .empty
        ),
        DocumentedCommand(
            testDescription: "S3: account",
            command: account,
            answer: accountAnswer,
            without: ["remainMoney", "currency", "apiType"]
        ),
        DocumentedCommand(testDescription: "S3: upload", command: upload, answer: uploadAnswer),
        DocumentedCommand(
            testDescription: "S0: simple workflow",
            command: guideCreate,
            answer: guideCreateAnswer,
            without: ["clientId", "promptTips"]
        ),
        DocumentedCommand(
            testDescription: "S0: workflow with nodes",
            command: guideCreateWithNodes,
            answer: guideCreateAnswer,
            without: ["clientId", "promptTips"]
        ),
        DocumentedCommand(
            testDescription: "S0: status",
            command: guideStatus,
            answer: #"{"code": 0, "msg": "", "data": "RUNNING"}"#,
            before: [guideCreate],
            runs: true
        ),
        DocumentedCommand(
            testDescription: "S0: outputs",
            command: guideOutputs,
            answer: guideOutputsAnswer,
            before: [guideCreate],
            without: ["consumeMoney", "thirdPartyConsumeMoney"]
        ),
        DocumentedCommand(
            testDescription: "S4: workflow with nodes",
            command: guideCreateWithNodes,
            answer: createAnswer,
            without: ["netWssUrl"]
        ),
        DocumentedCommand(
            testDescription: "S4: outputs",
            command: guideOutputs,
            answer: shortOutputsAnswer,
            before: [guideCreate],
            usage: .empty
        ),
        DocumentedCommand(
            testDescription: "S2: workflow with params",
            command: createWithParams,
            answer: createAnswer,
            without: ["netWssUrl"]
        ),
        DocumentedCommand(
            testDescription: "S2: status by address",
            command: statusByAddress,
            answer: #"{"code": 0, "msg": "success", "data": {"taskStatus": "RUNNING", "result": null}}"#,
            before: [createWithParams],
            runs: true
        ),
    ]
}

/// The commands that S1 and S3 print, as they stand.
extension DocumentedCommand {
    fileprivate static let runApp = """
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
    fileprivate static let runAppAnswer = #"""
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
    fileprivate static let query = """
        curl --location --request POST 'https://www.runninghub.cn/openapi/v2/query' \\
        --header "Content-Type: application/json" \\
        --header "Authorization: Bearer ${RUNNINGHUB_API_KEY}" \\
        --data-raw '{
          "taskId": "${RUNNINGHUB_TASKID}"
        }'
        """
    fileprivate static let queryAnswer = """
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
    fileprivate static func guide(_ path: String, host: String = "www.runninghub.ai") -> String {
        """
        curl --location --request POST 'https://www.runninghub.ai\(path)' \\
        --header 'User-Agent: Apifox/1.0.0 (https://apifox.com)' \\
        --header 'Content-Type: application/json' \\
        --header 'Accept: */*' \\
        --header 'Host: \(host)' \\
        --header 'Connection: keep-alive' \\

        """
    }

    fileprivate static let create =
        guide("/task/openapi/create") + """
            --data-raw '{
                "workflowId": 1831308605400317953,
                "apiKey": "0bbb4a982e74469381d1c101e1d8673a"
            }'
            """
    fileprivate static let createWithNodes =
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
    fileprivate static let createAnswer = #"""
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
    fileprivate static let outputs =
        guide("/task/openapi/outputs") + """
            --data-raw '{
                "taskId": "1850847421957988354",
                "apiKey": "0bbb4a982e74469381d1c101e1d8673a"
            }'
            """
    fileprivate static let outputsAnswer = """
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
    fileprivate static let account =
        guide("/uc/openapi/accountStatus", host: "http://www.runninghub.ai") + """
            --data-raw '{
                "apikey": "2679cfa89047436796b6830a74064dc0"
            }'
            """
    fileprivate static let accountAnswer = """
        {
            "code": 0,
            "msg": "success",
            "data": {
                "remainCoins": "105100",
                "currentTaskCounts": "1"
            }
        }
        """
    fileprivate static let upload = """
        curl --location --request POST 'https://www.runninghub.cn/task/openapi/upload' \\
        --header 'Content-Type: multipart/form-data' \\
        --form 'apiKey="****************************"' \\
        --form 'file=@"/mnt/c/tmp/4444.jpg"' \\
        --form 'fileType="image"'
        """
    fileprivate static let uploadAnswer = """
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

/// What S0, S2 and S4 print as requests or as calls of a library, as the commands that send the same bytes.
extension DocumentedCommand {
    /// A request as S0 prints it.
    fileprivate static func posted(_ path: String, _ body: String) -> String {
        """
        curl --request POST 'https://www.runninghub.cn\(path)' \\
        --header 'Content-Type: application/json' \\
        --header 'Authorization: Bearer your-api-key' \\
        --data-raw '\(body)'
        """
    }

    fileprivate static let guideCreate = posted(
        "/task/openapi/create",
        """
        {
          "apiKey": "your-api-key",
          "workflowId": "1904136902449209346"
        }
        """
    )
    fileprivate static let guideCreateWithNodes = posted(
        "/task/openapi/create",
        """
        {
          "apiKey": "your-api-key",
          "workflowId": "1904136902449209346",
          "nodeInfoList": [
            {
              "nodeId": "6",
              "fieldName": "text",
              "fieldValue": "1 girl in classroom, anime style"
            },
            {
              "nodeId": "3",
              "fieldName": "seed",
              "fieldValue": "123456"
            }
          ]
        }
        """
    )
    fileprivate static let guideCreateAnswer = """
        {
          "code": 0,
          "msg": "success",
          "data": {
            "taskId": "1904737800233889793",
            "taskStatus": "RUNNING",
            "netWssUrl": "wss://www.runninghub.cn:443/ws/..."
          }
        }
        """
    fileprivate static let guideStatus = posted(
        "/task/openapi/status",
        """
        {
          "apiKey": "your-api-key",
          "taskId": "1904152026220003329"
        }
        """
    )
    fileprivate static let guideOutputs = posted(
        "/task/openapi/outputs",
        """
        {
          "apiKey": "your-api-key",
          "taskId": "1904152026220003329"
        }
        """
    )
    fileprivate static let guideOutputsAnswer = """
        {
          "code": 0,
          "msg": "success",
          "data": [
            {
              "fileUrl": "https://rh-images.xiaoyaoyou.com/.../output.png",
              "fileType": "png",
              "taskCostTime": "83",
              "consumeCoins": "17"
            }
          ]
        }
        """
    fileprivate static let shortOutputsAnswer = """
        {
          "code": 0,
          "msg": "success",
          "data": [
            {
              "fileUrl": "https://xxx.com/xxx.png",
              "fileType": "png",
              "taskCostTime": "4"
            }
          ]
        }
        """
    fileprivate static let createWithParams = """
        curl --request POST 'https://www.runninghub.ai/task/openapi/createWithParams' \\
        --header 'Content-Type: application/json' \\
        --data-raw '{
            "workflowId": "ВАШ_WORKFLOW_ID",
            "apiKey": "ВАШ_API_KEY",
            "params": {
                "param1": "значение1",
                "param2": "значение2"
            }
        }'
        """
    fileprivate static let statusByAddress =
        "curl 'https://www.runninghub.ai/task/openapi/status?taskId=ВАШ_TASK_ID&apiKey=ВАШ_API_KEY'"
}
