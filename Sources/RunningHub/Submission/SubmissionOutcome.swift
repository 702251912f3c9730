package import Jobs

/// What became of a submission: one of four, and never an error to be guessed at.
package enum SubmissionOutcome: Sendable {
    /// The answer holds a task id, whatever else it holds.
    case created(CreatedTask)
    /// No byte of the request was written: nothing is paid.
    case notSent(CloudError)
    /// The service refused and created nothing: nothing is paid.
    case refused(Refusal)
    /// A task may have been created, and paid.
    case unknown(CloudError)
}

/// A task that the service has taken.
package struct CreatedTask: Sendable, Hashable {
    /// Its id.
    package let taskID: String
    /// Where it stands; `nil` where the answer does not say.
    package let status: TaskStatus?
    /// What the service found wrong with the workflow or its values, a line for each node; empty where all is well.
    ///
    /// Such a task exists all the same and is expected to fail.
    package let warnings: [String]
    /// An error that stood beside the task id, as a sentence.
    package let complaint: String?
}

/// A submission that was refused.
package struct Refusal: Sendable, Hashable {
    /// What follows.
    package let next: ErrorCode.Next
    /// What happened, for a person.
    package let sentence: Phrase
    /// What to do.
    package let hint: Phrase?
    /// The entry of the service's table.
    package let errorCode: ErrorCode?
    /// What ComfyUI found wrong with the workflow or its values, a line for each node.
    package var complaints: [String] = []
    /// The answer's HTTP status.
    package let httpStatus: Int
    /// How long the answer asks to wait.
    package let retryAfter: Duration?

    /// What happened, in English.
    package var message: String { sentence.english }
}
