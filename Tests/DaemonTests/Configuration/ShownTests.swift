import Testing

@testable import Daemon

@Suite("The configuration as it is shown", .timeLimit(.minutes(1)))
struct ShownTests {
    @Test("Each value has its place behind it, or says that it is the default.")
    func places() {
        let reading = readConfiguration([
            "config.yaml": "api:\n  keys:\n    - name: main\n      credential: key_main\nlanguage: zh\n",
            "config.d/x.yaml": "\nlanguage: ru\nlimits: { upload: 20MB }\n",
            "pipelines.d/oil.yaml": pipelineFile("limits: { output: 64MiB }\naccess_password: oil_password\n"),
        ])
        let lines = reading.shown.split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        for line in [
            "# /c/config.yaml", "base_url: https://www.runninghub.cn # default", "- name: main # /c/config.yaml:3",
            "credential: key_main # /c/config.yaml:4", "concurrency: 1 # default", "public_url: # default",
            "listen: 127.0.0.1:8787 # default", "language: ru # /c/config.d/x.yaml:2",
            "upload: 20MB # /c/config.d/x.yaml:3",
            "---", "# /c/pipelines.d/oil.yaml", "ai_app: 2016740236478386178 # /c/pipelines.d/oil.yaml:1",
            "output: 64MiB # /c/pipelines.d/oil.yaml:3", "access_password: <redacted> # /c/pipelines.d/oil.yaml:4",
            "- id: 1 # /c/pipelines.d/oil.yaml:2", "value: \"{file}\" # /c/pipelines.d/oil.yaml:2",
            "done: 30d # default",
            "coins_per_day: none # default", "failed: never # default", "quiet_time: 5s # default",
            "free_space: 5GB # default",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(!lines.contains { $0.hasPrefix("workflow:") })
    }

    @Test("What is shown, read again, is the same configuration.")
    func roundTrip() throws {
        let first = readConfiguration([
            "config.yaml": """
            api: { base_url: "http://127.0.0.1:9000", keys: [{ name: a, file: /k/a, concurrency: 3, minimum_coins: 7 }] }
            webhook: { public_url: "https://m.example/rh", listen: "[::1]:99" }
            spool: "/srv/my spool/ünïcode: #x"
            limits: { upload: 1536KiB, free_space: 0, private_hosts: ["[::1]:80", localhost] }
            inbox: { ignore: ["*.x", "a\\"b\\\\"], quiet_time: 1500ms, watch: poll }
            outbox: { name: "{{x}} {stem}" }
            retention: { done: never, history: 36h }
            spending: { coins_per_day: 5 }
            """,
            "pipelines.d/a.yaml": """
            workflow: "007"
            accept: [any]
            group: 4096
            folders: { inbox: /srv/in }
            nodes:
              - { id: "12:3", field: "a b", value: "true" }
              - { id: 1, field: f, value: "{param:x|multi\\nline \\u202E}" }
              - { id: 2, field: f, value: -0.25 }
              - { id: 3, field: f, value: false }
              - { id: 4, field: f, value: "" }
              - { id: 5, field: f, value: 12 }
            """,
        ])
        #expect(first.problems.isEmpty)
        let shown = first.documents.map(\.yaml)
        let second = readConfiguration(["config.yaml": shown[0], "pipelines.d/a.yaml": shown[1]])
        #expect(second.problems.isEmpty)
        #expect(second.configuration == first.configuration)
        #expect(first.configuration != nil)
    }

    @Test("The place of a value is found by its path.")
    func sources() throws {
        let reading = readConfiguration([
            "config.yaml": "api:\n  keys:\n  - { name: a, credential: key_a }\n  - { name: b, file: /x }\nspool: /s\n"
        ])
        let document = try #require(reading.documents.first)
        #expect(document.source(of: "spool")?.description == "/c/config.yaml:5:8")
        #expect(document.source(of: "api", "keys", "1", "file")?.description == "/c/config.yaml:4:22")
        #expect(document.source(of: "state") == nil)
        #expect(document.source(of: "api", "keys", "7", "file") == nil)
        #expect(document.source(of: "nothing") == nil)
    }
}
