package import Jobs

/// Why a task failed, for a person and for the decision whether to try again.
package struct TaskFailure: Sendable, Hashable {
    /// The code as the service wrote it.
    package let code: String?
    /// The code's entry in the table.
    package let errorCode: ErrorCode?
    /// What the words tell beyond the code.
    package let kind: FailureKind?
    /// ComfyUI's account.
    package let reason: FailedReason?
    /// What ComfyUI found wrong with the workflow or its values before it ran, a line for each node.
    package let complaints: [String]
    /// What happened, with the service's own words.
    package let sentence: Phrase
    /// What to do.
    package let hint: Phrase

    /// Reads the failure out of an answer.
    init(_ reply: Reply, hiding secrets: [Secret] = []) {
        let reason = FailedReason(reply.content["failedReason"] ?? reply.root["failedReason"], hiding: secrets)
        let said = [reply.message, reason?.line ?? "", reason?.exceptionMessage ?? ""] + reply.complaints
        let kind = FailureKind.detect(in: said.joined(separator: "\n"))
        let table = reply.errorCode
        code = reply.code.map { RemoteText.clean($0) }
        errorCode = table
        self.kind = kind
        self.reason = reason
        complaints = reply.complaints
        sentence = Self.sentence(reply, kind: kind, reason: reason)
        hint = kind?.hint ?? table?.hint ?? ErrorCode.find(805)?.hint ?? "Read the reason."
    }

    /// What happened, in English.
    package var message: String { sentence.english }

    /// Whether the same task may succeed when it is run, and paid, again.
    package var onFailure: ErrorCode.OnFailure {
        // A code that is not known: one more try is what `retries` asks for.
        kind?.onFailure ?? errorCode?.onFailure ?? .mayPass
    }

    private static func sentence(_ reply: Reply, kind: FailureKind?, reason: FailedReason?) -> Phrase {
        let meaning =
            kind?.meaning ?? reply.errorCode.flatMap(\.meaningOfFailure) ?? ErrorCode.find(805)?.meaning
            ?? Phrase("The task failed.", zh: "任务失败。", ru: "Задача завершилась ошибкой.")
        let line = reason.map(\.line).flatMap { $0.isEmpty ? nil : $0 }
        let label = reply.code.map { code in
            "(\(reply.errorCode?.name.map { "\(code) \($0)" } ?? RemoteText.clean(code)))"
        }
        let details = [line, PromptTips.line(reply.complaints), label].compactMap(\.self).map { Phrase($0) }
        return .joined([meaning, reply.saying].compactMap(\.self) + details)
    }
}

extension ErrorCode {
    /// What the code means beside the state of a failed task; `nil` for those that mean that it waits or runs.
    fileprivate var meaningOfFailure: Phrase? {
        if case .waiting = atQuery { nil } else { meaning }
    }
}
