/// One step of a job's life, as it goes into its history and, once committed, into the journal.
package struct Story: Sendable, Hashable {
    /// Which step.
    package let kind: Kind
    /// What varies, as a sentence or part of one; may be empty.
    package let detail: String
    /// RunningHub's code, where it gave one.
    package let code: String?
    /// Whether the job's try before this one failed too: its trouble goes on, and is counted rather than told each time.
    package let isRepeated: Bool

    /// A step.
    package init(_ kind: Kind, _ detail: String = "", code: String? = nil, isRepeated: Bool = false) {
        self.kind = kind
        self.detail = detail
        self.code = code
        self.isRepeated = isRepeated
    }

    /// The steps.
    ///
    /// Their raw values stand in the ledger and never change their meaning.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case taken
        case withdrawn
        case changed
        case uploaded
        case uploadFailed = "upload-failed"
        case submitted
        case refused
        case notSent = "not-sent"
        case outcomeUnknown = "outcome-unknown"
        case adopted
        case disowned
        case called
        case doubted
        case succeeded
        case taskFailed = "task-failed"
        case overdue
        case cancelWished = "cancel-wished"
        case cancelAsked = "cancel-asked"
        case again
        case revived
        case waiting
        case fetchFailed = "fetch-failed"
        case planned
        case delivered
        case failed
        case cancelled
        case tidied
        case joined
        case parted
        case expired
        case leftAlone = "left-alone"
        case hookAnswered = "hook-answered"
        case hookFailed = "hook-failed"
        case hookGivenUp = "hook-given-up"
    }
}
