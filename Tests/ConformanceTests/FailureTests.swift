import RunningHub
import RunningHubSimulator
import Testing

import struct Jobs.Phrase

/// API.md §2.4 (`failedReason`, `promptTips`), §2.5 (HTTP status, both forms of an error), §2.6 (`errorCode`).
@Suite("What went wrong, by every endpoint that tells it, in every variation", .serialized, .timeLimit(.minutes(1)))
struct FailureTests {
    @Test("A failure is told with its reason in one line", arguments: QuestionWay.withReasons, reasonForms)
    func failure(way: QuestionWay, variation: Variation<RunningHub.TaskFailure>) async throws {
        try await withBench({
            $0.answers.ignorantPaths = way.ignorant
            $0.faults.tasks.failures = [TaskFailureFault(RunningHubSimulator.TaskFailure(), .always)]
            variation.settings(&$0)
        }) { bench in
            let report = try await bench.outcome(way, try await bench.finish(way.submission))
            #expect(report.status == .failed)
            let failure = try #require(report.failure)
            #expect(!failure.message.contains("\n"))
            try variation.expect(failure)
        }
    }

    /// ComfyUI's account, written in some form.
    private static func reason(
        _ name: String,
        _ settings: @escaping @Sendable (inout SimulatorSettings) -> Void = { _ in }
    ) -> Variation<RunningHub.TaskFailure> {
        Variation(name, settings) { failure in
            let line = "Node 4 (KSampler): RuntimeError: Error while processing the node"
            #expect(failure.reason?.line == line)
            #expect(failure.message.contains(line))
            #expect(failure.reason?.traceback?.hasSuffix("RuntimeError: Error while processing the node\n") == true)
            #expect(failure.reason?.traceback?.contains("execution.py") == true)
        }
    }

    private static func without(
        _ name: String,
        _ settings: @escaping @Sendable (inout SimulatorSettings) -> Void
    ) -> Variation<RunningHub.TaskFailure> {
        Variation(name, settings) { #expect($0.reason == nil) }
    }

    static let reasonForms: [Variation<RunningHub.TaskFailure>] = [
        reason("§2.4 failedReason as documented for each"),
        reason("§2.4 failedReason of texts") { $0.forms.failedReason = .texts },
        reason("§2.4 failedReason with an array") { $0.forms.failedReason = .arrays },
        reason("§2.4 failedReason inside a text") { $0.forms.failedReason = .json },
        reason("§2.6 errorCode a number") { $0.forms.errorCodeAsNumber = true },
        reason("§2.6 code a text") { $0.forms.codeAsText = true },
        reason("§2.6 taskId a bare number") { $0.forms.bareTaskNumbers = true },
        reason("§2.2 wrapped in an envelope") { $0.answers.wrappedQuery = true },
        reason("§2.2 failed, in small letters") { $0.forms.lowerCaseStatus = true },
        reason("§2.1 errorMessages") { $0.forms.errorMessages = true },
        without("§2.4 failedReason empty") { settings in
            let failure = RunningHubSimulator.TaskFailure(exceptionType: "", exceptionMessage: "")
            settings.faults.tasks.failures = [TaskFailureFault(failure, .always)]
        },
        without("§2.4 failedReason null") { $0.forms.nulled = ["failedReason"] },
        without("§2.4 failedReason missing") { $0.forms.omitted = ["failedReason"] },
        Variation("§2.4 errorCode 805 in version 2") { settings in
            settings.faults.tasks.failures = [TaskFailureFault(RunningHubSimulator.TaskFailure(code: 805), .always)]
        } expect: {
            #expect($0.errorCode?.number == 805)
        },
        Variation("§2.4 promptTips that complained") { settings in
            settings.faults.tasks.badPromptTips = .always
            settings.answers.failureTips = true
        } expect: { failure in
            #expect(failure.complaints.contains { $0.hasPrefix("Node 4 (CheckpointLoaderSimple): Value not in list") })
            #expect(failure.message.contains("Node 4 (CheckpointLoaderSimple): Value not in list"))
        },
        Variation("§2.4 promptTips that do not", { $0.answers.failureTips = true }) { #expect($0.complaints == []) },
        Variation("§4 out of memory", { $0.faults.tasks.failures = [TaskFailureFault(.outOfMemory, .always)] }) {
            #expect($0.kind == .outOfMemory)
            #expect($0.hint.text().contains("`instance_type: plus`"))
            #expect($0.message.contains("graphics memory"))
        },
        Variation("§4 out of memory, told by the exception alone") { settings in
            let failure = RunningHubSimulator.TaskFailure(
                exceptionType: "RuntimeError",
                exceptionMessage: "Allocation on device"
            )
            settings.faults.tasks.failures = [TaskFailureFault(failure, .always)]
        } expect: {
            #expect($0.hint.text().contains("`instance_type: plus`"))
        },
        Variation("§4 moderation, told by words") { settings in
            let failure = RunningHubSimulator.TaskFailure(exceptionType: "Refused", exceptionMessage: "Porn")
            settings.faults.tasks.failures = [TaskFailureFault(failure, .always)]
        } expect: {
            #expect($0.kind == .moderation)
            #expect($0.message.contains("content moderation"))
            #expect($0.onFailure == .final)
        },
    ]

    @Test("What says nothing of the task ends nothing", arguments: QuestionWay.all, askedForms)
    func asked(way: QuestionWay, variation: Variation<CloudError>) async throws {
        try await withBench({ $0.answers.ignorantPaths = way.ignorant }) { bench in
            let task = try await bench.finish(way.submission)
            await bench.simulator.update(variation.settings)
            try variation.expect(try #require(await refusal(try await bench.outcome(way, task))))
        }
    }

    private static func error(
        _ name: String,
        _ code: CloudError.Code,
        _ settings: @escaping @Sendable (inout SimulatorSettings) -> Void
    ) -> Variation<CloudError> {
        Variation(name, settings) { #expect($0.code == code) }
    }

    static let askedForms: [Variation<CloudError>] =
        [
            error("§1 the key is not known", .keyRefused(.unauthorized)) {
                $0.keys[0].key = "ffffffffffffffffffffffffffffffff"
            },
            error("§4 1003", .busy) { $0.faults.query.errors = [CodeFault(1003, .always)] },
            error("§4 500", .badAnswer) { $0.faults.query.errors = [CodeFault(500, .always)] },
            error("§4 a code that nobody knows", .badAnswer) { $0.faults.query.errors = [CodeFault(7777, .always)] },
            error("§2.5 HTTP 401", .keyRefused(.unauthorized)) { $0.faults.query.http = [StatusFault(401, .always)] },
            error("§2.5 HTTP 403", .keyRefused(.unauthorized)) { $0.faults.query.http = [StatusFault(403, .always)] },
            error("§2.5 HTTP 429", .busy) { $0.faults.query.http = [StatusFault(429, .always)] },
            error("§2.5 HTTP 500", .badAnswer) { $0.faults.query.http = [StatusFault(500, .always)] },
            error("§2.5 HTTP 502", .badAnswer) { $0.faults.query.http = [StatusFault(502, .always)] },
            error("§2.5 HTTP 503", .busy) { $0.faults.query.http = [StatusFault(503, .always)] },
            error("§2.5 HTTP 504", .badAnswer) { $0.faults.query.http = [StatusFault(504, .always)] },
            error("§2.5 not JSON", .badAnswer) { $0.faults.query.lostByGarbage = .always },
            error("§9 cut", .interrupted) { $0.faults.query.cutBefore = .always },
        ]

    @Test("The same at version 1's endpoint alone ends nothing either", arguments: [500, 1003, 7777, 301])
    func askedOld(code: Int) async throws {
        try await withBench({
            $0.answers.ignorantPaths = QuestionWay.outputs.ignorant
            $0.faults.query.errors = [CodeFault(code, path: "/task/openapi/outputs", .always)]
        }) { bench in
            let task = try await bench.finish(.create)
            let error = try #require(await refusal(try await bench.outcome(.outputs, task)))
            #expect(error.code == (code == 1003 ? .busy : .badAnswer))
        }
    }

    @Test("A task that is not known is told as that, in every form", arguments: [1007, 1004, 807, 423], unknownForms)
    func unknown(code: Int, variation: Variation<CloudError>) async throws {
        try await withBench({
            $0.answers.unknownTaskCode = code
            $0.answers.unknownTaskCodeV1 = code == 1007 ? 807 : code
            variation.settings(&$0)
        }) { bench in
            for family in Submission.Family.allCases {
                let error = await refusal(try await bench.cloud.outcome(of: "1850847421957988354", startedBy: family))
                try variation.expect(try #require(error))
            }
        }
    }

    static let unknownForms: [Variation<CloudError>] = [
        error("§2.5 flat, as seen", .unknownTask) { _ in },
        error("§2.5 flat, taskId null", .unknownTask) { $0.answers.refusedTask = .null },
        error("§2.5 flat, no taskId", .unknownTask) { $0.answers.refusedTask = .absent },
        error("§2.5 flat, status FAILED", .unknownTask) { $0.answers.refusedStatus = "FAILED" },
        error("§2.5 in the envelope", .unknownTask) { $0.answers.errorShape = .envelope },
        error("§2.6 errorCode a number", .unknownTask) { $0.forms.errorCodeAsNumber = true },
        error("§2.6 code a text", .unknownTask) {
            $0.answers.errorShape = .envelope
            $0.forms.codeAsText = true
        },
    ]
}
