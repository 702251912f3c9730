import Foundation
import Jobs
import Testing

@testable import Daemon

/// What stands in `docs/hooks.md`, compared with what the daemon reads and writes.
@Suite("The page of hooks")
struct HooksPageTests {
    /// The fenced blocks of the page, by the word behind the fence.
    private static func blocks(_ language: String) throws -> [String] {
        let parts = try TestIndex.page("docs/hooks.md").components(separatedBy: "```")
        return stride(from: 1, to: parts.count, by: 2).compactMap { index in
            parts[index].hasPrefix("\(language)\n") ? String(parts[index].dropFirst(language.count + 1)) : nil
        }
    }

    @Test("Its settings are read without a problem.")
    func settings() throws {
        let blocks = try Self.blocks("yaml")
        #expect(blocks.count == 3)
        for block in blocks {
            let reading = readConfiguration(["pipelines.d/oil.yaml": pipelineFile(block)])
            #expect(reading.problems.isEmpty, "\(reading.problems)")
            let pipeline = try #require(reading.configuration?.pipelines.first)
            #expect(pipeline.hooks != nil || pipeline.prepare != nil)
        }
    }

    @Test("Its document is one that is sent, with every field of a delivery.")
    func document() throws {
        let text = try #require(try Self.blocks("json").first)
        let document = try JSONDecoder().decode(HookDocument.self, from: Data(text.utf8))
        let sent = try JSONSerialization.jsonObject(with: Data(try document.encoded()))
        let shown = try JSONSerialization.jsonObject(with: Data(text.utf8))
        #expect(try #require(sent as? NSDictionary) == (try #require(shown as? NSDictionary)))
    }

    @Test("Its variables are those that a program finds.")
    func variables() throws {
        let text = try #require(try Self.blocks("json").first)
        let document = try JSONDecoder().decode(HookDocument.self, from: Data(text.utf8))
        let page = try TestIndex.page("docs/hooks.md")
        let named = Set(page.matches(of: /`(RUNNINGHUB_[A-Z]+)`/).map { String($0.1) })
        let ofPreparations: Set = ["RUNNINGHUB_INPUT", "RUNNINGHUB_OUTPUT"]
        #expect(named == Set(document.environment.keys).union(ofPreparations))
    }
}
