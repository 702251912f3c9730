import Jobs

package import struct FoundationEssentials.Decimal

/// What a key's account has and does.
package struct AccountStatus: Sendable, Hashable {
    /// The coins that are left; `nil` where the service does not say.
    package let coins: Decimal?
    /// The money that is left, as the service writes it; `nil` for keys that pay with coins alone.
    package let money: String?
    /// The currency of the money.
    package let currency: String?
    /// How many tasks of the account wait or run, those of the website too; a hint that lags.
    package let currentTasks: Int?
    /// The kind of key: `NORMAL`, `SHARED`, `EXCLUSIVE`.
    package let keyKind: String?

    /// Reads the answer, whose numbers are texts.
    init(_ reply: Reply) {
        func text(_ name: String) -> String? {
            reply.content[name]?.filledText.map { RemoteText.clean($0, limit: 64) }
        }
        coins = text("remainCoins").flatMap { Decimal(string: $0) }
        money = text("remainMoney")
        currency = text("currency")
        currentTasks = text("currentTaskCounts").flatMap(Int.init)
        keyKind = text("apiType")
    }
}

extension Cloud {
    /// Asks what the account has.
    ///
    /// It costs nothing, and answers well only with a key that the site knows.
    package func accountStatus() async throws(CloudError) -> AccountStatus {
        // This one endpoint spells it in lower case.
        AccountStatus(try await askVersion1("/uc/openapi/accountStatus", ["apikey": .text(key.expose())]))
    }
}
