import Jobs
import RunningHub

/// `account --json`: what the account behind each key has and does.
package struct AccountListDocument: Codable, Sendable {
    /// When it was made, RFC 3339.
    package var at: String
    package var accounts: [AccountDocument]

    /// The account behind one key.
    package struct AccountDocument: Codable, Sendable {
        /// The key's name.
        package var key: String
        package var site: String
        /// What RunningHub says; absent where it did not answer well.
        package var balance: Balance?
        /// How many tasks this daemon may have with the key at once.
        package var concurrency: Int
        /// How many tasks run with it, as far as this daemon knows.
        package var running: Int
        /// Why it rests; absent where it does not.
        package var rests: String?
        /// Why the balance is not known.
        package var trouble: String?
    }

    /// What an account has.
    package struct Balance: Codable, Sendable, Hashable {
        /// When RunningHub said so, RFC 3339.
        package var at: String
        /// Coins, a decimal number as text.
        package var coins: String?
        /// Money, as RunningHub writes it.
        package var money: String?
        package var currency: String?
        /// The account's tasks that wait or run, those of the website too; a hint that lags.
        package var currentTasks: Int?
        /// How many tasks the account may have at once, where RunningHub says.
        package var limit: Int?
        /// How many of its tasks wait, where RunningHub says.
        package var queued: Int?
        /// The kind of key: `NORMAL`, `SHARED`, `EXCLUSIVE`.
        package var kind: String?

        enum CodingKeys: String, CodingKey {
            case at
            case coins
            case money
            case currency
            case currentTasks = "current_tasks"
            case limit
            case queued
            case kind
        }
    }
}

extension AccountListDocument.Balance {
    init(_ status: AccountStatus, _ places: QueueStatus? = nil, at now: Timestamp) {
        limit = places?.limit
        queued = places?.queued
        at = now.internetTime
        coins = status.coins.map { "\($0)" }
        money = status.money
        currency = status.currency
        currentTasks = status.currentTasks
        kind = status.keyKind
    }
}
