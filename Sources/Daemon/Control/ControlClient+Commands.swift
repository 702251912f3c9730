import FoundationEssentials
import Jobs
import NIOHTTP1

extension ControlClient {
    /// Where everything stands.
    package func status() async throws -> StatusDocument {
        try await ask(.GET, "/status")
    }

    /// Whether it does what it is there for.
    package func health() async throws -> HealthDocument {
        try await ask(.GET, "/health")
    }

    /// What is counted and measured, as Prometheus reads it.
    package func metrics() async throws -> String {
        String(decoding: try await bytes(.GET, "/metrics"), as: UTF8.self)
    }

    /// What the account behind each key has.
    package func account() async throws -> AccountListDocument {
        try await ask(.GET, "/account")
    }

    /// A page of the jobs, those first whose state changed last.
    ///
    /// - Parameters:
    ///   - states: their names; empty: all.
    ///   - pipeline: nothing: all.
    ///   - place: go on there.
    ///   - limit: at most so many, and never more than the daemon puts into a page.
    /// - Throws: `Failure`.
    /// - Returns: the jobs, and where the next page begins.
    package func jobs(
        states: [String] = [],
        pipeline: String? = nil,
        after place: JobListDocument.Place? = nil,
        limit: Int
    ) async throws -> JobListDocument {
        var parameters = ["limit=\(limit)"]
        if !states.isEmpty { parameters.append("state=\(Self.escaped(states.joined(separator: ",")))") }
        if let pipeline { parameters.append("pipeline=\(Self.escaped(pipeline))") }
        if let place { parameters += ["since=\(place.since)", "after=\(Self.escaped(place.job))"] }
        return try await ask(.GET, "/jobs?\(parameters.joined(separator: "&"))")
    }

    /// One job, by the beginning of its id.
    package func job(_ prefix: String) async throws -> JobDocument {
        try await ask(.GET, "/jobs/\(try Self.job(prefix))")
    }

    /// Why a file or folder is where it is.
    package func why(_ path: AskedPath) async throws -> WhyDocument {
        let question = WhyQuestion(paths: path.candidates.map { Data($0).base64EncodedString() })
        return try await ask(.POST, "/why", body: try document(question))
    }

    /// Cancels a job.
    package func cancel(_ prefix: String) async throws -> ControlAnswer {
        try await ask(.POST, "/jobs/\(try Self.job(prefix))/cancel")
    }

    /// Tries a job again that ended without results.
    package func retry(_ prefix: String, mayPayTwice: Bool) async throws -> RetryAnswer {
        try await ask(.POST, "/jobs/\(try Self.job(prefix))/retry\(mayPayTwice ? "?may_pay_twice=1" : "")")
    }

    /// Has the daemon read its configuration anew.
    package func reload() async throws -> ControlAnswer {
        try await ask(.POST, "/reload")
    }

    /// Holds a pipeline; nothing: all.
    package func hold(_ pipeline: String?) async throws -> ControlAnswer {
        try await ask(.POST, "/hold/\(Self.escaped(pipeline ?? "all"))")
    }

    /// Releases a pipeline; nothing: all.
    package func release(_ pipeline: String?) async throws -> ControlAnswer {
        try await ask(.POST, "/release/\(Self.escaped(pipeline ?? "all"))")
    }

    /// What can be the beginning of a job's id.
    private static func job(_ prefix: String) throws -> String {
        let isPrefix =
            !prefix.isEmpty
            && prefix.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            }
        guard isPrefix else {
            throw Failure(
                code: 64,
                description: "'\(Screen.printable(prefix))' is no job id; 'runninghubctl jobs' lists them."
            )
        }
        return prefix
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.percentEncoded(keeping: ".")
    }
}
