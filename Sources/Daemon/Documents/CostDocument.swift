import FoundationEssentials
import Jobs

/// What a job cost, for programs: amounts as exact decimal texts.
struct CostDocument: Codable, Sendable, Hashable {
    var coins: String?
    var money: String?
    /// As `CNY`, where it is known.
    var currency: String?
    /// How long its tasks ran.
    var durationMilliseconds: Int64?
    /// How many tasks may have been paid.
    var tasks: Int

    enum CodingKeys: String, CodingKey {
        case coins
        case money
        case currency
        case durationMilliseconds = "duration_ms"
        case tasks
    }

    init(_ costs: JobCosts) {
        coins = costs.coins?.description
        // Money of several currencies is no one sum.
        let sum = costs.money.count == 1 ? costs.money.first : nil
        money = sum?.value.description
        currency = sum.flatMap { $0.key.isEmpty ? nil : $0.key }
        durationMilliseconds = costs.duration?.milliseconds
        tasks = costs.tasks
    }

    /// Every field stands in the document, with null where nothing is known.
    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(coins, forKey: .coins)
        try fields.encode(money, forKey: .money)
        try fields.encode(currency, forKey: .currency)
        try fields.encode(durationMilliseconds, forKey: .durationMilliseconds)
        try fields.encode(tasks, forKey: .tasks)
    }
}
