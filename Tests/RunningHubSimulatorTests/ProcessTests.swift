import Foundation
import RunningHubSimulator
import Testing

@Suite("runninghub-simulator is a program", .timeLimit(.minutes(1)))
struct ProcessTests {
    @Test(
        "It tells its address and key, prints what happens, and ends cleanly on SIGTERM and SIGINT",
        arguments: [SIGTERM, SIGINT]
    )
    func wholeLife(signal: Int32) async throws {
        let program = try RunningProgram(["--listen", "127.0.0.1:0", "--task-time", "10ms", "--concurrency", "7"])
        defer { program.end() }
        let introduction = try #require(try await program.line { $0.contains("is simulated at") })
        let address = try #require(introduction.firstMatch(of: /http:\/\/[0-9.:]+/)).output
        #expect(try await program.line { $0.contains(key) && $0.contains("7 at once") } != nil)
        let reply = try await post("\(address)/openapi/v2/run/ai-app/1", ["nodeInfoList": []])
        let task = try #require(reply["taskId"]?.text)
        #expect(try await program.line { $0.contains("task \(task) accepted for AI app 1") } != nil)
        #expect(try await program.line { $0.contains("task \(task) ended: SUCCESS") } != nil)
        program.end(with: signal)
        #expect(try await program.status() == 0)
    }

    @Test("It takes keys, a settings file and quiet from the command line")
    func settings() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID().uuidString).json")
        try Data(#"{"tasks": {"manual": true}}"#.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let alice = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        let program = try RunningProgram([
            "--listen", "127.0.0.1:0", "--key", "alice=\(alice)", "--settings", file.path,
        ])
        defer { program.end() }
        let introduction = try #require(try await program.line { $0.contains("is simulated at") })
        let address = try #require(introduction.firstMatch(of: /http:\/\/[0-9.:]+/)).output
        let reply = try await post("\(address)/openapi/v2/run/ai-app/1", ["nodeInfoList": []], bearer: alice)
        let query = try await post("\(address)/openapi/v2/query", ["taskId": reply["taskId"] ?? .null], bearer: alice)
        #expect(query["status"] == "RUNNING")
        program.end()
        #expect(try await program.status() == 0)
    }

    @Test(
        "Wrong arguments are told and end it with a usage error",
        arguments: [
            ["--settings", "/nonexistent.json"], ["--key", "alice=short"], ["--listen", "8900"],
            ["--task-time", "soon"],
        ]
    )
    func wrong(arguments: [String]) async throws {
        let program = try RunningProgram(arguments)
        #expect(try await program.line { $0.contains("Error:") } != nil)
        #expect(try await program.status() == 64)
    }
}

/// The program beside the tests, running.
private final class RunningProgram {
    private let process: ChildProcess
    private var text = ""
    private var hasEnded = false

    init(_ arguments: [String]) throws {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "runninghub-simulator")
        process = try ChildProcess(program.path, arguments)
    }

    /// The next line that is looked for; nil when the program ends before.
    func line(where matches: (String) -> Bool) async throws -> String? {
        while true {
            while let end = text.firstIndex(of: "\n") {
                let line = String(text[..<end])
                text = String(text[text.index(after: end)...])
                if matches(line) { return line }
            }
            let more = try await process.read()
            guard !more.isEmpty else { return matches(text) ? text : nil }
            text += String(decoding: more, as: UTF8.self)
        }
    }

    func end(with signal: CInt = SIGTERM) {
        guard !hasEnded else { return }
        kill(process.id, signal)
    }

    func status() async throws -> Int32 {
        let status = try await process.status()
        hasEnded = true
        return status
    }
}
