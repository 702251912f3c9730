import FoundationEssentials

/// The tests of the repository, by their sources: which there are, and which complaints they name.
struct TestIndex: Sendable {
    /// The addresses of the complaints by the tests' names: `Suite/function()`.
    private(set) var complaints: [String: Set<String>] = [:]

    /// The repository's folder.
    static let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()

    /// Reads the tests' sources.
    init() throws {
        let folder = "\(Self.root)/Tests"
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where name.hasSuffix(".swift") {
            add(try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8))
        }
    }

    /// A page of the repository.
    static func page(_ name: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(name)", encoding: .utf8)
    }

    private mutating func add(_ source: String) {
        var (suite, isSuite) = ("", false)
        var test: [Substring]?
        for line in source.split(separator: "\n") {
            if line.contains("@Suite") { isSuite = true }
            if isSuite, let name = line.firstMatch(of: /\b(?:struct|class) (\w+)/) {
                (suite, isSuite) = (String(name.1), false)
            }
            if line.contains("@Test") { test = [] }
            test?.append(line)
            guard let lines = test, let name = line.firstMatch(of: /\bfunc (\w+)\(/) else { continue }
            let text = lines.joined(separator: "\n")
            let addresses = text.matches(of: /\.bug\(\s*"([^"]+)"/).map { String($0.1) }
            complaints["\(suite)/\(name.1)()", default: []].formUnion(addresses)
            test = nil
        }
    }
}

extension StringProtocol {
    /// The tests that a text of a page names: `Suite/function()`.
    var namedTests: [String] {
        String(self).matches(of: /`(\w+\/\w+\(\))`/).map { String($0.1) }
    }

    /// The addresses that a text of a page leads to.
    var links: [String] {
        String(self).matches(of: /\]\((https:[^)]+)\)/).map { String($0.1) }
    }
}
