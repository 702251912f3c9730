import HTTPTypes
import Jobs
import RunningHub
import RunningHubSimulator
import Testing

/// API.md §3.4.
@Suite("Callbacks that are asked about and asked for", .serialized, .timeLimit(.minutes(1)))
struct WebhookDetailTests {
    @Test("A callback that arrived is told as that", arguments: SubmissionWay.all)
    func delivered(way: SubmissionWay) async throws {
        try await withBench { bench in
            try await withReceiver { receiver, address in
                let task = try await bench.start(way, webhook: address)
                _ = await receiver.next()
                await bench.simulator.waitUntil { $0.callbacks.contains { $0.delivered } }
                let detail = try #require(try await bench.cloud.webhookDetail(task))
                #expect(detail.delivered == true)
                #expect(detail.retries == 0)
                #expect(detail.id.isEmpty == false)
                #expect(detail.createdAt?.count == 19)
            }
        }
    }

    static let forms: [Variation<WebhookDetail>] = [
        Variation("§3.4 as documented") { #expect($0.retries == 3) },
        Variation("§2.6 retryCount a text", { $0.forms.figures = .texts }) { #expect($0.retries == 3) },
        Variation("§2.6 taskId a bare number", { $0.forms.bareTaskNumbers = true }) { #expect($0.retries == 3) },
        Variation("§2.1 errorMessages", { $0.forms.errorMessages = true }) { #expect($0.retries == 3) },
        Variation("§3.4 fields missing", { $0.forms.omitted = ["retryCount", "updateTime", "eventData"] }) {
            #expect($0.retries == nil)
        },
    ]

    @Test("A callback that did not arrive is told as that, and comes when asked for again", arguments: forms)
    func failed(variation: Variation<WebhookDetail>) async throws {
        try await withBench({
            $0.callbacks.retryInterval = 0
            variation.settings(&$0)
        }) { bench in
            try await withReceiver(answering: Array(repeating: .badGateway, count: 4)) { receiver, address in
                let task = try await bench.start(.app, webhook: address)
                for _ in 0..<4 { _ = await receiver.next() }
                await bench.simulator.firstEvent { if case .callbackGivenUp(task) = $0 { true } else { false } }
                let detail = try #require(try await bench.cloud.webhookDetail(task))
                #expect(detail.delivered == false)
                try variation.expect(detail)
                try await bench.cloud.retryWebhook(detail.id)
                #expect(CallbackBody.decode(await receiver.next().body).taskID == task)
            }
        }
    }

    @Test("A callback can be asked for at another address")
    func redirected() async throws {
        try await withBench { bench in
            try await withReceiver { receiver, address in
                let task = try await bench.start(.create, webhook: "http://127.0.0.1:9/gone")
                await bench.simulator.waitUntil { $0.callbacks.contains { !$0.tries.isEmpty } }
                let detail = try #require(try await bench.cloud.webhookDetail(task))
                try await bench.cloud.retryWebhook(detail.id, to: Secret(address))
                #expect(CallbackBody.decode(await receiver.next().body).taskID == task)
            }
        }
    }

    @Test("A task without a callback has none, and that is an answer", arguments: SubmissionWay.all)
    func none(way: SubmissionWay) async throws {
        try await withBench { bench in
            let task = try await bench.finish(way)
            let detail = try await bench.cloud.webhookDetail(task)
            #expect(detail == nil)
        }
    }

    @Test("A task that is not known, and a callback that is not, are refused")
    func unknown() async throws {
        try await withBench { bench in
            let unknown = await refusal(try await bench.cloud.webhookDetail("1850847421957988354"))
            #expect(unknown?.code == .unknownTask)
            #expect(await refusal(try await bench.cloud.retryWebhook("1"))?.errorCode?.number == 1)
        }
    }
}
