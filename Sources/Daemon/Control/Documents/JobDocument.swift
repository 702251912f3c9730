package import Jobs

/// `show --json`: a job with all that the ledger knows of it.
///
/// Fields of which nothing is known are absent. Times are RFC 3339, in UTC.
package struct JobDocument: Codable, Sendable {
    /// When it was made.
    package var at: String
    package var id: String
    package var pipeline: String
    /// Its name below the inbox, with U+FFFD where its bytes are no text.
    package var file: String
    /// The name's bytes, where they are no text.
    package var fileBase64: String?
    /// Where its original lies now; absent where it is gone.
    package var path: String?
    /// The files that go into its task: the dropped one, or those of its folder that the pipeline names.
    package var sources: [Source]
    /// What was given with it in parameter files.
    package var parameters: [String: Parameter]
    package var state: String
    package var since: String
    package var createdAt: String
    /// Whether a person wants it cancelled as soon as that can be done.
    package var cancelWished: Bool
    package var standing: Standing
    package var failure: FailureDocument?
    /// The submissions that may have been paid, oldest first.
    package var attempts: [AttemptDocument]
    /// The calls by which its ends are told outside, oldest first.
    package var calls: [CallDocument]
    /// Its steps, oldest first.
    package var history: [Step]

    enum CodingKeys: String, CodingKey {
        case at
        case id
        case pipeline
        case file
        case fileBase64 = "file_base64"
        case path
        case sources
        case parameters
        case state
        case since
        case createdAt = "created_at"
        case cancelWished = "cancel_wished"
        case standing
        case failure
        case attempts
        case calls
        case history
    }

    /// A file that goes into its task.
    package struct Source: Codable, Sendable {
        /// Its name, with U+FFFD where its bytes are no text.
        package var name: String
        package var bytes: Int64
        package var sha256: String?
    }

    /// A step of its life.
    package struct Step: Codable, Sendable {
        package var at: String
        /// The number of its newest submission at that time; 0 before the first.
        package var attempt: Int
        /// Which step, a stable name.
        package var step: String
        /// The step as a sentence.
        package var text: String
        /// RunningHub's code, where it gave one.
        package var code: String?
    }

    /// Why it ended without results.
    package struct FailureDocument: Codable, Sendable {
        /// The kind, a stable name.
        package var name: String
        package var message: String
        package var hint: String
        package var code: String?
        package var codeName: String?
        /// The node of the graph that failed.
        package var node: String?
        /// What ComfyUI said beside the message: its traceback.
        package var detail: String?
        package var mayHaveBeenPaid: Bool

        enum CodingKeys: String, CodingKey {
            case name
            case message
            case hint
            case code
            case codeName = "code_name"
            case node
            case detail
            case mayHaveBeenPaid = "may_have_been_paid"
        }
    }

    /// A call by which an end of it is told outside.
    package struct CallDocument: Codable, Sendable {
        /// What the receiver knows it by.
        package var id: String
        /// `program` or `url`.
        package var target: String
        /// `delivered`, `failed` or `cancelled`.
        package var event: String
        /// `owed`, `answered` or `given-up`.
        package var outcome: String
        /// How many times it was made.
        package var tries: Int
        /// When it was made last.
        package var triedAt: String?
        /// When it is made next, while it is owed.
        package var dueAt: String?
        /// What the last try came to.
        package var detail: String?

        enum CodingKeys: String, CodingKey {
            case id
            case target
            case event
            case outcome
            case tries
            case triedAt = "tried_at"
            case dueAt = "due_at"
            case detail
        }
    }

    /// A submission that may have been paid.
    package struct AttemptDocument: Codable, Sendable {
        package var number: Int
        /// The name of the key.
        package var key: String
        package var taskID: String?
        /// `created`, `pending` or `unknown`: whether RunningHub took it.
        package var outcome: String
        /// What query said last, in RunningHub's words.
        package var status: String?
        package var sentAt: String
        package var runningSince: String?
        package var calledBackAt: String?
        package var askedAt: String?
        package var cancelAskedAt: String?
        package var succeededAt: String?
        /// A decimal number, as RunningHub wrote it.
        package var coins: String?
        /// For the running time, in the site's currency, as RunningHub wrote it.
        package var money: String?
        /// For other services that the task used.
        package var thirdPartyMoney: String?
        /// How long it ran, in seconds, as RunningHub wrote it.
        package var seconds: String?

        enum CodingKeys: String, CodingKey {
            case number
            case key
            case taskID = "task_id"
            case outcome
            case status
            case sentAt = "sent_at"
            case runningSince = "running_since"
            case calledBackAt = "called_back_at"
            case askedAt = "asked_at"
            case cancelAskedAt = "cancel_asked_at"
            case succeededAt = "succeeded_at"
            case coins
            case money
            case thirdPartyMoney = "third_party_money"
            case seconds
        }
    }
}

extension JobDocument.FailureDocument {
    init(_ failure: Failure) {
        name = failure.name.rawValue
        message = failure.message
        hint = failure.hint
        code = failure.code
        codeName = failure.codeName
        node = failure.node
        detail = failure.detail
        mayHaveBeenPaid = failure.mayHaveBeenPaid
    }
}

extension JobDocument.AttemptDocument {
    init(_ attempt: Attempt) {
        let costs = Costs(usage: attempt.usage)
        number = attempt.number
        key = attempt.key
        taskID = attempt.taskID
        outcome = attempt.outcome.rawValue
        status = attempt.status
        sentAt = attempt.postedAt.internetTime
        runningSince = attempt.runningSince?.internetTime
        calledBackAt = attempt.callbackAt?.internetTime
        askedAt = attempt.askedAt?.internetTime
        cancelAskedAt = attempt.cancelAskedAt?.internetTime
        succeededAt = attempt.finishedAt?.internetTime
        coins = costs.coins
        money = costs.money
        thirdPartyMoney = costs.thirdPartyMoney
        seconds = costs.seconds
    }
}

extension JobDocument.CallDocument {
    init(_ call: HookCall, of job: JobID) {
        id = call.id(of: job)
        target = call.target.rawValue
        event = call.event.rawValue
        outcome = call.outcome.rawValue
        tries = call.tries
        triedAt = call.triedAt?.internetTime
        dueAt = call.outcome == .owed ? call.dueAt.internetTime : nil
        detail = call.detail
    }
}
