import Jobs

extension Engine {
    /// A pipeline's jobs in the order in which they are to be submitted, as one look at the work goes through it.
    ///
    /// Uploads may overtake each other, submissions may not: a job is not submitted while an older one of its pipeline is on its way to
    /// that. One that waits (for its key's place, or after something that did not work out) keeps nobody.
    struct Line {
        private let records: [JobRecord]
        private let pipeline: Pipeline
        private let needsUpload: Bool
        private let busy: Set<JobID>
        private let slow: Set<JobID>
        private let now: Timestamp
        private var place = 0
        /// Whether a job at an earlier place is on its way to its submission.
        private var isFollowing = false

        /// How long an upload keeps younger jobs of its pipeline from being submitted: a line may be slow, but paid places do not stand
        /// empty for it.
        static let patience = Duration.seconds(60)

        /// - Parameters:
        ///   - records: the pipeline's jobs, oldest first.
        ///   - pipeline: as it is now.
        ///   - busy: jobs that are being worked on.
        ///   - slow: of them, those whose files have been prepared for longer than `patience`.
        ///   - now: the time.
        init(
            _ records: [JobRecord],
            of pipeline: Pipeline,
            busy: Set<JobID>,
            slow: Set<JobID> = [],
            at now: Timestamp
        ) {
            self.records = records
            self.pipeline = pipeline
            needsUpload = pipeline.needsUpload
            self.busy = busy
            self.slow = slow
            self.now = now
        }

        /// Whether all jobs have been looked at.
        var isAtEnd: Bool { place >= records.count }

        /// Looks at the next job, and gives it where it may go on now.
        mutating func next(_ allowance: inout Allowance) -> JobRecord? {
            guard !isAtEnd else { return nil }
            let record = records[place]
            place += 1
            if busy.contains(record.job.id) {
                let isSlow = record.job.state == .uploading && record.job.stateSince + Self.patience <= now
                isFollowing = isFollowing || !(isSlow || slow.contains(record.job.id))
                return nil
            }
            guard record.job.state == .queued else { return nil }
            let upload = allowance.usableUpload(of: record, pipeline)
            if isFollowing, upload != nil || !needsUpload {
                if let upload { allowance.note(upload) }
                return nil
            }
            guard allowance.admit(record, with: upload, of: pipeline, needsUpload: needsUpload) else { return nil }
            isFollowing = true
            return record
        }
    }
}
