import Jobs
import Spool
import Testing

@Suite(.timeLimit(.minutes(1)))
struct InboxNameRulesTests {
    @Test(
        "The built-in names are never taken, whatever their case",
        arguments: [
            ".hidden", ".part", "~$letter.docx", "a.part", "A.PART", "a.partial", "a.tmp", "a.crdownload", "a.download",
            "a.opdownload",
            "a.filepart", "a.swp", "a.lock", "a.BAK", "a~", "Thumbs.db", "THUMBS.DB", "ehthumbs.db", "desktop.ini",
            "Icon\r",
            "$RECYCLE.BIN", "system volume information", "@eaDir", "@Recycle", "#recycle", "#snapshot", "lost+found",
            ".stfolder",
            "a.lnk", "a.url", "IMG.XMP", "a.thm", "a.aae", "a.pp3", "a.dop", "_STATUS.txt", "_status.TXT",
            "cat.result.json",
            "cat.png.error.json", "cat.png.error.txt", ".runninghubd",
        ]
    )
    func builtIn(text: String) throws {
        #expect(NameRules().rule(for: try name(text)) != nil)
    }

    @Test(
        "Ordinary names are taken",
        arguments: [
            "cat.png", "part", "apart", "a.partly", "Thumbs.db.png", "tmp", "~a", "$a", "status.txt", "a.json", "Icon",
            "猫.png", " ",
        ]
    )
    func ordinary(text: String) throws {
        #expect(NameRules().rule(for: try name(text)) == nil)
    }

    @Test("Globs of the configuration are compared without case")
    func globs() throws {
        let rules = NameRules(ignore: ["*.RAW", "proof-?.jpg", "[0-9]*"])
        #expect(rules.rule(for: try name("a.raw")) == .ignored("*.RAW"))
        #expect(rules.rule(for: try name("Proof-1.JPG")) == .ignored("proof-?.jpg"))
        #expect(rules.rule(for: try name("1a")) == .ignored("[0-9]*"))
        #expect(rules.rule(for: try name("proof-10.jpg")) == nil)
    }

    @Test("A glob goes by bytes, so a name that is no text is judged too")
    func bytes() throws {
        let name = try #require(FileName(bytes: [0xFF, 0xFE] + Array(".raw".utf8)))
        #expect(NameRules(ignore: ["*.raw"]).rule(for: name) == .ignored("*.raw"))
        #expect(NameRules(ignore: ["??.raw"]).rule(for: name) == .ignored("??.raw"))
        #expect(NameRules().rule(for: name) == nil)
    }

    @Test("A bad glob matches nothing and harms nothing")
    func badGlob() throws {
        #expect(NameRules(ignore: ["[", "", "\\"]).rule(for: try name("a.png")) == nil)
    }
}
