extension StatusDocument {
    /// The document for a person.
    package func text(on screen: Screen) -> String {
        var lines = [screen.line(summary)]
        lines += troubles.flatMap { screen.field("trouble", $0) }
        lines += holds.flatMap {
            screen.field("held", "\($0.pipeline) since \(LocalTime.text($0.since)): \($0.reason)")
        }
        for name in pipelines.keys.sorted() {
            let states = (pipelines[name] ?? [:]).filter { $0.value > 0 }.sorted { $0.key < $1.key }
            let counts = states.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            lines += screen.field("pipeline", "\(name): \(counts.isEmpty ? "nothing yet" : counts)")
            if let obstacle = obstacles[name] { lines += screen.field("", "waits: \(obstacle.reason)") }
        }
        lines += keys.flatMap { screen.field("key", "\($0.name): \(text(of: $0))") }
        lines += costs.flatMap { cost in
            screen.field("cost", "\(cost.pipeline), key \(cost.key): today \(cost.today.text), in all \(cost.all.text)")
        }
        lines += kept.flatMap { screen.field("kept", $0) }
        if let oldest = oldestWaiting {
            let age = LocalTime.span(from: oldest.since, to: at)
            lines += screen.field("oldest", "\(oldest.pipeline)/\(oldest.file) (\(oldest.job)) waits for \(age)")
        }
        lines += waits.flatMap { wait in
            screen.field("waiting", "\(wait.jobs) for \(LocalTime.span(from: wait.since, to: at)): \(wait.reason)")
        }
        if let callback = lastCallback {
            lines += screen.field("callback", "the last at \(LocalTime.text(callback.at)), for \(callback.job)")
        }
        if let trouble = lastTrouble {
            lines += screen.field("last", "\(LocalTime.text(trouble.at)): \(trouble.text)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(of key: Key) -> String {
        var parts = ["\(key.running) of \(key.concurrency) running"]
        if let rests = key.rests { parts.append("rests: \(rests)") }
        if let balance = key.balance { parts.append("\(balance.text) at \(LocalTime.text(balance.at))") }
        return parts.joined(separator: "; ")
    }
}

extension StatusDocument.Amount {
    /// As `3 tasks, 18.5 coins, 0.75 in money`.
    fileprivate var text: String {
        let sums = [coins == "0" ? nil : "\(coins) coins", money == "0" ? nil : "\(money) in money"].compactMap(\.self)
        return (["\(tasks) \(tasks == 1 ? "task" : "tasks")"] + sums).joined(separator: ", ")
    }
}

extension AccountListDocument.Balance {
    /// As `94000 coins, 100.00 CNY`.
    var text: String {
        let parts = [coins.map { "\($0) coins" }, money.map { "\($0) \(currency ?? "in money")" }].compactMap(\.self)
        return parts.isEmpty ? "no balance named" : parts.joined(separator: ", ")
    }
}
