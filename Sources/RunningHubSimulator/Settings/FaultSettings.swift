/// What goes wrong.
///
/// Everything is off until it is set, and can be changed while the simulator runs.
package struct FaultSettings: Sendable, Hashable, Codable {
    /// Faults of both upload paths.
    package var upload = EndpointFaults()
    /// Faults of all paths that submit a task.
    package var submit = EndpointFaults()
    /// Faults of all paths that ask about a task: v2 query, v1 status and outputs.
    package var query = EndpointFaults()
    /// Faults of everything else of the API.
    package var other = EndpointFaults()
    /// Connection cut when half of an upload's body was read.
    package var uploadCutMidway = Fault.never
    package var tasks = TaskFaults()
    package var callbacks = CallbackFaults()
    package var downloads = DownloadFaults()

    package init() {}
}

/// Faults that any path of the API can have.
package struct EndpointFaults: Sendable, Hashable, Codable {
    /// Connection closed before anything is done or said.
    package var cutBefore = Fault.never
    /// Answer held back for `slowTime`; what was asked is done at once.
    package var slow = Fault.never
    package var slowTime: SecondsRange = 5
    /// Refused with a code of the service; nothing is done.
    package var errors: [CodeFault] = []
    /// Refused with an HTTP status and a gateway's page.
    ///
    /// 401, 403 and 429 are hypothetical: only 200 is documented.
    package var http: [StatusFault] = []
    /// Done, then the connection is closed without an answer.
    package var lostByCut = Fault.never
    /// Done, then answered 502 with a gateway's page.
    package var lostByGateway = Fault.never
    /// Done, then answered 200 with something that is not JSON.
    package var lostByGarbage = Fault.never
    /// Done, then answered 200 with JSON that goes deeper and deeper and never ends.
    package var lostByEndless = Fault.never

    package init() {}
}

/// A refusal with a code of the service's table.
package struct CodeFault: Sendable, Hashable, Codable {
    /// The code, as `421`.
    package var code: Int
    /// The text; empty: the one that belongs to the code.
    package var message: String
    /// The one path that it concerns, as the record's `requests` has it; empty: all of the group.
    package var path: String
    package var fault: Fault

    package init(_ code: Int, message: String = "", path: String = "", _ fault: Fault) {
        self.code = code
        self.message = message
        self.path = path
        self.fault = fault
    }
}

extension CodeFault {
    func concerns(_ path: String) -> Bool {
        self.path.isEmpty || self.path == path
    }
}

/// A refusal with an HTTP status.
package struct StatusFault: Sendable, Hashable, Codable {
    package var status: Int
    package var fault: Fault

    package init(_ status: Int, _ fault: Fault) {
        self.status = status
        self.fault = fault
    }
}

/// Faults in the life of a task, drawn once for each when it is submitted.
package struct TaskFaults: Sendable, Hashable, Codable {
    /// Ends as FAILED.
    ///
    /// The first that strikes counts.
    package var failures: [TaskFailureFault] = []
    /// Ends as CANCEL.
    package var cancelled = Fault.never
    /// Runs for ever.
    package var endless = Fault.never
    /// Queries say FAILED `transientFailedQueries` times after the task has succeeded.
    package var transientFailed = Fault.never
    package var transientFailedQueries = 1
    /// Queries say SUCCESS without results `emptyResultsQueries` times before they show them.
    package var emptyResults = Fault.never
    package var emptyResultsQueries = 1
    /// Whether such results are null rather than `[]`.
    package var emptyResultsNull = true
    /// Queries don't know the task `unknownQueries` times after it was submitted.
    package var unknown = Fault.never
    package var unknownQueries = 1
    /// The submission is answered with a task id, and with `promptTips` that say `result: false`; the task then fails.
    package var badPromptTips = Fault.never

    package init() {}
}

/// A way for a task to fail.
package struct TaskFailureFault: Sendable, Hashable, Codable {
    package var failure: TaskFailure
    package var fault: Fault

    package init(_ failure: TaskFailure, _ fault: Fault) {
        self.failure = failure
        self.fault = fault
    }
}

/// What a failed task says.
package struct TaskFailure: Sendable, Hashable, Codable {
    /// `errorCode` of the v2 query; v1 `outputs` always says 805.
    package var code = 1000
    /// Empty: the text that belongs to the code.
    package var message = ""
    /// The exception of ComfyUI; empty: no `failedReason`.
    package var exceptionType = "RuntimeError"
    package var exceptionMessage = "Error while processing the node"
    package var node = "4"
    package var nodeName = "KSampler"

    package init(
        code: Int = 1000,
        message: String = "",
        exceptionType: String = "RuntimeError",
        exceptionMessage: String = "Error while processing the node"
    ) {
        self.code = code
        self.message = message
        self.exceptionType = exceptionType
        self.exceptionMessage = exceptionMessage
    }

    /// The graphics card ran out of memory.
    package static let outOfMemory = TaskFailure(
        code: 805,
        message: "显存告警",
        exceptionType: "torch.OutOfMemoryError",
        exceptionMessage: "Allocation on device 0 would exceed allowed memory. (out of memory)"
    )
    /// The result was refused by content moderation.
    package static let moderation = TaskFailure(
        code: 1501,
        message: "content moderation: Porn",
        exceptionType: "",
        exceptionMessage: ""
    )
}

/// Faults of callbacks, drawn for each task that ends.
package struct CallbackFaults: Sendable, Hashable, Codable {
    /// Never sent.
    package var dropped = Fault.never
    /// Sent `lateTime` after the task ended.
    package var late = Fault.never
    package var lateTime: SecondsRange = 5
    /// The task ends at once, and its callback is answered before the submission is.
    package var early = Fault.never
    /// Sent `duplicates` times more, answered or not.
    package var duplicated = Fault.never
    package var duplicates = 1
    /// Held until the next callback has been answered, or for `reorderTime` when none comes.
    package var reordered = Fault.never
    package var reorderTime: Seconds = 2
    /// Before the genuine one: a callback for a task that doesn't exist, to the same address.
    package var unknownTask = Fault.never
    /// Before the genuine one: a callback with another event name.
    package var otherEvent = Fault.never
    /// Before the genuine one: a claim of success to an address with a letter changed in its last part.
    package var forged = Fault.never
    /// Before the genuine one: a body that is not JSON.
    package var malformed = Fault.never
    /// Before the genuine one: a body of `oversizedBytes`.
    package var oversized = Fault.never
    package var oversizedBytes = 8 * 1024 * 1024

    package init() {}
}

/// Faults of result files.
package struct DownloadFaults: Sendable, Hashable, Codable {
    /// Connection closed before anything is said.
    package var cutBefore = Fault.never
    /// Connection closed after `truncatedAt` of the promised bytes.
    package var truncated = Fault.never
    package var truncatedAt = 0.5
    /// Sent at `slowBytesPerSecond`.
    package var slow = Fault.never
    package var slowBytesPerSecond = 10_000
    /// Nothing sent for `stallTime` after `truncatedAt` of the bytes; then the rest.
    package var stalled = Fault.never
    package var stallTime: Seconds = 60
    /// Served as `text/html`.
    package var wrongType = Fault.never
    /// Refused as if expired.
    package var expired = Fault.never
    /// Refused with a status.
    package var http: [StatusFault] = []
    /// The first so many downloads of each file are refused with 503.
    package var firstRefused = 0
    /// Sent without `Content-Length`.
    package var withoutLength = Fault.never
    /// `Range` is ignored: the whole file with 200.
    package var rangeIgnored = Fault.never

    package init() {}
}

extension CodeFault {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(Int.self, forKey: .code),
            message: try container.decodeIfPresent(String.self, forKey: .message) ?? "",
            path: try container.decodeIfPresent(String.self, forKey: .path) ?? "",
            try container.decodeIfPresent(Fault.self, forKey: .fault) ?? .always
        )
    }
}

extension StatusFault {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(Int.self, forKey: .status),
            try container.decodeIfPresent(Fault.self, forKey: .fault) ?? .always
        )
    }
}

extension TaskFailureFault {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(TaskFailure.self, forKey: .failure),
            try container.decodeIfPresent(Fault.self, forKey: .fault) ?? .always
        )
    }
}

extension TaskFailure {
    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        code = try container.decodeIfPresent(Int.self, forKey: .code) ?? code
        message = try container.decodeIfPresent(String.self, forKey: .message) ?? message
        exceptionType = try container.decodeIfPresent(String.self, forKey: .exceptionType) ?? exceptionType
        exceptionMessage = try container.decodeIfPresent(String.self, forKey: .exceptionMessage) ?? exceptionMessage
        node = try container.decodeIfPresent(String.self, forKey: .node) ?? node
        nodeName = try container.decodeIfPresent(String.self, forKey: .nodeName) ?? nodeName
    }
}
