import Foundation
import Testing

@testable import Jobs

@Suite("Sentences in several languages", .timeLimit(.minutes(1)))
struct PhraseTests {
    private let failed = Phrase("The task failed.", zh: "任务失败。", ru: "Задача завершилась ошибкой.")

    @Test("A phrase is told in a language that it has, else in English")
    func languages() {
        #expect(failed.text(in: .zh) == "任务失败。")
        #expect(failed.text(in: .ru) == "Задача завершилась ошибкой.")
        #expect(failed.text() == "The task failed." && "\(failed)" == "The task failed.")
        let plain: Phrase = "It broke."
        #expect(Language.allCases.allSatisfy { plain.text(in: $0) == "It broke." } && !plain.isTranslated)
    }

    @Test("Joined sentences have a space between them where the language has one")
    func joined() {
        let both = Phrase.joined([failed, Phrase("Retry.", zh: "请重试。", ru: "Повторите."), "(805)"])
        #expect(both.text() == "The task failed. Retry. (805)")
        #expect(both.text(in: .zh) == "任务失败。请重试。(805)")
        #expect(both.text(in: .ru) == "Задача завершилась ошибкой. Повторите. (805)")
        #expect(failed.clause(in: .zh) == "任务失败" && failed.clause(in: .en) == "The task failed")
    }

    @Test("A failure keeps its sentences in every language; one that was written as plain text is English")
    func stored() throws {
        let failure = Failure(.refused, message: failed, hint: "Retry.", mayHaveBeenPaid: false)
        let data = try JSONEncoder().encode(failure)
        #expect(try JSONDecoder().decode(Failure.self, from: data) == failure)
        let old = #"{"name":"refused","message":"It broke.","hint":"Mend it.","mayHaveBeenPaid":true}"#
        let read = try JSONDecoder().decode(Failure.self, from: Data(old.utf8))
        #expect(read.message == "It broke." && read.hint == "Mend it." && read.advice == "Mend it.")
    }

    @Test("How a job can end by itself is written in every language")
    func endings() {
        for failure in [Failure.outcomeUnknown, .taskUnnamed, .noResults, Self.attempt.timedOut] {
            #expect(failure.sentence.isTranslated && failure.advice.isTranslated, "\(failure.name)")
        }
        let cancellations: [Phrase] = [
            .cancelledWithoutSuccess, .cancelledAndBilled, .cancelledThere, .cancelledUnknown, .cancelledRunning,
            .cancelledBeforeTask, .cancelledBeforeSubmission, .takenAway,
        ]
        #expect(cancellations.allSatisfy { $0.isTranslated })
    }

    private static let attempt = Attempt(
        number: 1,
        key: "main",
        site: "www.runninghub.cn",
        settings: Pipeline(name: "oil", target: .aiApp("1")),
        remoteNames: [:],
        hasWebhook: true,
        postedAt: .start
    )
}
