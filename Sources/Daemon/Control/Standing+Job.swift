import Jobs

extension Standing {
    /// Where a job stands by itself.
    ///
    /// Of one that waits for its turn to be sent only what it knows itself: what stands in the way of its whole pipeline is for the engine
    /// to say.
    init(_ record: JobRecord, at now: Timestamp) {
        switch record.job.state {
        case .queued: self.init(queued: record.job, at: now)
        case .uploading:
            self.init(
                "Its file is being uploaded.",
                since: record.job.stateSince,
                next: "Then its task is submitted."
            )
        case .submitting:
            self.init(
                "Its submission is on the way.",
                since: record.job.stateSince,
                next:
                    "RunningHub's answer is awaited for a minute at most; without one a callback decides. It is never sent twice."
            )
        case .unconfirmed: self.init(unconfirmed: record)
        case .running: self.init(running: record)
        case .fetching: self.init(fetching: record, at: now)
        case .delivered, .failed, .cancelled: self.init(ended: record)
        }
    }

    private init(queued job: Job, at now: Timestamp) {
        if !job.isClaimed {
            self.init("It is being moved from the inbox into work/.", since: job.stateSince)
        } else if let leader = job.joined {
            self.init(
                JobRecord.waitsForSame,
                since: job.wait?.since ?? job.stateSince,
                next: "It ends as that one does, and no second task is paid: runninghubctl show \(leader)"
            )
        } else if let wait = job.wait, job.dueAt > now {
            self.init(wait.reason, since: wait.since, next: "It is tried again.", at: job.dueAt)
        } else {
            self.init(
                job.upload == nil ? "It waits for its upload." : "It is uploaded and waits for its submission.",
                since: job.stateSince,
                next: "It goes on when its turn comes."
            )
        }
    }

    private init(unconfirmed record: JobRecord) {
        let job = record.job
        let reason = job.wait?.reason ?? "Whether RunningHub took the submission is not known."
        let end = "Its callback decides; without one it fails as outcome-unknown in the end, and is not sent again."
        let wish = "As soon as its task is known, RunningHub is asked to cancel it."
        self.init(reason, since: job.wait?.since ?? job.stateSince, next: job.isCancelWished ? "\(wish) \(end)" : end)
    }

    private init(running record: JobRecord) {
        let job = record.job
        guard let attempt = record.attemptInQuestion, let task = attempt.taskID else {
            self.init("No task of it is known.", since: job.stateSince, next: "It is looked at again.", at: job.dueAt)
            return
        }
        let stands =
            attempt.runningSince == nil
            ? "Task \(task) waits in RunningHub's queue." : "RunningHub runs task \(task)."
        let wish = attempt.cancelAskedAt == nil ? "RunningHub is to be asked" : "RunningHub was asked"
        let reason = job.isCancelWished ? "It is to be cancelled: \(wish) to cancel task \(task)." : stands
        self.init(
            job.wait?.reason ?? reason,
            since: job.wait?.since ?? attempt.runningSince ?? attempt.awaitedSince,
            next: "RunningHub is asked how the task stands.",
            at: job.dueAt
        )
    }

    private init(fetching record: JobRecord, at now: Timestamp) {
        let job = record.job
        if let wait = job.wait {
            self.init(wait.reason, since: wait.since, next: "It is tried again.", at: job.dueAt)
        } else if record.plan == nil {
            self.init("Its results are being fetched.", since: job.stateSince, next: "They appear in the outbox whole.")
        } else {
            self.init("Its results are being put into the outbox.", since: job.stateSince)
        }
    }

    private init(ended record: JobRecord) {
        let job = record.job
        if job.duty != .none {
            self.init(
                Self.end(of: job),
                since: job.stateSince,
                next: job.wait?.reason ?? "Its original is moved out of work/ next.",
                at: job.wait == nil ? nil : job.dueAt
            )
        } else if job.state == .failed, job.isReviving {
            self.init(
                Self.end(of: job),
                since: job.stateSince,
                next: "A callback came since: RunningHub is asked whether the task can be used after all.",
                at: job.dueAt
            )
        } else {
            self.init(Self.end(of: job), since: job.stateSince, next: job.failure?.hint)
        }
    }

    private static func end(of job: Job) -> String {
        switch job.state {
        case .delivered where job.joined != nil:
            "It was the same as job \(job.joined?.text ?? ""), and no task was made for it; the results of that one were delivered into the outbox."
        case .delivered: "Its results were delivered into the outbox."
        case .cancelled where job.failure == nil:
            "It was taken away before it was submitted; nothing was paid."
        default: job.failure?.message ?? "It ended without results."
        }
    }
}
