import FoundationEssentials
import Jobs

@testable import Ledger

/// A folder for a ledger's files, removed with the value that holds it.
final class TemporaryLedger {
    let folder: String

    /// A new folder below this one.
    init(in parent: String = TemporaryFolder.path) throws {
        folder = "\(parent)/ledger-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    var path: String { "\(folder)/ledger.sqlite" }

    func open() throws -> Ledger {
        try Ledger(path: path, owner: "test")
    }
}

/// Where temporary files go.
enum TemporaryFolder {
    static var path: String { FileManager.default.temporaryDirectory.path }
}

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
    static let start = Timestamp(milliseconds: 1_700_000_000_000)

    static func at(_ seconds: Int64) -> Timestamp {
        .start + .seconds(seconds)
    }
}

extension FileIdentity {
    static let sample = FileIdentity(device: 2, inode: 5, size: 1000, modified: 1, changed: 2)
}

extension Job {
    /// A new job of a file with this inode.
    static func sample(
        _ inode: UInt64 = .random(in: .min ... .max),
        pipeline: String = "oil",
        size: Int64 = 1000
    ) throws -> Job {
        var random = SystemRandomNumberGenerator()
        var job = try sample(inode, pipeline: pipeline, using: &random)
        job.identity.size = size
        return job
    }

    static func sample(
        _ inode: UInt64,
        pipeline: String = "oil",
        using random: inout some RandomNumberGenerator
    ) throws -> Job {
        guard let path = RelativePath(bytes: Array("file-\(inode).png".utf8)) else {
            throw LedgerError(.other, "no path")
        }
        var identity = FileIdentity.sample
        identity.inode = inode
        return Job(
            id: JobID(using: &random),
            pipeline: pipeline,
            origin: path,
            place: path,
            identity: identity,
            at: .start
        )
    }
}

extension Pipeline {
    static let sample = Pipeline(name: "oil", target: .workflow("1904136902449209346"))
}

extension Ledger {
    /// A job whose claim is complete.
    @discardableResult
    func queued(_ job: Job) async throws -> JobID {
        let id = try await record(job).id
        _ = try await change(id, at: .start) { $0.claimCompleted(identity: $0.job.identity, at: .start) }
        return id
    }

    /// A job whose task runs.
    @discardableResult
    func running(_ job: Job, _ settings: Pipeline = .sample) async throws -> JobID {
        let id = try await queued(job)
        _ = try await change(id, at: .start) { record in
            _ = record.submissionIntended(key: "main", site: "ai", settings: settings, hasWebhook: true, at: .start)
            return record.submissionAnswered(attempt: 1, .created(taskID: "t-\(id)"), at: .start)
        }
        return id
    }

    /// Puts a job into a state, by force.
    func force(_ id: JobID, at now: Timestamp = .start, _ change: @escaping @Sendable (inout Job) -> Void) async throws
    {
        _ = try await self.change(id, at: now) { change(&$0.job) }
    }
}
