import Jobs
import RunningHubSimulator
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("The worked pipelines", .timeLimit(.minutes(1)))
    struct WorkedPipelinesTests {
        /// Nothing where the page cannot be read, which `page()` tells.
        static let sections = (try? WorkedPage())?.sections ?? []

        @Test("Every section says what comes of it, and everything that it shows is run.")
        func page() throws {
            let sections = try WorkedPage().sections
            #expect(sections.count >= 15)
            for section in sections {
                let place = "\(WorkedPage.path):\(section.line): \(section.title)"
                #expect(!section.steps.isEmpty || !section.commands.isEmpty, "\(place) has no expectations")
                #expect(section.settings.isEmpty || !section.steps.isEmpty, "\(place) has settings that nothing runs")
                let dropped = Set(section.steps.flatMap(\.dropped).map(\.path))
                #expect(dropped.isSuperset(of: section.parameters.keys), "\(place) has a file that nobody drops")
                let touched = section.steps.flatMap(\.dropped).map(\.path).joined(separator: "\n")
                for pipeline in section.reading().configuration?.pipelines ?? [] {
                    let inbox = pipeline.folders.inbox ?? "inbox/\(pipeline.name)"
                    #expect(touched.contains("\(inbox)/"), "\(place): nothing is dropped for \(pipeline.name)")
                }
            }
        }

        @Test("Each section's pipelines do with what is dropped what the page says.", arguments: sections)
        func section(_ section: WorkedSection) async throws {
            let reading = section.reading()
            #expect(reading.problems.isEmpty)
            let configuration = try #require(reading.configuration)
            for (command, output) in section.commands { try await run(command, output, section) }
            guard !section.steps.isEmpty else { return }
            try await withDaemon {
                section.prepare(&$0, configuration)
            } _: { daemon in
                var stage = WorkedStage(daemon, section, configuration.pipelines)
                try await stage.start()
                for step in section.steps { try await stage.run(step) }
            }
        }

        /// Compares what a command prints with what the page shows; a line `…` stands for any number of lines.
        private func run(_ command: String, _ output: [String], _ section: WorkedSection) async throws {
            let words = command.split(separator: " ").map(String.init)
            let printed: [String]
            switch words.dropFirst(words.first == "sudo" ? 1 : 0).prefix(3) {
            case ["runninghubd", "check"]: printed = section.reading(alone: true).problems.map { "\($0)" }
            case ["runninghubd", "describe", "--ai-app"]:
                printed = try await withSimulator { simulator in
                    let question = TargetQuestion(site: simulator.baseURL, key: Secret(KeySettings.defaultKey))
                    let text = try await question.ask(about: .aiApp(words.last ?? "")).text
                    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                }
            default:
                Issue.record("\(section.title): nothing runs '\(command)'")
                return
            }
            var rest = printed[...]
            for line in output where line != "…" {
                guard let index = rest.firstIndex(of: line) else {
                    Issue.record("\(section.title): '\(command)' does not print, or not there: \(line)\n\(printed)")
                    return
                }
                rest = rest[(index + 1)...]
            }
            if !output.contains("…") { #expect(rest.isEmpty && printed.count == output.count, "\(printed)") }
        }

        private typealias KeySettings = RunningHubSimulator.KeySettings
    }
}
