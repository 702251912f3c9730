import Jobs
import Ledger
import Spool
import Testing

@testable import Daemon

@Suite("What _STATUS.txt says", .timeLimit(.minutes(1)))
struct StatusTextTests {
    static let now = Timestamp(milliseconds: 1_795_234_189_415)

    private func lines(_ status: StatusText, _ language: Language = .en) -> [String] {
        status.text(in: language, writtenAt: Self.now).split(separator: "\n").map(String.init)
    }

    private func path(_ text: String) -> RelativePath {
        RelativePath(name: FileName(cleaning: text.utf8))
    }

    @Test("An inbox at rest says that it runs, when that was written, its counts, and how to withdraw")
    func quiet() {
        let lines = lines(StatusText(pipeline: "oil"))
        #expect(
            lines == [
                "oil is running. Written \(LocalTime.text(Self.now)); renewed at least every minute while there is work.",
                "0 waiting, 0 running. Today: 0 delivered, 0 failed.",
                "To withdraw a file, take it out of the folder work/oil before it is uploaded: then nothing is paid for it.",
            ]
        )
    }

    @Test("Counts, the end, what everything waits for, and each file with its reason", arguments: Language.allCases)
    func full(language: Language) {
        var status = StatusText(pipeline: "oil")
        (status.waiting, status.underWay, status.delivered, status.failed) = (31, 42, 53, 64)
        status.end = Self.now + .seconds(300)
        status.obstacle = Obstacle.silence(since: Self.now)
        status.left = [StatusText.Left(path: path("cat.png"), reason: WaitReason.empty.phrase(at: Self.now))]
        let text = status.text(in: language, writtenAt: Self.now)
        for figure in ["31", "42", "53", "64", "work/oil", LocalTime.text(Self.now)] { #expect(text.contains(figure)) }
        #expect(text.contains(LocalTime.clock(Self.now + .seconds(311))), "to the minute, upwards: \(text)")
        #expect(text.contains(Obstacle.silence(since: Self.now).text(in: language)))
        let colon = language == .zh ? "：" : ": "
        #expect(text.contains("  cat.png\(colon)\(WaitReason.empty.phrase(at: Self.now).text(in: language))\n"))
    }

    @Test("The end has its day where that is another one")
    func tomorrow() {
        var status = StatusText(pipeline: "oil")
        let end = Self.now + .seconds(30 * 3600)
        status.end = end
        #expect(lines(status)[2].hasPrefix("The last will be done on \(LocalTime.day(end)) at about "))
    }

    @Test("Those that are not named are counted, as far as they were counted")
    func more() {
        var status = StatusText(pipeline: "oil")
        status.left = [StatusText.Left(path: path("cat.png"), reason: "x")]
        status.more = 7
        #expect(lines(status)[2...4] == ["In this folder and not taken yet (8):", "  cat.png: x", "  and 7 more"])
        status.isMoreEndless = true
        #expect(lines(status)[2] == "In this folder and not taken yet (>8):")
        #expect(lines(status)[4] == "  and more than 7 more")
    }

    @Test("A file's name cannot make a line of its own")
    func names() {
        var status = StatusText(pipeline: "oil")
        status.left = [StatusText.Left(path: path("a\noil stopped\u{2028}x\u{202E}.png"), reason: "x")]
        let lines = lines(status)
        #expect(lines.count == 5)
        #expect(lines[3].hasPrefix("  a") && !lines[3].unicodeScalars.contains { $0.value == 0x202E })
    }

    @Test("The last one before a stop promises nothing")
    func stopped() {
        var status = StatusText(pipeline: "oil", isRunning: false, waiting: 2)
        status.end = Self.now
        let lines = lines(status)
        #expect(lines.count == 2)
        #expect(
            lines[0].hasPrefix("oil stopped at \(LocalTime.text(Self.now)); nothing is taken until it runs again.")
        )
        #expect(lines[1].hasPrefix("2 waiting"))
    }

    @Test("The time at which it was written is no reason to write it anew")
    func body() {
        var status = StatusText(pipeline: "oil")
        let body = status.body(in: .en, at: Self.now)
        #expect(status.body(in: .en, at: Self.now + .seconds(3600)) == body)
        status.waiting = 1
        #expect(status.body(in: .en, at: Self.now) != body)
    }

    private static let hold = Hold(pipeline: "oil", reason: Phrase("x", zh: "某人", ru: "кто-то"), since: now)
    private static let everyObstacle: [Obstacle] = [
        .held(hold, pipeline: "oil"), .diskLow, .noKey(named: []), .noKey(named: ["a"]), .full([]),
        .away(Phrase("It is away.", zh: "不在。", ru: "Нет на месте.")),
        .keyRests("main", because: Phrase("no coins", zh: "没有币", ru: "нет монет"), until: now, isFull: false),
    ]

    @Test("Whatever everything waits for is said in every language", arguments: everyObstacle)
    func translated(obstacle: Obstacle) throws {
        let sentence = try #require(obstacle.sentence(isBusy: false) { $0 })
        #expect(sentence.isTranslated)
        #expect(!sentence.text(in: .ru).contains("Phrase"))
        #expect(sentence.text(in: .zh).unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
    }

    @Test("That all places are taken goes without saying where tasks of the pipeline run")
    func busy() {
        let full: [Obstacle] = [.full([]), .keyRests("main", because: "full", until: Self.now, isFull: true)]
        for obstacle in full {
            #expect(obstacle.sentence(isBusy: true) { $0 } == nil)
            #expect(obstacle.sentence(isBusy: false) { $0 } != nil)
        }
    }
}
