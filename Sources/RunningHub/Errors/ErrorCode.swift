package import Jobs

/// One code of the service's error table: what it means, what to do, and what the daemon does about it.
///
/// The same codes come as `code` (a number) in the answers of version 1 and as `errorCode` (a text) in those of version 2.
package struct ErrorCode: Sendable, Hashable {
    /// What is wrong with a key, or with the account that it belongs to.
    ///
    /// Such a key rests; other keys go on.
    package enum KeyTrouble: String, Sendable, Hashable, CaseIterable {
        /// The site does not know the key, or refuses it.
        case unauthorized
        /// A free account may not use the API.
        case freeAccount
        /// The coins are used up.
        case outOfCoins
        /// The wallet is empty.
        case outOfMoney
        /// The plan that the key needs has ended.
        case planExpired
        /// This kind of key may not do this.
        case wrongKind
    }

    /// What follows for a submission for which certainly nothing was created.
    package enum Next: Sendable, Hashable {
        /// All of the key's places are taken: wait for one.
        case waitForSlot
        /// The key rests until its account answers well.
        case restKey(KeyTrouble)
        /// The service cannot now: later, with the same request.
        case retryLater
        /// The same request will be refused again.
        case permanent
    }

    /// What a code says about a submission.
    package enum AtSubmit: Sendable, Hashable {
        /// No task was created, nothing is paid. Only codes for which this is known have it: a closed list.
        case nothingCreated(Next)
        /// A task may have been created.
        case unknownOutcome
    }

    /// What a code says when a task is asked about, where the answer holds no state of the task.
    package enum AtQuery: Sendable, Hashable {
        /// It waits or runs.
        case waiting(TaskStatus)
        /// It failed.
        case failed
        /// The service does not know the task.
        case unknownTask
        /// The service refuses the key: this says nothing of the task.
        case keyRefused(KeyTrouble)
        /// Too many requests.
        case tooManyRequests
        /// Nothing is learned: ask again.
        case transient
    }

    /// What a code says about a task that failed.
    package enum OnFailure: Sendable, Hashable {
        /// The same task may succeed when it is run again, and paid again.
        case mayPass
        /// It will fail again.
        case final
    }

    /// The number.
    package let number: Int
    /// The service's own name for it; `nil` where none is published.
    package let name: String?
    /// What it means, one sentence.
    package let meaning: Phrase
    /// What to do, one sentence.
    package let hint: Phrase
    /// What it says about a submission.
    package let atSubmit: AtSubmit
    /// What it says when a task is asked about.
    package let atQuery: AtQuery
    /// What it says about a failed task.
    package let onFailure: OnFailure

    init(
        _ number: Int,
        _ name: String?,
        _ meaning: Phrase,
        hint: Phrase,
        submit: AtSubmit = .unknownOutcome,
        query: AtQuery = .transient,
        failure: OnFailure = .final
    ) {
        self.number = number
        self.name = name
        self.meaning = meaning
        self.hint = hint
        self.atSubmit = submit
        self.atQuery = query
        self.onFailure = failure
    }
}

extension ErrorCode {
    private static let byNumber = Dictionary(table.map { ($0.number, $0) }) { first, _ in first }
    private static let byName = Dictionary(
        table.compactMap { code in code.name.map { ($0, code) } },
        uniquingKeysWith: { first, _ in first }
    )

    /// The entry of a number; `nil` for a number that is not in the table.
    package static func find(_ number: Int) -> ErrorCode? {
        byNumber[number]
    }

    /// The entry of a code as the service writes it: a number in digits, or the service's own name, whole.
    ///
    /// A name is never sought inside a text: `APIKEY_` is part of the names of running and of failed tasks too.
    package static func find(_ text: String) -> ErrorCode? {
        Int(text).flatMap { byNumber[$0] } ?? byName[text]
    }
}
