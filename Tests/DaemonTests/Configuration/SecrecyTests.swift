import Jobs
import Testing

@testable import Daemon

@Suite("Secrets in the configuration", .timeLimit(.minutes(1)))
struct SecrecyTests {
    /// Values that somebody might write in a secret's place, each with the canary in it; none is right.
    private static let shapes: [@Sendable (String) -> String] = [
        { $0 }, { "\"\($0)\"" }, { "'\($0)'" }, { "[\($0)]" }, { "{\($0)}" }, { "{\($0): 1}" }, { "{a: \($0)}" },
        { "\($0): \($0)" },
        { "\"\($0)" }, { "{\($0)}x" }, { "*\($0)" }, { "&\($0) 5" }, { "!\($0) 5" }, { "@\($0)" }, { "- \($0)" },
        { "|\n     \($0)" },
        { "https://user:\($0)@h.example" }, { "https://h.example/?key=\($0)" }, { "h.example/\($0)" },
        { "\($0) \($0)" },
        { "\"\\u0001\($0)\"" }, { "\($0)MB" }, { "30 \($0)" }, { "[[\($0)]]" }, { "\"{\($0)}\"" }, { "\"{\($0)\"" },
        { "\"}\($0)\"" },
    ]

    /// A text that is no key by its look, so that nothing but its place keeps it from being quoted.
    private static func canary(_ generator: inout some RandomNumberGenerator) -> String {
        "zq" + String((0..<8).map { _ in "ghjkvwxz".randomElement(using: &generator) ?? "g" })
    }

    @Test("No value under api is in a message, whatever is wrong with it.")
    func api() {
        var generator = SystemRandomNumberGenerator()
        for shape in Self.shapes {
            for key in [
                "base_url", "concurrency", "minimum_coins", "credential", "file", "name", "key", "token", "curency",
            ] {
                let canary = Self.canary(&generator)
                let value = shape(canary)
                let inKey =
                    key == "base_url"
                    ? "api:\n  base_url: \(value)\n" : "api:\n  keys:\n    - name: a\n      \(key): \(value)\n"
                for text in [inKey, "api: \(value)\n", "api:\n  keys: \(value)\n"] {
                    for problem in configurationProblems(["config.yaml": text]) {
                        #expect(!problem.contains(canary), "\(text)")
                    }
                }
            }
        }
    }

    @Test("No value of a key that ends in password, secret or token is in a message or in what is shown.")
    func passwords() {
        var generator = SystemRandomNumberGenerator()
        for shape in Self.shapes {
            let canary = Self.canary(&generator)
            let texts = [
                "ai_app: 1\naccess_password: \(shape(canary))\n",
                "ai_app: 1\nthe_SECRET: \(shape(canary))\n",
                "ai_app: 1\nnodes:\n  - id: 5\n    field: api_token\n    value: \(shape(canary))\n",
            ]
            for text in texts {
                let reading = readConfiguration(["pipelines.d/a.yaml": text], credentials: [])
                #expect(!reading.problems.description.contains(canary), "\(text)")
                #expect(!reading.shown.contains(canary), "\(text)")
            }
        }
    }

    @Test(
        "What looks like an API key is in no message, wherever it stands.",
        arguments: ["0123456789abcdef0123456789abcdef", "sk-AbCdEf0123456789AbCdEf0123"]
    )
    func lookalikes(secret: String) {
        let texts = [
            secret, "\(secret): 1", "language: \(secret)", "spool: {\(secret)}", "limits: { upload: \(secret) }",
            "inbox: { ignore: \(secret) }",
            "\(secret): 1\n\(secret): 2", "webhook: { listen: \(secret) }", "outbox: { name: \"{\(secret)}\" }",
            "api: { \(secret): 1 }",
            "a: *\(secret)", "- \(secret)",
        ]
        for text in texts {
            let found = configurationProblems(["config.yaml": text])
            #expect(!found.isEmpty, "\(text)")
            #expect(!found.description.contains(secret), "\(text)")
        }
        let values = ["{file: \(secret)}", "\"{\(secret)}\"", "\"{param:\(secret)\"", "[\(secret)]", "{\(secret)}"]
        for value in values {
            let found = configurationProblems([
                "pipelines.d/a.yaml":
                    "ai_app: \(secret)\nnodes: [{ id: 1, field: a, value: \(value) }]\nkeys: [\(secret)]"
            ])
            #expect(!found.isEmpty)
            #expect(!found.description.contains(secret), "\(value)")
        }
    }

    @Test("A better value is not offered where it would repeat the wrong one.")
    func suggestions() {
        let found = configurationProblems([
            "config.yaml": "api: { keys: [{ name: a, credential: key_a, concurrency: \"777\" }] }"
        ])
        #expect(found == ["config.yaml:1:58: 'concurrency' must be a whole number from 1 to 1000."])
    }

    @Test("A pasted key is refused with the advice.")
    func pastedKey() {
        let found = configurationProblems([
            "config.yaml": "api: { keys: [{ name: a, credential: 0123456789ABCDEF0123456789abcdef }] }"
        ])
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("config.yaml:1:38: 'credential' must be a credential's name, such as key_main")
                ?? false
        )
        #expect(found.first?.contains("runninghubd key add NAME") ?? false)
    }

    @Test("No message holds a character that a terminal acts on.")
    func controls() {
        let nasty = "\\e[2J\\u202E\\u0007"
        let texts = [
            "\"\(nasty)\": 1", "language: \"\(nasty)\"", "limits: { upload: \"\(nasty)\" }",
            "inbox: { ignore: \"\(nasty)\" }",
            "pipelines: \"\(nasty)\"", "pipelines: \"\\u202Ex\"",
        ]
        for text in texts {
            let found = configurationProblems(["config.yaml": text])
            #expect(!found.isEmpty, "\(text)")
            for scalar in found.joined().unicodeScalars {
                #expect(scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format)
            }
        }
        let value = "\"{\(nasty)}\""
        let found = configurationProblems([
            "pipelines.d/a.yaml": "ai_app: 1\nnodes: [{ id: 1, field: a, value: \(value) }]"
        ])
        #expect(found.count == 1 && !found.joined().unicodeScalars.contains("\u{1B}"))
    }
}
