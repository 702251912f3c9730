import Jobs
import Testing

@testable import Daemon

@Suite("What fits together", .timeLimit(.minutes(1)))
struct CrossCheckTests {
    @Test("A wrong pipeline takes only itself out of service; a wrong config.yaml stops the start.")
    func outOfService() throws {
        let reading = readConfiguration([
            "pipelines.d/a.yaml": "ai_app: x", "pipelines.d/b.yaml": pipelineFile(""), "pipelines.d/c.yaml": "[",
        ])
        let configuration = try #require(reading.configuration)
        #expect(configuration.pipelines.map(\.name) == ["b"])
        #expect(configuration.outOfService == ["a", "c"])
        #expect(Set(reading.problems.map(\.pipeline)) == ["a", "c"])
        let wrong = both(["config.yaml": "language: xx", "pipelines.d/b.yaml": pipelineFile("timeout: 5")])
        #expect(wrong.configuration == nil)
        #expect(wrong.problems.map(\.pipeline) == [nil, "b"])
    }

    private func both(_ files: [String: String]) -> ConfigurationReading { readConfiguration(files) }

    @Test("Folders of two pipelines that lie in each other put both out of service.")
    func overlap() {
        let files = [
            "pipelines.d/a.yaml": pipelineFile("folders:\n  inbox: /srv/in"),
            "pipelines.d/b.yaml": pipelineFile("folders:\n  outbox: /srv/in/x/../../in2\n  done: /srv/in/deep/er/"),
            "pipelines.d/c.yaml": pipelineFile("folders:\n  inbox: /srv/inner"),
            "pipelines.d/d.yaml": pipelineFile(
                "folders:\n  inbox: /var/spool/runninghubd/inbox/c\n  done: /var/lib/runninghubd/x"
            ),
            "pipelines.d/e.yaml": pipelineFile("folders: { inbox: /srv/e, outbox: /srv/e }"),
        ]
        let reading = readConfiguration(files)
        #expect(
            reading.problems.filter { $0.pipeline != "d" }.map(\.description) == [
                "/c/pipelines.d/a.yaml:4:10: This folder overlaps the done of 'b', /srv/in/deep/er.",
                "/c/pipelines.d/b.yaml:4:11: 'outbox' may not hold '..'.",
                "/c/pipelines.d/b.yaml:5:9: This folder overlaps the inbox of 'a', /srv/in.",
                "/c/pipelines.d/e.yaml:3:19: This folder overlaps the outbox of 'e', /srv/e.",
                "/c/pipelines.d/e.yaml:3:35: This folder overlaps the inbox of 'e', /srv/e.",
            ]
        )
        #expect(
            reading.problems.filter { $0.pipeline == "d" }.map(\.message) == [
                "This folder overlaps the spool, /var/spool/runninghubd.",
                "This folder overlaps the state, /var/lib/runninghubd.",
            ]
        )
        #expect(reading.configuration?.pipelines.map(\.name) == ["c"])
    }

    @Test("Names that differ in case alone are one on shared folders, and both are out of service.")
    func caseClash() {
        let reading = readConfiguration([
            "pipelines.d/Oil.yaml": pipelineFile(""), "pipelines.d/oil.yaml": pipelineFile(""),
            "pipelines.d/x.yaml": pipelineFile(""),
        ])
        #expect(reading.configuration?.pipelines.map(\.name) == ["x"])
        #expect(reading.configuration?.outOfService == ["Oil", "oil"])
    }

    @Test(
        "Names that cannot be folders everywhere are refused.",
        arguments: [
            "a:b", "a\\b", "con", "NUL", "a ", "a.", "-x", "~x", "a\u{7}b", "a?", "#x", " a", "a\u{202E}b",
            String(repeating: "x", count: 101),
        ]
    )
    func wrongNames(name: String) {
        let reading = readConfiguration(["pipelines.d/\(name).yaml": pipelineFile("")])
        #expect(reading.problems.count == 1)
        #expect(reading.configuration?.pipelines.isEmpty ?? false)
    }

    @Test(
        "Names in any script, with spaces and dots within, are fine.",
        arguments: ["油画", "масло", "a b", "v1.2", "_x", "x-y_z"]
    )
    func rightNames(name: String) {
        #expect(
            readConfiguration(["pipelines.d/\(name).yaml": pipelineFile("")]).configuration?.pipelines.map(\.name) == [
                name
            ]
        )
    }

    @Test("{url} works with a public address, and is refused with the reason where the daemon only polls.")
    func address() {
        let nodes = "nodes: [{ id: 1, field: a, value: \"{url}\" }]"
        let file = ["pipelines.d/a.yaml": pipelineFile("", nodes: nodes)]
        #expect(configurationProblems(file).count == 1)
        #expect(
            configurationProblems(
                file.merging(["config.yaml": "webhook: { public_url: https://m.example/rh/ }"]) { $1 }
            ).isEmpty
        )
        // What is wrong with the address is told once, where it stands.
        #expect(configurationProblems(file.merging(["config.yaml": "webhook: { public_url: m }"]) { $1 }).count == 1)
    }

    @Test("Keys of a pipeline are checked against the list, or against the credentials where there is none.")
    func keys() {
        let file = ["pipelines.d/a.yaml": pipelineFile("keys: [main]")]
        #expect(configurationProblems(file).isEmpty)
        #expect(configurationProblems(file, credentials: ["key_main", "other"]).isEmpty)
        #expect(
            configurationProblems(file, credentials: ["key_other"]) == [
                "pipelines.d/a.yaml:3:8: There is no key 'main'. 'runninghubd key add NAME' stores one, 'runninghubd key list' shows them."
            ]
        )
        let list = ["config.yaml": "api: { keys: [{ name: other, credential: key_main }] }"]
        #expect(configurationProblems(file.merging(list) { $1 }, credentials: ["key_main"]).count == 1)
    }

    @Test("Stems with and without are mixed only where folder_is says what a folder is.", arguments: ["job", "batch"])
    func mixed(meaning: String) {
        let nodes = "nodes: [{ id: 1, field: a, value: \"{file:x}\" }, { id: 2, field: a, value: \"{file}\" }]"
        #expect(configurationProblems(["pipelines.d/a.yaml": pipelineFile("", nodes: nodes)]).count == 1)
        #expect(
            configurationProblems(["pipelines.d/a.yaml": pipelineFile("folder_is: \(meaning)", nodes: nodes)]).isEmpty
        )
    }

    @Test("Kinds are kept under their own names, whatever they were called.")
    func kinds() {
        let reading = readConfiguration(["pipelines.d/a.yaml": pipelineFile("accept: [JPEG, tif, image, any]")])
        #expect(reading.problems.isEmpty)
        #expect(reading.configuration?.pipelines.first?.accept == ["jpg", "tiff", "image", "any"])
    }

    @Test("A pipeline that wants texts and does not take them is doubted.")
    func texts() {
        let nodes = "nodes: [{ id: 1, field: a, value: \"{text}\" }]"
        let reading = readConfiguration(["pipelines.d/a.yaml": pipelineFile("", nodes: nodes)])
        #expect(reading.problems.map(\.severity) == [.warning])
        #expect(reading.configuration?.pipelines.count == 1)
        #expect(configurationProblems(["pipelines.d/a.yaml": pipelineFile("accept: [text]", nodes: nodes)]).isEmpty)
    }

    @Test("Addresses lose the slash at their end, paths their detours.")
    func normalForms() throws {
        let text =
            "api: { base_url: \"http://127.0.0.1:9000/\" }\nwebhook: { public_url: \"HTTPS://m.example/rh//\" }\nspool: /srv//spool/./x/\n"
        let reading = readConfiguration(["config.yaml": text])
        #expect(reading.problems.isEmpty)
        #expect(reading.configuration?.api.baseURL == "http://127.0.0.1:9000")
        #expect(reading.configuration?.webhook.publicURL == "HTTPS://m.example/rh")
        #expect(reading.configuration?.spool == "/srv/spool/x")
    }

    @Test(
        "Listening addresses are names, IPv4 or IPv6.",
        arguments: ["127.0.0.1:1", "localhost:65535", "[::1]:8787", "my-host.example:80"]
    )
    func listen(text: String) {
        let address = ListenAddress(text)
        #expect(address.map { "\($0)" } == text)
        #expect(
            readConfiguration(["config.yaml": "webhook: { listen: \"\(text)\" }"]).configuration?.webhook.listen
                == address
        )
    }

    @Test(
        "What is no listening address is none.",
        arguments: [":1", "a:0", "a:65536", "a", "a:", "::1:80", "[]:1", "a b:1", "a:+1", "[x]:1", "a/b:1"]
    )
    func noListen(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
