import Foundation
import RunningHubSimulator

/// What a genuine caller of the daemon under attack knows.
struct AttackTarget: Sendable {
    let port: Int
    /// Paths of the callbacks of two jobs that run.
    let callback: String
    let otherCallback: String
    /// The path of a file that a task may load.
    let input: String

    /// The parts of a genuine callback's path.
    var parts: (job: Substring, token: Substring) {
        let parts = callback.split(separator: "/")
        return (parts[1], parts[3])
    }

    /// The genuine path with another character of its token, counted from the end.
    func forged(fromEnd place: Int) -> String {
        var path = Array(callback.utf8)
        let index = path.count - 1 - place
        path[index] = path[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        return String(decoding: path, as: UTF8.self)
    }

    /// A request as bytes.
    static func request(
        _ path: String,
        _ method: String = "POST",
        _ fields: [String] = [],
        body: String? = nil
    ) -> String {
        let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
        return (["\(method) \(path) HTTP/1.1", "Host: example"] + fields + length).joined(separator: "\r\n")
            + "\r\n\r\n" + (body ?? "")
    }
}

extension AttackTarget {
    /// Reads the addresses off what the cloud was asked.
    init(port: Int, _ record: SimulatorRecord) throws {
        let submissions = record.submissions.filter { $0.taskID != nil }
        let isLoading: @Sendable (SimulatorRecord.Submission) -> String? = { submission in
            submission.nodes.map(\.value).first { $0.contains("/input/") }
        }
        let callbacks = submissions.filter { isLoading($0) == nil }.compactMap(\.webhookURL).map(Self.path)
        let input = submissions.compactMap(isLoading).first
        guard callbacks.count >= 2, let input else { throw LaboratoryError("The daemon gave the cloud no addresses.") }
        self.init(port: port, callback: callbacks[0], otherCallback: callbacks[1], input: Self.path(input))
    }

    private static func path(_ url: String) -> String {
        "/" + url.split(separator: "/", maxSplits: 3).dropFirst(2).joined(separator: "/")
    }
}
