import Jobs
import Ledger
import Logging
import Synchronization

/// What the guards on spending remember between looks.
final class SpendingGuards: Sendable {
    private struct State {
        var backlogs: [String: Backlog] = [:]
        /// The pipelines that rest until midnight, and of which that was told.
        var spent: Set<String> = []
    }

    private let state = Mutex(State())

    /// Takes up what persons have agreed to.
    func load(_ agreed: [String: Int]) {
        state.withLock { $0.backlogs.merge(agreed.mapValues { Backlog(agreed: $0) }) { _, new in new } }
    }

    /// Whether a pipeline in which so many jobs wait is to be held.
    func mustHold(_ pipeline: String, waiting: Int, above limit: Int) -> Bool {
        state.withLock { $0.backlogs[pipeline, default: Backlog()].mustHold(waiting: waiting, above: limit) }
    }

    /// Whether it is news that a pipeline's coins of the day are spent, or that there are some again.
    func isNews(_ pipeline: String, isSpent: Bool) -> Bool {
        state.withLock { state in
            isSpent ? state.spent.insert(pipeline).inserted : state.spent.remove(pipeline) != nil
        }
    }
}

extension Engine {
    /// Whether nothing more may be submitted from a pipeline for what its waiting jobs would cost: holds it where there are too many, and
    /// tells when the day's coins are spent.
    func isOverspent(_ pipeline: Pipeline) async throws -> Bool {
        let name = pipeline.name
        let waiting = unsubmitted[name] ?? 0
        let limit = pipeline.spending.holdAbove
        if spending.mustHold(name, waiting: waiting, above: limit) {
            try await hold(name, since: .tooManyWaiting(waiting, limit: limit))
            return true
        }
        guard pipeline.spending.coinsPerDay != nil, waiting > 0 else { return false }
        let spent = try await spent(pipeline)
        if spending.isNews(name, isSpent: spent != nil) { tell(spent, of: name) }
        return spent != nil
    }

    /// How many jobs of each pipeline have not been submitted yet, those on their way to that included.
    var unsubmitted: [String: Int] {
        ledger.counts.mapValues { counts in
            [JobState.queued, .uploading, .submitting].reduce(0) { $0 + (counts[$1] ?? 0) }
        }
    }

    private func hold(_ name: String, since reason: Phrase) async throws {
        try await ledger.hold(Hold(pipeline: name, reason: reason, since: time.now()))
        try await holds.load(from: ledger)
        journal.tell(
            .held,
            "Pipeline \(name) is held: \(reason). Nothing new is submitted until a person says so: runninghubctl release \(name)",
            ["pipeline": .string(name)]
        )
    }

    /// What was spent today, where that is as much as may be; nothing where there is more to spend.
    ///
    /// A bound of a pipeline's own is for its own tasks. The general one is for those of all the others together, also of pipelines that
    /// are no longer in service.
    func spent(_ pipeline: Pipeline) async throws -> Spent? {
        guard let limit = pipeline.spending.coinsPerDay else { return nil }
        let isGeneral = limit == settings.coinsPerDay
        let midnight = time.now() - LocalTime.sinceMidnight(at: time.wall())
        let coins = try await ledger.costs(since: midnight).reduce(Int64(0)) { sum, cost in
            let counts = isGeneral ? hasGeneralBudget(cost.pipeline) : cost.pipeline == pipeline.name
            return counts ? sum.addingReportingOverflow(cost.coins).partialValue : sum
        }
        guard CoinBudget(perDay: limit).isSpent(coins) else { return nil }
        return Spent(coins: StatusDocument.Amount.decimal(coins), limit: limit, isGeneral: isGeneral)
    }

    private func hasGeneralBudget(_ name: String) -> Bool {
        pipelines.pipeline(name).map { $0.spending.coinsPerDay == settings.coinsPerDay } ?? true
    }

    private func tell(_ spent: Spent?, of name: String) {
        let fields: Logger.Metadata = ["pipeline": .string(name)]
        guard let spent else {
            return journal.tell(.coinsBack, "Pipeline \(name) goes on: there are coins to spend again.", fields)
        }
        journal.tell(
            .coinsSpent,
            "Pipeline \(name) rests until midnight: \(spent.sentence.clause(in: .en)). What runs goes on; for more today, raise spending.coins_per_day.",
            fields
        )
    }
}

/// That the coins of the day are spent.
struct Spent: Sendable, Hashable {
    /// How many were, a decimal number.
    let coins: String
    let limit: Int64
    /// Whether the bound is for all pipelines together that have none of their own.
    let isGeneral: Bool

    /// What was spent, as a sentence.
    var sentence: Phrase {
        isGeneral
            ? Phrase(
                "\(coins) coins were spent today in all, and coins_per_day: \(limit) allows no more.",
                zh: "今天总共已花费 \(coins) 个 RH 币，达到 coins_per_day: \(limit) 的上限。",
                ru: "Сегодня всего потрачено монет: \(coins); coins_per_day: \(limit) больше не допускает."
            )
            : Phrase(
                "\(coins) coins were spent here today, and coins_per_day: \(limit) allows no more.",
                zh: "此流程今天已花费 \(coins) 个 RH 币，达到 coins_per_day: \(limit) 的上限。",
                ru: "Здесь сегодня потрачено монет: \(coins); coins_per_day: \(limit) больше не допускает."
            )
    }
}

extension Phrase {
    /// Why a pipeline is held in which too many files wait.
    fileprivate static func tooManyWaiting(_ count: Int, limit: Int) -> Phrase {
        Phrase(
            "\(count) files wait, more than hold_above: \(limit)",
            zh: "有 \(count) 个文件在等待，超过 hold_above: \(limit)",
            ru: "ожидает файлов: \(count), больше, чем hold_above: \(limit)"
        )
    }
}
