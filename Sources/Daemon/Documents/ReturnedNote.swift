import FoundationEssentials
import Jobs

/// What `NAME.error.json` tells of a job whose original came back: read where the ledger does not know the file again.
///
/// It may have been written by anybody who may write to the pipeline's folders, so nothing in it is taken for true: the file's content must
/// have the sums, and query must know the task.
struct ReturnedNote: Sendable, Decodable {
    let job: JobID
    let taskID: String?
    let key: String?
    let site: String?
    /// The number of the attempt that made the task.
    let attempt: Int
    let sources: [Source]
    let parameters: [String: Parameter]

    /// A file that went in.
    struct Source: Sendable, Hashable, Decodable {
        let name: String
        let sha256: String?
    }

    private enum CodingKeys: String, CodingKey {
        case job
        case taskID = "task_id"
        case key
        case site
        case attempts
        case attempt
        case sources
        case parameters
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        guard let job = JobID(try fields.decode(String.self, forKey: .job)) else {
            throw DecodingError.dataCorruptedError(forKey: .job, in: fields, debugDescription: "no job's id")
        }
        self.job = job
        taskID = try fields.decodeIfPresent(String.self, forKey: .taskID).flatMap {
            JobRecord.canBeTaskID($0) ? $0 : nil
        }
        key = try fields.decodeIfPresent(String.self, forKey: .key)
        site = try fields.decodeIfPresent(String.self, forKey: .site)
        // Older notes only say how many there were.
        let count = try fields.decodeIfPresent(Int.self, forKey: .attempts) ?? 1
        let number = try fields.decodeIfPresent(Int.self, forKey: .attempt) ?? count
        attempt = min(max(number, 1), JobRecord.maximumAttempts)
        sources = try fields.decodeIfPresent([Source].self, forKey: .sources) ?? []
        parameters = try fields.decodeIfPresent([String: Parameter].self, forKey: .parameters) ?? [:]
    }

    /// The note in these bytes; nothing where they are none.
    init?(_ bytes: [UInt8]) {
        guard let note = try? JSONDecoder().decode(ReturnedNote.self, from: Data(bytes)) else { return nil }
        self = note
    }

    /// The sums of the files, by their names where there are several; nothing where one is not known.
    func sums(isFolder: Bool) -> [String: String]? {
        var sums: [String: String] = [:]
        for source in sources {
            guard let sum = source.sha256 else { return nil }
            sums[isFolder ? source.name : ""] = sum
        }
        return sums.isEmpty || sums.count != sources.count ? nil : sums
    }

    /// Whether it tells of the files that a job had, as far as the ledger knows their content: anybody may write a note.
    func fits(_ job: Job) -> Bool {
        let isFolder = job.kind == .folder
        guard let sums = sums(isFolder: isFolder) else { return false }
        return job.sources.allSatisfy { source in
            source.digest == nil || source.digest == sums[isFolder ? "\(source.name)" : ""]
        }
    }
}
