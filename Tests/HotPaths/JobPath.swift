import Jobs
import Ledger

/// Jobs through a ledger, each change committed by itself, as the daemon makes them where one job is under way.
struct JobPath {
    private let ledger: Ledger
    private let pipeline = Pipeline(name: "app", target: .aiApp("2016740236478386178"))
    private let now = Timestamp(milliseconds: 1_790_000_000_000)

    init(folder: String) throws {
        ledger = try Ledger(path: "\(folder)/ledger.sqlite", owner: "hot-paths")
    }

    func run(_ count: Int) async throws {
        for number in 0..<count {
            let job = try await submitted(number)
            try await change(job) { $0.callbackArrived(attempt: 1, taskID: nil, recreated: nil, at: now) == .applied }
            let success = TaskReport.succeeded(results: 1, usage: "{\"consumeCoins\":\"12\"}")
            try await change(job) { $0.taskReported(attempt: 1, success, jitter: 0, at: now) == .applied }
            try await change(job) { $0.planned(Array(repeating: 0x20, count: 400), at: now) == .applied }
            try await change(job) { $0.published(detail: "file-\(number).png", at: now) == .applied }
            try await change(job) {
                $0.tidied(place: $0.job.place, identity: $0.job.identity, at: now) == .applied
            }
        }
    }

    /// A job whose task runs.
    func submitted(_ number: Int) async throws -> JobID {
        let job = try await ledger.record(made(number)).id
        try await change(job) { $0.claimCompleted(identity: $0.job.identity, at: now) == .applied }
        try await change(job) { $0.uploadStarted(at: now) == .applied }
        let upload = Job.Upload(
            key: "main",
            site: "https://www.runninghub.cn",
            remoteNames: ["": "api/bf431957f5980e7cd0748d46715254987353e9290d11ffef3cc3f3261\(number).png"],
            at: now
        )
        let digest = String(repeating: "0f", count: 32)
        try await change(job) { $0.uploadFinished(upload, digests: ["": digest], at: now) == .applied }
        try await change(job) {
            $0.submissionIntended(key: "main", site: upload.site, settings: pipeline, hasWebhook: true, at: now) == 1
        }
        try await change(job) {
            $0.submissionAnswered(attempt: 1, .created(taskID: "19047\(number)"), jitter: 0, at: now) == .applied
        }
        return job
    }

    /// Changes a job, which has to apply.
    func change(_ job: JobID, _ event: @escaping @Sendable (inout JobRecord) -> Bool) async throws {
        let change = try await ledger.change(job, at: now, event)
        precondition(change?.value == true, "Each change applies, or what is counted is none.")
    }

    private func made(_ number: Int) -> Job {
        var numbers = Numbers(number: UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        let path = RelativePath(name: FileName(cleaning: "file-\(number).png".utf8))
        return Job(
            id: JobID(using: &numbers),
            pipeline: "app",
            origin: path,
            place: path,
            identity: FileIdentity(device: 1, inode: UInt64(number) + 1, size: 1000, modified: 1, changed: 1),
            at: now
        )
    }

    /// The same ids in every run.
    private struct Numbers: RandomNumberGenerator {
        let number: UInt64

        func next() -> UInt64 { number }
    }
}
