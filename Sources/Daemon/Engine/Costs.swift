import FoundationEssentials
import RunningHub

/// What one task cost, read from what RunningHub gave as its usage.
///
/// Figures come as texts, as numbers, or not at all (API.md §2.6). What is no plain decimal number counts as not given: it goes into lines
/// that people read and into sums.
struct Costs: Sendable, Hashable {
    /// The whole usage, as it came.
    let usage: [String: JSONValue]

    /// Reads a usage object; nothing where it is none.
    init(usage text: String?) {
        guard case .object(let members)? = text.flatMap({ JSONValue.read($0.utf8) }) else {
            usage = [:]
            return
        }
        usage = members
    }

    /// Coins.
    var coins: String? { amount("consumeCoins").map(\.description) }
    /// Money for the running time, in the site's currency.
    var money: String? { amount("consumeMoney").map(\.description) }
    /// Money for other services that the task used.
    var thirdPartyMoney: String? { amount("thirdPartyConsumeMoney").map(\.description) }
    /// The running time in seconds.
    var seconds: String? { amount("taskCostTime").map(\.description) }

    /// A figure as a number; nothing where none was given.
    func amount(_ name: String) -> Decimal? {
        switch usage[name] {
        case .integer(let integer): Self.plausible(Decimal(integer))
        case .number(let number): Self.plausible(number)
        case .text(let text): Self.isDecimal(text) ? Self.plausible(Decimal(string: text)) : nil
        case .null, .bool, .array, .object, nil: nil
        }
    }

    /// More than this was never paid for a task; sums of such figures stay exact.
    private static let most: Decimal = 1_000_000_000_000

    private static func plausible(_ amount: Decimal?) -> Decimal? {
        amount.flatMap { !$0.isNaN && $0 >= 0 && $0 <= most ? $0 : nil }
    }

    /// Digits, and perhaps a point with more of them; by hand, since a regular expression is compiled for each text.
    private static func isDecimal(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return text.utf8.count <= 24 && parts.count <= 2
            && parts.allSatisfy { part in !part.isEmpty && part.allSatisfy { (0x30...0x39).contains($0) } }
    }
}
