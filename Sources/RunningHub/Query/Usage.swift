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
    /// The whole object, as JSON; of one that is very long only the figures above.
    package let json: String

    /// The longest object that is kept whole, in bytes: it is stored with its task.
    private static let maximumLength = 16 * 1024
    private static let figures = ["consumeCoins", "consumeMoney", "taskCostTime", "thirdPartyConsumeMoney"]

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
        let whole = value.serialized
        json =
            whole.utf8.count <= Self.maximumLength
            ? whole : JSONValue.object(Self.figures.reduce(into: [:]) { $0[$1] = value[$1]?.bounded }).serialized
    }

    /// Reads the figures that version 1 writes into each output; `nil` where no output has one.
    ///
    /// They are the task's: each is taken from the first output that has it, and nothing is added up.
    init?(ofOutputs outputs: [JSONValue]) {
        var figures: [String: JSONValue] = [:]
        for name in Self.figures {
            figures[name] = outputs.lazy.compactMap { $0[name] }.first
        }
        guard !figures.isEmpty else { return nil }
        self.init(.object(figures))
    }
}

extension JSONValue {
    /// The figure, cut where it is no figure at all.
    fileprivate var bounded: JSONValue? {
        scalarText.map { .text(String($0.prefix(64))) }
    }
}
