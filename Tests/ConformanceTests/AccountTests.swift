import RunningHub
import RunningHubSimulator
import Testing

import struct FoundationEssentials.Decimal
import struct Jobs.Phrase

/// API.md §2.1 (`accountStatus`, `cancel`, `getJsonApiFormat`, `apiCallDemo`), §2.2 (`queue/status`), §2.6.
@Suite("Accounts, apps and workflows, in every variation", .serialized, .timeLimit(.minutes(1)))
struct AccountTests {
    @Test("A balance is read, however it is told", arguments: balanceForms)
    func balance(variation: Variation<AccountStatus>) async throws {
        try await withBench(variation.settings) { bench in
            try variation.expect(try await bench.cloud.accountStatus())
            #expect(await bench.simulator.record.requests["/uc/openapi/accountStatus"] == 1)
        }
    }

    static let balanceForms: [Variation<AccountStatus>] =
        [
            balance("§2.1 as documented") { _ in },
            balance("§2.6 figures as numbers") { $0.forms.figures = .numbers },
            balance("§2.1 errorMessages") { $0.forms.errorMessages = true },
            balance("§2.6 code a text") { $0.forms.codeAsText = true },
            Variation(
                "§2.1 the oldest document's two fields",
                {
                    $0.forms.omitted = ["remainMoney", "currency", "apiType"]
                }
            ) {
                #expect($0.coins == 100_000)
                #expect($0.keyKind == nil)
            },
            Variation("§2.1 an enterprise key", { $0.keys[0].kind = "SHARED" }) {
                #expect($0.money == "100.00")
                #expect($0.currency == "CNY")
                #expect($0.keyKind == "SHARED")
            },
            Variation("§2.1 tasks of the website count", { $0.keys[0].occupied = 2 }) { #expect($0.currentTasks == 2) },
        ]

    private static func balance(
        _ name: String,
        _ settings: @escaping @Sendable (inout SimulatorSettings) -> Void
    ) -> Variation<AccountStatus> {
        Variation(name, settings) { status in
            #expect(status.coins == 100_000)
            #expect(status.currentTasks == 0)
            #expect(status.money == nil)
            #expect(status.currency == nil)
            #expect(status.keyKind == "NORMAL")
        }
    }

    @Test("The queue's figures are read, however they are told", arguments: queueForms)
    func queue(variation: Variation<QueueStatus>) async throws {
        try await withBench({
            $0.keys[0].occupied = 1
            variation.settings(&$0)
        }) { bench in
            try variation.expect(try await bench.cloud.queueStatus())
        }
    }

    static let queueForms: [Variation<QueueStatus>] =
        [
            queue("§2.2 numbers") { _ in },
            queue("§2.2 numeric texts") { $0.forms.figures = .texts },
            queue("§2.1 msg empty") { $0.forms.successMessage = "" },
            Variation("§2.2 figures missing", { $0.forms.omitted = ["concurrentLimit", "instanceCount"] }) {
                #expect($0.limit == nil)
                #expect($0.running == 1)
            },
        ]

    private static func queue(
        _ name: String,
        _ settings: @escaping @Sendable (inout SimulatorSettings) -> Void
    ) -> Variation<QueueStatus> {
        Variation(name, settings) { queue in
            #expect(queue.keyKind == "NORMAL")
            #expect([queue.limit, queue.running, queue.queued, queue.total, queue.instances] == [3, 1, 0, 1, 0])
        }
    }

    @Test("A key that is not known is refused by each path in its own way")
    func unknownKey() async throws {
        try await withBench { bench in
            let cloud = bench.cloud(key: "ffffffffffffffffffffffffffffffff")
            #expect(await refusal(try await cloud.accountStatus())?.errorCode?.number == 802)
            #expect(await refusal(try await cloud.queueStatus())?.errorCode?.number == 412)
            #expect(await refusal(try await cloud.workflowNodes("19"))?.errorCode?.number == 802)
            #expect(await refusal(try await cloud.appNodes("19"))?.errorCode?.number == 802)
            #expect(await refusal(try await cloud.cancel("1"))?.disposition == .restKey(.unauthorized))
        }
    }

    @Test("A workflow is described, however it is told", arguments: descriptionForms)
    func workflow(variation: Variation<Void>) async throws {
        try await withBench(variation.settings) { bench in
            let workflow = try await bench.cloud.workflowNodes("1904136902449209346")
            let loads = workflow.nodes.filter { $0.loads != nil }
            #expect(loads.map { "\($0.id).\($0.field)" } == ["2.image", "7.video", "8.audio"])
            #expect(loads.map(\.loads) == [.image, .video, .audio])
            let seed = workflow.nodes.first { $0.id == "3" && $0.field == "seed" }
            #expect(seed?.presentValue == 123456)
            #expect(seed?.type == "INT")
            #expect(seed?.title == "KSampler")
            #expect(workflow.nodes.first { $0.field == "denoise" }?.type == "FLOAT")
            #expect(!workflow.nodes.contains { $0.field == "model" || $0.field == "images" })
        }
    }

    @Test("An app is described, however it is told", arguments: descriptionForms)
    func app(variation: Variation<Void>) async throws {
        try await withBench(variation.settings) { bench in
            let app = try await bench.cloud.appNodes("1937084629516193794")
            #expect(app.name == "Simulated app")
            #expect(
                app.nodes.map(\.type) == [
                    "IMAGE", "VIDEO", "AUDIO", "STRING", "INT", "FLOAT", "LIST", "BOOLEAN", "SWITCH",
                ]
            )
            #expect(app.nodes.compactMap(\.loads) == [.image, .video, .audio])
            #expect(app.nodes.first { $0.field == "sampler_name" }?.choices == ["euler", "dpmpp_2m"])
            #expect(app.nodes.first { $0.field == "select" }?.choices == [1, 2])
            #expect(app.nodes.first?.presentValue == "example.png")
        }
    }

    static let descriptionForms: [Variation<Void>] = [
        Variation("§2.1 as documented") { _ in },
        Variation("§2.1 JSON as it is, not inside a text", { $0.forms.openTexts = true }) { _ in },
        Variation("§2.1 errorMessages", { $0.forms.errorMessages = true }) { _ in },
        Variation("§2.1 no descriptions", { $0.forms.omitted = ["description", "covers", "tags", "curl"] }) { _ in },
        Variation("§2.1 descriptions null", { $0.forms.nulled = ["description", "descriptionEn"] }) { _ in },
    ]

    @Test("What cannot be described says what to do", arguments: [380, 810, 901])
    func undescribed(code: Int) async throws {
        try await withBench({ $0.faults.other.errors = [CodeFault(code, .always)] }) { bench in
            for error in [
                await refusal(try await bench.cloud.workflowNodes("19")),
                await refusal(try await bench.cloud.appNodes("19")),
            ] {
                #expect(error?.code == .refused)
                #expect(error?.errorCode?.number == code)
                #expect(error?.hint?.text().isEmpty == false)
            }
        }
        try await withBench({ $0.answers.workflowsSaved = false }) { bench in
            let error = await refusal(try await bench.cloud.workflowNodes("19"))
            #expect(error?.hint?.text().contains("run it once") == true)
        }
    }

    @Test("A task is cancelled, of whichever family", arguments: SubmissionWay.all)
    func cancel(way: SubmissionWay) async throws {
        try await withBench({ $0.tasks.manual = true }) { bench in
            let task = try await bench.start(way)
            try await bench.cloud.cancel(task)
            #expect(await bench.simulator.record.task(task)?.status == .cancelled)
            // It has ended, so there is nothing to cancel any more: 807, as for some tasks of apps at once.
            #expect(await refusal(try await bench.cloud.cancel(task))?.disposition == .unknownTask)
        }
    }

    @Test("Cancelling what nobody knows is told as that", arguments: [807, 423, 1004])
    func cancelUnknown(code: Int) async throws {
        try await withBench({ $0.faults.other.errors = [CodeFault(code, .always)] }) { bench in
            #expect(await refusal(try await bench.cloud.cancel("1850847421957988354"))?.disposition == .unknownTask)
        }
    }
}
