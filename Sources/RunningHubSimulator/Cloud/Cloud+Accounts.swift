/// Paths about keys, workflows and apps rather than tasks.
extension Cloud {
    /// Answers a request that a key makes for itself.
    ///
    /// `flat` tells whether the path is one of v2, where an unknown key is refused with 412.
    mutating func inform(
        path: String,
        key sent: String?,
        flat: Bool = false,
        _ truth: (borrowing Cloud, KeySettings) -> Answer
    ) -> Answer {
        let gate = gate(.other, path: path)
        let answer: Answer
        if let refusal = Refusal(gate) {
            answer = refusal.answer(flat: false, settings: settings.answers)
        } else if let key = key(sent) {
            answer = truth(self, key)
        } else {
            answer = unknownKey(sent, flat: flat).answer(flat: false, settings: settings.answers)
        }
        events.append(.asked(path: path, answer: answer.summary))
        return gate.passing(answer)
    }

    /// `accountStatus`: numbers as strings; tasks of the website are counted too.
    func accountStatus(_ key: KeySettings) -> Answer {
        let consumer = key.kind == "NORMAL"
        return .envelope([
            "remainCoins": .string(String(max(key.coins - (accounts[key.name]?.spent ?? 0), 0))),
            "currentTaskCounts": .string(String(openTasks(key))),
            "remainMoney": consumer ? .null : "100.00",
            "currency": consumer ? .null : "CNY",
            "apiType": .string(key.kind),
        ])
    }

    /// `queue/status`.
    func queueStatus(_ key: KeySettings) -> Answer {
        let running = (accounts[key.name]?.running ?? 0) + key.occupied
        let queued = openTasks(key) - running
        return .envelope([
            "apiKeyType": .string(key.kind),
            "concurrentLimit": .int(Int64(key.concurrency)),
            "runningCount": .int(Int64(running)),
            "queuedCount": .int(Int64(queued)),
            "totalCurrentTasks": .int(Int64(running + queued)),
            "instanceCount": 0,
        ])
    }

    /// `api-key/list`: a bare array.
    func keyList() -> Answer {
        let keys = settings.keys.map { key -> JSON in
            [
                "key": .string("\(key.key.prefix(4))****\(key.key.suffix(4))"),
                "apiKeyName": .string(key.name),
                "status": 1,
                "quotaLimit": .null,
                "quotaUsed": .string(String(accounts[key.name]?.spent ?? 0)),
                "createdAt": .string(WallTime.text(began)),
            ]
        }
        return Answer(body: .json(.array(keys)))
    }

    private func openTasks(_ key: KeySettings) -> Int {
        let account = accounts[key.name]
        let waiting = (account?.waiting.count ?? 0) - (account?.firstWaiting ?? 0)
        return (account?.running ?? 0) + waiting + key.occupied
    }

    /// `getJsonApiFormat`: the workflow as text; or 810 when it was never run on the site.
    func workflow(_ id: String) -> Answer {
        guard Int64(id).map({ $0 > 0 }) ?? false else { return .failure(301) }
        guard settings.answers.workflowsSaved else { return .failure(810) }
        return .envelope(["prompt": .string(Self.sampleWorkflow.serialized)])
    }

    /// `apiCallDemo`: what an AI app lets be set.
    func appDemo(_ id: String, key: KeySettings) -> Answer {
        guard Int64(id).map({ $0 > 0 }) ?? false else { return .failure(901) }
        guard settings.answers.workflowsSaved else { return .failure(810) }
        return .envelope([
            "curl": .string("curl --location --request POST '\(baseAddress)/task/openapi/ai-app/run' …"),
            "webappName": "Simulated app",
            "nodeInfoList": Self.sampleNodes,
            "covers": [],
            "tags": [],
            "statisticsInfo": ["likeCount": "0", "useCount": "0"],
        ])
    }

    /// A small image-to-image graph in ComfyUI's API format.
    private static let sampleWorkflow: JSON = [
        "2": [
            "inputs": ["image": "example.png", "upload": "image"], "class_type": "LoadImage",
            "_meta": ["title": "Load Image"],
        ],
        "3": [
            "inputs": [
                "seed": 123456, "steps": 20, "cfg": 8, "denoise": .double(0.75), "model": ["4", 0],
                "positive": ["6", 0],
            ],
            "class_type": "KSampler", "_meta": ["title": "KSampler"],
        ],
        "4": [
            "inputs": ["ckpt_name": "v1-5-pruned-emaonly.safetensors"], "class_type": "CheckpointLoaderSimple",
            "_meta": ["title": "Load Checkpoint"],
        ],
        "6": [
            "inputs": ["text": "1 girl in classroom, anime style", "clip": ["4", 1]], "class_type": "CLIPTextEncode",
            "_meta": ["title": "Prompt"],
        ],
        "7": [
            "inputs": ["video": "example.mp4", "force_rate": 0, "select_every_nth": 1, "frames": ["2", 0]],
            "class_type": "VHS_LoadVideo", "_meta": ["title": "Load Video"],
        ],
        "8": ["inputs": ["audio": "example.wav", "normalize": true], "class_type": "LoadAudio"],
        "9": [
            "inputs": ["filename_prefix": "ComfyUI", "images": ["3", 0]], "class_type": "SaveImage",
            "_meta": ["title": "Save Image"],
        ],
    ]

    /// One node of each kind that an app offers.
    private static let sampleNodes: JSON = [
        node("285", "LoadImage", "image", "IMAGE", "example.png", "image", "image"),
        node("12", "LoadVideo", "video", "VIDEO", "example.mp4", "视频", "video"),
        node("13", "LoadAudio", "audio", "AUDIO", "example.wav", "声音", "audio"),
        node("6", "CLIPTextEncode", "text", "STRING", "1 girl in classroom", "提示词", "prompt"),
        node("3", "KSampler", "steps", "INT", "20", "步数", "steps"),
        node("3", "KSampler", "cfg", "FLOAT", "8.0", "cfg", "cfg"),
        node(
            "3",
            "KSampler",
            "sampler_name",
            "LIST",
            "euler",
            "采样器",
            "sampler",
            data: #"[["euler", "dpmpp_2m"], {"default": "euler"}]"#
        ),
        node("20", "Upscale", "enabled", "BOOLEAN", "true", "放大", "upscale"),
        node(
            "21",
            "Switch",
            "select",
            "SWITCH",
            "1",
            "开关",
            "switch",
            data: #"[{"name": "first", "index": 1}, {"name": "second", "index": 2}]"#
        ),
    ]

    private static func node(
        _ id: String,
        _ name: String,
        _ field: String,
        _ type: String,
        _ value: String,
        _ description: String,
        _ english: String,
        data: String? = nil
    ) -> JSON {
        [
            "nodeId": .string(id),
            "nodeName": .string(name),
            "fieldName": .string(field),
            "fieldType": .string(type),
            "fieldValue": .string(value),
            "fieldData": data.map(JSON.string) ?? .null,
            "description": .string(description),
            "descriptionEn": .string(english),
        ]
    }
}
