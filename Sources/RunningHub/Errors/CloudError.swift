package import Jobs

/// Why something asked of the service did not work.
package struct CloudError: Error, Sendable {
    /// What kind of trouble it is.
    package enum Code: Sendable, Hashable {
        /// No connection: name, network or TLS. Nothing was sent.
        case unreachable
        /// The connection broke while asking or answering.
        case interrupted
        /// The answer did not come in time, or too slowly.
        case timedOut
        /// The answer is not one that the service gives: a gateway's page, garbage, or too much.
        case badAnswer
        /// The service is busy, or asks to slow down.
        case busy
        /// The service refuses the key; this says nothing about a task.
        case keyRefused(ErrorCode.KeyTrouble)
        /// The service does not know the task that was asked about.
        case unknownTask
        /// The service refuses the request itself and would again.
        case refused
        /// The file is larger than the service takes, or the result larger than the configuration allows.
        case tooLarge
        /// The file to be uploaded is no longer as long as it was.
        case fileChanged
        /// The file to be uploaded cannot be read.
        case fileUnreadable
        /// The result is no longer there: its address has expired.
        case gone
        /// The result ended before its announced length.
        case truncated
        /// The result comes in an encoding that was not asked for.
        case encoded
        /// The result's address, or one that it redirects to, may not be fetched from.
        case addressRefused
        /// The task that asked was cancelled.
        case cancelled
    }

    /// What follows.
    package enum Disposition: Sendable, Hashable {
        /// Ask again, not before this time has passed (`nil`: by the caller's own schedule).
        case retry(after: Duration?)
        /// The key rests.
        case restKey(ErrorCode.KeyTrouble)
        /// The file must settle again before anything is asked.
        case settleAgain
        /// A fresh address may help: query again.
        case queryAgain
        /// Nothing is known of the task.
        case unknownTask
        /// Asking again will not help.
        case permanent
    }

    /// The kind.
    package let code: Code
    /// What happened, for a person.
    ///
    /// It holds no secret, no body and no signed address.
    package let sentence: Phrase
    /// What to do, where more than waiting helps.
    package let hint: Phrase?
    /// The entry of the service's table, where the answer named one.
    package let errorCode: ErrorCode?
    /// The code as the answer wrote it, where the table has no entry for it.
    package let wireCode: String?
    /// The answer's HTTP status.
    package let httpStatus: Int?
    /// How long the answer asks to wait.
    package let retryAfter: Duration?
    /// What lies beneath.
    package let cause: (any Error)?

    /// An error of a kind, told in a sentence.
    package init(
        _ code: Code,
        _ sentence: Phrase,
        hint: Phrase? = nil,
        errorCode: ErrorCode? = nil,
        wireCode: String? = nil,
        httpStatus: Int? = nil,
        retryAfter: Duration? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.sentence = sentence
        self.hint = hint ?? errorCode?.hint
        self.errorCode = errorCode
        self.wireCode = wireCode.map { RemoteText.clean($0, limit: 64) }
        self.httpStatus = httpStatus
        self.retryAfter = retryAfter
        self.cause = cause
    }

    /// The service's code, for a program; `nil` where the answer named none.
    package var codeText: String? {
        errorCode.map { String($0.number) } ?? wireCode
    }

    /// What happened, in English.
    package var message: String { sentence.english }

    /// Whether it tells of the way to the service, or of its answer, and not of a file or of this process alone.
    package var isOfNetwork: Bool {
        switch code {
        case .cancelled, .fileChanged, .fileUnreadable: false
        default: true
        }
    }

    /// What follows from the error.
    package var disposition: Disposition {
        switch code {
        case .unreachable, .interrupted, .timedOut, .badAnswer, .busy, .cancelled, .fileUnreadable:
            .retry(after: retryAfter)
        case .truncated, .encoded: .retry(after: retryAfter)
        case .keyRefused(let trouble): .restKey(trouble)
        case .unknownTask: .unknownTask
        case .fileChanged: .settleAgain
        case .gone: .queryAgain
        case .refused, .tooLarge, .addressRefused: .permanent
        }
    }
}

extension CloudError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { message }

    /// The message with the cause, for finding faults.
    package var debugDescription: String {
        guard let cause else { return message }
        return "\(message) (\(RemoteText.clean(String(describing: cause))))"
    }
}
