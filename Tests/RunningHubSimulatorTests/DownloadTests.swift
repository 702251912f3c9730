import Crypto
import NIOCore
import RunningHubSimulator
import Testing

@Suite("Result files are served as set", .timeLimit(.minutes(1)))
struct DownloadTests {
    /// Runs one task and gives its first output.
    private func output(_ simulator: Simulator, files: [String] = []) async throws -> SimulatorRecord.Output {
        let task = try await simulator.runToEnd(files)
        return try #require(await simulator.record.task(task)?.outputs.first)
    }

    private func url(_ simulator: Simulator) async throws -> String {
        try #require(try await output(simulator).url)
    }

    private static func generated(
        _ bytes: Int,
        change: (inout SimulatorSettings) -> Void = { _ in }
    ) -> SimulatorSettings {
        .fast {
            $0.results.outputs = [OutputSettings(.generated, type: "mp4", bytes: bytes)]
            change(&$0)
        }
    }

    @Test("An uploaded file comes back as the output, from memory and from the folder", arguments: [10, 3_000_000])
    func echo(bytes: Int) async throws {
        try await withSimulator(.fast) { simulator in
            let file = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let name = try #require(try await simulator.upload(file, named: "a.jpg")["data"]?["fileName"]?.text)
            let output = try await output(simulator, files: [name])
            let reply = try await send("GET", try #require(output.url))
            #expect(Array(reply.body.readableBytesView) == file)
            #expect(reply.headers["content-type"] == "image/jpeg")
            #expect(output.bytes == bytes)
            let upload = await simulator.record.uploads.first
            #expect(output.sha256 == upload?.sha256)
        }
    }

    @Test("A generated file has the digest of the record, the signature of its type, and is the same every time")
    func generated() async throws {
        try await withSimulator(Self.generated(1_000_003)) { simulator in
            let output = try await output(simulator)
            let url = try #require(output.url)
            let first = try await send("GET", url).body
            #expect(first.readableBytes == 1_000_003)
            let digest = SHA256.hash(data: first.readableBytesView).map {
                String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
            }
            #expect(digest.joined() == output.sha256)
            #expect(Array(first.readableBytesView.prefix(8)) == [0, 0, 0, 0x18] + Array("ftyp".utf8))
            #expect(try await send("GET", url).body == first)
            // A download is told when its connection has taken all of it, which may be after the client has.
            let record = await simulator.waitUntil { $0.downloads.filter(\.complete).count == 2 }
            #expect(record.downloads.map(\.bytes) == [1_000_003, 1_000_003])
            #expect(record.downloads.map(\.complete) == [true, true])
        }
    }

    @Test(
        "Ranges are served as the object store does",
        arguments: [
            ("bytes=0-9", 206, 0, 10), ("bytes=95-", 206, 95, 5), ("bytes=-7", 206, 93, 7),
            ("bytes=3-2000", 206, 3, 97),
            ("bytes=100-", 416, 0, 0), ("bytes=1-2,5-6", 200, 0, 100), ("items=1-2", 200, 0, 100),
        ]
    )
    func ranges(range: String, status: Int, offset: Int, count: Int) async throws {
        try await withSimulator(Self.generated(100)) { simulator in
            let url = try await url(simulator)
            let whole = Array(try await send("GET", url).body.readableBytesView)
            let reply = try await send("GET", url, headers: ["Range": range])
            #expect(reply.status == status)
            guard status != 416 else { return }
            #expect(Array(reply.body.readableBytesView) == Array(whole[offset..<(offset + count)]))
            if status == 206 {
                #expect(reply.headers["content-range"] == "bytes \(offset)-\(offset + count - 1)/100")
            }
        }
    }

    @Test("A huge file is served in parts without being made")
    func huge() async throws {
        try await withSimulator(Self.generated(8_000_000_000)) { simulator in
            let task = try await simulator.runToEnd()
            guard case .array(let results) = try await simulator.query(task)["results"] else { return }
            let url = try #require(results.first?["url"]?.text)
            let reply = try await send("GET", url, headers: ["Range": "bytes=7999999990-"])
            #expect(reply.body.readableBytes == 10)
            #expect(reply.headers["content-range"] == "bytes 7999999990-7999999999/8000000000")
        }
    }

    @Test("A truncated file ends before its promised length")
    func truncated() async throws {
        try await withSimulator(Self.generated(1_000_000) { $0.faults.downloads.truncated = .next(1) }) { simulator in
            let url = try await url(simulator)
            await #expect(throws: (any Error).self) { try await send("GET", url) }
            await simulator.waitUntil { $0.downloads.first?.bytes == 500_000 }
            #expect(await simulator.record.downloads.first?.complete == false)
            #expect(try await send("GET", url).body.readableBytes == 1_000_000)
        }
    }

    @Test("A file without a length is cut as well")
    func withoutLength() async throws {
        try await withSimulator(Self.generated(1_000_000) { $0.faults.downloads.withoutLength = .always }) {
            simulator in
            let url = try await url(simulator)
            let reply = try await send("GET", url)
            #expect(reply.headers["content-length"] == nil)
            #expect(reply.body.readableBytes == 1_000_000)
            await simulator.update { $0.faults.downloads.truncated = .always }
            await #expect(throws: (any Error).self) { try await send("GET", url) }
        }
    }

    @Test("Slow and stalled files come late, and whole")
    func slow() async throws {
        let settings = Self.generated(1000) {
            $0.faults.downloads.slow = .next(1)
            $0.faults.downloads.slowBytesPerSecond = 5000
            $0.faults.downloads.stallTime = 0.2
        }
        try await withSimulator(settings) { simulator in
            let url = try await url(simulator)
            let clock = ContinuousClock()
            var began = clock.now
            #expect(try await send("GET", url).body.readableBytes == 1000)
            #expect(clock.now - began >= .milliseconds(200))
            await simulator.update { $0.faults.downloads.stalled = .next(1) }
            began = clock.now
            #expect(try await send("GET", url).body.readableBytes == 1000)
            #expect(clock.now - began >= .milliseconds(200))
        }
    }

    @Test("Refusals: cut, status, expired, unknown, the first so many")
    func refusals() async throws {
        try await withSimulator(Self.generated(10)) { simulator in
            let url = try await url(simulator)
            await simulator.update { $0.faults.downloads.cutBefore = .next(1) }
            await #expect(throws: (any Error).self) { try await send("GET", url) }
            await simulator.update { $0.faults.downloads.http = [StatusFault(500, .next(1))] }
            #expect(try await send("GET", url).status == 500)
            await simulator.update { $0.faults.downloads.expired = .next(1) }
            #expect(try await send("GET", url).status == 403)
            await simulator.update {
                $0.results.expiredStatus = 404
                $0.faults.downloads.expired = .next(1)
            }
            #expect(try await send("GET", url).status == 404)
            await simulator.update { $0.faults.downloads.firstRefused = 6 }
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(try await send("GET", url).status) }
            #expect(statuses == [503, 503, 200])
            #expect(try await send("GET", url + "x").status == 404)
        }
    }

    @Test("Addresses stop to work after their lifetime")
    func expiry() async throws {
        try await withSimulator(Self.generated(10) { $0.results.lifetime = 0 }) { simulator in
            let url = try await url(simulator)
            #expect(try await send("GET", url).status == 403)
        }
    }

    @Test("A signed address works only as it was given")
    func signed() async throws {
        try await withSimulator(Self.generated(10) { $0.results.signed = true }) { simulator in
            let url = try await url(simulator)
            #expect(try await send("GET", url).status == 200)
            #expect(try await send("GET", String(url.prefix { $0 != "?" })).status == 403)
        }
    }

    @Test("Content types are wrong when set so")
    func contentTypes() async throws {
        let settings = SimulatorSettings.fast {
            $0.results.outputs = [OutputSettings(.generated, type: "zip", bytes: 10)]
            $0.results.outputs[0].contentType = "image/png"
        }
        try await withSimulator(settings) { simulator in
            let url = try await url(simulator)
            let reply = try await send("GET", url)
            #expect(reply.headers["content-type"] == "image/png")
            #expect(Array(reply.body.readableBytesView.prefix(2)) == Array("PK".utf8))
            await simulator.update { $0.faults.downloads.wrongType = .next(1) }
            #expect(try await send("GET", url).headers["content-type"] == "text/html")
        }
    }

    @Test("A task has several outputs of every kind")
    func several() async throws {
        let settings = SimulatorSettings.fast {
            $0.results.outputs = [
                OutputSettings(.echo), OutputSettings(.text), OutputSettings(.textFile),
                OutputSettings(.generated, type: "mp4", bytes: 10, node: ""),
            ]
            $0.results.outputs[0].upperCase = true
        }
        try await withSimulator(settings) { simulator in
            let name = try #require(try await simulator.upload([1])["data"]?["fileName"]?.text)
            let task = try await simulator.runToEnd([name])
            guard case .array(let results) = try await simulator.query(task)["results"] else {
                Issue.record("no results")
                return
            }
            #expect(results.map { $0["outputType"] } == ["PNG", "txt", "txt", "mp4"])
            #expect(results[1]["url"] == .null)
            #expect(results[1]["text"] == "a photo of a harbour at dawn")
            let text = try await send("GET", try #require(results[2]["url"]?.text))
            #expect(text.text == "a photo of a harbour at dawn")
            #expect(results.map { $0["nodeId"] } == ["9", "9", "9", nil])
        }
    }

    @Test("A client that leaves early is recorded as such")
    func brokenOff() async throws {
        try await withSimulator(Self.generated(2_000_000_000)) { simulator in
            let task = try await simulator.runToEnd()
            guard case .array(let results) = try await simulator.query(task)["results"] else { return }
            let url = try #require(results.first?["url"]?.text)
            await #expect(throws: (any Error).self) { try await send("GET", url) }
            let ended = await simulator.firstEvent { if case .downloadFinished = $0 { true } else { false } }
            guard case .downloadFinished(_, _, let bytes, let complete) = ended else { return }
            #expect(!complete)
            #expect(bytes < 2_000_000_000)
        }
    }
}
