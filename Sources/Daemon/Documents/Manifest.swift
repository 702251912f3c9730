import FoundationEssentials
import Jobs
import RunningHub

/// `STEM.result.json`: what a job came to, for programs.
///
/// Always the last file of a job to appear.
struct Manifest: Codable, Sendable {
    var schema = 1
    var job: String
    var pipeline: String
    var taskID: String?
    var key: String?
    var sources: [Source]
    var outputs: [Output]
    /// How many more the tasks made than are fetched; nothing where these are all.
    var omittedOutputs: Int?
    /// What RunningHub said of the task whose results these are, as it said it.
    var usage: [String: JSONValue]
    /// What all tasks of the job cost together, those that failed before included.
    var cost: CostDocument?
    var submittedAt: String?
    var finishedAt: String?
    var deliveredAt: String
    var attempts: Int
    var retryOf: String?

    /// A file that went in.
    struct Source: Codable, Sendable {
        var name: String
        /// The name's bytes, where they are no text.
        var nameBase64: String?
        var bytes: Int64
        var sha256: String?
        var uploadedAs: String?

        enum CodingKeys: String, CodingKey {
            case name
            case nameBase64 = "name_base64"
            case bytes
            case sha256
            case uploadedAs = "uploaded_as"
        }
    }

    /// A file that came out.
    struct Output: Codable, Sendable {
        var file: String
        /// The name's bytes, where they are no text.
        var fileBase64: String?
        var bytes: Int64
        var sha256: String
        var type: String
        var nodeID: String?

        enum CodingKeys: String, CodingKey {
            case file
            case fileBase64 = "file_base64"
            case bytes
            case sha256
            case type
            case nodeID = "node_id"
        }
    }

    enum CodingKeys: String, CodingKey {
        case schema
        case job
        case pipeline
        case taskID = "task_id"
        case key
        case sources
        case outputs
        case omittedOutputs = "omitted_outputs"
        case usage
        case cost
        case submittedAt = "submitted_at"
        case finishedAt = "finished_at"
        case deliveredAt = "delivered_at"
        case attempts
        case retryOf = "retry_of"
    }
}

extension Manifest {
    /// The manifest of a job whose outputs have their names.
    init(_ record: JobRecord, outputs: [Output], deliveredAt: Timestamp) {
        let job = record.job
        let attempt = record.successful
        self.job = job.id.text
        pipeline = job.pipeline
        taskID = attempt?.taskID
        key = attempt?.key
        sources = job.sources.map { input in
            let path = job.kind == .file ? job.origin : job.origin.below(input.name)
            return Source(
                name: path.description,
                nameBase64: base64(of: path),
                bytes: input.identity.size,
                sha256: input.digest,
                uploadedAs: attempt?.remoteNames[input.stem]
            )
        }
        self.outputs = outputs
        usage = Costs(usage: attempt?.usage).usage
        cost = CostDocument(record.costs)
        submittedAt = attempt.map { $0.postedAt.internetTime }
        finishedAt = attempt?.finishedAt?.internetTime
        self.deliveredAt = deliveredAt.internetTime
        attempts = record.attempts.count
    }

    /// The document, with a line feed at its end.
    func encoded() throws -> [UInt8] {
        try document(self)
    }
}

/// The bytes of a path in base64, where they are no text.
func base64(of path: RelativePath) -> String? {
    let isText = (path.folders + [path.name]).allSatisfy(\.isText)
    return isText ? nil : Data(path.bytes).base64EncodedString()
}

/// A value as a JSON document that people can read too.
func document(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
}

extension Timestamp {
    /// The moment as RFC 3339 has it, in UTC, with milliseconds.
    var internetTime: String {
        // The milliseconds by whole numbers: a fraction of a second in a floating-point number comes out one too low now and then.
        let seconds = Int64((Double(milliseconds) / 1000).rounded(.down))
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(Date.ISO8601FormatStyle())
        let fraction = String(milliseconds - seconds * 1000)
        return "\(text.dropLast()).\(String(repeating: "0", count: 3 - fraction.utf8.count))\(fraction)Z"
    }
}
