import Testing

/// One code of API.md §4, and what the daemon does about it wherever it comes.
struct CodeExpectation: Sendable, CustomTestStringConvertible {
    /// What follows from it in the answer to a submission.
    ///
    /// To an upload the same, but that nothing can be unknown of one: it is made again.
    enum Submitted: Sendable {
        /// The file goes to `failed/`, nothing is paid.
        case fails
        /// The key rests, and the job goes on after that.
        case rests
        /// The job waits, and is submitted again.
        case waits
        /// It may have been taken: it is never submitted again.
        case unknown
    }

    /// What follows from it in the answer to a query.
    enum Asked: Sendable {
        /// It says that the task goes on.
        case waiting
        /// It says that the task failed, which is not believed at once.
        case doubted
        /// The key rests; it says nothing of the task.
        case rests
        /// It says nothing of the task, and is told.
        case told
    }

    /// What follows from it beside the state of a task that failed.
    enum Ended: Sendable {
        /// The job fails; another attempt is paid where the pipeline allows one.
        case mayPass
        /// The job fails.
        case final
        /// It speaks of the key, and ends nothing.
        case rests
        /// It speaks of a task that is not known, and ends nothing.
        case told
    }

    let number: Int
    let name: String?
    let submitted: Submitted
    let asked: Asked
    let ended: Ended
    /// What the sentence says.
    let words: String
    /// What the hint says.
    let advice: String
    /// What the hint says once a task has ended, and nothing waits any more.
    let lastAdvice: String
    /// What the sentence says then.
    let lastWords: String

    var testDescription: String { String(number) }

    init(
        _ number: Int,
        _ name: String?,
        _ submitted: Submitted,
        _ asked: Asked,
        _ ended: Ended,
        _ words: String,
        _ advice: String = "",
        atEnd lastAdvice: String? = nil,
        _ lastWords: String? = nil
    ) {
        self.number = number
        self.name = name
        self.submitted = submitted
        self.asked = asked
        self.ended = ended
        self.words = words
        self.advice = advice
        self.lastAdvice = lastAdvice ?? advice
        self.lastWords = lastWords ?? words
    }

    private static let again = "Move the file back into the inbox to try it again later"
    private static let recharge = "Recharge the account on the site, then move the file back"

    /// API.md §4 in its order, and a code that nobody knows.
    static let table: [CodeExpectation] = oldest + version1 + version2 + models

    private static let oldest: [CodeExpectation] = [
        .init(1, nil, .unknown, .told, .final, "could not do this", "support"),
        .init(301, "PARAMS_INVALID", .fails, .told, .final, "parameter is missing", "nodes"),
        .init(380, "WORKFLOW_NOT_EXISTS", .fails, .told, .final, "no workflow with this id", "`workflow` id"),
        .init(412, "TOKEN_INVALID", .rests, .rests, .rests, "does not know this API key", "www.runninghub.ai"),
        .init(
            414,
            "TASK_CREATE_FAILED_BY_NOT_ENOUGH_POWER_VALUE",
            .rests,
            .rests,
            .final,
            "coins are used up",
            "Buy coins on the site; the waiting jobs then go on",
            atEnd: "Buy coins on the site, then move the file back"
        ),
        .init(415, "TASK_INSTANCE_MAXED", .waits, .told, .mayPass, "machines of this exclusive key", atEnd: again),
        .init(
            416,
            "TASK_CREATE_FAILED_BY_NOT_ENOUGH_WALLET",
            .rests,
            .rests,
            .final,
            "wallet is empty",
            "Recharge the wallet",
            atEnd: recharge
        ),
        .init(421, "TASK_QUEUE_MAXED", .waits, .told, .mayPass, "as many tasks as it may", atEnd: again),
        .init(423, "TASK_NOT_FOUNED", .unknown, .told, .told, "does not know this task"),
        .init(433, "VALIDATE_PROMPT_FAILED", .fails, .told, .final, "does not accept these values", "nodes"),
        .init(
            435,
            "TASK_USER_EXCLAPI_INSTANCE_NOT_FOUND",
            .fails,
            .told,
            .final,
            "no exclusive machine",
            "`instance_type`"
        ),
        .init(
            436,
            "TASK_USER_EXCLAPI_REQUIRED",
            .rests,
            .rests,
            .final,
            "plan for exclusive machines",
            "Renew the plan"
        ),
        .init(500, "UNKNOWN_ERROR", .unknown, .told, .mayPass, "internal error", "support"),
    ]

    private static let version1: [CodeExpectation] = [
        .init(801, "APIKEY_UNSUPPORTED_FREE_USER", .rests, .rests, .rests, "free account", "membership"),
        .init(802, "APIKEY_UNAUTHORIZED", .rests, .rests, .rests, "refuses this API key", "Check the key"),
        .init(803, "APIKEY_INVALID_NODE_INFO", .fails, .told, .final, "do not match the workflow", "nodes"),
        .init(
            804,
            "APIKEY_TASK_IS_RUNNING",
            .unknown,
            .waiting,
            .final,
            "is running",
            atEnd: again,
            "The task failed."
        ),
        .init(805, "APIKEY_TASK_STATUS_ERROR", .unknown, .doubted, .mayPass, "The task failed.", "Read the reason"),
        .init(806, "APIKEY_USER_NOT_FOUND", .rests, .rests, .rests, "no account for this API key", "Check the key"),
        .init(807, "APIKEY_TASK_NOT_FOUND", .unknown, .told, .told, "does not know this task"),
        .init(808, "APIKEY_UPLOAD_FAILED", .unknown, .told, .final, "could not store the file", atEnd: again),
        .init(809, "APIKEY_FILE_SIZE_EXCEEDED", .fails, .told, .final, "larger than RunningHub accepts", "{url}"),
        .init(810, "WORKFLOW_NOT_SAVED_OR_NOT_RUNNING", .fails, .told, .final, "never saved and run", "run it once"),
        .init(811, "CORPAPIKEY_INVALID", .rests, .rests, .rests, "enterprise key", "Check the key"),
        .init(
            812,
            "CORPAPIKEY_INSUFFICIENT_FUNDS",
            .rests,
            .rests,
            .final,
            "no funds left",
            "Recharge the enterprise account",
            atEnd: recharge
        ),
        .init(813, "APIKEY_TASK_IS_QUEUED", .unknown, .waiting, .final, "is waiting", atEnd: again, "The task failed."),
        .init(814, "PERSONAL_QUEUE_COUNT_LIMIT", .waits, .told, .mayPass, "own queue is full", atEnd: again),
        .init(901, "WEBAPP_NOT_EXISTS", .fails, .told, .final, "no AI app with this id", "`ai_app` id"),
    ]

    private static let version2: [CodeExpectation] = [
        .init(1000, nil, .unknown, .told, .mayPass, "unknown error", "support"),
        .init(1001, nil, .fails, .told, .final, "does not know this address", "`base_url`"),
        .init(1002, nil, .rests, .rests, .rests, "does not know this API key", "Check the key"),
        .init(1003, nil, .waits, .told, .mayPass, "Too many requests", atEnd: again),
        .init(1004, nil, .unknown, .told, .told, "does not know this task, or no longer"),
        .init(1005, nil, .unknown, .told, .mayPass, "internal error", "support"),
        .init(1006, nil, .unknown, .told, .mayPass, "longer than RunningHub allows", "`instance_type: plus`"),
        .init(1007, nil, .fails, .told, .final, "does not accept a parameter", "nodes"),
        .init(1008, nil, .fails, .told, .final, "larger than RunningHub accepts", "{url}"),
        .init(1009, nil, .fails, .told, .final, "does not offer this method", "`api`"),
        .init(1010, nil, .waits, .told, .mayPass, "not available at the moment", atEnd: again),
        .init(1011, nil, .waits, .told, .mayPass, "too busy", atEnd: again),
        .init(1012, nil, .unknown, .told, .mayPass, "did not answer well", "support"),
        .init(1013, nil, .unknown, .told, .mayPass, "could not process the file", "Check that the file opens"),
        .init(1014, nil, .rests, .rests, .final, "kind of API key may not do this", "enterprise key"),
        .init(1015, nil, .unknown, .told, .mayPass, "generation failed", "Retry once"),
        .init(1101, nil, .fails, .told, .final, "do not match the workflow", "nodes"),
    ]

    private static let models: [CodeExpectation] = [
        .init(1501, nil, .fails, .told, .final, "content moderation refused", "Change the picture or the text"),
        .init(1504, nil, .unknown, .told, .mayPass, "took too long", "Retry later"),
        .init(1505, nil, .fails, .told, .final, "pictures of real persons", "without a real person"),
        .init(1520, nil, .waits, .told, .mayPass, "tasks of this model", atEnd: again),
        .init(1601, nil, .rests, .rests, .rests, "key is missing from the request", "Check the key"),
        .init(
            7777,
            nil,
            .unknown,
            .told,
            .mayPass,
            "not known here",
            atEnd: "Read the reason",
            "The task failed. RunningHub says"
        ),
    ]
}
