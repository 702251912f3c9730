import RunningHub
import RunningHubSimulator
import Testing

/// API.md §2.2 (query), §2.1 (`status`), §2.3 (`outputs`), §2.4 (`failedReason`), §2.6.
@Suite("What became of a task, by each endpoint, in every variation", .serialized, .timeLimit(.minutes(1)))
struct OutcomeTests {
    @Test("A success is one, with its results, however it is told", arguments: QuestionWay.withResults, successForms)
    func success(way: QuestionWay, variation: Variation<TaskReport>) async throws {
        try await withBench({
            $0.answers.ignorantPaths = way.ignorant
            variation.settings(&$0)
        }) { bench in
            let task = try await bench.finish(way.submission)
            let report = try await bench.outcome(way, task)
            #expect(report.taskID == task)
            #expect(report.status == .succeeded)
            #expect(report.failure == nil)
            let made = try #require(await bench.simulator.record.task(task)).outputs
            #expect(report.results?.count == made.count)
            #expect(report.results?.map { $0.address?.fileName } == made.map { $0.url == nil ? nil : $0.name })
            #expect(report.results?.map(\.text) == made.map(\.text))
            #expect(report.results?.map(\.type) == made.map { $0.type.lowercased() })
            try variation.expect(report)
        }
    }

    private static func paid(
        _ name: String,
        coins: String? = "6",
        money: String? = nil,
        third: String? = nil,
        _ settings: @escaping @Sendable (inout SimulatorSettings) -> Void
    ) -> Variation<TaskReport> {
        Variation(name, settings) { report in
            #expect(report.usage?.coins == coins)
            #expect(report.usage?.money == money)
            #expect(report.usage?.thirdPartyMoney == third)
            #expect(report.usage?.costTime == "0")
        }
    }

    private static func outputs(_ name: String, _ outputs: OutputSettings...) -> Variation<TaskReport> {
        Variation(name, { $0.results.outputs = outputs }) { _ in }
    }

    private static func output(
        _ content: OutputSettings.Content,
        _ change: (inout OutputSettings) -> Void
    )
        -> OutputSettings
    {
        var output = OutputSettings(content)
        change(&output)
        return output
    }

    static let successForms: [Variation<TaskReport>] =
        [
            paid("§2.2, §2.3 as documented") { _ in },
            paid("§2.6 costs in money", money: "0.5", third: "3.85") { $0.answers.usage = .money },
            paid("§2.6 costs as numbers", money: "0.5", third: "3.85") {
                $0.answers.usage = .money
                $0.forms.figures = .numbers
            },
            paid("§2.2 all costs null", coins: nil) { $0.answers.usage = .nulls },
            paid("§2.3 no costs, as the oldest document", coins: nil) { $0.answers.usage = .empty },
            paid("§2.2, §2.3 members beyond the documented ones") { $0.answers.extraMembers = true },
            outputs("§2.3 several outputs", OutputSettings(), OutputSettings(node: "10"), OutputSettings(.generated)),
            outputs("§2.2 a text with url null", OutputSettings(.text), OutputSettings()),
            outputs("§2.2 a text by address", OutputSettings(.textFile)),
            outputs("§2.6 outputType in capitals", output(.echo) { $0.upperCase = true }),
            outputs("§2.6 outputType image", output(.generated) { $0.type = "image" }),
            outputs(
                "§6 an archive of a misleading kind",
                output(.generated) {
                    $0.type = "zip"
                    $0.contentType = "text/html"
                }
            ),
            Variation("§2.2 nodeId", { $0.results.outputs = [OutputSettings(node: "12")] }) {
                #expect($0.results?.first?.nodeID == "12")
            },
            Variation("§2.2 no nodeId", { $0.results.outputs = [OutputSettings(node: "")] }) {
                #expect($0.results?.first?.nodeID == nil)
            },
        ] + plainForms

    private static func plain(
        _ name: String,
        _ settings: @escaping @Sendable (inout SimulatorSettings) -> Void
    ) -> Variation<TaskReport> {
        Variation(name, settings) { _ in }
    }

    /// Forms that change nothing of what is learned.
    private static let plainForms: [Variation<TaskReport>] = [
        plain("§2.2 failedReason null") { $0.forms.nulled = ["failedReason"] },
        plain("§2.2 failedReason missing") { $0.forms.omitted = ["failedReason", "promptTips", "clientId"] },
        plain("§2.2 wrapped in an envelope") { $0.answers.wrappedQuery = true },
        plain("§2.2 a state in small letters") { $0.forms.lowerCaseStatus = true },
        plain("§2.6 taskId a bare number") { $0.forms.bareTaskNumbers = true },
        plain("§2.6 code a text") { $0.forms.codeAsText = true },
        plain("§2.1 msg SUCCESS") { $0.forms.successMessage = "SUCCESS" },
        plain("§2.1 msg empty") { $0.forms.successMessage = "" },
        plain("§2.1 errorMessages") { $0.forms.errorMessages = true },
        plain("§2.5 code 200") { $0.forms.successCode = 200 },
        plain("§6 other names for the address") { $0.forms.renamed = ["url": "outputUrl"] },
        plain("§6 signed addresses") { $0.results.signed = true },
    ]

    @Test(
        "A success without errorCode is one",
        arguments: [QuestionWay.query, .queryOfOld],
        [
            plain("§2.2 errorCode null") { $0.forms.nulled = ["errorCode", "errorMessage"] },
            plain("§2.2 no errorCode") { $0.forms.omitted = ["errorCode", "errorMessage", "failedReason"] },
        ]
    )
    func noErrorCode(way: QuestionWay, variation: Variation<TaskReport>) async throws {
        try await success(way: way, variation: variation)
    }

    @Test("A task that has not ended has not, however it is told", arguments: QuestionWay.all, waitingForms)
    func waiting(way: QuestionWay, variation: Variation<TaskReport>) async throws {
        try await withBench({
            $0.answers.ignorantPaths = way.ignorant
            $0.tasks.manual = true
            variation.settings(&$0)
        }) { bench in
            let report = try await bench.outcome(way, try await bench.start(way.submission))
            #expect(!report.status.isFinal)
            #expect(report.results == nil)
            #expect(report.failure == nil)
            try variation.expect(report)
        }
    }

    static let waitingForms: [Variation<TaskReport>] = [
        Variation("§2.2 CREATE", { $0.tasks.createTime = 1000 }) {
            #expect($0.status == .created || $0.status == .queued)
        },
        Variation("§2.3 queued", { $0.tasks.queueTime = 1000 }) { #expect($0.status == .queued) },
        Variation("§2.3 running") { #expect($0.status == .running) },
        Variation("§2.3 running, with netWssUrl", { $0.answers.runningData = true }) { #expect($0.status == .running) },
        Variation("§2.3 code 0 with null", { $0.answers.startingNull = true }) { #expect($0.status == .running) },
        Variation("§2.6 running, code a text", { $0.forms.codeAsText = true }) { #expect($0.status == .running) },
        Variation("§2.2 running, in small letters", { $0.forms.lowerCaseStatus = true }) {
            #expect($0.status == .running)
        },
        Variation("§2.2 running, wrapped", { $0.answers.wrappedQuery = true }) { #expect($0.status == .running) },
    ]

    @Test(
        "A success whose results are not there yet is told as that, and later whole",
        arguments: QuestionWay.all,
        [true, false]
    )
    func settling(way: QuestionWay, null: Bool) async throws {
        try await withBench({
            $0.answers.ignorantPaths = way.ignorant
            $0.faults.tasks.emptyResults = .always
            $0.faults.tasks.emptyResultsNull = null
        }) { bench in
            let task = try await bench.finish(way.submission)
            let first = try await bench.outcome(way, task)
            #expect(first.failure == nil)
            #expect(first.results?.isEmpty ?? true)
            let second = try await bench.outcome(way, task)
            #expect(second.status == .succeeded)
            #expect((second.results?.isEmpty ?? true) == (way.testDescription == "POST status"))
        }
    }

    @Test("A task that is known late is unknown until then, never failed", arguments: QuestionWay.all)
    func late(way: QuestionWay) async throws {
        try await withBench({
            $0.answers.ignorantPaths = way.ignorant
            $0.faults.tasks.unknown = .always
            $0.faults.tasks.unknownQueries = 3
        }) { bench in
            let task = try await bench.finish(way.submission)
            for _ in 0..<3 {
                do throws(CloudError) {
                    #expect(try await bench.outcome(way, task).status == .succeeded)
                } catch {
                    #expect(error.disposition == .unknownTask)
                }
            }
            #expect(try await bench.outcome(way, task).status == .succeeded)
        }
    }

    @Test("A failure that was none is withdrawn", arguments: QuestionWay.withReasons)
    func transientFailure(way: QuestionWay) async throws {
        try await withBench({
            $0.answers.ignorantPaths = way.ignorant
            $0.faults.tasks.transientFailed = .always
        }) { bench in
            let task = try await bench.finish(way.submission)
            #expect(try await bench.outcome(way, task).status == .failed)
            #expect(try await bench.outcome(way, task).status == .succeeded)
        }
    }

    @Test(
        "A cancelled task is told as version 2 and version 1 each have it",
        arguments: QuestionWay.all,
        ["CANCEL", "CANCELED", "CANCELLED"]
    )
    func cancelled(way: QuestionWay, word: String) async throws {
        try await withBench({
            $0.answers.ignorantPaths = way.ignorant
            $0.forms.cancelledStatus = word
            $0.faults.tasks.cancelled = .always
        }) { bench in
            let report = try await bench.outcome(way, try await bench.finish(way.submission))
            // Version 1 has no word for it.
            #expect(report.status == (way.ignorant.isEmpty ? .cancelled : .failed))
        }
    }
}
