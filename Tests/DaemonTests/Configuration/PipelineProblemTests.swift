import Testing

@testable import Daemon

@Suite("What is wrong with a pipeline", .timeLimit(.minutes(1)))
struct PipelineProblemTests {
    private static let kinds =
        "jpg, png, webp, gif, bmp, tiff, heic, avif, mp4, mov, avi, mkv, webm, mp3, wav, flac, ogg, m4a, zip, txt, "
        + "image, video, audio, archive, text or any"

    private static let cases: [(String, [String])] = [
        (
            "",
            [
                "1:1: What is to run is missing: write 'ai_app: ID' or 'workflow: ID'."
            ]
        ),
        (
            "ai_app: 1\nworkflow: 2\n",
            [
                "2:11: A pipeline runs an 'ai_app' or a 'workflow', not both."
            ]
        ),
        (
            "webapp_id: 5\n",
            [
                "1:1: Unknown key 'webapp_id'; did you mean 'ai_app'?",
                "1:1: What is to run is missing: write 'ai_app: ID' or 'workflow: ID'.",
            ]
        ),
        (
            "ai_app: https://www.runninghub.cn/ai-detail/2016740236478386178\n",
            [
                "1:9: 'ai_app' must be an id, the digits at the end of the page's address, not 'https://www.runninghub.cn/ai-detail/201674023647…'; did you mean 2016740236478386178?"
            ]
        ),
        (
            "ai_app: [1]\n",
            [
                "1:9: 'ai_app' must be an id, the digits at the end of the page's address, not a list or map."
            ]
        ),
        (
            "ai_app: 1\nhooks: { url: https://shop.example/ }\n",
            ["2:15: 'url' needs the 'credential' beside it that the POST is signed with, such as hook_shop."]
        ),
        (
            "ai_app: 1\nhooks: { credential: hook_shop, events: [done] }\n",
            [
                "2:22: 'credential' is what a POST is signed with, and there is no 'url'.",
                "2:42: 'events' must be delivered, failed or cancelled, not 'done'.",
            ]
        ),
        (
            "ai_app: 1\nhooks: { program: [tell-shop, -v] }\n",
            ["2:20: 'program' begins with the program's absolute path, such as /usr/local/bin/tell-shop."]
        ),
        (
            "ai_app: 1\nprepare: { program: [/bin/cp, \"{input}\"], kinds: [heif] }\n",
            [
                "2:21: 'program' needs an argument with {output} in it, in quotes: the path of what it makes, to which an extension is added, as in \"{output}.jpg\"."
            ]
        ),
        (
            "ai_app: 1\napi: v3\n",
            [
                "2:6: 'api' must be v2, v1 or v1-params."
            ]
        ),
        (
            "ai_app: 1\napi: 0123456789abcdef0123456789abcdef\n",
            [
                "2:6: 'api' must be v2, v1 or v1-params."
            ]
        ),
        (
            "ai_app: 1\napi: v1-params\n",
            [
                "2:6: 'api: v1-params' runs workflows only; an AI app takes v2 or v1."
            ]
        ),
        (
            "ai_app: 1\napi:\n  base_url: x\n",
            [
                "3:3: 'api' must be v2, v1 or v1-params, not a list or map."
            ]
        ),
        (
            "ai_app: 1\naccess_password: hunter2!\n",
            [
                "2:18: 'access_password' must be a credential's name, such as key_main."
            ]
        ),
        (
            "ai_app: 1\nmetadata: yes\nuse_personal_queue: off\n",
            [
                "2:11: 'metadata' must be true or false, not 'yes'; did you mean true?",
                "3:21: 'use_personal_queue' must be true or false, not 'off'; did you mean false?",
            ]
        ),
        (
            "ai_app: 1\ninstanceType: plus\ninstance_type: larg\n",
            [
                "2:1: Unknown key 'instanceType'; did you mean 'instance_type'?",
                "3:16: 'instance_type' must be default, plus or ultra, not 'larg'.",
            ]
        ),
        (
            "ai_app: 1\naccept: jpg\n",
            [
                "2:9: 'accept' must be a list: write [jpg]."
            ]
        ),
        (
            "ai_app: 1\naccept: [jpeg, .PNG, imge, doc]\n",
            [
                "2:16: 'accept' must be a kind of file: \(kinds), not '.PNG'; did you mean png?",
                "2:22: 'accept' must be a kind of file: \(kinds), not 'imge'; did you mean image?",
                "2:28: 'accept' must be a kind of file: \(kinds), not 'doc'.",
            ]
        ),
        (
            "ai_app: 1\ntimeout: 0s\nqueue_timeout: 0\nretries: -1\n",
            [
                "2:10: 'timeout' must be a time such as 30s, 10m, 2h or 7d, from 1s to 30d, not '0s'.",
                "3:16: 'queue_timeout' must be a time such as 30s, 10m, 2h or 7d, from 1s to 30d, not '0'.",
                "4:10: 'retries' must be a whole number from 0 to 100, not '-1'.",
            ]
        ),
        (
            "ai_app: 1\ngroup: \"a b\"\nfolders: { inbox: in, done: /x }\nspool: /x\n",
            [
                "2:8: 'group' must be the name of a group, not 'a b'.",
                "3:19: 'inbox' must be an absolute path, one that begins with /.",
                "4:1: Unknown key 'spool' here; it belongs in config.yaml, at the left margin.",
            ]
        ),
        (
            "ai_app: 1\nkey: main\n",
            [
                "2:1: Unknown key 'key'; did you mean 'keys'?"
            ]
        ),
        (
            "ai_app: 1\nkeys: [mian, main, main]\nnodes: [{ id: 1, field: a, value: \"{file}\" }]\n",
            [
                "2:8: There is no key 'mian'; did you mean 'main'?",
                "2:20: The key 'main' stands here twice.",
            ]
        ),
    ]

    @Test("Each mistake is told where it is, in words that help.", arguments: cases)
    func problems(yaml: String, expected: [String]) {
        let keys = "api: { keys: [{ name: main, credential: key_main }] }"
        let found = configurationProblems(["config.yaml": keys, "pipelines.d/p.yaml": yaml])
        #expect(found == expected.map { "pipelines.d/p.yaml:" + $0 })
    }
}
