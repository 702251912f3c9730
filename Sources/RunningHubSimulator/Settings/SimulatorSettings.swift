/// Everything about the simulator that can be set, from the start or while it runs.
///
/// In JSON (a settings file, `GET` and `PATCH /simulator/settings`) the names are in snake case: `task_time` for
/// `taskTime`. What a file or a patch leaves out keeps its value; names that don't exist are refused.
package struct SimulatorSettings: Sendable, Hashable, Codable {
    /// Where all randomness begins: the same seed and the same requests give the same decisions.
    package var seed = 1
    /// The API keys that are known.
    ///
    /// Any other key is refused.
    package var keys: [KeySettings] = [KeySettings()]
    package var uploads = UploadSettings()
    package var tasks = TaskSettings()
    package var results = ResultSettings()
    package var callbacks = CallbackSettings()
    package var answers = AnswerSettings()
    package var forms = FormSettings()
    package var faults = FaultSettings()

    package init() {}
}

/// One API key and the account behind it.
package struct KeySettings: Sendable, Hashable, Codable {
    /// How the key is called in the record and in printed lines; never the key itself.
    package var name = "default"
    /// The key as clients send it.
    package var key = KeySettings.defaultKey
    /// Coins on the account.
    ///
    /// Submissions are refused with 414 when nothing is left.
    package var coins = 100_000
    /// How many tasks run at once.
    package var concurrency = 3
    /// Tasks of other programs or of the website that hold places of this key.
    package var occupied = 0
    /// `NORMAL`, `SHARED` or `EXCLUSIVE`.
    package var kind = "NORMAL"

    /// The key that a simulator started without settings accepts.
    package static let defaultKey = "0123456789abcdef0123456789abcdef"

    package init(
        name: String = "default",
        key: String = KeySettings.defaultKey,
        coins: Int = 100_000,
        concurrency: Int = 3,
        occupied: Int = 0,
        kind: String = "NORMAL"
    ) {
        self.name = name
        self.key = key
        self.coins = coins
        self.concurrency = concurrency
        self.occupied = occupied
        self.kind = kind
    }
}

/// How uploads are taken.
package struct UploadSettings: Sendable, Hashable, Codable {
    /// Largest file in bytes; above it v1 answers 809 and v2 1008.
    ///
    /// 30 MB is the vendor's present text, 10 MB an older one.
    package var largestFile = 30 * 1024 * 1024
    /// Whether contents are kept, so that they can come back as outputs.
    ///
    /// Without them only hash and size are known, and tasks make up their output instead.
    package var keepContents = true
    /// What stands before the hash in the names that uploads get.
    package var prefix = Prefix.documented
    /// Whether a node value that looks like the name of an upload but is none is refused with 803.
    package var mustExist = false

    /// What stands before the hash in an upload's name.
    package enum Prefix: String, Sendable, Hashable, Codable {
        /// `api/` on v1's path, `openapi/` on v2's; for an archive nothing.
        case documented
        /// `api/` on both.
        case api
        /// Nothing, as in the names of files that were uploaded on the site.
        case none
    }
}

/// How tasks run.
package struct TaskSettings: Sendable, Hashable, Codable {
    /// How long a task runs.
    package var taskTime: SecondsRange = 2
    /// How long a task stays in the status CREATE before it is queued.
    package var createTime: SecondsRange = 0
    /// How long a task stays QUEUED before it runs, even when a place is free.
    package var queueTime: SecondsRange = 0
    /// How long a task's place stays taken after its end.
    ///
    /// That places are freed with some lag is inferred from clients that were refused although nothing of theirs
    /// ran.
    package var placeTime: SecondsRange = 0
    /// Tasks end only when told so: `Simulator.finish` or `POST /simulator/tasks/{id}/finish`.
    package var manual = false
    /// What happens when all places of a key are taken.
    package var whenFull = WhenFull.refuse
    /// Whether a task that starts loads those of its node values that are addresses on this machine, and fails where it can't.
    ///
    /// The service loads any address; a simulator leaves all other hosts alone.
    package var loadsAddresses = true
    /// Coins that each task costs, charged when it ends, however it ends.
    package var coinsPerTask = 6
    /// First task id, 19 digits; empty: derived from the clock, so that a restarted simulator doesn't repeat ids.
    package var firstTask = ""

    /// What happens to a submission when all places of its key are taken.
    package enum WhenFull: String, Sendable, Hashable, Codable {
        /// Refused with 421; nothing is created.
        case refuse
        /// Taken, and QUEUED until a place is free.
        case queue
    }
}

extension KeySettings {
    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decodeIfPresent(String.self, forKey: .name) ?? name
        key = try container.decodeIfPresent(String.self, forKey: .key) ?? key
        coins = try container.decodeIfPresent(Int.self, forKey: .coins) ?? coins
        concurrency = try container.decodeIfPresent(Int.self, forKey: .concurrency) ?? concurrency
        occupied = try container.decodeIfPresent(Int.self, forKey: .occupied) ?? occupied
        kind = try container.decodeIfPresent(String.self, forKey: .kind) ?? kind
    }
}
