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

    /// Reads a `usage` object, or an element of version 1's `outputs`, which has the same members; `nil` where it is no object.
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
}
