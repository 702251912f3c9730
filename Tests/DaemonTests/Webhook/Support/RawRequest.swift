import Jobs
import Testing

@testable import Daemon

/// A request as bytes on the wire.
struct RawRequest {
    var method = "POST"
    var path: String
    var version = "HTTP/1.1"
    var fields = ["Host: example", "Connection: close"]
    var body = "{}"
    /// Nothing where the request says no length.
    var length: Int?

    init(_ path: String, method: String = "POST", body: String = "{}") {
        self.path = path
        self.method = method
        self.body = body
        self.length = body.utf8.count
    }

    var text: String {
        let length = length.map { ["Content-Length: \($0)"] } ?? []
        return (["\(method) \(path) \(version)"] + fields + length).joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// The same, with some of it changed.
    func with(_ change: (inout RawRequest) -> Void) -> RawRequest {
        var request = self
        change(&request)
        return request
    }
}

extension EngineHarness {
    /// The path of an attempt's callbacks, of a job that need not exist.
    func path(of job: JobID, attempt: Int = 1) throws -> String {
        "/callback/\(job)/\(attempt)/\(try engine.tokens.token(job: job, attempt: attempt))"
    }

    /// Drops a file, and waits until its task runs.
    func runningJob(_ file: String = "cat.png") async throws -> JobID {
        try drop(file)
        try await told(.submitted, about: file)
        return try await record(of: file).job.id
    }
}
