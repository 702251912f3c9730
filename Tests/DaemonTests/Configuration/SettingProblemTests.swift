import Testing

@testable import Daemon

@Suite("What is wrong with a setting", .timeLimit(.minutes(1)))
struct SettingProblemTests {
    private static let known =
        "api, webhook, metrics, spool, state, control_socket, pipelines, language, inbox, "
        + "limits, outbox, after_delivery, retention, duplicates, spending, hooks and prepare"

    private static let cases: [(String, [String])] = [
        (
            "api:\n  base_ulr: https://x.example\n",
            [
                "2:3: Unknown key 'base_ulr'; did you mean 'base_url'?"
            ]
        ),
        (
            "api:\n  key: 0123456789abcdef0123456789abcdef\n",
            [
                "2:3: Unknown key 'key'. API keys are not written here: 'runninghubd key add NAME' stores one."
            ]
        ),
        (
            "api:\n  keys:\n    - name: main\n      credential: 0123456789abcdef0123456789abcdef\n",
            [
                "4:19: 'credential' must be a credential's name, such as key_main, not what it holds; 'runninghubd key add NAME' stores a key as the credential key_NAME, and this one should be replaced: it was in a file."
            ]
        ),
        (
            "api:\n  keys:\n    - name: main\n    - credential: key_x\n      concurency: 3\n    - name: b\n      credential: key_b\n      file: /x\n    - text\n",
            [
                "3:7: A key needs a 'credential', such as key_main, or a 'file'; 'runninghubd key add NAME' stores a credential.",
                "4:7: 'name' is missing; it must be a name of letters, digits, '.', '_' and '-'.",
                "5:7: Unknown key 'concurency'; did you mean 'concurrency'?",
                "7:19: A key has a 'credential' or a 'file', not both.",
                "9:7: Each entry of 'keys' must be a map: lines of 'key: value'.",
            ]
        ),
        (
            "api:\n  keys: main\n",
            [
                "2:9: 'keys' must be a list: each entry begins with '- ' on a line below."
            ]
        ),
        (
            "api:\n  keys:\n    - { name: a, credential: key_a, concurrency: 0, minimum_coins: -1 }\n    - { name: a, credential: key_a }\n",
            [
                "3:50: 'concurrency' must be a whole number from 1 to 1000.",
                "3:68: 'minimum_coins' must be a whole number, 0 or more.",
                "4:7: Another key has the same credential or file; write one key with their 'concurrency' added.",
                "4:7: Two keys have this name; a name stands for one account.",
            ]
        ),
        (
            "api: https://www.runninghub.cn\n",
            [
                "1:6: 'api' must be a map: lines of 'key: value' below it, indented."
            ]
        ),
        (
            "api:\n  base_url: https://user:pass@x.example/?q\n",
            [
                "2:13: 'base_url' may not hold a user name or password."
            ]
        ),
        (
            "api:\n  base_url: http://x.example\n",
            [
                "2:13: warning: 'base_url' without TLS sends the API keys readable over the network."
            ]
        ),
        (
            "api:\n  base_url: ftp://x.example\n",
            [
                "2:13: 'base_url' must begin with http:// or https:// and a host."
            ]
        ),
        (
            "webhook:\n  public_url: media.example.com/rh\n",
            [
                "2:15: 'public_url' must begin with http:// or https:// and a host."
            ]
        ),
        (
            "webhook:\n  public_url: https://media.example.com/rh?key=5\n",
            [
                "2:15: 'public_url' may not hold a query or fragment."
            ]
        ),
        (
            "webhook:\n  public_url: https://a:b@media.example.com/rh\n",
            [
                "2:15: 'public_url' may not hold a user name or password."
            ]
        ),
        (
            "webhook:\n  public_url: https://media.example.com:99999/rh\n",
            [
                "2:15: 'public_url' must have a port from 1 to 65535."
            ]
        ),
        (
            "webhook:\n  listen: 127.0.0.1:65536\n",
            [
                "2:11: 'listen' must be HOST:PORT with a port from 1 to 65535, such as 127.0.0.1:8787, not '127.0.0.1:65536'."
            ]
        ),
        (
            "webhook:\n  listen: 8787\n",
            [
                "2:11: 'listen' must be HOST:PORT with a port from 1 to 65535, such as 127.0.0.1:8787, not '8787'; did you mean 127.0.0.1:8787?"
            ]
        ),
        (
            "webhook:\n  listen: :8787\n",
            [
                "2:11: 'listen' must be HOST:PORT with a port from 1 to 65535, such as 127.0.0.1:8787, not ':8787'; did you mean 127.0.0.1:8787?"
            ]
        ),
        (
            "webhook:\n  url: https://x.example\n",
            [
                "2:3: Unknown key 'url'; did you mean 'public_url'?"
            ]
        ),
        (
            "spool: spool\nstate: ./x\ncontrol_socket: run.sock\n",
            [
                "1:8: 'spool' must be an absolute path, one that begins with /.",
                "2:8: 'state' must be an absolute path, one that begins with /.",
                "3:17: 'control_socket' must be an absolute path, one that begins with /.",
            ]
        ),
        (
            "spool: /srv/a\nstate: /srv/a/state\n",
            [
                "2:8: 'spool' and 'state' lie in each other; people reach the spool and must not reach the state."
            ]
        ),
        (
            "spool: /srv/../a\n",
            [
                "1:8: 'spool' may not hold '..'."
            ]
        ),
        (
            "language: english\n",
            [
                "1:11: 'language' must be en, zh or ru, not 'english'; did you mean en?"
            ]
        ),
        (
            "language: EN\n",
            [
                "1:11: 'language' must be en, zh or ru, not 'EN'; did you mean en?"
            ]
        ),
        (
            "langauge: zh\n",
            [
                "1:1: Unknown key 'langauge'; did you mean 'language'?"
            ]
        ),
        (
            "concurrency: 3\ntimeout: 5h\nquiet_time: 3s\nnodes: []\n",
            [
                "1:1: Unknown key 'concurrency' here; it belongs in config.yaml in an entry of 'api: keys'.",
                "2:1: Unknown key 'timeout' here; it belongs in a pipeline's file, at the left margin.",
                "3:1: Unknown key 'quiet_time' here; it belongs under 'inbox'.",
                "4:1: Unknown key 'nodes' here; it belongs in a pipeline's file, at the left margin.",
            ]
        ),
        (
            "foo: 1\n",
            [
                "1:1: Unknown key 'foo'; there are \(known)."
            ]
        ),
        (
            "inbox:\n  watch: inotfy\n  quiet_time: 5\n  rescan: 1min\n  poll_quiet_time: 0s\n  ignore: \"*.x\"\n",
            [
                "2:10: 'watch' must be auto, inotify or poll, not 'inotfy'; did you mean inotify?",
                "3:15: 'quiet_time' must be a time such as 30s, 10m, 2h or 7d, from 0s to 1d, not '5'; did you mean 5s?",
                "4:11: 'rescan' must be a time such as 30s, 10m, 2h or 7d, from 1s to 1d, not '1min'; did you mean 1m?",
                "5:20: 'poll_quiet_time' must be a time such as 30s, 10m, 2h or 7d, from 1s to 1d, not '0s'.",
                "6:11: 'ignore' must be a list: write [\"*.x\"].",
            ]
        ),
        (
            "limits:\n  upload: 30 mb\n  output: lots\n  free_space: -5GB\n  private_hosts: [http://x, \"x:0\", 10.0.0.1]\n",
            [
                "2:11: 'upload' must be a size such as 30MB or 64KiB, more than 0, not '30 mb'; did you mean 30MB?",
                "3:11: 'output' must be a size such as 30MB or 64KiB, more than 0, not 'lots'.",
                "4:15: 'free_space' must be a size such as 30MB or 64KiB, not '-5GB'.",
                "5:19: 'private_hosts' must be HOST or HOST:PORT, such as 192.168.1.20:8188, without http:// and path.",
                "5:29: 'private_hosts' must be HOST or HOST:PORT, such as 192.168.1.20:8188, not 'x:0'.",
            ]
        ),
        (
            "outbox:\n  name: \"{stme}\"\n",
            [
                "2:10: 'name' can have {stem}, {pipeline}, {date}, {job} and {node}, and no other placeholder; did you mean {stem}?"
            ]
        ),
        (
            "outbox:\n  name: \"a{stem\"\n",
            [
                "2:11: 'name' has a brace without its partner; {{ and }} are literal braces."
            ]
        ),
        (
            // For YAML, U+2028 ends a line.
            "outbox:\n  name: \"a\u{2028}b{stem\"\n",
            [
                "2:9: 'name' has a brace without its partner; {{ and }} are literal braces."
            ]
        ),
        (
            "outbox:\n  name: \"a/{stem}\"\n  layout: folders\n  manifest: no\n",
            [
                "2:9: 'name' may not hold '/' or control characters; 'layout: folder' makes folders.",
                "3:11: 'layout' must be flat or folder, not 'folders'; did you mean folder?",
                "4:13: 'manifest' must be beside or hidden, not 'no'.",
            ]
        ),
        (
            "metrics: { listen: 0.0.0.0:9787 }\n",
            [
                "1:20: 'listen' must be an address that only this machine reaches, such as 127.0.0.1:9787."
            ]
        ),
        (
            "after_delivery: remove\nduplicates: true\n",
            [
                "1:17: 'after_delivery' must be keep or delete, not 'remove'.",
                "2:13: 'duplicates' must be join or run, not 'true'.",
            ]
        ),
        (
            "retention: { done: 0d, failed: forever, history: none }\n",
            [
                "1:20: 'done' must be a time such as 30s, 10m, 2h or 7d, from 1s to 36500d, or never, not '0d'.",
                "1:32: 'failed' must be a time such as 30s, 10m, 2h or 7d, from 1s to 36500d, or never, not 'forever'; did you mean never?",
                "1:50: 'history' must be a time such as 30s, 10m, 2h or 7d, from 1s to 36500d, or never, not 'none'; did you mean never?",
            ]
        ),
        (
            "spending: { coins_per_day: 0, hold_above: -1 }\n",
            [
                "1:28: 'coins_per_day' must be a whole number, 1 or more, or none, not '0'.",
                "1:43: 'hold_above' must be a whole number, 0 or more, not '-1'.",
            ]
        ),
        (
            "spending: { coins_per_day: \"500\" }\n",
            [
                "1:28: 'coins_per_day' must be a whole number, 1 or more, or none, not '500'; did you mean 500?"
            ]
        ),
        (
            "<<: { a: b }\n",
            [
                "1:1: Unknown key '<<'; there are \(known)."
            ]
        ),
        (
            "limits:\n- a\n",
            [
                "2:1: 'limits' must be a map: lines of 'key: value' below it, indented."
            ]
        ),
        (
            "limits: 5\n",
            [
                "1:9: 'limits' must be a map: lines of 'key: value' below it, indented."
            ]
        ),
        (
            "spool: {a: b}\n",
            [
                "1:8: 'spool' must be an absolute path, not a list or map."
            ]
        ),
        (
            "spool: [a]\n",
            [
                "1:8: 'spool' must be an absolute path, not a list or map."
            ]
        ),
        (
            "spool: \"/a\\nb\"\n",
            [
                "1:8: 'spool' may not hold control characters."
            ]
        ),
        (
            "spool: |\n  /a\n",
            [
                "1:8: 'spool' may not hold control characters."
            ]
        ),
        (
            "limits: { upload: 30m, output: 5gib }\n",
            [
                "1:19: 'upload' must be a size such as 30MB or 64KiB, more than 0, not '30m'; did you mean 30MB?",
                "1:32: 'output' must be a size such as 30MB or 64KiB, more than 0, not '5gib'; did you mean 5GiB?",
            ]
        ),
        (
            "\u{FEFF}spool: x\r\nfoo: 1\r\n",
            [
                "1:8: 'spool' must be an absolute path, one that begins with /.",
                "2:1: Unknown key 'foo'; there are \(known).",
            ]
        ),
    ]

    @Test("Each mistake is told where it is, in words that help.", arguments: cases)
    func problems(yaml: String, expected: [String]) {
        let found = configurationProblems(["config.yaml": yaml])
        #expect(found == expected.map { "config.yaml:" + $0 })
    }
}
