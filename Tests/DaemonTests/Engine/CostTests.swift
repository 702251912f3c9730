import Jobs
import RunningHub
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("What jobs cost", .timeLimit(.minutes(1)))
    struct CostTests {
        /// How RunningHub writes what a task cost, and what is made of it.
        struct Form: Sendable, CustomTestStringConvertible {
            let usage: AnswerSettings.Usage
            let figures: FormSettings.Figures
            let api: Pipeline.API
            let coins: String?
            let money: String?

            var testDescription: String { "\(usage) as \(figures) by \(api)" }
        }

        private static let forms: [Form] = [Pipeline.API.v2, .v1].flatMap { api in
            [FormSettings.Figures.documented, .texts, .numbers].flatMap { figures in
                [
                    Form(usage: .coins, figures: figures, api: api, coins: "6", money: nil),
                    Form(usage: .money, figures: figures, api: api, coins: "6", money: "4.35"),
                    Form(usage: .empty, figures: figures, api: api, coins: nil, money: nil),
                    Form(usage: .nulls, figures: figures, api: api, coins: nil, money: nil),
                ]
            }
        }

        @Test("They are in the manifest and in the journal, however they are written.", arguments: forms)
        func delivered(form: Form) async throws {
            try await withDaemon {
                $0.cloud.answers.usage = form.usage
                $0.cloud.forms.figures = form.figures
                $0.pipeline { $0.api = form.api }
                if form.api == .v1 { $0.cloud.answers.ignorantPaths = ["/openapi/v2/query"] }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let manifest = try daemon.manifest("cat")
                #expect(manifest.cost?.coins == form.coins && manifest.cost?.money == form.money)
                #expect(manifest.cost?.tasks == 1 && manifest.cost?.durationMilliseconds != nil)
                let isNumber = form.figures == .numbers
                switch (form.coins, manifest.usage["consumeCoins"]) {
                case (nil, let figure): #expect(figure == nil || figure == .null)
                case (_?, let figure): #expect(figure == (isNumber ? .integer(6) : .text("6")))
                }
                let line = try await daemon.told(.delivered)
                #expect(line.fields["coins"] == form.coins && line.fields["money"] == form.money)
                #expect(line.fields["duration.ms"] != nil)
                let costs = [form.coins.map { "\($0) coins" }, form.money.map { "\($0) in money" }].compactMap(\.self)
                let beginning = "Delivered oil/cat.png: cat.png (" + costs.map { "\($0), " }.joined()
                #expect(line.text.hasPrefix(beginning) && line.text.hasSuffix("s)"), "\(line.text)")
            }
        }

        @Test("An attempt that failed before is counted in, and each task's own line has its own.")
        func severalTasks() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.failures = [TaskFailureFault(.outOfMemory, .next(1))]
                $0.pipeline { $0.retries = 1 }
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 500)
                let line = try await daemon.told(.delivered)
                #expect(line.fields["coins"] == "12" && line.text.contains("(12 coins, "))
                #expect(try await daemon.told(.taskFailed).fields["coins"] == "6")
                #expect(try await daemon.told(.succeeded).fields["coins"] == "6")
                let manifest = try daemon.manifest("cat")
                #expect(manifest.cost?.coins == "12" && manifest.cost?.tasks == 2)
                #expect(manifest.usage["consumeCoins"] == .text("6"))
            }
        }

        @Test("A task that was cancelled on the site tells what its time cost.")
        func cancelled() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.cancelled = .always
            } _: { daemon in
                try daemon.drop("cat.png")
                // The cloud calls nobody back for it.
                daemon.clock.run(times: 500)
                try await daemon.told(.tidied)
                let line = try await daemon.told(.cancelled)
                #expect(line.fields["coins"] == "6" && line.fields["duration.ms"] != nil)
                #expect(line.text.contains("was cancelled (6 coins, "), "\(line.text)")
                #expect(try daemon.text(.failed, "cat.png.error.txt").contains("\nIt cost 6 coins.\n"))
                #expect(try daemon.notes("cat.png").cost?.coins == "6")
            }
        }
    }
}
