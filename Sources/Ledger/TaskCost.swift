import Foundation

/// What a task cost, in millionths of a coin and of the site's currency.
struct TaskCost: Hashable {
    var coins: Int64 = 0
    /// For the running time and for other services together.
    var money: Int64 = 0

    /// No single figure counts for more: it would be a mistake, and sums must not run over.
    private static let most: Decimal = 1_000_000_000_000

    /// Reads a usage object as RunningHub gave it; nothing where it is none.
    init?(usage text: String?) {
        guard let text, let figures = try? JSONDecoder().decode(Figures.self, from: Data(text.utf8)) else { return nil }
        coins = Self.millionths(figures.consumeCoins)
        money = Self.millionths(figures.consumeMoney) + Self.millionths(figures.thirdPartyConsumeMoney)
    }

    private static func millionths(_ figure: Figure?) -> Int64 {
        guard let value = figure?.value, value > 0 else { return 0 }
        return NSDecimalNumber(decimal: min(value, most) * 1_000_000).int64Value
    }

    private struct Figures: Decodable {
        let consumeCoins: Figure?
        let consumeMoney: Figure?
        let thirdPartyConsumeMoney: Figure?
    }

    /// A number, or a text that is one.
    private struct Figure: Decodable {
        let value: Decimal?

        init(from decoder: any Decoder) throws {
            let single = try decoder.singleValueContainer()
            value = (try? single.decode(String.self)).map { Decimal(string: $0) } ?? (try? single.decode(Decimal.self))
        }
    }
}
