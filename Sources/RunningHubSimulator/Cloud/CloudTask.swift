/// One task of the simulated cloud.
struct CloudTask: Sendable {
    var record: SimulatorRecord.Task
    /// How it is to end; nil when only a word from outside ends it.
    var fate: TaskOutcome?
    var webhookURL: String?
    var clientID: String
    /// The file that an echo gives back: the first among the node values that was uploaded, else the first that was loaded by address.
    var input: UploadedFile?
    /// Those node values that are addresses, to be loaded when it starts.
    var addresses: [SimulatorRecord.Node] = []
    /// Whether it goes on only when its addresses are loaded.
    var isLoading = false
    var submittedAt: Duration
    var startedAt: Duration?
    var endedAt: Duration?
    /// Whether it was started by v1.
    var isOld = false
    /// Whether its submission was answered with `promptTips` that say `result: false`.
    var hasBadTips = false
    /// Whether it takes one of its key's places.
    var holdsPlace = false
    var failure: TaskFailure?
    var quirks = Quirks()
    /// What it is to make, where its node values choose that.
    var chosenOutputs: [OutputSettings]?
    /// The callback that `getWebhookDetail` tells about: an index of the record.
    var callback: Int?

    /// Untruths that the next queries are told, each with how often still.
    struct Quirks: Sendable {
        var failed = 0
        var empty = 0
        var emptyIsNull = true
        var unknown = 0
    }

    /// Whole seconds that it ran.
    var costTime: Int64 {
        guard let startedAt, let endedAt else { return 0 }
        return (endedAt - startedAt).components.seconds
    }
}

/// How a task ends.
package enum TaskOutcome: Sendable, Hashable {
    case success
    case failed(TaskFailure)
    case cancelled

    var status: TaskStatus {
        switch self {
        case .success: .success
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }
}

/// A file that was uploaded.
struct UploadedFile: Sendable {
    var sha256: String
    /// Extension without the dot, empty when it has none.
    var type: String
    var bytes: Int
    var content: UploadContent
}
