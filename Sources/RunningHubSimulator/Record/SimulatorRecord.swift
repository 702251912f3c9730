/// Everything the simulator was asked and what it did, for tests and people to look at.
package struct SimulatorRecord: Sendable, Hashable, Codable {
    /// When the simulator began, in milliseconds of Unix time: what all other times are reckoned from.
    package var began: Int64 = 0
    package var uploads: [Upload] = []
    package var submissions: [Submission] = []
    /// All tasks, in the order of their creation.
    package var tasks: [Task] = []
    package var callbacks: [Callback] = []
    package var downloads: [Download] = []
    /// Addresses among the node values that tasks loaded when they started.
    package var loads: [Load] = []
    /// How often each path of the API was asked, faults included.
    package var requests: [String: Int] = [:]
    /// Coins charged, by the name of the key.
    package var coinsSpent: [String: Int] = [:]

    package init() {}

    /// One file sent to an upload path and read to its end.
    package struct Upload: Sendable, Hashable, Codable {
        /// The name given to the client, such as `api/<sha256>.png`; nil when refused.
        package var name: String?
        package var sha256: String
        package var bytes: Int
        /// Name of the key, nil when it is unknown.
        package var key: String?
        /// The file name that the client gave.
        package var fileName: String
        /// The content type that the client gave to the part.
        package var contentType: String
        package var fileType: String
        /// Code of the refusal, nil when taken.
        package var refused: Int?
        package var answerLost = false
    }

    /// One request to run something.
    package struct Submission: Sendable, Hashable, Codable {
        /// Path of the request.
        package var path: String
        /// The AI app or workflow.
        package var target: String
        package var key: String?
        /// The task that was made; nil when refused.
        package var taskID: String?
        package var nodes: [Node]
        /// Those node values that are names of uploads.
        package var uploads: [String]
        package var webhookURL: String?
        /// The request's body as it came.
        package var body: String
        /// Code or HTTP status of the refusal, nil when taken.
        package var refused: Int?
        /// Whether the answer was kept from the client by a fault.
        package var answerLost = false
        /// Time since the simulator began.
        package var at: Seconds
    }

    /// One value set on a node.
    package struct Node: Sendable, Hashable, Codable {
        package var nodeID: String
        package var fieldName: String
        package var value: String
    }

    /// One task.
    package struct Task: Sendable, Hashable, Codable {
        package var id: String
        package var key: String
        package var status: TaskStatus
        /// Queries by any path that named this task.
        package var queries = 0
        package var outputs: [Output] = []
        package var coins = 0
        /// When it ended, as time since the simulator began; nil while it has not.
        package var endedAt: Seconds?
    }

    /// One output of a task.
    package struct Output: Sendable, Hashable, Codable {
        /// File name; empty for a text.
        package var name: String
        package var url: String?
        package var text: String?
        package var type: String
        package var bytes: Int
        /// Digest of the whole content; computed when the record is asked for.
        package var sha256: String?
    }

    /// One callback, with each try to deliver it.
    package struct Callback: Sendable, Hashable, Codable {
        /// The task it is about, whatever the body says.
        package var taskID: String
        package var kind: CallbackKind
        package var url: String
        package var body: String
        package var tries: [Try] = []

        /// Whether some try was answered with 2xx.
        package var delivered: Bool { tries.contains { $0.accepted } }
    }

    /// One try to deliver a callback.
    package struct Try: Sendable, Hashable, Codable {
        package var at: Seconds
        /// Status of the answer; nil when there was none.
        package var status: Int?
        package var error: String?

        package var accepted: Bool { status.map { (200..<300).contains($0) } ?? false }
    }

    /// One address that a task loaded.
    package struct Load: Sendable, Hashable, Codable {
        package var taskID: String
        /// The node whose value it was.
        package var nodeID: String
        package var url: String
        /// Status of the answer; nil when there was none.
        package var status: Int?
        /// The answer's `Content-Type`, empty when it had none.
        package var contentType = ""
        package var bytes = 0
        /// Digest of the whole content; nil when it did not come whole.
        package var sha256: String?
        /// What kept it from coming whole.
        package var error: String?
    }

    /// One request for a result file.
    package struct Download: Sendable, Hashable, Codable {
        package var taskID: String?
        package var name: String
        package var status: Int
        /// First byte that was asked for.
        package var offset: Int = 0
        /// Bytes handed to the network.
        package var bytes: Int = 0
        /// Whether everything that was promised was sent.
        package var complete = false
    }
}

extension SimulatorRecord {
    /// How many tasks were made from each uploaded file, by the name the upload was given.
    package var submissionsPerInput: [String: Int] {
        var counts: [String: Int] = [:]
        for submission in submissions where submission.taskID != nil {
            for name in Set(submission.uploads) { counts[name, default: 0] += 1 }
        }
        return counts
    }

    /// The counts alone, for records that are too long to look at.
    var summary: JSON {
        let statuses = Dictionary(grouping: tasks, by: \.status.rawValue).mapValues(\.count)
        return [
            "uploads": .int(Int64(uploads.count)),
            "uploads_refused": .int(Int64(uploads.count { $0.refused != nil })),
            "submissions": .int(Int64(submissions.count { $0.taskID != nil })),
            "submissions_refused": .int(Int64(submissions.count { $0.refused != nil })),
            "answers_lost": .int(Int64(submissions.count { $0.answerLost })),
            "tasks": .counts(statuses),
            "queries": .int(Int64(tasks.reduce(0) { $0 + $1.queries })),
            "callbacks": .int(Int64(callbacks.count)),
            "callbacks_delivered": .int(Int64(callbacks.count { $0.delivered })),
            "loads": .int(Int64(loads.count)),
            "loads_complete": .int(Int64(loads.count { $0.sha256 != nil })),
            "downloads": .int(Int64(downloads.count)),
            "downloads_complete": .int(Int64(downloads.count { $0.complete })),
            "requests": .counts(requests),
            "coins_spent": .counts(coinsSpent),
            "submissions_per_input": .counts(submissionsPerInput),
        ]
    }

    /// Submissions that made a task.
    package var acceptedSubmissions: [Submission] {
        submissions.filter { $0.taskID != nil }
    }

    /// The task with an id, if there is one.
    package func task(_ id: String) -> Task? {
        tasks.first { $0.id == id }
    }
}

/// Status of a task, as the v2 query spells it.
package enum TaskStatus: String, Sendable, Hashable, Codable {
    case create = "CREATE"
    case queued = "QUEUED"
    case running = "RUNNING"
    case success = "SUCCESS"
    case failed = "FAILED"
    case cancelled = "CANCEL"

    /// Whether the task has ended.
    package var isFinal: Bool {
        switch self {
        case .create, .queued, .running: false
        case .success, .failed, .cancelled: true
        }
    }
}

/// Why a callback was made.
package enum CallbackKind: String, Sendable, Hashable, Codable {
    /// The task ended.
    case genuine
    /// Once more, by a fault.
    case duplicate
    /// Never sent, by a fault.
    case dropped
    /// About a task that doesn't exist.
    case unknownTask = "unknown_task"
    /// With another event name.
    case otherEvent = "other_event"
    /// To an address whose secret part is wrong.
    case forged
    /// Not JSON.
    case malformed
    /// Larger than a receiver should take.
    case oversized
    /// Asked for through `retryWebhook`.
    case retried
}
