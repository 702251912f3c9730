import Jobs
import Testing

@Suite("File names and paths", .timeLimit(.minutes(1)))
struct FileNameTests {
    @Test(
        "Any bytes but NUL and / are a name, and stay what they are",
        arguments: [
            [0xFF, 0xFE], [0x0A], [0x20], [0x2E, 0x2E, 0x2E], [0x2D, 0x72, 0x66], Array("e\u{301}".utf8),
            Array("é".utf8), [0xC0, 0xAE], [0x5C],
            Array(repeating: 0xE4, count: 255), [0x1B, 0x5B, 0x32, 0x4A],
        ] as [[UInt8]]
    )
    func hostile(bytes: [UInt8]) {
        let name = FileName(bytes: bytes)
        #expect(name?.bytes == bytes)
        #expect(name?.isText == (String(validating: bytes, as: UTF8.self) != nil))
        let path = RelativePath(bytes: Array("a/".utf8) + bytes)
        #expect(path?.name.bytes == bytes)
        #expect(path?.bytes == Array("a/".utf8) + bytes)
    }

    @Test(
        "What cannot be a name is refused",
        arguments: [[], [0x2E], [0x2E, 0x2E], [0x61, 0], [0x61, 0x2F, 0x62], [0x2F]] as [[UInt8]]
    )
    func refused(bytes: [UInt8]) {
        #expect(FileName(bytes: bytes) == nil)
    }

    @Test("Two spellings of a letter are two names")
    func bytesDecide() {
        #expect(FileName("e\u{301}") != FileName("é"))
    }

    @Test(
        "No path leads out of its folder, or is no path",
        arguments: ["", "/", "/a", "a/", "a//b", "../a", "a/../b", "a/.", "./a", "a\0b", "a/b\0"]
    )
    func paths(text: String) {
        #expect(RelativePath(bytes: Array(text.utf8)) == nil)
    }

    @Test(
        "The stem ends at the last dot, if it is behind the first byte",
        arguments: [
            ("a.png", "a", "png"), ("a.b.c", "a.b", "c"), (".hidden", ".hidden", ""), ("a", "a", ""), ("a.", "a", ""),
            ("..a", ".", "a"),
        ]
    )
    func stems(text: String, stem: String, fileExtension: String) {
        let name = FileName(text)
        #expect(name?.stem == Array(stem.utf8))
        #expect(name?.fileExtension == Array(fileExtension.utf8))
    }

    @Test("Random bytes make a path and the same bytes again, or none")
    func roundTrip() {
        var random = SeededRandom(seed: 3)
        let letters: [UInt8] = [0x2F, 0x2E, 0x61, 0xFF, 0x00, 0xC3]
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                letters[Int.random(in: 0..<6, using: &random)]
            }
            guard let path = RelativePath(bytes: bytes) else { continue }
            #expect(path.bytes == bytes)
            #expect(!bytes.contains(0) && bytes.first != 0x2F)
        }
    }
}

@Suite("Templates", .timeLimit(.minutes(1)))
struct TemplateTests {
    @Test(
        "Every placeholder is read",
        arguments: [
            ("{file}", Template.Placeholder.file(stem: nil)), ("{file:a b}", .file(stem: "a b")),
            ("{url}", .url(stem: nil)),
            ("{url:x}", .url(stem: "x")), ("{text}", .text(stem: nil)), ("{text:x:y}", .text(stem: "x:y")),
            ("{name}", .name),
            ("{stem}", .stem), ("{seed}", .seed), ("{param:key}", .parameter("key", default: nil)),
            ("{param:key|}", .parameter("key", default: "")),
            ("{param:key|a|b:c}", .parameter("key", default: "a|b:c")),
            ("{param:键|é}", .parameter("键", default: "é")),
        ]
    )
    func placeholders(text: String, placeholder: Template.Placeholder) throws {
        let template = try Template(parsing: "a\(text)b")
        #expect(template.parts == [.literal("a"), .placeholder(placeholder), .literal("b")])
        #expect(template.filled { _ in "-" } == "a-b")
    }

    @Test(
        "Doubled braces are literal ones",
        arguments: [
            ("{{", "{"), ("}}", "}"), ("{{file}}", "{file}"), ("a{{b}}c", "a{b}c"), ("{{{name}}}", "{N}"), ("", ""),
        ]
    )
    func braces(text: String, filled: String) throws {
        #expect(try Template(parsing: text).filled { _ in "N" } == filled)
    }

    @Test(
        "An error says where it is, in bytes",
        arguments: [
            ("}", 0), ("é}", 2), ("ab{file", 2), ("{}", 0), ("x{nothing}", 1), ("{file:}", 0), ("{name:x}", 0),
            ("{param}", 0), ("{param:}", 0),
            ("{param:|x}", 0), ("{file}{seed:1}", 6), ("{FILE}", 0), ("{ file}", 0), ("{{}", 2),
        ]
    )
    func errors(text: String, offset: Int) {
        let error = #expect(throws: Template.ParseError.self) { try Template(parsing: text) }
        #expect(error?.offset == offset)
        #expect(error?.message.isEmpty == false)
    }

    @Test("A text that is taken literally is itself, braces and all")
    func literal() {
        #expect(Template(literal: "{file}").filled { _ in "no" } == "{file}")
        #expect(Template(literal: "").parts.isEmpty)
    }

    @Test("Random texts are read or refused, and what is read has no placeholder left out")
    func random() throws {
        var random = SeededRandom(seed: 17)
        let pieces = ["{", "}", "{{", "}}", "file", ":", "|", "param", "a", "é", "{name}", "{param:k|d}"]
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0...7, using: &random)).compactMap { _ in
                pieces.randomElement(using: &random)
            }.joined()
            guard let template = try? Template(parsing: text) else { continue }
            let filled = template.filled { _ in "" }
            #expect(filled.utf8.count <= text.utf8.count)
        }
    }
}
