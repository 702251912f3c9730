import Testing

@testable import Daemon

@Suite("Files that are no configuration", .timeLimit(.minutes(1)))
struct BoundsTests {
    private func document(_ text: String) -> YAMLDocument { YAMLDocument(Array(text.utf8), file: "f") }

    private func messages(_ text: String) -> [String] { document(text).problems.map(\.description) }

    @Test("A file over the limit is not read; one at the limit is.")
    func size() {
        let comment = String(repeating: "#", count: YAMLDocument.maximumBytes)
        #expect(messages(comment).isEmpty)
        #expect(messages(comment + "#") == ["f:1:1: The file is larger than 1024 KiB."])
    }

    @Test("Whatever nests without end is told, not followed.", arguments: ["[", "{", "- ", "? ", "[{a: ", "a: {"])
    func nesting(opening: String) {
        for count in [40, 900, 100_000] {
            let problems = document(String(repeating: opening, count: count)).problems
            #expect(!problems.isEmpty)
        }
    }

    @Test("Closed nesting is bounded too.")
    func depth() {
        let text = "a: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(messages(text) == ["f:1:35: This is nested more than 32 deep."])
    }

    @Test("Aliases are not taken, and told where they begin.")
    func aliases() {
        #expect(
            messages("a: &x 1\nb: *x\nc: [*x, *x]\nd: &y [1]\n? &k e\n: 1") == [
                "f:1:4: Anchors (&name) and aliases (*name) are not taken; write the value out.",
                "f:1:4: Anchors (&name) and aliases (*name) are not taken; write the value out.",
                "f:1:4: Anchors (&name) and aliases (*name) are not taken; write the value out.",
                "f:1:4: Anchors (&name) and aliases (*name) are not taken; write the value out.",
                "f:4:4: Anchors (&name) and aliases (*name) are not taken; write the value out.",
                "f:5:3: Anchors (&name) and aliases (*name) are not taken; write the value out.",
            ]
        )
    }

    @Test("A bomb of aliases is refused before anything is made of it.", arguments: ["- *", "? *"])
    func bomb(use: String) {
        var text = "a0: &a0 [x, x, x]\n"
        for level in 1...20 {
            let before = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: before, count: 9).joined(separator: ", "))]\n"
        }
        text += "? *a20\n: 1\n"
        #expect(
            messages(text) == ["f:1:1: The file has more YAML aliases (*name) than can be read; write the values out."]
        )
    }

    @Test("Many patterns with a star are no aliases.")
    func patterns() {
        let lines = (0..<100).map { "  - \"*.x\($0)\"  # *x and R&D" }.joined(separator: "\n")
        #expect(configurationProblems(["config.yaml": "inbox:\n ignore:\n\(lines)"]).isEmpty)
    }

    @Test("A file with too many values is read up to a limit.")
    func values() {
        let text = "a: [" + String(repeating: "1,", count: 110_000) + "]"
        #expect(document(text).problems.map(\.message) == ["The file has more than 100000 values."])
    }

    @Test("What is not UTF-8 is told with its place.")
    func encoding() {
        let bytes = Array("a: 1\nä: ".utf8) + [0xFF, 0x0A]
        #expect(
            YAMLDocument(bytes, file: "f").problems.map(\.description) == [
                "f:2:4: The file is not UTF-8 here; save it as UTF-8."
            ]
        )
        #expect(
            YAMLDocument([0xC3], file: "f").problems.map(\.description) == [
                "f:1:1: The file is not UTF-8 here; save it as UTF-8."
            ]
        )
        #expect(YAMLDocument([0xFF, 0xFE, 0x61, 0x00], file: "f").problems.count == 1)
    }

    @Test("Every key that stands twice is told; with very many of them the first is enough.")
    func duplicates() {
        #expect(
            messages("a: 1\n'a': 2\n\"a\": {b: 1, b: 2}\nc: 1\na: 3")
                == [
                    "f:2:1: 'a' stands here a second time; the first is in line 1.",
                    "f:3:1: 'a' stands here a second time; the first is in line 1.",
                    "f:3:13: 'b' stands here a second time; the first is in line 3.",
                    "f:5:1: 'a' stands here a second time; the first is in line 1.",
                ].sorted { $0 != $1 && (($0.contains(":3:13:") && !$1.contains(":2:")) || $0 < $1) }
        )
        #expect(messages("? \n: 1\n? \n: 2") == ["f:1:2: A key stands twice in this map."])
        let many = (0..<100).map { "k\($0): 1\nk\($0): 2\n" }.joined()
        #expect(document(many).problems.count == 1)
    }

    @Test("Another program's file is told in fifty lines and one.")
    func strangers() {
        let text = (0..<20_000).map { "k\($0): 1" }.joined(separator: "\n")
        let found = configurationProblems(["config.yaml": text])
        #expect(found.count == 51)
        #expect(found.last == "config.yaml:51:1: 19950 more unknown keys follow.")
    }
}
