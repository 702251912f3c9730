import Jobs
import RunningHub

extension TaskFailure {
    /// What to do about a task that has ended.
    ///
    /// The table's advice on full accounts and empty wallets is for submissions that wait. Here nothing waits any more: the file lies in
    /// `failed/`, and only a person brings it back.
    func hint(on machine: Pipeline.InstanceType) -> Phrase {
        if kind == .outOfMemory { return Self.moreMemory(than: machine) }
        if kind == .balance { return Self.recharge }
        guard kind == nil, let errorCode else { return hint }
        switch errorCode.atSubmit {
        case .nothingCreated(.waitForSlot), .nothingCreated(.retryLater): return Self.later
        case .nothingCreated(.restKey(.outOfCoins)): return Self.buyCoins
        case .nothingCreated(.restKey(.outOfMoney)): return Self.recharge
        case .nothingCreated(.restKey), .nothingCreated(.permanent): return hint
        case .unknownOutcome: break
        }
        if case .waiting = errorCode.atQuery { return Self.later }
        // 808: nothing is uploaded again for a task that has ended.
        return errorCode.number == 808 ? Self.later : hint
    }

    /// ComfyUI's account in one line: the node's id, its name and the exception, or what was wrong before it ran.
    var nodeReport: String? {
        let line = reason.map(\.line).flatMap { $0.isEmpty ? nil : $0 }
        guard reason?.nodeID == nil else { return line }
        return PromptTips.line(complaints) ?? line
    }

    private static let later = Phrase(
        "Move the file back into the inbox to try it again later; with `retries` in the pipeline the daemon does so by itself.",
        zh: "请稍后把文件移回 inbox 重试；在流程中设置 `retries` 后，服务会自动重试。",
        ru:
            "Позже верните файл в inbox, чтобы попробовать снова; если в конвейере указать `retries`, служба сделает это сама."
    )
    private static let buyCoins = Phrase(
        "Buy coins on the site, then move the file back into the inbox.",
        zh: "请在网站上购买 RH 币，然后把文件移回 inbox。",
        ru: "Купите монеты на сайте, затем верните файл в inbox."
    )
    private static let recharge = Phrase(
        "Recharge the account on the site, then move the file back into the inbox.",
        zh: "请在网站上为账户充值，然后把文件移回 inbox。",
        ru: "Пополните счёт на сайте, затем верните файл в inbox."
    )

    private static func moreMemory(than machine: Pipeline.InstanceType) -> Phrase {
        switch machine {
        case .default: larger("plus")
        case .plus: larger("ultra")
        case .ultra:
            Phrase(
                "Use a smaller input: the pipeline asks for the largest machine already.",
                zh: "请使用更小的输入：流程已经在使用最大的机器。",
                ru: "Возьмите файл поменьше: конвейер и так использует самую большую машину."
            )
        }
    }

    private static func larger(_ machine: String) -> Phrase {
        Phrase(
            "Set `instance_type: \(machine)` in the pipeline, or use a smaller input.",
            zh: "请在流程中设置 `instance_type: \(machine)`，或使用更小的输入。",
            ru: "Укажите в конвейере `instance_type: \(machine)` или возьмите файл поменьше."
        )
    }
}
