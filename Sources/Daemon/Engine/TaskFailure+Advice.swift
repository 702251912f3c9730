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

    private static let later: Phrase =
        "Move the file back into the inbox to try it again later; with `retries` in the pipeline the daemon does so by itself."
    private static let buyCoins: Phrase = "Buy coins on the site, then move the file back into the inbox."
    private static let recharge: Phrase = "Recharge the account on the site, then move the file back into the inbox."

    private static func moreMemory(than machine: Pipeline.InstanceType) -> Phrase {
        switch machine {
        case .default: "Set `instance_type: plus` in the pipeline, or use a smaller input."
        case .plus: "Set `instance_type: ultra` in the pipeline, or use a smaller input."
        case .ultra: "Use a smaller input: the pipeline asks for the largest machine already."
        }
    }
}
