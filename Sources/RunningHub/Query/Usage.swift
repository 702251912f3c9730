/// What a task cost, each figure as the service wrote it; `nil` where it wrote none.
package struct Usage: Sendable, Hashable {
    /// Coins (`consumeCoins`).
    package let coins: String?
    /// Money for the running time (`consumeMoney`), in the site's currency.
    package let money: String?
    /// Money for other services that the task used (`thirdPartyConsumeMoney`).
    package let thirdPartyMoney: String?
    /// Running time in seconds (`taskCostTime`).
    package let costTime: String?
    /// The whole object, as JSON.
    package let json: String

    /// Reads a `usage` object; `nil` where it is none.
    init?(_ value: JSONValue?) {
        guard let value, value.members != nil else { return nil }
        func figure(_ name: String) -> String? {
            value[name]?.filledText.map { RemoteText.clean($0, limit: 64) }
        }
        coins = figure("consumeCoins")
        money = figure("consumeMoney")
        thirdPartyMoney = figure("thirdPartyConsumeMoney")
        costTime = figure("taskCostTime")
        json = value.serialized
    }

    /// Reads the figures that version 1 writes into each output; `nil` where no output has one.
    ///
    /// They are the task's: each is taken from the first output that has it, and nothing is added up.
    init?(ofOutputs outputs: [JSONValue]) {
        var figures: [String: JSONValue] = [:]
        for name in ["consumeCoins", "consumeMoney", "taskCostTime", "thirdPartyConsumeMoney"] {
            figures[name] = outputs.lazy.compactMap { $0[name] }.first
        }
        guard !figures.isEmpty else { return nil }
        self.init(.object(figures))
    }
}
