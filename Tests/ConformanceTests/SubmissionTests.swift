import Jobs
import RunningHub
import RunningHubSimulator
import Testing

/// API.md §2.1 (`create`, `ai-app/run`, `createWithParams`), §2.2 (submit), §2.4 (`promptTips`), §2.5, §2.6 (`taskId`, `code`).
@Suite("Every way to submit, in every variation", .serialized, .timeLimit(.minutes(1)))
struct SubmissionTests {
    @Test("What is sent is what the path takes", arguments: SubmissionWay.all)
    func request(way: SubmissionWay) async throws {
        try await withBench { bench in
            var submission = way.submission
            submission.instanceType = "plus"
            submission.usePersonalQueue = true
            submission.addMetadata = false
            submission.accessPassword = Secret("open sesame")
            submission.webhookURL = Secret("http://127.0.0.1:9/callback/j/1/t?x=1&y=2")
            let task = try #require(await bench.cloud.submit(submission).created)
            let seen = try #require(await bench.simulator.record.submissions.first)
            #expect(seen.path == way.path)
            #expect(seen.taskID == task.taskID)
            #expect(seen.key == "default")
            #expect(seen.webhookURL == "http://127.0.0.1:9/callback/j/1/t?x=1&y=2")
            let body = try #require(JSONValue.read(seen.body.utf8))
            guard case .object(let members) = body else { return }
            #expect(members["instanceType"] == "plus")
            #expect(members["usePersonalQueue"] == true)
            #expect(members["addMetadata"] == false)
            #expect(members["accessPassword"] == "open sesame")
            #expect((members["apiKey"] == nil) == (way.submission.family == .v2))
            let values = Set(seen.nodes.map(\.value))
            let sent: Set<String> =
                submission.nodes.isEmpty ? [] : ["1 girl in classroom", "9007199254740993", "true"]
            #expect(values == sent)
        }
    }

    @Test("An accepted submission is a task, however it is told", arguments: SubmissionWay.all, acceptedForms)
    func accepted(way: SubmissionWay, variation: Variation<CreatedTask>) async throws {
        try await withBench(variation.settings) { bench in
            let task = try #require(await bench.cloud.submit(way.submission).created)
            #expect(await bench.simulator.record.submissions.map(\.taskID) == [task.taskID])
            try variation.expect(task)
        }
    }

    static let acceptedForms: [Variation<CreatedTask>] = [
        Variation("§2.2 as documented") { task in
            #expect(task.status == .running)
            #expect(task.warnings == [])
            #expect(task.complaint == nil)
        },
        Variation("§2.2 QUEUED", { $0.answers.submittedStatus = "QUEUED" }) { #expect($0.status == .queued) },
        Variation("§2.1 queued on a full account, no netWssUrl") { settings in
            settings.keys[0].occupied = 3
            settings.tasks.whenFull = .queue
        } expect: {
            #expect($0.status == .queued)
        },
        Variation("§2.2 CREATE", { $0.answers.submittedStatus = "CREATE" }) { #expect($0.status == .created) },
        Variation("§2.2 a state in small letters", { $0.forms.lowerCaseStatus = true }) {
            #expect($0.status == .running)
        },
        Variation("§2.6 taskId a bare number", { $0.forms.bareTaskNumbers = true }) { #expect($0.taskID.count == 19) },
        Variation("§2.1 errorMessages", { $0.forms.errorMessages = true }) { #expect($0.complaint == nil) },
        Variation("§2.1 msg SUCCESS", { $0.forms.successMessage = "SUCCESS" }) { #expect($0.complaint == nil) },
        Variation("§2.1 msg empty", { $0.forms.successMessage = "" }) { #expect($0.complaint == nil) },
        Variation("§2.6 code a text", { $0.forms.codeAsText = true }) { #expect($0.complaint == nil) },
        Variation("§2.2 errorCode null", { $0.forms.nulled = ["errorCode", "errorMessage"] }) {
            #expect($0.complaint == nil)
        },
        Variation("§2.1 netWssUrl null", { $0.forms.nulled = ["netWssUrl"] }) { #expect($0.status == .running) },
        Variation("§2.1 fields of the oldest document alone", { $0.forms.omitted = ["netWssUrl", "clientId"] }) {
            #expect($0.status == .running)
        },
        Variation("§2.4 promptTips in the old form", { $0.answers.shortPromptTips = true }) {
            #expect($0.warnings == [])
        },
        Variation("§2.4 promptTips in the present form", { $0.answers.shortPromptTips = false }) {
            #expect($0.warnings == [])
        },
        Variation("§2.4 promptTips null", { $0.forms.nulled = ["promptTips"] }) { #expect($0.warnings == []) },
        Variation("§2.4 promptTips missing", { $0.forms.omitted = ["promptTips"] }) { #expect($0.warnings == []) },
        Variation("§2.4 promptTips as an object", { $0.forms.openTexts = true }) { #expect($0.warnings == []) },
        Variation("§2.4 promptTips that complain", { $0.faults.tasks.badPromptTips = .always }) {
            #expect(
                $0.warnings.contains(
                    "Node 4 (CheckpointLoaderSimple): Value not in list: ckpt_name: 'missing.safetensors' not in []"
                )
            )
        },
    ]

    @Test("A refusal is one, however it is told", arguments: SubmissionWay.all, refusedForms)
    func refused(way: SubmissionWay, variation: Variation<Refusal>) async throws {
        try await withBench(variation.settings) { bench in
            let refusal = try #require(await bench.cloud.submit(way.submission).refusal)
            #expect(await bench.simulator.record.tasks == [])
            try variation.expect(refusal)
        }
    }

    /// An account without a free place, answering in some form.
    private static func full(
        _ name: String,
        _ form: @escaping @Sendable (inout SimulatorSettings) -> Void = { _ in }
    ) -> Variation<Refusal> {
        Variation(name) { settings in
            settings.keys[0].occupied = 3
            form(&settings)
        } expect: { refusal in
            #expect(refusal.next == .waitForSlot)
            #expect(refusal.errorCode?.number == 421)
            #expect(refusal.httpStatus == 200)
        }
    }

    static let refusedForms: [Variation<Refusal>] = [
        full("§2.5 421 as documented"),
        full("§2.5 421, taskId null") { $0.answers.refusedTask = .null },
        full("§2.5 421, no taskId") { $0.answers.refusedTask = .absent },
        full("§2.5 421, status FAILED") { $0.answers.refusedStatus = "FAILED" },
        full("§2.5 421 in the envelope") { $0.answers.errorShape = .envelope },
        full("§2.6 421, errorCode a number") { $0.forms.errorCodeAsNumber = true },
        full("§2.6 421, code a text") { $0.forms.codeAsText = true },
        full("§2.1 421, errorMessages") { $0.forms.errorMessages = true },
        full("§2.1 421, no data") { $0.forms.omitted = ["data"] },
        Variation("§2.4 433 with promptTips") { settings in
            settings.faults.submit.errors = [CodeFault(433, .always)]
            settings.answers.refusalTips = true
        } expect: { refusal in
            #expect(refusal.next == .permanent)
            #expect(refusal.message.contains("Node 4 (CheckpointLoaderSimple): Value not in list"))
            #expect(!refusal.message.contains("\n"))
        },
        Variation("§2.4 433 with promptTips in the envelope") { settings in
            settings.faults.submit.errors = [CodeFault(433, .always)]
            settings.answers.refusalTips = true
            settings.answers.errorShape = .envelope
            settings.forms.openTexts = true
        } expect: {
            #expect($0.message.contains("Node 4 (CheckpointLoaderSimple): Value not in list"))
        },
        Variation("§4 433 for want of balance") {
            $0.faults.submit.errors = [CodeFault(433, message: "Your API balance is insufficient", .always)]
        } expect: {
            #expect($0.next == .restKey(.outOfMoney))
        },
        Variation("§4 414 before the graph is looked at", { $0.keys[0].coins = 0 }) {
            #expect($0.next == .restKey(.outOfCoins))
        },
        Variation("§2.5 HTTP 401", { $0.faults.submit.http = [StatusFault(401, .always)] }) {
            #expect($0.next == .restKey(.unauthorized))
        },
        Variation("§2.5 HTTP 403", { $0.faults.submit.http = [StatusFault(403, .always)] }) {
            #expect($0.next == .restKey(.unauthorized))
        },
        Variation("§2.5 HTTP 429", { $0.faults.submit.http = [StatusFault(429, .always)] }) {
            #expect($0.next == .retryLater)
        },
    ]

    @Test("A key that is not known is refused by each path in its own way", arguments: SubmissionWay.all)
    func unknownKey(way: SubmissionWay) async throws {
        try await withBench { bench in
            let cloud = bench.cloud(key: "ffffffffffffffffffffffffffffffff")
            let refusal = try #require(await cloud.submit(way.submission).refusal)
            #expect(refusal.next == .restKey(.unauthorized))
            #expect(refusal.errorCode?.number == way.unknownKey)
        }
    }

    @Test("An id that is none is refused, not guessed at", arguments: [("0", 1007), ("abc", 301)])
    func wrongTarget(id: String, code: Int) async throws {
        try await withBench { bench in
            for target in [Submission.Target.workflow(id), .aiApp(id)] {
                for family in [Submission.Family.v2, .v1] {
                    let outcome = await bench.cloud.submit(Submission(target: target, family: family))
                    #expect(outcome.refusal?.errorCode?.number == code)
                    #expect(outcome.refusal?.next == .permanent)
                }
            }
        }
    }

    @Test(
        "An answer that does not arrive or says nothing leaves the outcome unknown",
        arguments: SubmissionWay.all,
        lostForms
    )
    func lost(way: SubmissionWay, variation: Variation<CloudError>) async throws {
        try await withBench(variation.settings) { bench in
            let outcome = await bench.cloud.submit(way.submission)
            let error = try #require(outcome.unknown)
            #expect(await bench.simulator.record.requests[way.path] == 1)
            try variation.expect(error)
        }
    }

    static let lostForms: [Variation<CloudError>] =
        [500, 502, 503, 504].map { status in
            Variation("§2.5 HTTP \(status)", { $0.faults.submit.http = [StatusFault(status, .always)] }) {
                #expect($0.httpStatus == status)
            }
        } + [
            Variation("§9 done, then cut", { $0.faults.submit.lostByCut = .always }) {
                #expect($0.code == .interrupted)
            },
            Variation("§9 done, then 502", { $0.faults.submit.lostByGateway = .always }) {
                #expect($0.httpStatus == 502)
            },
            Variation("§2.5 not JSON", { $0.faults.submit.lostByGarbage = .always }) {
                #expect($0.code == .badAnswer)
            },
            Variation("§9 cut before anything", { $0.faults.submit.cutBefore = .always }) {
                #expect($0.code == .interrupted)
            },
        ]
}
