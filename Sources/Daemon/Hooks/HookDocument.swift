import FoundationEssentials
import Jobs
import Spool

/// What a program reads from its standard input, and an address gets posted: a job's end, for programs.
///
/// Fields of which nothing is known are absent. Times are RFC 3339, in UTC.
struct HookDocument: Codable, Sendable {
    /// `job.delivered`, `job.failed` or `job.cancelled`.
    var type: String
    /// When the job ended.
    var timestamp: String
    var data: Content

    /// What is told.
    struct Content: Codable, Sendable {
        /// The same each time that this end is told.
        var id: String
        var job: String
        var pipeline: String
        /// Its name below the inbox, with U+FFFD where its bytes are no text.
        var file: String
        /// The name's bytes, where they are no text.
        var fileBase64: String?
        /// The job that it was the same as, and ended with: the results are of that one.
        var joined: String?
        /// Where its original lies now.
        var original: String?
        /// The results' paths.
        var results: [String]
        /// The path of the manifest, which tells everything of the results.
        var manifest: String?
        var taskID: String?
        /// The name of the key.
        var key: String?
        /// How many submissions may have been paid.
        var attempts: Int
        /// What all of them cost together.
        var cost: CostDocument
        var failure: JobDocument.FailureDocument?

        enum CodingKeys: String, CodingKey {
            case id
            case job
            case pipeline
            case file
            case fileBase64 = "file_base64"
            case joined
            case original
            case results
            case manifest
            case taskID = "task_id"
            case key
            case attempts
            case cost
            case failure
        }
    }

    /// A call about a job.
    ///
    /// - Parameters:
    ///   - call: which end is told.
    ///   - record: the job; it may have gone on since.
    ///   - maker: the job whose results they are: itself, or the one that it ended with.
    ///   - original: the path of its original, where that is known.
    ///   - outbox: the path of its outbox, where that is known.
    init(_ call: HookCall, of record: JobRecord, madeBy maker: JobRecord, original: String?, outbox: String?) {
        let job = record.job
        let attempt = maker.successful ?? maker.current
        let results = call.event == .delivered ? Self.results(of: maker, in: outbox) : []
        type = "job.\(call.event.rawValue)"
        timestamp = call.at.internetTime
        data = Content(
            id: call.id(of: job.id),
            job: job.id.text,
            pipeline: job.pipeline,
            file: job.origin.description,
            fileBase64: base64(of: job.origin),
            joined: maker.job.id == job.id ? nil : maker.job.id.text,
            original: original,
            results: Array(results.dropLast()),
            manifest: results.last,
            taskID: attempt?.taskID,
            key: attempt?.key,
            attempts: record.attempts.count,
            cost: CostDocument(record.costs),
            failure: call.event == .delivered ? nil : job.failure.map(JobDocument.FailureDocument.init)
        )
    }

    /// The paths of what was published, the manifest last.
    private static func results(of record: JobRecord, in outbox: String?) -> [String] {
        guard let outbox, let plan = try? record.publishPlan() else { return [] }
        return plan.visiblePaths.map { "\(outbox)/\($0)" }
    }

    /// The document as it is sent, on one line.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }

    /// What a program finds in its environment, for scripts that read no JSON.
    var environment: [String: String] {
        [
            "RUNNINGHUB_EVENT": String(type.dropFirst("job.".count)),
            "RUNNINGHUB_ID": data.id,
            "RUNNINGHUB_JOB": data.job,
            "RUNNINGHUB_PIPELINE": data.pipeline,
            "RUNNINGHUB_FILE": data.file,
            "RUNNINGHUB_ORIGINAL": data.original ?? "",
            "RUNNINGHUB_MANIFEST": data.manifest ?? "",
            "RUNNINGHUB_MESSAGE": data.failure?.message ?? "",
        ]
    }
}
