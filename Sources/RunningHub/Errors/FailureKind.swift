package import Jobs

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
        case .moderation:
            Phrase(
                "RunningHub's content moderation refused this job.",
                zh: "RunningHub 的内容审核拒绝了这个任务。",
                ru: "Модерация RunningHub отклонила это задание."
            )
        case .outOfMemory:
            Phrase("The machine ran out of graphics memory.", zh: "机器的显存不足。", ru: "На машине не хватило видеопамяти.")
        case .balance:
            Phrase(
                "The account's balance is too low for this app.",
                zh: "账户余额不足以运行该应用。",
                ru: "На счёте слишком мало средств для этого приложения."
            )
        }
    }

    /// What to do, one sentence.
    package var hint: Phrase {
        switch self {
        case .moderation:
            Phrase(
                "Change the picture or the text: the same content will be refused again.",
                zh: "请更换图片或文字：同样的内容会再次被拒绝。",
                ru: "Измените картинку или текст: то же самое содержимое снова будет отклонено."
            )
        case .outOfMemory:
            Phrase(
                "Set `instance_type: plus` in the pipeline, or use a smaller input.",
                zh: "请在流程中设置 `instance_type: plus`，或使用更小的输入。",
                ru: "Укажите в конвейере `instance_type: plus` или возьмите файл поменьше."
            )
        case .balance:
            Phrase(
                "Recharge the account on the site; then retry.",
                zh: "请在网站上为账户充值，然后重试。",
                ru: "Пополните счёт на сайте, затем повторите."
            )
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
