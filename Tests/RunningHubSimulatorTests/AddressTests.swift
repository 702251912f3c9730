import FoundationEssentials
import NIOCore
import RunningHubSimulator
import Testing

@Suite("Inputs that are addresses are loaded", .timeLimit(.minutes(1)))
struct AddressTests {
    private let picture = Array("\u{89}PNG, or nearly".utf8) + (0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7) }

    /// Uploads a file and gives the address at which the simulator shows it.
    private func address(_ simulator: Simulator) async throws -> String {
        let name = try #require(try await simulator.upload(picture)["data"]?["fileName"]?.text)
        return "\(simulator.baseURL)/uploads/\(name)"
    }

    @Test("A task loads its address once, records what came, and an echo gives it back.")
    func loaded() async throws {
        try await withSimulator(.fast) { simulator in
            let url = try await address(simulator)
            let task = try await simulator.runToEnd([url])
            let record = await simulator.record
            let load = try #require(record.loads.first)
            #expect(record.loads.count == 1)
            #expect(load.taskID == task && load.url == url && load.nodeID == "285" && load.status == 200)
            #expect(load.sha256 == record.uploads[0].sha256 && load.bytes == picture.count && load.error == nil)
            let output = try #require(record.tasks.first?.outputs.first)
            #expect(output.sha256 == load.sha256 && output.type == "png")
            let result = try await send("GET", try #require(output.url))
            #expect(Array(result.body.readableBytesView) == picture)
        }
    }

    @Test(
        "A task whose address gives nothing fails as ComfyUI says it.",
        arguments: [
            ("/uploads/api/none.png", "requests.exceptions.HTTPError", 404),
            ("http://127.0.0.1:1/x.png", "requests.exceptions.ConnectionError", nil),
        ]
    )
    func missing(address: String, exception: String, status: Int?) async throws {
        try await withSimulator(.fast) { simulator in
            let url = address.hasPrefix("/") ? simulator.baseURL + address : address
            let task = try await simulator.runToEnd([url])
            let answer = try await simulator.query(task)
            #expect(answer["status"] == "FAILED")
            #expect(answer["failedReason"]?["node_id"] == "285")
            #expect(answer["failedReason"]?["exception_type"]?.text == exception)
            let load = try #require(await simulator.record.loads.first)
            #expect(load.status == status && load.sha256 == nil && load.error != nil)
        }
    }

    @Test(
        "Other hosts are left alone, whatever they look like.",
        arguments: [
            "https://example.com/a.png", "http://127.0.0.1.example.com/a.png", "http://127.0.0.1@example.com/a.png",
            "ftp://127.0.0.1/a.png", "see http://127.0.0.1/a.png",
        ]
    )
    func elsewhere(address: String) async throws {
        try await withSimulator(.fast) { simulator in
            let task = try await simulator.runToEnd([address])
            #expect(try await simulator.query(task)["status"] == "SUCCESS")
            #expect(await simulator.record.loads.isEmpty)
        }
    }

    @Test("Addresses are only texts where they are not to be loaded.")
    func off() async throws {
        try await withSimulator(.fast { $0.tasks.loadsAddresses = false }) { simulator in
            let task = try await simulator.runToEnd(["http://127.0.0.1:1/x.png"])
            #expect(try await simulator.query(task)["status"] == "SUCCESS")
            #expect(await simulator.record.loads.isEmpty)
        }
    }
}
