extension WhyDocument {
    /// The answer for a person.
    package func text(on screen: Screen) -> String {
        var lines = screen.field("path", path)
        if let job { lines += screen.field("job", job) }
        lines += standing.lines(on: screen, at: at)
        return lines.joined(separator: "\n") + "\n"
    }
}

extension AccountListDocument {
    /// The accounts for a person.
    package func text(on screen: Screen) -> String {
        guard !accounts.isEmpty else { return "There is no key: runninghubd key add NAME\n" }
        return accounts.flatMap { screen.field("key", "\($0.key): \(text(of: $0))") }.joined(separator: "\n") + "\n"
    }

    private func text(of account: AccountDocument) -> String {
        var parts: [String] = []
        if let balance = account.balance {
            parts.append(balance.text)
            if let tasks = balance.currentTasks {
                parts.append("\(tasks)\(balance.limit.map { " of \($0)" } ?? "") tasks on the account")
            }
            if let kind = balance.kind { parts.append("a key of kind \(kind)") }
        }
        parts.append("\(account.running) of \(account.concurrency) places taken here")
        if let rests = account.rests { parts.append("rests: \(rests)") }
        if let trouble = account.trouble { parts.append("not known: \(trouble)") }
        return parts.joined(separator: ", ")
    }
}
