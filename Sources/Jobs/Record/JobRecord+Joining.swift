// A job that is the same as one under way: same name, bytes and parameters. It waits for that one's end and ends with it.
extension JobRecord {
    /// Why it waits.
    package static let waitsForSame =
        "The same file with the same parameters is under way already; it ends with that one."

    /// It waits for another job that is the same; no task is made for it.
    ///
    /// - Parameters:
    ///   - leader: the other, as it is now.
    ///   - digests: SHA-256 of its own files in hexadecimal, by the stems of the inputs.
    ///   - now: the time.
    /// - Returns: `.ignored` where one of both has gone on by now.
    package mutating func joins(_ leader: Job, digests: [String: String], at now: Timestamp) -> EventOutcome {
        guard job.state == .queued, job.isClaimed, !job.isCancelWished, job.joined == nil else {
            return .ignored("it is not waiting")
        }
        guard leader.id != job.id, leader.isClaimed, leader.joined == nil, !leader.isCancelWished,
            !leader.state.isFinal || leader.isDelivered(since: job.stateSince)
        else {
            return .ignored("the other has ended, or is to end, or waits itself")
        }
        _ = inputsRead(digests)
        job.joined = leader.id
        waits(until: leader.state.isFinal ? now : .never, because: Self.waitsForSame, at: now)
        tell(.joined, leader.id.text)
        return .applied
    }

    /// The job that it waits for is to be looked at.
    ///
    /// - Parameters:
    ///   - leader: that job; nothing where it was forgotten.
    ///   - afterDelivery: what becomes of an original after delivery.
    ///   - now: the time.
    /// - Returns: `.ignored` where it waits for no other.
    package mutating func leaderSeen(
        _ leader: Job?,
        afterDelivery: Pipeline.AfterDelivery,
        at now: Timestamp
    ) -> EventOutcome {
        guard job.state == .queued, let id = job.joined else { return .ignored("it waits for no other") }
        guard let leader, leader.folder != .gone || leader.state != .cancelled else {
            // It was withdrawn, and nothing was paid: this one is wanted still.
            parts(at: now)
            return .applied
        }
        switch leader.state {
        case .cancelled:
            endAsCancelled(.cancelledWithOther(id), at: now)
        case .delivered where isSame(as: leader):
            enter(.delivered, at: now)
            job.duty = afterDelivery == .delete ? .delete : .done
            tell(.delivered, "the results are those of job \(id), which is the same")
        case .failed where isSame(as: leader):
            fail(Failure(with: leader), at: now)
        case .delivered, .failed:
            parts(at: now)
        case .queued, .uploading, .submitting, .unconfirmed, .running, .fetching:
            waits(until: .never, because: Self.waitsForSame, at: now)
        }
        return .applied
    }

    /// It goes on by itself.
    private mutating func parts(at now: Timestamp) {
        enter(.queued, at: now)
        tell(.parted, job.joined?.text ?? "")
        job.joined = nil
    }

    /// Whether what went into the other is what is in this one; somebody may have written to it in `work/` since.
    private func isSame(as leader: Job) -> Bool {
        let others = Dictionary(leader.sources.map { ($0.stem, $0.digest) }) { first, _ in first }
        return job.sources.count == others.count
            && job.sources.allSatisfy { $0.digest != nil && others[$0.stem] == $0.digest }
    }
}

extension Job {
    /// Whether it was under way at this time, and has delivered its results since.
    fileprivate func isDelivered(since time: Timestamp) -> Bool {
        state == .delivered && stateSince >= time
    }

    /// Whether another job of the pipeline would have the same files under the same names, as far as can be told without reading them,
    /// and has the same parameters.
    package func isLike(_ other: Job) -> Bool {
        pipeline == other.pipeline && origin == other.origin && kind == other.kind && parameters == other.parameters
            && sources.count == other.sources.count
            && sources.allSatisfy { source in other.sources.contains { source.isLike($0) } }
    }
}

extension Job.Input {
    /// Whether both have the same name and size, and, where both have been read, the same content.
    fileprivate func isLike(_ other: Job.Input) -> Bool {
        stem == other.stem && name == other.name && identity.size == other.identity.size
            && (digest == nil || other.digest == nil || digest == other.digest)
    }
}

extension Pipeline {
    /// Whether a task that was started with the other settings is the one that these would start, in whatever order its nodes stand.
    package func asksForSame(as other: Pipeline) -> Bool {
        target == other.target && Set(nodes) == Set(other.nodes) && api == other.api
            && instanceType == other.instanceType
            && metadata == other.metadata && prepare == other.prepare
    }
}

extension Timestamp {
    /// A wait that no time ends.
    package static let never = Timestamp(milliseconds: .max)
}

extension Failure {
    /// The end of a job that waited for another, which failed.
    fileprivate init(with leader: Job) {
        let id = leader.id
        let head = Phrase(
            "It was the same as the file of job \(id), which failed:",
            zh: "它与任务 \(id) 的文件相同，而该任务失败了：",
            ru: "Файл совпадал с файлом задания \(id), которое завершилось ошибкой:"
        )
        let failure = leader.failure
        // What the other's advice says is of its own task; this one has none, and run by itself it is paid.
        let other = Phrase(
            "Look after job \(id) (runninghubctl retry \(id)); this file, moved back into the inbox, is a new task and is paid.",
            zh: "请处理任务 \(id)（runninghubctl retry \(id)）；把这个文件移回 inbox 会付费运行新任务。",
            ru:
                "Займитесь заданием \(id) (runninghubctl retry \(id)); если вернуть этот файл в inbox, будет оплачена новая задача."
        )
        self.init(
            failure?.name ?? .cancelled,
            message: .joined([head, failure?.sentence ?? ""]),
            hint: failure?.name.leavesPaidTask == true ? other : failure?.advice ?? "",
            code: failure?.code,
            codeName: failure?.codeName,
            node: failure?.node,
            nodeReport: failure?.nodeReport,
            mayHaveBeenPaid: failure?.mayHaveBeenPaid ?? false
        )
    }
}

extension Failure.Name {
    /// Whether a task that may have been paid, or its results, can be left behind by a failure of this kind: only its own job can still fetch
    /// them without paying anew.
    package var leavesPaidTask: Bool {
        switch self {
        case .outcomeUnknown, .timedOut, .noResults, .resultUnfetched, .resultExpired: true
        case .refused, .uploadRefused, .notAccepted, .taskFailed, .cancelled, .cannotSubmit, .incomplete, .unknownJob,
            .notPrepared:
            false
        }
    }
}
