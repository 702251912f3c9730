import Jobs
import RunningHub
import Synchronization

/// What is counted since the start of the daemon.
final class Meters: Sendable {
    /// What only grows.
    enum Counter: CaseIterable, Sendable {
        case taken, ended, submissions, refusals, queries, callbacks, uploadedBytes, downloadedBytes, hookCalls

        var name: String {
            switch self {
            case .taken: "jobs_taken_total"
            case .ended: "jobs_ended_total"
            case .submissions: "submissions_total"
            case .refusals: "refusals_total"
            case .queries: "queries_total"
            case .callbacks: "callbacks_total"
            case .uploadedBytes: "uploaded_bytes_total"
            case .downloadedBytes: "downloaded_bytes_total"
            case .hookCalls: "hook_calls_total"
            }
        }

        var help: String {
            switch self {
            case .taken: "Files and folders taken from the inbox."
            case .ended: "Jobs that ended, by how."
            case .submissions:
                "Submissions sent, by what became of them: only 'created' and 'unknown' may have been paid."
            case .refusals: "What RunningHub refused, by its code and by what it was asked for."
            case .queries: "Questions about tasks, by whether they were answered."
            case .callbacks: "Callbacks, by what was done with them."
            case .uploadedBytes: "Bytes of files whose upload was finished."
            case .downloadedBytes: "Bytes of results that were fetched, those of broken downloads too."
            case .hookCalls: "Calls of hooks, by whom they were made to and what came of them."
            }
        }

        var labels: [String] {
            switch self {
            case .taken: ["pipeline"]
            case .ended: ["pipeline", "state"]
            case .submissions: ["pipeline", "outcome"]
            case .refusals: ["request", "code"]
            case .queries: ["key", "outcome"]
            case .callbacks: ["outcome"]
            case .uploadedBytes, .downloadedBytes: ["pipeline"]
            case .hookCalls: ["pipeline", "target", "outcome"]
            }
        }
    }

    /// What takes time.
    enum Span: CaseIterable, Sendable {
        case upload, stage, job

        var name: String {
            switch self {
            case .upload: "upload_duration_seconds"
            case .stage: "stage_duration_seconds"
            case .job: "job_duration_seconds"
            }
        }

        var help: String {
            switch self {
            case .upload: "How long the files of a job took to be uploaded."
            case .stage:
                "Of delivered jobs: 'wait' from the inbox to the submission, 'task' until RunningHub said that it succeeded, 'fetch' until the results lay in the outbox."
            case .job: "How long delivered jobs took, from the inbox to the outbox."
            }
        }

        var labels: [String] {
            switch self {
            case .upload, .job: ["pipeline"]
            case .stage: ["pipeline", "stage"]
            }
        }
    }

    private struct State {
        var counts: [Counter: [[String]: Int]] = [:]
        var spans: [Span: [[String]: DurationHistogram]] = [:]
    }

    private let state = Mutex(State())

    /// Counts one, or `amount`, under these values of the counter's labels.
    func count(_ counter: Counter, _ labels: String..., by amount: Int = 1) {
        state.withLock { state in
            let (sum, overflow) = state.counts[counter, default: [:]][labels, default: 0].addingReportingOverflow(
                amount
            )
            state.counts[counter, default: [:]][labels] = overflow ? .max : sum
        }
    }

    /// Something took this long.
    func took(_ span: Span, _ labels: String..., duration: Duration) {
        state.withLock { $0.spans[span, default: [:]][labels, default: DurationHistogram()].add(duration) }
    }

    /// Adds all of it, in a stable order; what has not happened yet in these pipelines is 0, so that its first time is seen as an increase.
    func write(to exposition: inout Exposition, of pipelines: [String]) {
        var state = state.withLock { $0 }
        for (counter, labels) in Self.expected(of: pipelines) {
            for values in labels where state.counts[counter]?[values] == nil {
                state.counts[counter, default: [:]][values] = 0
            }
        }
        for counter in Counter.allCases {
            let samples = state.counts[counter, default: [:]].sorted { $0.key.lexicographicallyPrecedes($1.key) }
                .map { Exposition.Sample(labels: Self.labels(counter.labels, $0.key), value: Double($0.value)) }
            exposition.add(counter.name, .counter, counter.help, samples)
        }
        for span in Span.allCases {
            let samples = state.spans[span, default: [:]].sorted { $0.key.lexicographicallyPrecedes($1.key) }
                .flatMap { $0.value.samples(Self.labels(span.labels, $0.key)) }
            exposition.add(span.name, .histogram, span.help, samples)
        }
    }

    private static func expected(of pipelines: [String]) -> [Counter: [[String]]] {
        [
            .taken: pipelines.map { [$0] },
            .ended: pipelines.flatMap { name in ["delivered", "failed", "cancelled"].map { [name, $0] } },
            .submissions: pipelines.flatMap { name in
                ["created", "refused", "not_sent", "unknown"].map { [name, $0] }
            },
            .callbacks: ["stored", "unknown_job", "forged", "not_stored"].map { [$0] },
        ]
    }

    private static func labels(_ names: [String], _ values: [String]) -> [(name: String, value: String)] {
        zip(names, values).map { (name: $0, value: $1) }
    }
}

extension Meters {
    /// Counts what a committed change has brought.
    func stepped(_ record: JobRecord, at now: Timestamp) {
        let pipeline = record.job.pipeline
        for story in record.stories {
            switch story.kind {
            case .taken: count(.taken, pipeline)
            case .submitted: count(.submissions, pipeline, "created")
            case .notSent: count(.submissions, pipeline, "not_sent")
            case .outcomeUnknown: count(.submissions, pipeline, "unknown")
            case .refused: refused("submission", story.code, pipeline)
            case .uploadFailed: if story.code != nil { refused("upload", story.code, pipeline) }
            case .taskFailed: if story.code != nil { refused("task", story.code, pipeline) }
            case .delivered:
                count(.ended, pipeline, "delivered")
                delivered(record, at: now)
            case .failed:
                count(.ended, pipeline, "failed")
                // One that ends with another was not refused itself.
                guard record.job.joined == nil else { break }
                if record.job.failure?.name == .refused { refused("submission", story.code, pipeline) }
                if record.job.failure?.name == .uploadRefused { refused("upload", story.code, pipeline) }
            case .cancelled, .withdrawn: count(.ended, pipeline, "cancelled")
            default: break
            }
        }
    }

    /// Of codes only those are told apart that are known: each is a series for ever.
    private func refused(_ request: String, _ code: String?, _ pipeline: String) {
        if request == "submission" { count(.submissions, pipeline, "refused") }
        let known = code.flatMap { ErrorCode.find($0) }.map { String($0.number) }
        count(.refusals, request, known ?? (code == nil ? "none" : "other"))
    }

    private func delivered(_ record: JobRecord, at now: Timestamp) {
        let job = record.job
        took(.job, job.pipeline, duration: now - job.createdAt)
        // One that ended with another has no task of its own.
        guard let attempt = record.successful, let finishedAt = attempt.finishedAt else { return }
        took(.stage, job.pipeline, "wait", duration: attempt.postedAt - job.createdAt)
        took(.stage, job.pipeline, "task", duration: finishedAt - attempt.postedAt)
        took(.stage, job.pipeline, "fetch", duration: now - finishedAt)
    }
}
