import Jobs
import Testing

@testable import Spool

@Suite("Reasons in several languages", .timeLimit(.minutes(1)))
struct WaitReasonPhraseTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)
    private static let name = FileName(cleaning: "cat.png".utf8)

    /// One of each; what is said of a new one must be written in all languages too.
    private static let reasons: [WaitReason] = [
        .ignoredName(.hidden), .inIgnoredFolder(name, .unfinished("*.part")),
        .beingWritten(since: now - .seconds(2), until: now + .seconds(3)), .heldOpen(since: now - .seconds(400)),
        .empty,
        .symbolicLink, .pipe, .socket, .device, .unreadable(cure: "chmod g+r x"), .unmovable(cure: "chmod -t x"),
        .tooDeep, .batchFolder, .foldersOfJobs, .notInJobFolder(Pipeline.JobFolder(stems: ["person"], hasOther: true)),
        .lacksFiles(["person", ""], until: now + .seconds(840)), .severalFiles(stem: "person", [name, name]),
        .severalFiles(stem: "", [name]), .holdsTooMuch, .within(RelativePath(name: name), .empty),
        .awaitingParameters(Phrase("Waits.", zh: "等待。", ru: "Ждёт.")), .awaitingTurn,
        .setAside(Phrase("no", zh: "否", ru: "нет"), until: now + .seconds(10_000)), .notYetSeen, .away,
    ]

    private static let rules: [NameRule] = [
        .hidden, .unfinished("*.part"), .system("Thumbs.db"), .companion("*.xmp"), .own("_STATUS.txt"), .ignored("a*"),
        .parameters(.file(name)), .parameters(.jobFolder), .parameters(.everything), .misnamedParameters("job.yaml"),
    ]

    @Test("Every reason is written in every language", arguments: reasons)
    func complete(reason: WaitReason) {
        check(reason.phrase(at: Self.now))
        #expect(reason.phrase(at: Self.now).english == reason.sentence(at: Self.now))
        #expect(Set(Self.reasons.map(\.position)).count == 25, "a reason is missing from the list of this test")
    }

    @Test("Every rule about names is written in every language", arguments: rules)
    func complete(rule: NameRule) {
        check(rule.phrase)
    }

    private func check(_ phrase: Phrase) {
        #expect(phrase.isTranslated)
        let (chinese, russian) = (phrase.text(in: .zh), phrase.text(in: .ru))
        #expect(chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(chinese)")
        #expect(russian.unicodeScalars.contains { (0x0400...0x04FF).contains($0.value) }, "\(russian)")
    }

    @Test("What is missing, and for how long it is waited for, is named")
    func missing() {
        let reason = WaitReason.lacksFiles(["person", ""], until: Self.now + .seconds(840))
        #expect(
            reason.sentence(at: Self.now) == "Waits for person and one further file; fails in 14 min without them."
        )
        #expect(reason.phrase(at: Self.now).text(in: .zh).contains("person 和 另外一个文件"))
        #expect(reason.phrase(at: Self.now).text(in: .ru).contains("14 мин"))
    }
}

extension WaitReason {
    /// A number for each case; the compiler asks for one of a case that is new.
    fileprivate var position: Int {
        switch self {
        case .ignoredName: 0
        case .inIgnoredFolder: 1
        case .beingWritten: 2
        case .heldOpen: 3
        case .empty: 4
        case .symbolicLink: 5
        case .pipe: 6
        case .socket: 7
        case .device: 8
        case .unreadable: 9
        case .unmovable: 10
        case .tooDeep: 11
        case .batchFolder: 12
        case .foldersOfJobs: 13
        case .notInJobFolder: 14
        case .lacksFiles: 15
        case .severalFiles(let stem, _): stem.isEmpty ? 16 : 17
        case .holdsTooMuch: 18
        case .within: 19
        case .awaitingParameters: 20
        case .awaitingTurn: 21
        case .setAside: 22
        case .notYetSeen: 23
        case .away: 24
        }
    }
}
