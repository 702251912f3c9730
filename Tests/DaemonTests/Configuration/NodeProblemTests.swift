import Jobs
import Testing

@testable import Daemon

@Suite("What is wrong with a pipeline's nodes", .timeLimit(.minutes(1)))
struct NodeProblemTests {
    private static let cases: [(String, [String])] = [
        (
            "ai_app: 1\nnodes:\n  - { id: 285, field: image, value: {file} }\n",
            [
                "3:37: Without quotes YAML takes the braces for a map: write value: \"{file}\"."
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - { id: 6, field: text, value: {param:prompt|a cat, a dog} }\n",
            [
                "3:34: Without quotes YAML takes the braces for a map: write value: \"{param:prompt|a cat, a dog}\"."
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - { id: 285, field: image, value: {file}.png }\n",
            [
                "3:43: This is not YAML: a value that begins with a brace needs quotes, such as \"{file}\"."
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - id: 285\n    field: image\n    value: {file}.png\n",
            [
                "5:18: This is not YAML: a value that begins with a brace needs quotes, such as \"{file}\"."
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - { id: 285, field: image, value: {{file}} }\n",
            [
                "3:37: 'value' must be a text, a number, true or false, not a list or map.",
                "3:38: A list or map cannot be a key here; a text that begins with a brace needs quotes.",
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - { id: 285, field: image, value: {file: person} }\n",
            [
                "3:37: Without quotes YAML takes the braces for a map: write value: \"{file:person}\"."
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - { id: 285 }\n  - { field: x, value: }\n  - 5\n",
            [
                "3:5: 'field' is missing; it must be the name of the node's input.",
                "3:5: 'value' is missing; it must be a text such as \"{file}\", a number, true or false. \"\" is an empty text.",
                "4:5: 'id' is missing; it must be a node's id, such as 6.",
                "4:5: 'value' is missing; it must be a text such as \"{file}\", a number, true or false. \"\" is an empty text.",
                "5:5: Each entry of 'nodes' must be a map: lines of 'key: value'.",
            ]
        ),
        (
            "ai_app: 1\nnodes: { id: 1 }\n",
            [
                "2:8: 'nodes' must be a list: each entry begins with '- ' on a line below."
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - { nodeId: 285, fieldName: image, fieldValue: x }\n",
            [
                "3:5: 'field' is missing; it must be the name of the node's input.",
                "3:5: 'id' is missing; it must be a node's id, such as 6.",
                "3:5: 'value' is missing; it must be a text such as \"{file}\", a number, true or false. \"\" is an empty text.",
                "3:7: Unknown key 'nodeId'; did you mean 'id'?",
                "3:20: Unknown key 'fieldName'; did you mean 'field'?",
                "3:38: Unknown key 'fieldValue'; did you mean 'value'?",
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - { id: 285, field: image, value: ab }x }\n",
            [
                "3:41: This is not YAML: did not find expected '-' indicator, while parsing a block collection in line 3."
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - { id: 285, field: my_token, value: \"hunter2 {file\" }\n",
            [
                "3:49: The placeholders of this value cannot be read."
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - { id: 285, field: image, value: \"{url}\" }\n",
            [
                "3:37: {url} needs 'webhook: public_url' in config.yaml: RunningHub loads the file from there, and without it this daemon only polls."
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - { id: 285, field: image, value: \"x\" }\n",
            [
                "3:37: warning: No node uses the dropped file: every file would run the same task. Give one the value \"{file}\", \"{url}\" or \"{text}\"."
            ]
        ),
        (
            "ai_app: 1\nnodes:\n  - { id: 1, field: image, value: \"{file:a}\" }\n  - { id: 2, field: image, value: \"{file}\" }\n",
            [
                "4:35: Placeholders with and without a stem are mixed: say 'folder_is: job' if a dropped folder is one job, or 'folder_is: batch' if each file in it is."
            ]
        ),
        (
            "ai_app: 1\nfolder_is: batch\nnodes:\n  - { id: 1, field: image, value: \"{file:a}\" }\n  - { id: 1, field: image, value: \"{file:b/c}\" }\n",
            [
                "2:12: In a batch each file is a job of its own, so that no other file can be named here; use 'folder_is: job' or {file}.",
                "5:35: A stem is a file's name without folder and ending; it has no '/'.",
                "5:35: This input of this node has a value above already.",
            ]
        ),
        (
            "ai_app: 1\nnodes: [{ id: 1, field: a, value: {files: [a]} }]\n",
            [
                "2:35: 'value' must be a text, a number, true or false, not a list or map."
            ]
        ),
        (
            "ai_app: 1\nnodes: [{ id: 1, field: a, value: \"{file}\" }]\nlimits: { uplaod: 1MB }\n",
            [
                "3:11: Unknown key 'uplaod'; did you mean 'upload'?"
            ]
        ),
    ]

    @Test("Each mistake is told where it is, in words that help.", arguments: cases)
    func problems(yaml: String, expected: [String]) {
        let keys = "api: { keys: [{ name: main, credential: key_main }] }"
        let found = configurationProblems(["config.yaml": keys, "pipelines.d/p.yaml": yaml])
        #expect(found == expected.map { "pipelines.d/p.yaml:" + $0 })
    }

    @Test(
        "What is wrong with placeholders is told in their own words, at the place within the text.",
        arguments: [
            ("\"ab {file\"", "ab {file", 41), ("'{files}'", "{files}", 38), ("\"é {{ {x}\"", "é {{ {x}", 43),
            // Where the file has the text otherwise than it is read, the place is the value's.
            ("\"a\\tb {file\"", "a\tb {file", 37), ("'it''s {file'", "it's {file", 37),
        ]
    )
    func placeholders(yaml: String, text: String, column: Int) throws {
        let error = #expect(throws: Template.ParseError.self) { try Template(parsing: text) }
        let line = "  - { id: 285, field: image, value: \(yaml)"
        let found = configurationProblems(["pipelines.d/p.yaml": "ai_app: 1\nnodes:\n\(line) }\n"])
        #expect(found == ["pipelines.d/p.yaml:3:\(column): \(error?.message ?? "")"])
    }
}
