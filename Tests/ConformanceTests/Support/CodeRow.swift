import RunningHub
import Testing

/// One code of API.md §4, and what the daemon must do about it wherever it occurs.
struct CodeRow: Sendable, CustomTestStringConvertible {
    /// In the answer to a submission or an upload.
    enum Said: Sendable, Hashable {
        /// Nothing was created: wait for a place.
        case slot
        /// Nothing was created: later.
        case later
        /// Nothing was created: never.
        case never
        /// Nothing was created: the key rests.
        case rest(ErrorCode.KeyTrouble)
        /// A task may have been created.
        case unknown
    }

    /// In the answer to a query that holds no state.
    enum Asked: Sendable, Hashable {
        case running, queued, failed, noTask, key, slower, nothing
    }

    /// Beside the state FAILED of a task.
    enum Failed: Sendable, Hashable {
        /// May be tried, and paid, again.
        case mayPass
        /// Fails again.
        case final
        /// No failure of the task.
        case none
    }

    let number: Int
    let said: Said
    let asked: Asked
    let failed: Failed
    /// What its sentence or its hint must speak of.
    let words: String

    var testDescription: String { String(number) }

    init(_ number: Int, _ said: Said, _ asked: Asked, _ failed: Failed, _ words: String = ".") {
        self.number = number
        self.said = said
        self.asked = asked
        self.failed = failed
        self.words = words
    }

    /// API.md §4, in its order.
    static let table: [CodeRow] = [
        CodeRow(1, .unknown, .nothing, .final),
        CodeRow(301, .never, .nothing, .final, "parameter"),
        CodeRow(380, .never, .nothing, .final, "`workflow` id"),
        CodeRow(412, .rest(.unauthorized), .key, .none, "www.runninghub.ai"),
        CodeRow(414, .rest(.outOfCoins), .key, .final, "coins"),
        CodeRow(415, .slot, .nothing, .mayPass, "machine"),
        CodeRow(416, .rest(.outOfMoney), .key, .final, "wallet"),
        CodeRow(421, .slot, .nothing, .mayPass, "waits for a place"),
        CodeRow(423, .unknown, .noTask, .none),
        CodeRow(433, .never, .nothing, .final, "nodes"),
        CodeRow(435, .never, .nothing, .final, "`instance_type`"),
        CodeRow(436, .rest(.planExpired), .key, .final, "plan"),
        CodeRow(500, .unknown, .nothing, .mayPass),
        CodeRow(801, .rest(.freeAccount), .key, .none, "membership"),
        CodeRow(802, .rest(.unauthorized), .key, .none, "key"),
        CodeRow(803, .never, .nothing, .final, "nodes"),
        CodeRow(804, .unknown, .running, .final),
        CodeRow(805, .unknown, .failed, .mayPass, "failed"),
        CodeRow(806, .rest(.unauthorized), .key, .none, "account"),
        CodeRow(807, .unknown, .noTask, .none),
        CodeRow(808, .unknown, .nothing, .final, "upload is made again"),
        CodeRow(809, .never, .nothing, .final, "{url}"),
        CodeRow(810, .never, .nothing, .final, "run it once"),
        CodeRow(811, .rest(.unauthorized), .key, .none, "enterprise key"),
        CodeRow(812, .rest(.outOfMoney), .key, .final, "enterprise account"),
        CodeRow(813, .unknown, .queued, .final),
        CodeRow(814, .slot, .nothing, .mayPass, "queue"),
        CodeRow(901, .never, .nothing, .final, "`ai_app` id"),
        CodeRow(1000, .unknown, .nothing, .mayPass),
        CodeRow(1001, .never, .nothing, .final, "`base_url`"),
        CodeRow(1002, .rest(.unauthorized), .key, .none, "key"),
        CodeRow(1003, .later, .slower, .mayPass, "slows down"),
        CodeRow(1004, .unknown, .noTask, .none),
        CodeRow(1005, .unknown, .nothing, .mayPass),
        CodeRow(1006, .unknown, .nothing, .mayPass, "`instance_type: plus`"),
        CodeRow(1007, .never, .noTask, .final, "nodes"),
        CodeRow(1008, .never, .nothing, .final, "{url}"),
        CodeRow(1009, .never, .nothing, .final, "`api`"),
        CodeRow(1010, .later, .nothing, .mayPass, "not available"),
        CodeRow(1011, .later, .nothing, .mayPass, "busy"),
        CodeRow(1012, .unknown, .nothing, .mayPass),
        CodeRow(1013, .unknown, .nothing, .mayPass, "file"),
        CodeRow(1014, .rest(.wrongKind), .key, .final, "enterprise key"),
        CodeRow(1015, .unknown, .nothing, .mayPass, "Retry once"),
        CodeRow(1101, .never, .nothing, .final, "nodes"),
        CodeRow(1501, .never, .nothing, .final, "moderation"),
        CodeRow(1504, .unknown, .nothing, .mayPass, "Retry later"),
        CodeRow(1505, .never, .nothing, .final, "real person"),
        CodeRow(1520, .slot, .nothing, .mayPass, "waits for a place"),
        CodeRow(1601, .rest(.unauthorized), .key, .none, "key"),
    ]
}
