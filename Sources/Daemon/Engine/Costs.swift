import FoundationEssentials

/// What a task cost, read from what RunningHub gave as its usage.
///
/// Numbers come as texts, as numbers, or not at all (API.md §2.6).
struct Costs: Sendable, Hashable {
    /// Coins.
    var coins: String? { usage["consumeCoins"]?.text }
    /// Money for the running time, in the site's currency.
    var money: String? { usage["consumeMoney"]?.text }
    /// Money for other services that the task used.
    var thirdPartyMoney: String? { usage["thirdPartyConsumeMoney"]?.text }
    /// The running time in seconds.
    var seconds: String? { usage["taskCostTime"]?.text }
    /// The whole usage, as it came.
    let usage: [String: Figure]

    /// Reads a usage object; nothing where it is none.
    init(usage text: String?) {
        let read = text.flatMap { try? JSONDecoder().decode([String: Figure].self, from: Data($0.utf8)) }
        usage = read ?? [:]
    }

    /// What it came to, as `6 coins, 0.25 in money, 3 s`; nothing where RunningHub named nothing.
    var text: String? {
        let parts = [
            coins.map { "\($0) coins" }, money.map { "\($0) in money" },
            thirdPartyMoney.map { "\($0) in money for other services" }, seconds.map { "\($0) s" },
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// A value of a usage object.
    enum Figure: Sendable, Hashable, Codable {
        case text(String)
        case integer(Int64)
        case number(Double)
        case none

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if let integer = try? value.decode(Int64.self) {
                self = .integer(integer)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else {
                self = .none
            }
        }

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .text(let text): try value.encode(text)
            case .integer(let integer): try value.encode(integer)
            case .number(let number): try value.encode(number)
            case .none: try value.encodeNil()
            }
        }

        var text: String? {
            switch self {
            case .text(let text): text
            case .integer(let integer): String(integer)
            case .number(let number): String(number)
            case .none: nil
            }
        }
    }
}
