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
        defer { program.process.terminate() }
        let introduction = try #require(await program.line { $0.contains("is simulated at") })
        let address = try #require(introduction.firstMatch(of: /http:\/\/[0-9.:]+/)).output
        #expect(await program.line { $0.contains(key) && $0.contains("7 at once") } != nil)
        let reply = try await post("\(address)/openapi/v2/run/ai-app/1", ["nodeInfoList": []])
        let task = try #require(reply["taskId"]?.text)
        #expect(await program.line { $0.contains("task \(task) accepted for AI app 1") } != nil)
        #expect(await program.line { $0.contains("task \(task) ended: SUCCESS") } != nil)
        kill(program.process.processIdentifier, signal)
        #expect(await program.status() == 0)
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
        defer { program.process.terminate() }
        let introduction = try #require(await program.line { $0.contains("is simulated at") })
        let address = try #require(introduction.firstMatch(of: /http:\/\/[0-9.:]+/)).output
        let reply = try await post("\(address)/openapi/v2/run/ai-app/1", ["nodeInfoList": []], bearer: alice)
        let query = try await post("\(address)/openapi/v2/query", ["taskId": reply["taskId"] ?? .null], bearer: alice)
        #expect(query["status"] == "RUNNING")
        program.process.terminate()
        #expect(await program.status() == 0)
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
        #expect(await program.line { $0.contains("Error:") } != nil)
        #expect(await program.status() == 64)
    }
}

/// The program beside the tests, running.
private final class RunningProgram: Sendable {
    let process: Process
    private let lines = AsyncStream.makeStream(of: String.self)
    private let ended = AsyncStream.makeStream(of: Int32.self)

    init(_ arguments: [String]) throws {
        process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0])
            .deletingLastPathComponent().appending(path: "runninghub-simulator")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.terminationHandler = { [ended] in ended.continuation.yield($0.terminationStatus) }
        let pending = Pending()
        output.fileHandleForReading.readabilityHandler = { [lines] handle in
            let data = handle.availableData
            for line in pending.take(data) { lines.continuation.yield(line) }
            if data.isEmpty {
                handle.readabilityHandler = nil
                lines.continuation.finish()
            }
        }
        try process.run()
    }

    /// The next line that is looked for; nil when the program ends before.
    func line(where matches: (String) -> Bool) async -> String? {
        for await line in lines.stream where matches(line) { return line }
        return nil
    }

    func status() async -> Int32 {
        for await status in ended.stream { return status }
        return -1
    }

    /// Bytes of a line that has not ended yet; the handler that uses it is never called twice at once.
    private final class Pending: @unchecked Sendable {
        private var text = ""

        func take(_ data: Data) -> [String] {
            text += String(decoding: data, as: UTF8.self)
            var lines = text.components(separatedBy: "\n")
            text = data.isEmpty ? "" : lines.removeLast()
            return lines
        }
    }
}
