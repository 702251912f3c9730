import Jobs
import Ledger

/// `status --json`: where everything stands.
///
/// Fields of which nothing is known are absent; times are RFC 3339, in UTC.
package struct StatusDocument: Codable, Sendable {
    /// When it was made.
    package var at: String
    package var version: String
    /// The daemon's public id, which its listener answers at `/healthz`.
    package var id: String
    /// The line that `systemctl status` shows.
    package var summary: String
    /// What stands in the way, the worst first.
    package var troubles: [String]
    /// How many jobs there are by pipeline and state.
    package var pipelines: [String: [String: Int]]
    /// Why the waiting jobs of a pipeline don't go on, by pipeline; those that do are absent.
    package var obstacles: [String: Standing]
    package var keys: [Key]
    package var holds: [HoldDocument]
    /// For how long originals are kept, a sentence for each pipeline that deletes any.
    package var kept: [String]
    /// What tasks have cost, by pipeline and key.
    package var costs: [CostDocument]
    /// The reasons that jobs under way name for waiting, the commonest first.
    package var waits: [Wait]
    /// The job that has waited for its submission for longest.
    package var oldestWaiting: Oldest?
    /// The last line of the journal that was a warning or an error, since the start.
    package var lastTrouble: Line?
    /// The last callback that came, since the start.
    package var lastCallback: Callback?

    enum CodingKeys: String, CodingKey {
        case at
        case version
        case id
        case summary
        case troubles
        case pipelines
        case obstacles
        case keys
        case holds
        case kept
        case costs
        case waits
        case oldestWaiting = "oldest_waiting"
        case lastTrouble = "last_trouble"
        case lastCallback = "last_callback"
    }

    /// A key and its places.
    package struct Key: Codable, Sendable {
        package var name: String
        package var concurrency: Int
        /// How many tasks run with it, as far as this daemon knows.
        package var running: Int
        /// Why it rests.
        package var rests: String?
        /// What its account had when it was asked last, since the start.
        package var balance: AccountListDocument.Balance?
    }

    /// A hold.
    package struct HoldDocument: Codable, Sendable {
        /// The pipeline, or `all`.
        package var pipeline: String
        package var reason: String
        package var since: String
    }

    /// What the tasks of a pipeline have cost with a key.
    package struct CostDocument: Codable, Sendable {
        package var pipeline: String
        package var key: String
        /// Since midnight on the daemon's machine.
        package var today: Amount
        /// Since the ledger was made.
        package var all: Amount
    }

    /// A sum.
    package struct Amount: Codable, Sendable, Hashable {
        /// How many tasks RunningHub has named a cost of.
        package var tasks: Int
        /// A decimal number as text.
        package var coins: String
        /// In the site's currency, a decimal number as text.
        package var money: String
    }

    /// A reason for which jobs wait.
    package struct Wait: Codable, Sendable {
        package var reason: String
        package var jobs: Int
        package var since: String
    }

    /// A waiting job.
    package struct Oldest: Codable, Sendable {
        package var job: String
        package var pipeline: String
        package var file: String
        package var since: String
    }

    /// A line of the journal.
    package struct Line: Codable, Sendable {
        package var at: String
        package var text: String
    }

    /// A callback.
    package struct Callback: Codable, Sendable {
        package var at: String
        package var job: String
    }
}

extension StatusDocument.Amount {
    init(_ total: CostTotal?) {
        tasks = total?.tasks ?? 0
        coins = Self.decimal(total?.coins ?? 0)
        money = Self.decimal(total?.money ?? 0)
    }

    /// A number of millionths as a decimal number, without needless zeros.
    static func decimal(_ millionths: Int64) -> String {
        let (whole, rest) = millionths.quotientAndRemainder(dividingBy: 1_000_000)
        guard rest != 0 else { return String(whole) }
        var fraction = String(rest.magnitude)
        fraction = String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(millionths < 0 && whole == 0 ? "-" : "")\(whole).\(fraction)"
    }
}
