import Jobs
import Logging
import Synchronization

/// Jobs whose tasks nobody can ask about, since the key they were started with is not configured, or at another site.
final class StrandedTasks: Sendable {
    private struct Origin: Hashable {
        let key: String
        let site: String
        /// Whether the job's results are known to be there, so that it is not given up.
        let hasSucceeded: Bool
    }

    private let origins = Mutex<[JobID: Origin]>([:])

    /// A job's task was started with a key at a site that is not there.
    func met(_ job: JobID, startedWith key: String, at site: String, hasSucceeded: Bool) {
        origins.withLock { $0[job] = Origin(key: key, site: site, hasSucceeded: hasSucceeded) }
    }

    /// A job does not wait for its task any more.
    func ended(_ job: JobID) {
        _ = origins.withLock { $0.removeValue(forKey: job) }
    }

    /// How a task was started that nobody can ask about, as part of a sentence.
    static func start(with key: String, at site: String) -> String {
        "started with key \(key) at \(site), which is not configured any more"
    }

    /// What is the matter and what to do, a sentence for each key and site.
    var sentences: [String] { all.map(\.sentence) }

    /// The sentence about one of the jobs, and about those that are with it.
    func sentence(about job: JobID) -> String? { all.first { $0.jobs.contains(job.text) }?.sentence }

    private var all: [(jobs: [String], sentence: String)] {
        let jobs = origins.withLock { Dictionary(grouping: $0, by: \.value).mapValues { $0.map(\.key.text).sorted() } }
        let order = jobs.sorted { ($0.key.key, $0.key.site, $0.value[0]) < ($1.key.key, $1.key.site, $1.value[0]) }
        return order.map { origin, jobs in
            let tasks = jobs.count == 1 ? "The task of job \(jobs[0]) was" : "The tasks of \(jobs.count) jobs were"
            let what = "\(tasks) \(Self.start(with: origin.key, at: origin.site))"
            let sentence =
                origin.hasSucceeded
                ? "\(what): put it back and restart, and the results are fetched."
                : "\(what): put it back and restart, or give up: runninghubctl cancel \(jobs[0])"
            return (jobs, sentence)
        }
    }
}

extension Engine {
    /// The account that can be asked about an attempt's task: that of its key, if its site is the same still.
    func account(of attempt: Attempt) -> Account? { account(named: attempt.key, at: attempt.site) }

    /// The account of a key, if its site is this one.
    func account(named key: String, at site: String) -> Account? {
        accounts[key].flatMap { $0.site == site ? $0 : nil }
    }

    /// The places that a job holds: a task at a site that is not its key's any more takes none of the places there.
    func places(of record: JobRecord) -> [(number: Int, key: String)] {
        record.heldPlaces(at: time.now()).filter { place in
            record.attempt(place.number).map { account(of: $0) != nil } ?? true
        }
    }

    /// Nobody can ask about a job's task: it waits for the key, and people are told.
    func tellStranded(_ attempt: Attempt, of record: JobRecord, at now: Timestamp) {
        let hasSucceeded = record.job.state == .fetching
        stranded.met(record.job.id, startedWith: attempt.key, at: attempt.site, hasSucceeded: hasSucceeded)
        guard let sentence = stranded.sentence(about: record.job.id) else { return }
        let subject = "stranded/\(attempt.key)/\(attempt.site)/\(hasSucceeded)"
        journal.tell(ongoing: .waiting, about: subject, at: now, sentence, ["key": .string(attempt.key)])
    }
}
