import Testing

@testable import Daemon

/// `docs/pipelines.md`, taken apart into what a test can run.
struct WorkedPage: Sendable {
    var sections: [WorkedSection] = []

    /// The page of the repository.
    static let path = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/docs/pipelines.md"

    /// What is wrong with the page, and where.
    struct Problem: Error, CustomStringConvertible {
        let description: String

        init(_ line: Int, _ text: String) {
            description = "\(WorkedPage.path):\(line): \(text)"
        }
    }

    /// Reads the page.
    ///
    /// - Throws: `Problem` for what no test would run: a block of another language, one that has no end, one outside of the sections.
    init() throws {
        let text = String(decoding: try LocalConfigurationFiles().content(of: Self.path), as: UTF8.self)
        var open: WorkedSection.Block?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            switch (open, line.hasPrefix("```")) {
            case (nil, true): open = .init(language: String(line.dropFirst(3)), line: index + 1)
            case (let block?, true):
                guard let last = sections.indices.last else {
                    throw Problem(block.line, "A block before all sections.")
                }
                try sections[last].add(block)
                open = nil
            case (_?, false): open?.lines.append(String(line))
            case (nil, false):
                if line.hasPrefix("## ") { sections.append(.init(title: String(line.dropFirst(3)), line: index + 1)) }
            }
        }
        if let open { throw Problem(open.line, "This block has no end.") }
    }
}

/// A section of the page: the files of a configuration, and what happens with what is dropped.
struct WorkedSection: Sendable, CustomTestStringConvertible {
    var title: String
    var line: Int
    /// The configuration's files by their names below `/etc/runninghubd`.
    var settings: [String: String] = [:]
    /// The parameter files that are dropped, by their paths in the spool.
    var parameters: [String: String] = [:]
    var steps: [WorkedStep] = []
    /// Commands with what they print.
    var commands: [(command: String, output: [String])] = []

    var testDescription: String { title }

    /// A fenced block.
    struct Block: Sendable {
        var language: String
        /// Where it begins.
        var line: Int
        var lines: [String] = []
    }

    init(title: String, line: Int) {
        self.title = title
        self.line = line
    }

    fileprivate mutating func add(_ block: Block) throws {
        switch block.language {
        case "yaml": try addFile(block)
        case "text": steps.append(try WorkedStep(block))
        case "console":
            guard let first = block.lines.first, first.hasPrefix("$ ") else {
                throw WorkedPage.Problem(block.line, "A command begins with '$ '.")
            }
            commands.append((String(first.dropFirst(2)), Array(block.lines.dropFirst())))
        case "ini": break
        default: throw WorkedPage.Problem(block.line, "Nothing runs a block of '\(block.language)'.")
        }
    }

    private mutating func addFile(_ block: Block) throws {
        guard let first = block.lines.first, first.hasPrefix("# ") else {
            throw WorkedPage.Problem(block.line, "The first line is to be a comment with the file's name.")
        }
        let name = String(first.dropFirst(2))
        let text = block.lines.joined(separator: "\n") + "\n"
        if name == "config.yaml" || name.hasPrefix("pipelines.d/") {
            settings[name] = text
        } else if name.hasPrefix("inbox/") {
            parameters[name] = text
        } else {
            throw WorkedPage.Problem(block.line, "Nothing reads a file of the name '\(name)'.")
        }
    }
}
