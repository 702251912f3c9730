/// One POST of a submission, and the task that came of it.
package struct Attempt: Sendable, Hashable {
    /// Counts the job's POSTs from 1; part of the webhook address.
    package internal(set) var number: Int
    /// The name of the key it was sent with.
    ///
    /// All questions about its task are asked with it.
    package let key: String
    /// The site it was sent to.
    package let site: String
    /// The pipeline as it was.
    package let settings: Pipeline
    /// What RunningHub calls the uploaded files, by the stems of the inputs.
    package let remoteNames: [String: String]
    /// Whether it carried a `webhookUrl`.
    package let hasWebhook: Bool
    /// When the intent was committed, just before the POST.
    package let postedAt: Timestamp
    /// From when its wait in the cloud's queue is reckoned: its POST, or when its job was brought back.
    package var awaitedSince: Timestamp
    /// What became of the POST.
    package var outcome = Outcome.pending
    /// The task's id, opaque.
    package var taskID: String?
    /// What ComfyUI found wrong with the workflow when its task was made, in one line; such a task is expected to fail.
    package var complaint: String?
    /// Whether the id came from a callback's body and query has not yet confirmed it.
    package var isProvisional = false
    /// Further ids that callbacks named while the id was provisional: one of them may be the task's.
    package var otherNames: [String] = []
    /// When the first callback for it came.
    package var callbackAt: Timestamp?
    /// How many callbacks came.
    package var callbacks = 0
    /// How long proof of an unknown outcome has been waited for, in time that counts.
    package var proofWaited = Duration.zero
    /// When query last said anything about it.
    package var askedAt: Timestamp?
    /// What query said last.
    package var status: String?
    /// Since when query says that the task runs.
    package var runningSince: Timestamp?
    /// Since when query says, without a break, that the task failed.
    package var failedSince: Timestamp?
    /// Since when query says success without results.
    package var emptySince: Timestamp?
    /// Since when query does not know the task.
    package var unknownSince: Timestamp?
    /// When the cloud was asked to cancel the task.
    package var cancelAskedAt: Timestamp?
    /// Whether it has outlived its deadline, so that its end is a failure even where the cloud calls it cancelled.
    package var isOverdue = false
    /// When query said that it succeeded, with results.
    package var finishedAt: Timestamp?
    /// What the task cost, as RunningHub gave it: a JSON object.
    package var usage: String?
    /// Whether query has said for good that nothing can be had from it.
    package var isFruitless = false
    /// Whether it succeeded and RunningHub no longer has its results, so that asking once more is of no use.
    package var isExpired = false

    /// An attempt whose POST is about to leave.
    package init(
        number: Int,
        key: String,
        site: String,
        settings: Pipeline,
        remoteNames: [String: String],
        hasWebhook: Bool,
        postedAt: Timestamp
    ) {
        self.number = number
        self.key = key
        self.site = site
        self.settings = settings
        self.remoteNames = remoteNames
        self.hasWebhook = hasWebhook
        self.postedAt = postedAt
        self.awaitedSince = postedAt
    }

    /// An attempt that is known only from the note beside its job's original: the ledger that had it is lost.
    ///
    /// - Parameters:
    ///   - number: which of its job's attempts it was, as far as is known.
    ///   - taskID: its task.
    ///   - key: the name of the key that it was started with.
    ///   - isGuessed: whether the key is a guess; its task is then provisional until query knows it.
    ///   - site: where that was.
    ///   - settings: the pipeline as it is now.
    ///   - now: the time.
    /// - Returns: the attempt.
    package static func remembered(
        number: Int,
        taskID: String,
        key: String,
        isGuessed: Bool,
        site: String,
        settings: Pipeline,
        at now: Timestamp
    ) -> Attempt {
        var attempt = Attempt(
            number: number,
            key: key,
            site: site,
            settings: settings,
            remoteNames: [:],
            hasWebhook: false,
            postedAt: now
        )
        attempt.taskID = taskID
        attempt.outcome = isGuessed ? .unknown : .created
        attempt.isProvisional = isGuessed
        return attempt
    }

    /// What became of a POST.
    ///
    /// One that was refused or never sent leaves no attempt behind.
    package enum Outcome: String, Sendable, Hashable, Codable {
        /// Not known yet; the call that made it may be alive.
        case pending
        /// RunningHub made a task.
        case created
        /// Not known, and nobody will say but a callback.
        case unknown
    }
}

extension Attempt {
    /// Whether there is a task of which something may still be had.
    package var hasOpenTask: Bool { taskID != nil && !isFruitless }

    /// Whether there may be a task whose id is not known.
    package var awaitsProof: Bool { taskID == nil && !isFruitless }

    /// Whether a cancellation may be asked for: there is a task that is surely its own, and nobody has said that it ended.
    var canBeCancelled: Bool { hasOpenTask && !isProvisional && finishedAt == nil && cancelAskedAt == nil }

    /// Whether a callback came that no query has followed yet.
    var hasUnheardCallback: Bool {
        guard let callbackAt else { return false }
        return askedAt.map { $0 < callbackAt } ?? true
    }
}
