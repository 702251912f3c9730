import Foundation
import RunningHubSimulator
import Testing

/// A command of a source document, as it stands but for the host, the key where the document has none, and the file.
struct DocumentedCommand: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var command: String
    /// The answer that the document prints.
    var answer: String
    /// What must have happened before.
    var before: [String] = []
    /// Members that this document does not have yet, and others have.
    var without: [String] = []
    /// Whether the tasks go on until they are ended from outside.
    var runs = false
    /// How `usage` is filled.
    var usage = AnswerSettings.Usage.coins
}

@Suite("The documents' commands get the documents' answers", .timeLimit(.minutes(1)))
struct DocumentTests {
    @Test("Fields and types are those that are printed", arguments: DocumentedCommand.all)
    func answers(documented: DocumentedCommand) async throws {
        let settings = SimulatorSettings.fast {
            $0.keys = [
                KeySettings(name: "first", key: "0bbb4a982e74469381d1c101e1d8673a"),
                KeySettings(name: "second", key: "2679cfa89047436796b6830a74064dc0"),
                KeySettings(),
            ]
            $0.tasks.firstTask = documented.firstTask
            $0.tasks.manual = documented.runs
            $0.answers.usage = documented.usage
            $0.forms.omitted = documented.without
            // The documents' outputs name no node.
            $0.results.outputs = [OutputSettings(node: "")]
        }
        try await withSimulator(settings) { simulator in
            for command in documented.before {
                _ = try await run(command, host: simulator.baseURL)
                if !documented.runs { await simulator.waitUntil { $0.tasks.allSatisfy(\.status.isFinal) } }
            }
            let answer = try parse(try await run(documented.command, host: simulator.baseURL))
            for difference in differences(expected: try parse(documented.answer), actual: answer) {
                Issue.record("\(difference)")
            }
        }
    }

    private func parse(_ text: String) throws -> JSON {
        try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    /// Where an answer lacks a printed field, has it in another type, or has one that is not printed.
    private func differences(expected: JSON, actual: JSON, at path: String = "") -> [String] {
        switch (expected, actual) {
        case (.object(let members), .object(let others)):
            members.flatMap { member -> [String] in
                guard let there = actual[member.name] else { return ["\(path).\(member.name) is missing"] }
                return differences(expected: member.value, actual: there, at: "\(path).\(member.name)")
            } + others.filter { expected[$0.name] == nil }.map { "\(path).\($0.name) is not printed" }
        case (.array(let expected), .array(let actual)):
            zip(expected, actual).flatMap { differences(expected: $0, actual: $1, at: path + "[]") }
                + (expected.count == actual.count ? [] : ["\(path) has \(actual.count) elements"])
        case (.string, .string), (.int, .int), (.bool, .bool), (.null, .null): []
        default: ["\(path) is \(actual.serialized)"]
        }
    }

    /// Runs a command line in a shell and gives what it prints.
    private func run(_ command: String, host: String) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "documented-\(UUID().uuidString).jpg")
        try Data("not much of a picture".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let line =
            command
            .replacing("https://www.runninghub.cn", with: host)
            .replacing("https://www.runninghub.ai", with: host)
            .replacing("****************************", with: KeySettings.defaultKey)
            .replacing("/mnt/c/tmp/4444.jpg", with: file.path)
            .replacing("${RUNNINGHUB_TASKID}", with: DocumentedCommand.task)
            .replacing("your-api-key", with: KeySettings.defaultKey)
            .replacing("ВАШ_API_KEY", with: KeySettings.defaultKey)
            .replacing("ВАШ_WORKFLOW_ID", with: "1851826914200891393")
            .replacing("ВАШ_TASK_ID", with: DocumentedCommand.task)
        let script = "RUNNINGHUB_API_KEY=\(KeySettings.defaultKey)\n\(line.replacing("curl ", with: "curl -s "))"
        let shell = try ChildProcess("/bin/sh", ["-c", script])
        let answer = try await shell.rest()
        _ = try await shell.status()
        return String(decoding: answer, as: UTF8.self)
    }
}
