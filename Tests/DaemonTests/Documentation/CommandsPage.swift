import Jobs
import RunningHubSimulator
import Testing

@testable import Daemon

/// `docs/commands.md`, taken apart into what a test can compare.
struct CommandsPage: Sendable {
    static let path = "docs/commands.md"

    /// What commands print, by the line that is typed.
    private(set) var screens: [String: String] = [:]
    /// The fields of each JSON document, by its heading.
    private(set) var fields: [String: Set<String>] = [:]

    init() throws {
        var (heading, command, lines): (String, String?, [Substring]) = ("", nil, [])
        var isOpen = false
        for line in try TestIndex.page(Self.path).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if isOpen { close(command, lines) }
                (isOpen, command, lines) = (!isOpen && line == "```console", nil, [])
            } else if isOpen, line.hasPrefix("$ ") {
                close(command, lines)
                (command, lines) = (String(line.dropFirst(2)), [])
            } else if isOpen {
                lines.append(line)
            } else if line.hasPrefix("#") {
                heading = String(line.drop { $0 == "#" || $0 == " " })
            } else if let field = line.prefixMatch(of: /\| `([^`]+)` \|/) {
                fields[heading, default: []].insert(String(field.1))
            }
        }
    }

    private mutating func close(_ command: String?, _ lines: [Substring]) {
        if let command { screens[command] = lines.map { "\($0)\n" }.joined() }
    }

    /// A text of a command without what is another each time: ids, times, spans, folders and addresses of the test.
    static func comparable(_ text: String, of daemon: EngineHarness? = nil) -> String {
        var text = text
        if let daemon {
            text = text.replacing("\(daemon.root)/spool", with: "/var/spool/runninghubd")
                .replacing(daemon.publicURL, with: "https://media.example.com")
                .replacing(daemon.simulator.baseURL, with: "https://www.runninghub.cn")
            // One in a hundred ids has no digit, and looks like a word.
            for job in Set(daemon.journal.entries.compactMap(\.job)) { text = text.replacing(job.text, with: "JOB") }
        }
        return text.replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, with: "TIME")
            .replacing(/\b[0-9a-z]{24}\b/, with: "ID")
            .replacing(/\b\d{19}\b/, with: "TASK")
            .replacing(/\b\d+…/, with: "TASK…")
            .replacing(/\b(?=[a-z]*\d)[0-9a-hjkmnp-tv-z]{12}\b/, with: "JOB")
            .replacing(/\b\d+ m?s\b/, with: "TIME")
            .replacing(/\b\d+(?:s|min|h)\b */, with: "SPAN ")
    }
}
