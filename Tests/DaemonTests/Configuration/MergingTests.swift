import Jobs
import Testing

@testable import Daemon

@Suite("Files over files", .timeLimit(.minutes(1)))
struct MergingTests {
    @Test("Files of config.d are laid over config.yaml in the order of their names: maps merged, lists replaced.")
    func order() throws {
        let reading = readConfiguration([
            "config.yaml": "limits: { upload: 1MB, output: 1GB }\ninbox: { ignore: [a, b] }\nlanguage: zh",
            "config.d/20-b.yaml": "limits: { upload: 3MB }",
            "config.d/10-a.yaml": "limits: { upload: 2MB, free_space: 7GB }\ninbox: { ignore: [c] }",
        ])
        #expect(reading.problems.isEmpty)
        let general = try #require(reading.configuration?.general)
        #expect(general.limits.upload == 3_000_000)
        #expect(general.limits.output == 1_000_000_000)
        #expect(general.limits.freeSpace == 7_000_000_000)
        #expect(general.inbox.ignore == ["c"])
        #expect(reading.configuration?.language == .zh)
    }

    @Test("An empty value takes an earlier one back to the default; an empty section takes nothing back.")
    func absent() throws {
        let reading = readConfiguration([
            "config.yaml": "webhook:\n  public_url: https://a.example\nlimits:\n  upload: 1MB\n",
            "config.d/a.yaml": "webhook:\n  public_url:\nlimits:\n#  upload: 2MB\n",
        ])
        let configuration = try #require(reading.configuration)
        #expect(configuration.webhook.publicURL == nil)
        #expect(configuration.general.limits.upload == 1_000_000)
    }

    @Test("A value that a later file replaces is checked all the same.")
    func replacedMistakes() {
        #expect(
            configurationProblems(["config.yaml": "language: xx", "config.d/a.yaml": "language: en"]) == [
                "config.yaml:1:11: 'language' must be en, zh or ru, not 'xx'."
            ]
        )
    }

    @Test("What a pipeline says wins there and nowhere else; what it does not say comes from config.yaml.")
    func pipelineOverrides() throws {
        let reading = readConfiguration([
            "config.yaml": "limits: { upload: 1MB, output: 2GB }\nretention: { done: never }\nafter_delivery: delete",
            "pipelines.d/a.yaml": pipelineFile(
                "limits: { upload: 9MB }\nafter_delivery: keep\nspending: { coins_per_day: 500 }"
            ),
            "pipelines.d/b.yaml": pipelineFile(""),
        ])
        #expect(reading.problems.isEmpty)
        let pipelines = try #require(reading.configuration?.pipelines)
        #expect(pipelines.map(\.name) == ["a", "b"])
        #expect(pipelines.map(\.limits.upload) == [9_000_000, 1_000_000])
        #expect(pipelines.map(\.limits.output) == [2_000_000_000, 2_000_000_000])
        #expect(pipelines.map(\.afterDelivery) == [.keep, .delete])
        #expect(pipelines.map(\.retention.done) == [nil, nil])
        #expect(pipelines.map(\.spending.coinsPerDay) == [500, nil])
        #expect(reading.configuration?.general.limits.upload == 1_000_000)
    }

    @Test("What is wrong in config.yaml is told once, however many pipelines take it over.")
    func inheritedMistakes() {
        let reading = readConfiguration([
            "config.yaml": "limits: { upload: x }", "pipelines.d/a.yaml": pipelineFile(""),
            "pipelines.d/b.yaml": pipelineFile(""),
        ])
        #expect(reading.problems.count == 1)
        #expect(reading.problems.map(\.pipeline) == [nil])
        #expect(reading.configuration == nil)
    }

    @Test("Files that do not end in .yaml, and hidden ones, are none of ours; .yml and .YAML are told.")
    func endings() throws {
        let reading = readConfiguration([
            "config.d/.hidden.yaml": "nonsense", "config.d/a.yaml.example": "nonsense", "config.d/README": "nonsense",
            "pipelines.d/oil.yaml.example": "nonsense", "pipelines.d/.#oil.yaml": "nonsense",
            "pipelines.d/b.yaml~": "nonsense",
            "pipelines.d/oil.yml": "", "pipelines.d/oil.yaml": pipelineFile(""), "pipelines.d/loud.YAML": "",
        ])
        #expect(
            reading.problems.map(\.description) == [
                "/c/pipelines.d/loud.YAML:1:1: Only files that end in '.yaml' are read: rename it to 'loud.yaml'.",
                "/c/pipelines.d/oil.yml:1:1: Only files that end in '.yaml' are read: rename it to 'oil.yaml'.",
            ]
        )
        #expect(reading.configuration?.pipelines.map(\.name) == ["oil"])
        #expect(
            configurationProblems(["config.d/a.yml": ""]) == [
                "config.d/a.yml:1:1: Only files that end in '.yaml' are read: rename it to 'a.yaml'."
            ]
        )
    }

    @Test("The folder of pipelines is relative to the file, or absolute; one that is named has to be there.")
    func pipelinesFolder() throws {
        let absolute = readConfiguration(["config.yaml": "pipelines: /c/other/.//", "other/a.yaml": pipelineFile("")])
        #expect(absolute.configuration?.pipelines.map(\.name) == ["a"])
        let relative = readConfiguration(["config.yaml": "pipelines: ./other", "other/a.yaml": pipelineFile("")])
        #expect(relative.configuration?.pipelinesFolder == "/c/other")
        #expect(relative.configuration?.pipelines.map(\.name) == ["a"])
        #expect(
            configurationProblems(["config.yaml": "pipelines: other"]) == [
                "config.yaml:1:12: There is no such folder: /c/other."
            ]
        )
    }

    @Test("A configuration without config.yaml is none.")
    func missing() {
        let reading = ConfigurationReader(file: "/c/config.yaml", files: MemoryFiles([:])).read()
        #expect(reading.configuration == nil)
        #expect(
            reading.problems.map(\.description) == [
                "/c/config.yaml:1:1: The file cannot be read: there is no such file or folder."
            ]
        )
    }
}
