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
    /// v1 `outputs` answers code 0 with null data, rather than 813 or 804, until the task ends.
    package var startingNull = false
    /// Code of v1 `status` and `outputs` for a task that doesn't exist.
    package var unknownTaskCodeV1 = 807
    /// Paths that don't know tasks that were started by v1, as the record's `requests` has them.
    package var ignorantPaths: [String] = []
    /// The v2 query's answer is wrapped in an envelope.
    package var wrappedQuery = false
    /// The promptTips of an answer about a failed task are those of its submission, rather than empty or missing.
    package var failureTips = false
    /// 433 and 803 come with `promptTips` that say which node is wrong.
    package var refusalTips = false
    /// Members beyond the documented ones: `taskUsageList`, `output_seconds`, `storageType`, `bucket`, `objectKey`.
    package var extraMembers = false

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
        /// All null but `taskCostTime` `"0"`, as the v2 page prints it; missing from v1 `outputs`, as the older documents print those.
        case empty
        /// As `empty`, but null in v1 `outputs` too.
        case nulls
    }
}
