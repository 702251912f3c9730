/// How callbacks are made.
package struct CallbackSettings: Sendable, Hashable, Codable {
    /// The shapes of the body; with several, one is drawn for each callback.
    package var shapes: [CallbackShape] = [.a]
    /// Whether the task id is a bare number rather than a string.
    package var bareTaskNumbers = false
    /// How often a callback is tried again that was not answered with 2xx.
    ///
    /// Three is what the one published sample of a failed callback shows; that it is the rule is inferred.
    package var retries = 3
    /// Time between tries.
    ///
    /// Inferred from the same sample: three retries in three minutes.
    package var retryInterval: Seconds = 60
    /// How long an answer is waited for.
    ///
    /// The vendor says that there is a limit, not which.
    package var timeout: Seconds = 10
    /// Whether a cancelled task makes a callback.
    ///
    /// Not known of the service.
    package var onCancel = false
}

/// The reported bodies of a callback.
///
/// The vendor documents only `a`.
package enum CallbackShape: String, Sendable, Hashable, Codable, CaseIterable {
    /// `event`, `taskId`, and in `eventData` the v1 outputs envelope as a JSON string.
    case a = "A"
    /// As `a`, with the envelope as an object.
    case b = "B"
    /// `eventData` is an object with `status`, `results` and `usage`.
    case c = "C"
    /// `eventData` is an envelope whose `data` has `status` and `results`.
    case d = "D"
    /// The body of a v2 query answer, without `event`.
    case e = "E"
    /// `eventData` is the first output, without any envelope.
    case f = "F"
    /// As `a`, with the v2 query answer as the JSON string.
    case hybrid
}

/// Variations between honest answers, where sources disagree or the service does.
package struct AnswerSettings: Sendable, Hashable, Codable {
    /// Shape of errors on v2 paths.
    ///
    /// An unknown key always gets the envelope.
    package var errorShape = ErrorShape.flat
    /// `taskId` in a flat v2 error; not known of the service.
    package var refusedTask = RefusedTask.empty
    /// `status` in a flat v2 error; not known of the service.
    package var refusedStatus = ""
    /// Code of a v2 query for a task that doesn't exist.
    ///
    /// 1007 was seen; 1004 and 807 have the meaning.
    package var unknownTaskCode = 1007
    /// How `usage` is filled.
    package var usage = Usage.coins
    /// Status of a fresh submission whose task already runs; some clients saw QUEUED throughout.
    package var submittedStatus = "RUNNING"
    /// `promptTips` of the older documents, `{"node_errors": {}}`, on v1 paths.
    package var shortPromptTips = true
    /// The workflow or app that `getJsonApiFormat` and `apiCallDemo` describe has been run on the site; otherwise 810.
    package var workflowsSaved = true
    /// `data` of a v1 `outputs` answer while the task runs is an object with `netWssUrl` rather than null.
    package var runningData = false

    /// Shape of an error on a v2 path.
    package enum ErrorShape: String, Sendable, Hashable, Codable { case flat, envelope }
    /// How the task id is missing from a flat error.
    package enum RefusedTask: String, Sendable, Hashable, Codable { case empty, null, absent }
    /// How `usage` is filled.
    package enum Usage: String, Sendable, Hashable, Codable {
        /// Coins and seconds as strings, money null: a consumer key.
        case coins
        /// Money as decimal strings too: an enterprise key.
        case money
        /// All null but `taskCostTime` `"0"`, as the v2 page prints it.
        case empty
    }
}
