import Jobs

/// A source of random numbers that gives the same ones for the same seed (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

extension Timestamp {
    /// The moment at which the tests' jobs begin.
    static let start = Timestamp(milliseconds: 1_700_000_000_000)

    /// So many seconds after the start.
    static func at(_ seconds: Int64) -> Timestamp {
        .start + .seconds(seconds)
    }
}

extension FileIdentity {
    static let sample = FileIdentity(device: 2, inode: 1 << 63 | 5, size: 1000, modified: 1, changed: 2)
}

extension RelativePath {
    /// A path of a text that is known to be one.
    static func sample(_ text: String) -> RelativePath {
        guard let path = RelativePath(bytes: Array(text.utf8)) else { fatalError("\(text) is no path") }
        return path
    }
}

extension Pipeline {
    static func sample(retries: Int = 0, deletes: Bool = false) -> Pipeline {
        var pipeline = Pipeline(name: "oil", target: .workflow("1904136902449209346"))
        pipeline.retries = retries
        pipeline.afterDelivery = deletes ? .delete : .keep
        return pipeline
    }
}

extension Failure {
    static let broken = Failure(.taskFailed, message: "It broke.", hint: "Mend it.", code: "805", mayHaveBeenPaid: true)
    static let refusedSample = Failure(.refused, message: "No.", hint: "Ask.", code: "803", mayHaveBeenPaid: false)
}

extension JobRecord {
    /// A job just recorded.
    static func unclaimed() -> JobRecord {
        var random = SeededRandom(seed: 7)
        let id = JobID(using: &random)
        let place = RelativePath.sample("cat.png")
        return JobRecord(
            job: Job(id: id, pipeline: "oil", origin: place, place: place, identity: .sample, at: .start)
        )
    }

    /// A job whose file is in `work/`.
    static func queued() -> JobRecord {
        var record = unclaimed()
        _ = record.claimCompleted(identity: .sample, at: .start)
        return record
    }

    /// A job whose upload is done and whose POST is on the wire.
    static func submitting(retries: Int = 0, hasWebhook: Bool = true, deletes: Bool = false) -> JobRecord {
        var record = queued()
        record.upload()
        record.intend(retries: retries, hasWebhook: hasWebhook, deletes: deletes)
        return record
    }

    /// A job whose task `t1` is known.
    static func running(retries: Int = 0, hasWebhook: Bool = true, deletes: Bool = false) -> JobRecord {
        var record = submitting(retries: retries, hasWebhook: hasWebhook, deletes: deletes)
        _ = record.submissionAnswered(attempt: 1, .created(taskID: "t1"), at: .start)
        return record
    }

    mutating func upload(at now: Timestamp = .start) {
        _ = uploadStarted(at: now)
        let upload = Job.Upload(key: "main", site: "ai", remoteNames: ["": "api/x.png"], at: now)
        _ = uploadFinished(upload, digests: ["": "d1"], at: now)
    }

    @discardableResult
    mutating func intend(
        retries: Int = 0,
        hasWebhook: Bool = true,
        deletes: Bool = false,
        at now: Timestamp = .start
    ) -> Int? {
        let pipeline = Pipeline.sample(retries: retries, deletes: deletes)
        return submissionIntended(key: "main", site: "ai", settings: pipeline, hasWebhook: hasWebhook, at: now)
    }

    @discardableResult
    mutating func reported(_ report: TaskReport, attempt number: Int = 1, at now: Timestamp = .start) -> EventOutcome {
        taskReported(attempt: number, report, jitter: 0.5, at: now)
    }

    /// Query says FAILED twice, far enough apart to be believed.
    mutating func failTask(attempt number: Int = 1, mayPass: Bool = false, at now: Timestamp = .start) {
        reported(.failed(.broken, mayPass: mayPass, usage: nil), attempt: number, at: now)
        reported(.failed(.broken, mayPass: mayPass, usage: nil), attempt: number, at: now + .seconds(120))
    }

    /// A person moved the file back, and it was claimed.
    mutating func comeBack(at now: Timestamp) {
        let place = RelativePath.sample("cat.png")
        _ = cameBack(origin: place, place: place, identity: .sample, at: now)
        _ = claimCompleted(identity: .sample, at: now)
    }

    @discardableResult
    mutating func called(_ number: Int = 1, taskID: String?, at now: Timestamp = .start) -> EventOutcome {
        callbackArrived(attempt: number, taskID: taskID, recreated: nil, at: now)
    }
}

extension Attempt {
    /// An attempt of which the ledger has lost its row.
    static func recreated(_ number: Int) -> Attempt {
        Attempt(
            number: number,
            key: "main",
            site: "ai",
            settings: .sample(),
            remoteNames: [:],
            hasWebhook: true,
            postedAt: .start
        )
    }
}
