import Testing

@testable import Daemon

@Suite("What is wrong with the YAML", .timeLimit(.minutes(1)))
struct SyntaxProblemTests {
    private static let known =
        "api, webhook, metrics, spool, state, control_socket, pipelines, language, inbox, "
        + "limits, outbox, after_delivery, retention, duplicates, spending, hooks and prepare"

    private static let cases: [(String, [String])] = [
        (
            "inbox:\n  ignore: [\"a/b\", {x}, [y]]\n",
            [
                "2:12: 'ignore' takes patterns of names, without '/'.",
                "2:19: Without quotes YAML takes the braces for a map: write ignore: \"{x}\".",
                "2:24: 'ignore' must be a pattern of file names, such as \"*.bak\", not a list or map.",
            ]
        ),
        (
            "outbox:\n  name: {stem}\n",
            [
                "2:9: Without quotes YAML takes the braces for a map: write name: \"{stem}\"."
            ]
        ),
        (
            "outbox:\n  name: {stem}_{date}\n",
            [
                "2:15: This is not YAML: a value that begins with a brace needs quotes, such as \"{file}\"."
            ]
        ),
        (
            "spool: /a\nspool: /b\nlimits: { upload: 1MB, upload: 2MB }\n\"spool\": /c\nfoo: 1\n",
            [
                "2:1: 'spool' stands here a second time; the first is in line 1.",
                "3:24: 'upload' stands here a second time; the first is in line 3.",
                "4:1: 'spool' stands here a second time; the first is in line 1.",
                "5:1: Unknown key 'foo'; there are \(known).",
            ]
        ),
        (
            "a: &x 1\nb: *x\n",
            [
                "1:1: Unknown key 'a'; there are \(known).",
                "1:4: Anchors (&name) and aliases (*name) are not taken; write the value out.",
                "2:1: Unknown key 'b'; there are \(known).",
            ]
        ),
        (
            "spool: !!int 5\nstate: !x /a\n",
            [
                "1:8: 'spool' must be an absolute path, one that begins with /.",
                "1:8: Tags such as !!int are not taken; quotes make a text, and numbers need nothing.",
                "2:8: Tags such as !!int are not taken; quotes make a text, and numbers need nothing.",
            ]
        ),
        (
            "- a\n- b\n",
            [
                "1:1: The file must be a map: lines of 'key: value'."
            ]
        ),
        (
            "text\n",
            [
                "1:1: The file must be a map: lines of 'key: value'."
            ]
        ),
        (
            "a: b: c\n",
            [
                "1:5: This is not YAML: no key can stand here. The line is indented too far, or a text with ': ' in it needs quotes."
            ]
        ),
        (
            "\tspool: /a\n",
            [
                "1:1: A tab stands here; YAML is indented with spaces."
            ]
        ),
        (
            "spool: [/a\n",
            [
                "2:1: This is not YAML: did not find expected ',' or ']', while parsing a flow sequence in line 1."
            ]
        ),
        (
            "spool: /a\n---\nspool: /b\n",
            [
                "2:1: A second YAML document begins here; a file holds one."
            ]
        ),
        (
            "spool: @x\n",
            [
                "1:8: This is not YAML: a text that begins with @ needs quotes."
            ]
        ),
        (
            "spool: \"/a\n",
            [
                "2:1: This is not YAML: found unexpected end of stream, while scanning a quoted scalar in line 1."
            ]
        ),
        // What is missing at the end is told at the end, also where no line break ends the file.
        (
            "api: \nS  - ",
            [
                "2:6: This is not YAML: could not find expected ':', while scanning a simple key in line 2."
            ]
        ),
        (
            "? [a]\n: b\n",
            [
                "1:3: A list or map cannot be a key here; a key is a word."
            ]
        ),
        (
            "{{a}}: b\n",
            [
                "1:1: A list or map cannot be a key here; a text that begins with a brace needs quotes."
            ]
        ),
        (
            "spool: *nope\n",
            [
                "1:8: This is not YAML: a text that begins with * needs quotes."
            ]
        ),
        (
            "%YAML 9.9\n---\n",
            [
                "1:1: This is not YAML: found incompatible YAML document."
            ]
        ),
        (
            "a: \u{01}\n",
            [
                "1:4: This is not YAML: control characters are not allowed."
            ]
        ),
        (
            "inbox: { ignore: [*.bak] }\n",
            [
                "1:20: This is not YAML: a text that begins with * needs quotes."
            ]
        ),
        (
            "inbox:\n  ignore:\n    - *.bak\n",
            [
                "3:8: This is not YAML: a text that begins with * needs quotes."
            ]
        ),
        (
            "a: 1\n  b: 2\n",
            [
                "2:4: This is not YAML: no key can stand here. The line is indented too far, or a text with ': ' in it needs quotes."
            ]
        ),
        (
            "api:\n  - &a 5\n",
            [
                "2:3: 'api' must be a map: lines of 'key: value' below it, indented.",
                "2:5: Anchors (&name) and aliases (*name) are not taken; write the value out.",
            ]
        ),
        (
            "api:\n  base_url: *x",
            [
                "2:13: This is not YAML: a text that begins with * needs quotes."
            ]
        ),
    ]

    @Test("Each mistake is told where it is, in words that help.", arguments: cases)
    func problems(yaml: String, expected: [String]) {
        let found = configurationProblems(["config.yaml": yaml])
        #expect(found == expected.map { "config.yaml:" + $0 })
    }
}
