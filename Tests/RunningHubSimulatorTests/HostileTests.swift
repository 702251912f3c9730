import FoundationEssentials
import NIOCore
import RunningHubSimulator
import Testing

@Suite("Results are served with malice where it is set so", .timeLimit(.minutes(1)))
struct HostileTests {
    private static func settings(_ change: (inout OutputSettings) -> Void) -> SimulatorSettings {
        .fast {
            $0.results.outputs = [OutputSettings(.generated, type: "png", bytes: 1000)]
            change(&$0.results.outputs[0])
        }
    }

    /// The first result of a task, as query tells it.
    private func result(_ simulator: Simulator) async throws -> JSON {
        let task = try await simulator.runToEnd()
        guard case .array(let results) = try await simulator.query(task)["results"] else { return .null }
        return try #require(results.first)
    }

    @Test("Address and type are told as they are set")
    func told() async throws {
        let settings = Self.settings {
            $0.hostile.address = "file:///etc/passwd"
            $0.hostile.type = "../a\n"
        }
        try await withSimulator(settings) { simulator in
            let result = try await result(simulator)
            #expect(result["url"] == "file:///etc/passwd")
            #expect(result["outputType"] == "../a\n")
        }
    }

    @Test("An address redirects as often as it is set, then elsewhere or to the file")
    func redirects() async throws {
        try await withSimulator(Self.settings { $0.hostile.redirects = 3 }) { simulator in
            let url = try #require(try await result(simulator)["url"]?.text)
            #expect(try await send("GET", url).body.readableBytes == 1000)
            #expect(await simulator.record.downloads.map(\.status) == [302, 302, 302, 200])
            await simulator.update { $0.results.outputs[0].hostile.location = "\(url)x" }
            let other = try #require(try await result(simulator)["url"]?.text)
            #expect(try await send("GET", other).status == 404)
        }
    }

    @Test("Length and encoding are said as they are set")
    func head() async throws {
        let settings = Self.settings {
            $0.hostile.contentLength = "10"
            // One that the client of these tests does not decode.
            $0.hostile.contentEncoding = "br"
        }
        try await withSimulator(settings) { simulator in
            let url = try #require(try await result(simulator)["url"]?.text)
            // What comes behind the announced length spoils the connection for whoever would have it next.
            let reply = try await send("GET", url, headers: ["Connection": "close"])
            #expect(reply.headers["content-length"] == "10" && reply.headers["content-encoding"] == "br")
            #expect(reply.body.readableBytes == 10)
            await simulator.update { $0.results.outputs[0].hostile.contentLength = "2000" }
            let longer = try #require(try await result(simulator)["url"]?.text)
            await #expect(throws: (any Error).self) {
                try await send("GET", longer, headers: ["Connection": "close"])
            }
        }
    }

    @Test("A body without an end goes on until its reader leaves")
    func endless() async throws {
        try await withSimulator(Self.settings { $0.hostile.endless = true }) { simulator in
            let url = try #require(try await result(simulator)["url"]?.text)
            await #expect(throws: (any Error).self) { try await send("GET", url, limit: 4 << 20) }
        }
    }

    @Test("A query may be answered with JSON that never ends")
    func endlessAnswer() async throws {
        try await withSimulator(.fast) { simulator in
            let task = try await simulator.runToEnd()
            await simulator.update { $0.faults.query.lostByEndless = .next(1) }
            await #expect(throws: (any Error).self) { try await simulator.query(task) }
            #expect(try await simulator.query(task)["status"] == "SUCCESS")
        }
    }

    @Test("A node value chooses what a task makes")
    func chosen() async throws {
        let patch = """
            {"results": {"chosen": [
                {"node_value": "a.png", "outputs": [{"content": "text", "text": "chosen", "node": "7"}]}
            ]}}
            """
        try await withSimulator(try Self.settings { _ in }.merging(Data(patch.utf8))) { simulator in
            #expect(try await result(simulator)["text"] == .null)
            let task = try await simulator.runToEnd(["a.png"])
            let results = try await simulator.query(task)["results"]
            guard case .array(let elements) = results else { return #expect(Bool(false), "\(results)") }
            #expect(elements.map { $0["text"] } == ["chosen"] && elements.map { $0["nodeId"] } == ["7"])
        }
    }
}
