import Jobs

@testable import Daemon

/// `docs/folders.md`: what people read in their folders, by situation and language.
struct FoldersPage {
    /// The screens of each section.
    private(set) var screens: [String: [Language: String]] = [:]

    /// The page of the repository.
    static let path = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/docs/folders.md"

    /// Reads the page: a block ` ```text en ` is what stands there in that language.
    init() throws {
        let text = String(decoding: try LocalConfigurationFiles().content(of: Self.path), as: UTF8.self)
        var title = ""
        var open: (language: Language, text: String)?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") { title = String(line.dropFirst(3)) }
            if let block = open {
                if line == "```" { screens[title, default: [:]][block.language] = block.text }
                open = line == "```" ? nil : (block.language, block.text + line + "\n")
            } else if line.hasPrefix("```text "), let language = Language(rawValue: String(line.dropFirst(8))) {
                open = (language, "")
            }
        }
    }

    /// A text without what differs from one day and machine to the next: dates, times, ids of jobs.
    static func plain(_ text: String) -> String {
        text.replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, with: "DATE")
            .replacing(/\b\d\d:\d\d\b/, with: "TIME")
            .replacing(/\b(?=[a-z]*[0-9])[0-9a-z]{12}\b/, with: "JOB")
    }
}
