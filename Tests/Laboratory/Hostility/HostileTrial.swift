import Foundation
import RunningHubSimulator

/// Drops a file for each hostile answer, and judges what became of it.
struct HostileTrial: Sendable {
    let workplace: Workplace
    let cloud: SimulatedCloud
    let bait: Bait
    let answers: [HostileAnswer]

    /// What became of a job.
    private enum Outcome {
        case failed(name: String, text: String)
        case delivered([(name: String, bytes: Int)])
        case putOff(String)
    }

    /// - Returns: what was not as promised.
    func run() async throws -> [String] {
        try await cloud.change(Self.settings(answers))
        try dropAll()
        say("| hostile answer | what becomes of it | what is said |\n| --- | --- | --- |")
        var broken: [String] = []
        for (number, answer) in answers.enumerated() {
            let outcome = try await outcome(number)
            let said = answer.end.saying.flatMap { line(about: number, containing: $0) }
            let (row, fault) = judge(outcome, of: answer, saying: said)
            say("| \(answer.what) | \(row) |")
            if let fault { broken.append("\(answer.what): \(fault)") }
        }
        return try await broken + queryWithoutEnd()
    }

    /// Which job gets which answer, as the simulator's settings.
    private static func settings(_ answers: [HostileAnswer]) throws -> String {
        var settings = SimulatorSettings()
        settings.results.chosen = answers.enumerated().map { number, answer in
            ChosenOutputs(nodeValue: "stem=\(HostileAnswer.stem(number));", outputs: answer.outputs)
        }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return "{\"results\": \(String(decoding: try encoder.encode(settings.results), as: UTF8.self))}"
    }

    private func pipeline(of number: Int) -> LaboratoryPipeline {
        workplace.pipelines[answers[number].isNamedByNode ? 1 : 0]
    }

    private func dropAll() throws {
        let bomb = try Self.bomb()
        for (number, answer) in answers.enumerated() {
            let inbox = workplace.path("inbox", of: pipeline(of: number))
            let isBomb = answer.outputs[0].content == .echo
            let content = isBomb ? bomb : Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, UInt8(number & 255)])
            let path = "\(workplace.folder)/\(HostileAnswer.stem(number)).png"
            try content.write(to: URL(filePath: path))
            try FileManager.default.moveItem(atPath: path, toPath: "\(inbox)/\(HostileAnswer.stem(number)).png")
        }
    }

    /// What unpacks to a thousand times its size.
    private static func bomb() throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "head -c 256000000 /dev/zero | gzip"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bomb = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return bomb
    }

    // MARK: Judging

    private func outcome(_ number: Int) async throws -> Outcome {
        let pipeline = pipeline(of: number)
        let stem = HostileAnswer.stem(number)
        let (failed, outbox) = (workplace.path("failed", of: pipeline), workplace.path("outbox", of: pipeline))
        for _ in 0..<600 {
            if let data = FileManager.default.contents(atPath: "\(failed)/\(stem).png.error.json"),
                let text = try? String(contentsOfFile: "\(failed)/\(stem).png.error.txt", encoding: .utf8),
                let document = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
            {
                return .failed(name: document["name"] as? String ?? "", text: text)
            }
            if let delivered = Self.delivered(stem, in: outbox) { return .delivered(delivered) }
            if let line = line(about: number, containing: "could not be fetched yet") { return .putOff(line) }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw LaboratoryError("Nothing became of \(answers[number].what); see \(workplace.log).")
    }

    /// What the manifest of a job names, if it is there.
    private static func delivered(_ stem: String, in outbox: String) -> [(name: String, bytes: Int)]? {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: outbox)) ?? []
        guard let manifest = files.first(where: { $0.hasSuffix("\(stem).result.json") }),
            let data = FileManager.default.contents(atPath: "\(outbox)/\(manifest)"),
            let document = try? JSONDecoder().decode(SpoolView.Document.self, from: data)
        else { return nil }
        return document.outputs.map { output in
            let content = FileManager.default.contents(atPath: "\(outbox)/\(output.file)")
            return (output.file, content?.count ?? -1)
        }
    }

    /// The journal's sentence about a job that contains this.
    private func line(about number: Int, containing text: String) -> String? {
        let log = (try? String(contentsOfFile: workplace.log, encoding: .utf8)) ?? ""
        let file = "\(pipeline(of: number).name)/\(HostileAnswer.stem(number)).png"
        return log.split(separator: "\n").first { $0.contains("\(file) ") && $0.contains(text) }.map(Self.sentence)
    }

    /// The sentence of a line of the journal, without its level and fields.
    private static func sentence(of line: Substring) -> String {
        let sentence = line.split(separator: " ", maxSplits: 1).last ?? line
        return String(sentence.prefix(upTo: sentence.firstRange(of: " attempt=")?.lowerBound ?? sentence.endIndex))
    }

    /// - Returns: what came of it and what was said, and what was wrong about it.
    private func judge(
        _ outcome: Outcome,
        of answer: HostileAnswer,
        saying said: String?
    ) -> (line: String, fault: String?) {
        switch (outcome, answer.end) {
        case (.failed(let name, let text), let end):
            let sentence = text.split(separator: "\n").first.map(String.init) ?? ""
            let line = "`failed/`, \(name) | \(sentence)"
            guard case .refused(let expected) = end, name == "result-unfetched", text.contains(expected) else {
                return (line, "failed as \(name): \(text)")
            }
            return (line, nil)
        case (.putOff(let sentence), let end):
            let line = "tried again | \(sentence)"
            guard case .putOff(let expected) = end, sentence.contains(expected) else { return (line, sentence) }
            return (line, nil)
        case (.delivered(let files), let end):
            let names = files.map(\.name)
            let line =
                "delivered as `\(names[0])`\(names.count > 1 ? " and \(names.count - 1) more" : "") | \(said ?? "")"
            guard case .delivered(let expected, let bytes, let sentence) = end else { return (line, "was delivered") }
            let own = Self.numberless(names)
            if own != expected { return (line, "delivered as \(own)") }
            if let bytes, files[0].bytes != bytes { return (line, "delivered with \(files[0].bytes) bytes") }
            return (line, sentence != nil && said == nil ? "nothing was said of it" : nil)
        }
    }

    /// Names without the job's number in them.
    private static func numberless(_ names: [String]) -> [String] {
        names.map { $0.replacing(/job[0-9]+/, with: "job") }
    }

    // MARK: Query

    /// Query answers with JSON that never ends, three times; then it is honest.
    ///
    /// - Returns: what was not as promised.
    private func queryWithoutEnd() async throws -> [String] {
        try await cloud.change("{\"faults\": {\"query\": {\"lost_by_endless\": {\"count\": 3}}}}")
        let inbox = workplace.path("inbox", of: workplace.pipelines[0])
        let path = "\(workplace.folder)/endless.png"
        try Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]).write(to: URL(filePath: path))
        try FileManager.default.moveItem(atPath: path, toPath: "\(inbox)/endless.png")
        var sentence: String?
        for _ in 0..<600 {
            let log = (try? String(contentsOfFile: workplace.log, encoding: .utf8)) ?? ""
            sentence = log.split(separator: "\n").first { $0.contains("app/endless.png waits") }.map(Self.sentence)
            if sentence?.contains("The answer is too long") == true { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        say("| query answers with JSON that goes deeper and never ends | asked again | \(sentence ?? "") |")
        return sentence?.contains("The answer is too long") == true ? [] : ["nothing is said of an endless answer"]
    }
}
