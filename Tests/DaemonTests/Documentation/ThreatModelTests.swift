import FoundationEssentials
import Testing

@Suite("The threat model", .timeLimit(.minutes(1)))
struct ThreatModelTests {
    @Test("Every test that it, or a page about proofs, names is there, scenarios too", arguments: pages)
    func named(page: String) throws {
        let tests = try TestIndex().complaints
        let text = try TestIndex.page(page)
        for name in text.namedTests { #expect(tests[name] != nil, "\(page) names \(name), which is not there.") }
        for match in text.matches(of: /scenarios\/[a-z-]+\.sh/) {
            let file = "\(TestIndex.root)/Tests/System/\(match.0)"
            #expect(FileManager.default.fileExists(atPath: file), "\(page) names \(match.0), which is not there.")
        }
    }

    @Test("Every promise has a test")
    func shown() throws {
        let text = try TestIndex.page("docs/threat-model.md")
        let promises = try #require(
            text.split(separator: "## What is promised").last?.split(separator: "## What is not").first
        )
        let rows = promises.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") }
        #expect(rows.count > 30)
        for row in rows where !row.hasPrefix("| promise ") {
            #expect(!row.namedTests.isEmpty || row.contains("scenarios/"), "\(row)")
        }
    }

    /// The pages that name tests.
    static let pages: [String] = {
        let proofs = (try? FileManager.default.contentsOfDirectory(atPath: "\(TestIndex.root)/docs/proof")) ?? []
        return ["docs/threat-model.md"] + proofs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/proof/\($0)" }
    }()
}
