import Glibc
import Jobs
import Testing

@testable import Daemon

@Suite("The files that are shipped", .timeLimit(.minutes(1)))
struct ShippedFilesTests {
    /// `etc/runninghubd` of the repository.
    private let folder = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/etc/runninghubd"

    private func text(_ path: String) throws -> String {
        String(decoding: try LocalConfigurationFiles().content(of: path), as: UTF8.self)
    }

    @Test("config.yaml as shipped is the defaults, and no mistake.")
    func configuration() throws {
        let reading = ConfigurationReader(file: folder + "/config.yaml").read()
        #expect(reading.problems.isEmpty)
        var expected = Configuration()
        expected.pipelinesFolder = folder + "/pipelines.d"
        #expect(reading.configuration == expected)
    }

    @Test("Every default is in the shipped config.yaml, and taking the comments away changes nothing but the examples.")
    func uncommented() throws {
        let text = try text(folder + "/config.yaml")
        let reading = readConfiguration(["config.yaml": uncommented(text)])
        #expect(reading.problems.isEmpty)
        var expected = Configuration()
        expected.pipelinesFolder = "/c/pipelines.d"
        expected.api.keys = [KeySettings(name: "main", source: .credential("key_main"))]
        expected.webhook.publicURL = "https://media.example.com/rh"
        expected.webhook.tls = .init(
            certificate: "/etc/runninghubd/tls/fullchain.pem",
            key: "/etc/runninghubd/tls/privkey.pem"
        )
        expected.metrics.listen = ListenAddress(host: "127.0.0.1", port: 9787)
        expected.general.hooks = Pipeline.Hooks()
        expected.general.hooks?.url = "https://shop.example/hooks"
        expected.general.hooks?.credential = "hook_shop"
        #expect(reading.configuration == expected)
        let shown = try #require(reading.documents.first?.yaml)
        #expect(!shown.contains("# default"), "\(shown)")
    }

    @Test("The examples pass as pipelines, together and without a warning.")
    func examples() throws {
        var files: [String: String] = [:]
        for bytes in try LocalConfigurationFiles().names(in: folder + "/pipelines.d") {
            let name = String(decoding: bytes, as: UTF8.self)
            guard name.hasSuffix(".yaml.example") else { continue }
            files["pipelines.d/" + name.dropLast(".example".count)] = try text(folder + "/pipelines.d/" + name)
        }
        let reading = readConfiguration(files)
        #expect(reading.problems.isEmpty)
        #expect(reading.configuration?.pipelines.map(\.name) == ["oil-painting", "poster", "restyle", "upscale"])
        #expect(reading.configuration?.pipelines.first { $0.name == "upscale" }?.outbox.layout == .folder)
        let oil = try #require(files["pipelines.d/oil-painting.yaml"])
        let open = Daemon.ConfigurationReader(
            file: "/c/config.yaml",
            files: MemoryFiles(["/c/config.yaml": "", "/c/pipelines.d/oil.yaml": uncommented(oil)])
        ).read()
        #expect(open.problems.isEmpty)
    }

    /// Every setting that is commented out, taken in: `#` at the left margin and no space behind it but indentation.
    private func uncommented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            let rest = line.dropFirst()
            let body = rest.drop { $0 == " " || $0 == "-" }
            let isSetting =
                line.hasPrefix("#") && (body.first?.isLetter ?? false)
                && body.prefix { $0 != ":" }.allSatisfy { $0.isASCIIWord }
            let isIndentedEnough = !rest.hasPrefix(" ") || rest.hasPrefix("  ")
            return isSetting && isIndentedEnough && body.contains(":") ? String(rest) : String(line)
        }.joined(separator: "\n")
    }
}
