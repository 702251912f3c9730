import Jobs
import Testing

@testable import Daemon

@Suite("What commands print", .timeLimit(.minutes(1)))
struct ScreenTests {
    @Test("A line is cut at the terminal's width, wide characters counted as two, and whole in a pipe.")
    func lines() {
        #expect(Screen(width: 20).line("0123456789012345678901") == "0123456789012345678…")
        #expect(Screen(width: 20).line("一二三四五六七八九十一") == "一二三四五六七八九…")
        #expect(Screen(width: nil).line(String(repeating: "x", count: 500)).count == 500)
    }

    @Test("What a terminal would act on is shown as a sign.")
    func controls() {
        #expect(Screen(width: nil).line("a\u{1B}[31mb\nc\u{202E}d") == "a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}d")
    }

    @Test("A text is broken at spaces, under its heading.")
    func fields() {
        let lines = Screen(width: 30).field("why", "one two three four five six seven")
        #expect(lines == ["why       one two three four", "          five six seven"])
    }

    @Test("A frame is as high and as wide as the terminal, and clears what stood there.")
    func frames() {
        let text = (1...9).map { "line \($0) of a status that is long" }.joined(separator: "\n") + "\n"
        let drawing = LiveFrame(screen: Screen(width: 20), height: 5).drawing(text)
        let lines = drawing.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 5 && drawing.hasPrefix("\u{1B}[H") && drawing.hasSuffix("\n\u{1B}[J"))
        #expect(lines[0] == "\u{1B}[Hline 1 of a status …\u{1B}[K")
        #expect(lines[3] == "… 6 more lines\u{1B}[K")
        let whole = LiveFrame(screen: Screen(width: 80), height: nil).drawing(text)
        #expect(whole.split(separator: "\n").count == 10)
        #expect(!whole.contains("more lines"))
    }

    @Test("In a narrow terminal a heading stands above its text.")
    func narrow() {
        let lines = Screen(width: 30).field("  2026-11-21 06:31:02", "Took oil/cat.png into the work", indent: 23)
        #expect(lines == ["  2026-11-21 06:31:02", "    Took oil/cat.png into the", "    work"])
    }

    @Test(
        "Millionths are written as people write numbers.",
        arguments: [
            (0, "0"), (18_500_000, "18.5"), (1, "0.000001"), (-250_000, "-0.25"), (-1_250_000, "-1.25"),
            (6_000_000, "6"),
        ] as [(Int64, String)]
    )
    func decimals(millionths: Int64, text: String) {
        #expect(StatusDocument.Amount.decimal(millionths) == text)
    }

    @Test("A time is read back as it was written, and spans are short.")
    func times() {
        let time = Timestamp(milliseconds: 1_800_000_000_123)
        #expect(Timestamp(internetTime: time.internetTime) == time)
        #expect(LocalTime.span(from: time.internetTime, to: (time + .seconds(90)).internetTime) == "90s")
        #expect(LocalTime.span(from: time.internetTime, to: (time + .seconds(7300)).internetTime) == "2h")
        #expect(LocalTime.text(time.internetTime).hasPrefix("2027-01-1"))
    }
}
