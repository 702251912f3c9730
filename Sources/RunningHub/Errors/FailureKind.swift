/// Kinds of failure that the service tells by words alone, under codes that also mean other things.
package enum FailureKind: String, Sendable, Hashable, CaseIterable {
    /// The content was refused.
    case moderation
    /// The machine's graphics memory was too small.
    case outOfMemory
    /// The account's balance does not suffice, told as a validation error (433) by apps that use third-party models.
    case balance

    /// Words by which each kind is known, in lower case.
    ///
    /// «Porn» and «显存» (graphics memory) are the service's own; the English memory texts are those of PyTorch and ComfyUI.
    private static let words: [(FailureKind, [String])] = [
        (
            .outOfMemory,
            [
                "显存", "cuda out of memory", "outofmemory", "out of memory", "allocation on device", "cudamalloc",
                "cublas_status_alloc_failed",
            ]
        ),
        (.balance, ["balance is insufficient", "insufficient balance", "insufficient funds", "余额不足"]),
        (
            .moderation,
            [
                "porn", "nsfw", "content policy", "content violat", "policy violation", "moderation",
                "sensitive content",
                "违规", "内容审核", "敏感内容", "内容安全", "色情",
            ]
        ),
    ]

    /// The kind that a text tells; `nil` for ordinary words.
    package static func detect(in texts: String...) -> FailureKind? {
        let text = texts.joined(separator: "\n").lowercased()
        return words.first { $0.1.contains { text.contains($0) } }?.0
    }

    /// What it means, one sentence.
    package var meaning: Phrase {
        switch self {
        case .moderation: "RunningHub's content moderation refused this job."
        case .outOfMemory: "The machine ran out of graphics memory."
        case .balance: "The account's balance is too low for this app."
        }
    }

    /// What to do, one sentence.
    package var hint: Phrase {
        switch self {
        case .moderation: "Change the picture or the text: the same content will be refused again."
        case .outOfMemory: "Set `instance_type: plus` in the pipeline, or use a smaller input."
        case .balance: "Recharge the account on the site; then retry."
        }
    }

    /// Whether the same task may succeed when it is run again.
    package var onFailure: ErrorCode.OnFailure {
        switch self {
        // The memory is shared with whatever ran before on that machine.
        case .outOfMemory: .mayPass
        case .moderation, .balance: .final
        }
    }
}
