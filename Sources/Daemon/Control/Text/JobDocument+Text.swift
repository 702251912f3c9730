import Jobs

extension JobListDocument {
    /// The listing for a person: a line for each job.
    package func text(on screen: Screen) -> String {
        jobs.map { screen.line(line(of: $0)) + "\n" }.joined()
    }

    /// The line over the listing.
    package static func heading(on screen: Screen) -> String {
        screen.line("JOB           STATE        FOR    FILE: REASON")
    }

    private func line(of job: JobSummary) -> String {
        let head =
            "\(job.id)  \(Screen.padded(job.state, to: 11))  \(Screen.padded(LocalTime.span(from: job.since, to: at), to: 5))"
        return "\(head)  \(job.pipeline)/\(job.file): \(job.standing.reason)"
    }
}

extension JobDocument {
    /// The job for a person.
    package func text(on screen: Screen) -> String {
        var lines = screen.field("job", id)
        lines += screen.field("file", "\(pipeline)/\(file)")
        lines += sources.flatMap { screen.field("source", "\($0.name), \($0.bytes) bytes") }
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            lines += screen.field("parameter", "\(name): \(value.text)")
        }
        if let path { lines += screen.field("at", path) }
        lines += screen.field("state", "\(state) since \(LocalTime.text(since))")
        lines += standing.lines(on: screen, at: at)
        if let failure { lines += text(of: failure, on: screen) }
        for attempt in attempts { lines += screen.field("attempt", attempt.text) }
        for call in calls { lines += screen.field("told", call.text) }
        lines.append("history")
        for step in history {
            lines += screen.field("  \(LocalTime.text(step.at))", step.text, indent: 23)
        }
        if let detail = failure?.detail {
            lines.append("detail")
            lines += detail.split(separator: "\n").map { "  " + Screen.printable(String($0)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(of failure: FailureDocument, on screen: Screen) -> [String] {
        let parts = [
            failure.name, failure.code.map { "code \($0)\(failure.codeName.map { " \($0)" } ?? "")" },
            failure.node.map { "node \($0)" },
            failure.mayHaveBeenPaid ? "may have been paid" : "nothing was paid",
        ]
        return screen.field("failure", parts.compactMap(\.self).joined(separator: ", "))
    }
}

extension JobDocument.AttemptDocument {
    /// As `1 with key main, sent 2026-11-21 06:31:02, task 190…, SUCCESS, cost 6 coins, 3 s`.
    fileprivate var text: String {
        let cost = [
            coins.map { "\($0) coins" }, money.map { "\($0) in money" },
            thirdPartyMoney.map { "\($0) in money for other services" },
        ].compactMap(\.self)
        let parts = [
            "\(number) with key \(key)", "sent \(LocalTime.text(sentAt))",
            taskID.map { "task \($0)" } ?? "no task known", status ?? (outcome == "created" ? nil : outcome),
            cancelAskedAt.map { "asked to cancel \(LocalTime.text($0))" },
            cost.isEmpty ? nil : "cost \(cost.joined(separator: " and "))", seconds.map { "ran \($0) s" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

extension JobDocument.CallDocument {
    /// As `url of delivered: owed, 2 tries, the last 2026-11-21 06:31:02: it answered HTTP 503; next 2026-11-21 06:31:12`.
    fileprivate var text: String {
        let last = triedAt.map { "\(tries == 1 ? "1 try" : "\(tries) tries, the last") \(LocalTime.text($0))" }
        let what = [outcome, last].compactMap(\.self).joined(separator: ", ")
        let next = dueAt.map { "; next \(LocalTime.text($0))" } ?? ""
        return "\(target) of \(event): \(what)\(detail.map { ": \($0)" } ?? "")\(next)"
    }
}

extension Standing {
    /// The reason, and what comes next.
    func lines(on screen: Screen, at now: String) -> [String] {
        let since = since.map { " (for \(LocalTime.span(from: $0, to: now)))" } ?? ""
        var lines = screen.field("why", reason + since)
        let time = nextAt.map { "in \(LocalTime.span(from: now, to: $0)), at \(LocalTime.text($0))" }
        let what = time == nil ? next : next.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
        let line = [what, time].compactMap(\.self).joined(separator: what == nil ? "" : ", ")
        if !line.isEmpty { lines += screen.field("next", line) }
        return lines
    }
}
