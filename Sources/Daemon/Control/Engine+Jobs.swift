import Jobs
import Ledger
import Spool

extension Engine {
    /// The most jobs in one answer; a longer listing is asked for page by page.
    static let longestPage = 500
    /// How many jobs are named where the beginning of an id fits several.
    private static let candidates = 10

    /// The job whose id begins like this.
    func find(_ prefix: String) async throws -> JobRecord {
        let prefix = prefix.lowercased()
        let found = prefix.isEmpty ? [] : try await ledger.jobs(idPrefix: prefix, limit: Self.candidates + 1)
        guard let record = found.first else {
            throw ControlRefusal(.notFound, "There is no job \(prefix); 'runninghubctl jobs' lists them.")
        }
        guard found.count == 1 || record.job.id.text == prefix else {
            let lines = found.prefix(Self.candidates).map {
                "  \($0.job.id)  \($0.job.state.rawValue)  \($0.job.pipeline)/\($0.job.origin)"
            }
            let more = found.count > Self.candidates ? ["  …"] : []
            throw ControlRefusal(
                .conflict,
                (["Several jobs begin with \(prefix); say more of the id:"] + lines + more).joined(separator: "\n")
            )
        }
        return record
    }

    /// A page of the listing.
    func jobList(
        _ states: Set<JobState>,
        in pipeline: String?,
        after place: ListingPlace?,
        limit: Int
    ) async throws -> JobListDocument {
        let limit = min(max(limit, 0), Self.longestPage)
        let records = try await ledger.listed(states, in: pipeline, after: place, limit: limit)
        var obstacles = Obstacles()
        var jobs: [JobListDocument.JobSummary] = []
        for record in records {
            jobs.append(JobListDocument.JobSummary(record.job, await standing(of: record, &obstacles)))
        }
        let next = records.last.map {
            JobListDocument.Place(since: $0.job.stateSince.milliseconds, job: $0.job.id.text)
        }
        return JobListDocument(at: time.now().internetTime, jobs: jobs, next: records.count == limit ? next : nil)
    }

    /// A job with all that is known of it.
    func jobDocument(_ record: JobRecord) async throws -> JobDocument {
        let job = record.job
        let history = try await ledger.history(of: job.id)
        return JobDocument(
            at: time.now().internetTime,
            id: job.id.text,
            pipeline: job.pipeline,
            file: job.origin.description,
            fileBase64: base64(of: job.origin),
            path: path(of: job),
            sources: job.sources.map {
                JobDocument.Source(name: $0.name.description, bytes: $0.identity.size, sha256: $0.digest)
            },
            parameters: job.parameters,
            state: job.state.rawValue,
            since: job.stateSince.internetTime,
            createdAt: job.createdAt.internetTime,
            cancelWished: job.isCancelWished,
            standing: try await fullStanding(of: record),
            failure: job.failure.map(JobDocument.FailureDocument.init),
            attempts: record.attempts.map(JobDocument.AttemptDocument.init),
            calls: job.calls.map { JobDocument.CallDocument($0, of: job.id) },
            history: history.map { step in
                JobDocument.Step(
                    at: step.at.internetTime,
                    attempt: step.attempt,
                    step: step.story.kind.rawValue,
                    text: journal.sentence(step.story, record),
                    code: step.story.code
                )
            }
        )
    }

    /// Where a job stands, with how many are before it where it waits for its turn.
    func fullStanding(of record: JobRecord) async throws -> Standing {
        var obstacles = Obstacles()
        var standing = await standing(of: record, &obstacles)
        let job = record.job
        guard job.state == .queued, job.isClaimed, job.wait == nil || job.dueAt <= time.now() else { return standing }
        let ahead = try await ledger.ahead(of: job.id, in: job.pipeline)
        let place =
            switch ahead {
            case 0: "It is the first in its pipeline."
            case 1: "1 job of its pipeline is before it."
            default: "\(ahead) jobs of its pipeline are before it."
            }
        guard let next = standing.next else {
            standing.next = place
            return standing
        }
        // A command stays at the end, to be copied, and so does what a time follows.
        standing.next = next.hasSuffix(".") && standing.nextAt == nil ? "\(next) \(place)" : "\(place) \(next)"
        return standing
    }

    /// Where a job's original lies, as far as the ledger knows.
    func path(of job: Job) -> String? {
        let roles: [Job.Folder: String] = [.inbox: "inbox", .work: "work", .done: "done", .failed: "failed"]
        guard let name = roles[job.folder], let entry = pipelines.entry(job.pipeline) else { return nil }
        guard let role = FolderRole(rawValue: name) else { return nil }
        return "\(entry.folders.path(of: role))/\(job.folder == .inbox ? job.origin : job.place)"
    }
}
