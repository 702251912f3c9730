import FoundationEssentials
import RunningHubSimulator

/// One `text` block of the page: what is dropped, what RunningHub is to run then, and where everything is afterwards.
///
/// Three kinds of lines at the margin, `Dropped`, `RunningHub runs …`, and `Afterwards`, each with indented lines that belong to it.
struct WorkedStep: Sendable {
    /// Where it begins on the page.
    let line: Int
    var dropped: [Entry] = []
    var runs: [Run] = []
    var afterwards: [Entry] = []

    /// A file or folder, with what is said of it.
    struct Entry: Sendable {
        /// Below the spool, or from the root.
        var path: String
        /// The content of a text, or the reason why a file is there.
        var quoted: String?
        /// How long it is, where that matters.
        var megabytes: Int?
    }

    /// One task.
    struct Run: Sendable {
        var isApp: Bool
        var target: String
        /// The path of the request, where the page names it.
        var path: String?
        /// The values of nodes in their order, by `ID, FIELD`.
        var nodes: [(name: String, value: Value)] = []
        /// Other members of the request, `params.NAME` among them.
        var members: [(name: String, value: Value)] = []
        /// The keys with which it may be run; empty: any.
        var keys: Set<String> = []
    }

    /// What stands in a request.
    enum Value: Sendable {
        case json(JSON)
        case upload(of: String)
        case address(of: String)
        case randomNumber
        case credential(String)
    }

    init(_ block: WorkedSection.Block) throws {
        line = block.line
        var heading = ""
        for (index, text) in block.lines.enumerated() where !text.isEmpty {
            let problem = WorkedPage.Problem(block.line + index + 1, "This line is not understood: \(text)")
            if text.hasPrefix("  ") {
                guard try add(String(text.dropFirst(2)), to: heading) else { throw problem }
            } else {
                heading = text
                guard begin(heading) else { throw problem }
            }
        }
        guard !afterwards.isEmpty else { throw WorkedPage.Problem(line, "It is not said what comes out.") }
    }

    private mutating func begin(_ heading: String) -> Bool {
        if heading == "Dropped" || heading == "Afterwards" { return true }
        let words = heading.split(separator: " ").map(String.init)
        guard words.starts(with: ["RunningHub", "runs"]) else { return false }
        let isApp = words.dropFirst(2).starts(with: ["AI", "app"])
        guard isApp || words.dropFirst(2).first == "workflow" else { return false }
        let rest = words.dropFirst(isApp ? 4 : 3)
        guard let target = rest.first else { return false }
        var run = Run(isApp: isApp, target: target)
        if rest.count == 3, rest.dropFirst().first == "by" { run.path = rest.last }
        runs.append(run)
        return rest.count == 1 || run.path != nil
    }

    private mutating func add(_ text: String, to heading: String) throws -> Bool {
        switch heading {
        case "Dropped": dropped.append(try entry(text))
        case "Afterwards": afterwards.append(try entry(text))
        default:
            guard let last = runs.indices.last, let (name, rest) = text.cut(at: ": ") else { return false }
            if name == "key" {
                runs[last].keys = Set(rest.replacing(" or ", with: ",").split(separator: ",").map(String.init))
                return true
            }
            guard let value = value(rest) else { return false }
            if let (word, node) = name.cut(at: " "), word == "node" {
                runs[last].nodes.append((node, value))
            } else {
                runs[last].members.append((name, value))
            }
        }
        return true
    }

    private func entry(_ text: String) throws -> Entry {
        if let (path, rest) = text.cut(at: ": \"") {
            return Entry(path: path, quoted: try JSONDecoder().decode(String.self, from: Data("\"\(rest)".utf8)))
        }
        if let (path, rest) = text.cut(at: " ("), let (number, end) = rest.cut(at: " MB"), end == ")" {
            return Entry(path: path, megabytes: Int(number))
        }
        return Entry(path: text)
    }

    private func value(_ text: String) -> Value? {
        if let (_, path) = text.cut(at: "the upload of ") { return .upload(of: path) }
        if let (_, path) = text.cut(at: "the address of ") { return .address(of: path) }
        if let (_, name) = text.cut(at: "the credential ") { return .credential(name) }
        if text == "a random number" { return .randomNumber }
        return (try? JSONDecoder().decode(JSON.self, from: Data(text.utf8))).map { .json($0) }
    }
}

extension String {
    /// What stands before and behind the first place where a text stands.
    fileprivate func cut(at text: String) -> (String, String)? {
        guard let range = firstRange(of: text) else { return nil }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }
}
