import Jobs
import RunningHubSimulator
import Testing

@testable import Daemon

@Suite("Asking what a target takes", .timeLimit(.minutes(1)))
struct TargetQuestionTests {
    private func question(_ simulator: Simulator, key: String = KeySettings.defaultKey) -> TargetQuestion {
        TargetQuestion(site: simulator.baseURL, key: Secret(key))
    }

    @Test(
        "An app and a workflow become a pipeline's file in which check finds nothing wrong.",
        arguments: [Pipeline.Target.aiApp("2016740236478386178"), .workflow("1904136902449209346")]
    )
    func proposal(target: Pipeline.Target) async throws {
        try await withSimulator(SimulatorSettings()) { simulator in
            let text = try await question(simulator).ask(about: target).text
            let reading = readConfiguration(["pipelines.d/p.yaml": text])
            #expect(reading.problems.isEmpty, "\(reading.problems)\n\(text)")
            let pipeline = try #require(reading.configuration?.pipelines.first)
            #expect(pipeline.target == target)
            #expect(pipeline.nodes.map(\.field) == ["image"])
            let all = readConfiguration(["pipelines.d/p.yaml": text.replacing("\n  #- ", with: "\n  - ")])
            let stems = all.problems.filter { "\($0)".contains("stem") }
            #expect(all.problems.count == stems.count, "\(all.problems)\n\(text)")
        }
    }

    @Test("A workflow that was never run on the site, and a key that is not known, are told with what to do.")
    func refused() async throws {
        var settings = SimulatorSettings()
        settings.answers.workflowsSaved = false
        try await withSimulator(settings) { simulator in
            let target = Pipeline.Target.workflow("1904136902449209346")
            let unsaved = await #expect(throws: TargetQuestion.Failure.self) {
                try await question(simulator).ask(about: target)
            }
            #expect(unsaved?.description.contains("810") == true || unsaved?.description.contains("run") == true)
            let unknown = await #expect(throws: TargetQuestion.Failure.self) {
                try await question(simulator, key: "another").ask(about: target)
            }
            #expect(unknown?.description.isEmpty == false)
            #expect(unknown?.description.contains("another") == false)
        }
    }
}
