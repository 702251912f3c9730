import Jobs
import Testing

@Suite("Names of outputs", .timeLimit(.minutes(1)))
struct OutputNamesTests {
    static let job = "0123456789ab"

    func names(
        _ stem: some Sequence<UInt8>,
        template: String = "{stem}",
        layout: Pipeline.Layout = .flat,
        manifest: Pipeline.Manifest = .beside,
        outputs: [(String, String?)] = [("png", "9")],
        maximumLength: Int = 255
    ) throws -> OutputNames {
        var settings = Pipeline.OutboxSettings()
        settings.name = template
        settings.layout = layout
        settings.manifest = manifest
        let source = OutputNames.Source(
            stem: Array(stem),
            pipeline: "oil",
            date: "2026-11-21",
            job: try #require(JobID(Self.job))
        )
        return OutputNames(
            settings,
            source: source,
            outputs: outputs.map { OutputNames.Output(fileExtension: $0.0, node: $0.1) },
            maximumLength: maximumLength
        )
    }

    func visible(_ names: OutputNames, _ number: Int = 1) -> [String] { names.names(number).visible.map(\.description) }

    @Test("Flat: the stem, then numbers, then the manifest")
    func flat() throws {
        let names = try names("cat".utf8, outputs: [("png", "9"), ("mp4", "9"), ("png", "12")])
        #expect(visible(names) == ["cat.png", "cat-2.mp4", "cat-3.png", "cat.result.json"])
        #expect(visible(names, 2) == ["cat (2).png", "cat (2)-2.mp4", "cat (2)-3.png", "cat (2).result.json"])
    }

    @Test("Folder: the folder alone bears the number")
    func folder() throws {
        let names = try names("cat".utf8, layout: .folder, manifest: .hidden, outputs: [("png", nil), ("png", nil)])
        #expect(visible(names, 3) == ["cat (3)"])
        #expect(names.names(3).outputs.map(\.description) == ["cat.png", "cat-2.png"])
        #expect(names.names(3).manifest.description == ".cat.result.json")
    }

    @Test("Every placeholder of a template is filled, and a node counts its own outputs")
    func template() throws {
        let template = "{pipeline}-{date}-{stem}-{job}-{node}{{x}}"
        let names = try names("cat".utf8, template: template, outputs: [("png", "9"), ("png", "9"), ("png", "12")])
        #expect(
            visible(names) == [
                "oil-2026-11-21-cat-\(Self.job)-9{x}.png", "oil-2026-11-21-cat-\(Self.job)-9{x}-2.png",
                "oil-2026-11-21-cat-\(Self.job)-12{x}.png", "oil-2026-11-21-cat-\(Self.job)-9{x}.result.json",
            ]
        )
    }

    @Test(
        "Nothing from the cloud hides a result, leaves its folder or looks like an option",
        arguments: [
            "../../etc/passwd", ".hidden", "-rf", "a/b", "\u{0}\n\u{1B}[2J", "..", "", "🙂",
            String(repeating: "9", count: 5000),
        ]
    )
    func hostileNode(node: String) throws {
        let names = try names(
            "cat".utf8,
            template: "{node}",
            outputs: [("png", node), ("../x", node), ("a\u{0}b", nil)]
        )
        for name in names.names(1).outputs + names.names(2).outputs + [names.names(1).manifest] {
            #expect(name.bytes.count <= 255)
            #expect(!name.bytes.contains { $0 < 0x20 || $0 == 0x2F })
            #expect(name.bytes.first != UInt8(ascii: ".") && name.bytes.first != UInt8(ascii: "-"))
        }
        #expect(names.names(1).outputs[1].fileExtension == Array("bin".utf8))
    }

    @Test(
        "A stem that is no text is kept byte for byte",
        arguments: [[0x63, 0xFF, 0xFE] as [UInt8], Array("-rf\n".utf8)]
    )
    func bytes(stem: [UInt8]) throws {
        #expect(try names(stem).names(1).outputs[0].bytes == stem + Array(".png".utf8))
    }

    @Test(
        "Too long a stem is cut between characters, to one length for all names of a job",
        arguments: ["a", "é", "猫", "👩‍👩‍👧"],
        [143, 255]
    )
    func long(character: String, maximumLength: Int) throws {
        let stem = String(repeating: character, count: 300)
        let names = try names(stem.utf8, outputs: [("png", nil), ("jpg", nil)], maximumLength: maximumLength)
        for number in [1, 2, 99_999] {
            let names = names.names(number)
            let texts = (names.outputs + [names.manifest]).map(\.description)
            #expect((names.outputs + [names.manifest]).allSatisfy { $0.bytes.count <= maximumLength && $0.isText })
            let counts = Set(texts.map { $0.prefix { String($0) == character }.count })
            #expect(counts.count == 1 && counts != [0])
        }
    }

    @Test("Stems of bytes and of one endless character are cut as well")
    func longBytes() throws {
        let endless = "a" + String(repeating: "\u{301}", count: 400)
        for stem in [[UInt8](repeating: 0xFF, count: 400), Array(endless.utf8)] {
            let name = try names(stem).names(2).outputs[0]
            #expect((200...255).contains(name.bytes.count))
            #expect(name.fileExtension == Array("png".utf8))
        }
    }

    @Test("Names that a cut makes equal are told apart again")
    func cutToEqual() throws {
        let stem = String(repeating: "x", count: 255)
        let names = try names(stem.utf8, template: "{stem}{node}", outputs: [("png", "1"), ("png", "2"), ("png", "3")])
        #expect(Set(names.names(1).outputs).count == 3)
    }

    @Test("A clash without case gives the whole job the next free number")
    func clash() throws {
        let names = try names("Straße".utf8, outputs: [("png", nil), ("png", nil)])
        let taken = Set(["STRASSE-2.PNG", "straße (2).RESULT.json"].compactMap { FileName($0) }.map(FoldedName.init))
        #expect(names.firstFree(isTaken: taken.contains) == 3)
        #expect(names.firstFree(keeping: [0, 1], isTaken: taken.contains) == 1)
        #expect(names.firstFree(from: 7, isTaken: taken.contains) == 7)
    }

    @Test(
        "Names are compared without case and however accents are composed",
        arguments: [
            ("Cat.PNG", "cat.png"), ("ÉTÉ", "été"), ("e\u{301}", "\u{e9}"), ("ΣΑΣ", "σας"), ("ПРИВЕТ", "привет"),
            ("\u{212A}", "k"),
        ]
    )
    func folded(left: String, right: String) throws {
        let names = try [left, right].map { try #require(FileName($0)) }
        #expect(FoldedName(names[0]) == FoldedName(names[1]))
        let other = try #require(FileName(left + "x"))
        #expect(FoldedName(names[0]) != FoldedName(other))
    }

    @Test("Names that are no text are compared by their bytes")
    func foldedBytes() throws {
        let names = try [[0x41, 0xFF], [0x61, 0xFF], [0x61, 0xFE]].map { try #require(FileName(bytes: $0 as [UInt8])) }
        #expect(FoldedName(names[0]) == FoldedName(names[1]))
        #expect(FoldedName(names[1]) != FoldedName(names[2]))
    }

    @Test(
        "A numbered name keeps its extension and its bound",
        arguments: [
            ("cat.png", 1, "cat.png"), ("cat.png", 2, "cat (2).png"), ("cat", 3, "cat (3)"),
            (".profile", 2, ".profile (2)"),
            ("a.tar.gz", 2, "a.tar (2).gz"), ("cat.", 2, "cat (2)."),
        ]
    )
    func numbered(name: String, number: Int, expected: String) throws {
        #expect(try #require(FileName(name)).numbered(number).description == expected)
    }

    @Test("A numbered name of any length leaves the room that its companions need")
    func numberedLong() throws {
        let long = [
            String(repeating: "x", count: 251) + ".png", String(repeating: "猫", count: 85),
            "a." + String(repeating: "y", count: 253),
        ]
        for text in long {
            let name = try #require(FileName(text))
            #expect(name.numbered(1) == name)
            for (number, reserve) in [(2, 0), (1, 11), (12, 11), (12, 1000)] {
                let numbered = name.numbered(number, leaving: reserve)
                #expect(numbered.isText)
                #expect(numbered.bytes.count <= max(255 - reserve, 6), "\(numbered.bytes.count)")
            }
            #expect(name.numbered(2, leaving: 11) != name.numbered(3, leaving: 11))
        }
    }

    @Test(
        "A configuration is told what is wrong with a template",
        arguments: [
            ("{stem}", true), ("{stem}-{job}", true), ("", false), ("a/b", false), ("{stm}", false), ("{{stm}}", true),
        ]
    )
    func problem(template: String, isGood: Bool) {
        #expect((OutputNameTemplate.problem(in: template) == nil) == isGood)
    }
}
