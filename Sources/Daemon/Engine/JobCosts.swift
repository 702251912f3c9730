import FoundationEssentials
import Jobs
import RunningHub

/// What several tasks cost together, as far as RunningHub said: those of a job, or one of them.
struct JobCosts: Sendable, Hashable {
    /// Coins; nothing where no task named any.
    private(set) var coins: Decimal?
    /// Money by its currency, that for other services included; the currency is empty where it is not known.
    private(set) var money: [String: Decimal] = [:]
    /// How long the tasks ran together; nothing where that is not known.
    private(set) var duration: Duration?
    /// How many tasks may have been paid.
    let tasks: Int
    /// Whether some of them named no cost at all.
    private(set) var isIncomplete = false

    /// The sum over these attempts.
    init(_ attempts: [Attempt]) {
        tasks = attempts.count
        for attempt in attempts {
            let costs = Costs(usage: attempt.usage)
            let named = costs.amount("consumeCoins")
            if let named { coins = (coins ?? 0) + named }
            let paid = [costs.amount("consumeMoney"), costs.amount("thirdPartyConsumeMoney")].compactMap(\.self)
            if !paid.isEmpty { money[attempt.currency(costs), default: 0] += paid.reduce(0, +) }
            if named == nil, paid.isEmpty { isIncomplete = true }
            if let span = attempt.duration(costs) { duration = (duration ?? .zero) + span }
        }
    }

    /// The costs in one line, as `12 coins, 4.35 CNY, 34 s`; nothing where nothing is known.
    var line: String? {
        let parts = amounts() + [duration.map(Self.text)].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// What was paid, as `12 coins`, `4.35 CNY`; empty where nothing is known.
    ///
    /// What came to nothing is left out, unless all did.
    func amounts(in language: Language = .en) -> [String] {
        let coinText = coins.map { Self.coins($0).text(in: language) }
        let paid = money.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { currency, amount in
            "\(amount) \(currency.isEmpty ? Self.inMoney.text(in: language) : currency)"
        }
        guard let coins, let coinText, coins > 0 || paid.isEmpty else { return paid }
        return [coinText] + paid
    }

    private static func coins(_ number: Decimal) -> Phrase {
        Phrase(
            "\(number) \(number == 1 ? "coin" : "coins")",
            zh: "\(number) 个 RH 币",
            ru: "монет: \(number)"
        )
    }

    private static let inMoney = Phrase("in money", zh: "（金额）", ru: "деньгами")

    /// A span of time as people say it.
    private static func text(_ span: Duration) -> String {
        let seconds = (span.milliseconds + 500) / 1000
        if span.milliseconds < 1000 { return "\(max(0, span.milliseconds)) ms" }
        if seconds < 120 { return "\(seconds) s" }
        if seconds < 7200 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
}

extension Attempt {
    /// How long the task ran: as RunningHub reckons it, which is what it bills, or else as it was seen from here.
    fileprivate func duration(_ costs: Costs) -> Duration? {
        if let seconds = costs.amount("taskCostTime"), seconds > 0 {
            // At most 10^15, for a figure is plausible.
            return Double(seconds.description).map { .milliseconds(Int64($0 * 1000)) }
        }
        let cancelledAt = status == "CANCEL" ? askedAt : nil
        guard let end = finishedAt ?? failedSince ?? cancelledAt else { return nil }
        let span = end - (runningSince ?? postedAt)
        return span < .zero ? nil : span
    }

    /// The currency of the task's money: what the usage names, or else that of its site (API.md §1).
    fileprivate func currency(_ costs: Costs) -> String {
        if case .text(let name)? = costs.usage["currency"], name.utf8.count == 3,
            name.utf8.allSatisfy({ (0x41...0x5A).contains($0) })
        {
            return name
        }
        if site.hasSuffix("runninghub.cn") { return "CNY" }
        return site.hasSuffix("runninghub.ai") ? "USD" : ""
    }
}

extension JobRecord {
    /// What all tasks of the job cost together.
    var costs: JobCosts { JobCosts(attempts) }

    /// The tasks whose cost belongs beside a step of the job's life; nothing for steps that cost nothing.
    func paid(in story: Story) -> [Attempt]? {
        switch story.kind {
        case .delivered, .failed, .cancelled: attempts
        case .succeeded: attempts.filter { $0.taskID == story.detail }
        case .taskFailed: attempts.filter { $0.failedSince != nil }.max(by: isAsked).map { [$0] }
        default: nil
        }
    }

    private func isAsked(_ one: Attempt, before other: Attempt) -> Bool {
        (one.askedAt?.milliseconds ?? .min) < (other.askedAt?.milliseconds ?? .min)
    }
}
