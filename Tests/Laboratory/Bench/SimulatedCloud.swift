import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import RunningHubSimulator

/// RunningHub's simulator, as a process of its own that outlives the daemon's crashes.
final class SimulatedCloud: Sendable {
    let address: String
    let process: ChildProcess

    /// Starts it, and waits until it listens.
    init(
        _ programs: Programs,
        settings: SimulatorSettings,
        folder: String,
        environment: [String: String?] = [:]
    ) async throws {
        let (file, log) = ("\(folder)/simulator.json", "\(folder)/simulator.log")
        try settings.serialized().write(to: URL(filePath: file))
        var child = ChildProcess.Settings()
        child.arguments = ["--listen", "127.0.0.1:0", "--settings", file]
        child.output = log
        child.environment = environment
        process = try ChildProcess(programs.simulator, child)
        address = try await Self.address(in: log)
    }

    /// Everything that it was asked and did.
    func record() async throws -> SimulatorRecord {
        let request = HTTPClientRequest(url: "\(address)/simulator/record")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 1 << 30)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in RecordKey(path.last?.stringValue ?? "") }
        return try decoder.decode(SimulatorRecord.self, from: Data(buffer: body))
    }

    /// Lays settings over those that are in force, as JSON.
    func change(_ patch: String) async throws {
        var request = HTTPClientRequest(url: "\(address)/simulator/settings")
        request.method = .PATCH
        request.body = .bytes(ByteBuffer(string: patch))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        guard response.status == .ok else { throw LaboratoryError("The simulator refused the settings \(patch).") }
    }

    /// Ends it.
    func end() async {
        process.signal(SIGTERM)
        _ = await process.ended(within: .seconds(5))
    }

    private static func address(in log: String) async throws -> String {
        for _ in 0..<2000 {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("RunningHub is simulated at ") }) {
                let rest = line.dropFirst("RunningHub is simulated at ".count)
                return String(rest.prefix { $0 != ";" })
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw LaboratoryError("The simulator does not listen; see \(log).")
    }
}

/// A key of the record, in camel case as the record's own values have it: `webhook_url` is `webhookURL`.
private struct RecordKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        stringValue = parts.dropFirst().reduce(parts.first ?? "") { name, part in
            name + (["id", "url"].contains(part) ? part.uppercased() : part.capitalized)
        }
    }

    init?(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}
