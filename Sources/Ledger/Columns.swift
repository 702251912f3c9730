import GRDB
import Jobs

/// Writes and reads one job's row.
enum JobRow {
    static let columns = """
        seq, id, pipeline, origin, place, device, inode, size, modified, changed, digest, state, claimed, attempt, due_at, wait_reason, \
        wait_since, created_at, state_since, cancel_wished, reviving, upload_key, upload_site, upload_name, upload_at, failure, duty, \
        tries, plan, version, folder, kind, inputs, parameters, sidecar, joined, calls, \
        upload_preparation
        """

    static let insert = """
        INSERT INTO jobs (id, pipeline, created_at, \(changing.map(\.name).joined(separator: ", ")), version)
        VALUES (\(String(repeating: "?, ", count: changing.count + 3))1)
        """

    /// The columns that can change.
    static let changing: [Column<JobRecord>] = [
        .init("origin", { $0.job.origin }) { Blob($0.bytes) },
        .init("place", { $0.job.place }) { Blob($0.bytes) },
        .init("device") { Int64(bitPattern: $0.job.identity.device) },
        .init("inode") { Int64(bitPattern: $0.job.identity.inode) }, .init("size") { $0.job.identity.size },
        .init("modified") { $0.job.identity.modified }, .init("changed") { $0.job.identity.changed },
        .init("digest") { $0.job.digest }, .init("state") { $0.job.state.rawValue },
        .init("claimed") { $0.job.isClaimed }, .init("attempt") { $0.job.attempt },
        .init("due_at") { $0.job.dueAt.milliseconds },
        .init("wait_reason") { $0.job.wait?.reason }, .init("wait_since") { $0.job.wait?.since.milliseconds },
        .init("state_since") { $0.job.stateSince.milliseconds }, .init("cancel_wished") { $0.job.isCancelWished },
        .init("reviving") { $0.job.isReviving }, .init("upload_key") { $0.job.upload?.key },
        .init("upload_site") { $0.job.upload?.site },
        .init("upload_name", { $0.job.upload?.remoteNames }) { try $0.map(JSONText.encode) },
        .init("upload_at") { $0.job.upload?.at.milliseconds },
        .init("failure", { $0.job.failure }) { try $0.map(JSONText.encode) }, .init("duty") { $0.job.duty.rawValue },
        .init("tries") { $0.job.tries }, .init("plan", { $0.plan }) { $0.map(Blob.init) },
        .init("folder") { $0.job.folder.rawValue }, .init("kind") { $0.job.kind.rawValue },
        .init("inputs", { $0.job.inputs }) { $0.isEmpty ? nil : try JSONText.encode($0) },
        .init("parameters", { $0.job.parameters }) { $0.isEmpty ? nil : try JSONText.encode($0) },
        .init("sidecar", { $0.job.sidecar }) { try $0.map(JSONText.encode) }, .init("joined") { $0.job.joined?.text },
        .init("calls", { $0.job.calls }) { $0.isEmpty ? nil : try JSONText.encode($0) },
        .init("program_due_at") { $0.job.owedCall(to: .program)?.dueAt.milliseconds },
        .init("url_due_at") { $0.job.owedCall(to: .url)?.dueAt.milliseconds },
        .init("upload_preparation") { $0.job.upload?.preparation },
    ]

    /// The values of the columns of `insert`.
    static func values(_ record: JobRecord) throws -> StatementArguments {
        let job = record.job
        return StatementArguments(
            [job.id.text, job.pipeline, job.createdAt.milliseconds] + (try changing.map { try $0.value(record) })
        )
    }

    /// Reads a row of `columns`.
    static func job(_ row: Row) throws -> Job {
        guard let id = JobID(row[1]), let origin = RelativePath(bytes: Blob.bytes(row, 3)),
            let place = RelativePath(bytes: Blob.bytes(row, 4)), let state = JobState(rawValue: row[11]),
            let duty = Job.Duty(rawValue: row[26]), let folder = Job.Folder(rawValue: row[30]),
            let kind = Job.Kind(rawValue: row[31])
        else { throw LedgerError(.damaged, "The ledger holds a job that cannot be read (row \(row[0] as Int64)).") }
        let identity = FileIdentity(
            device: UInt64(bitPattern: row[5]),
            inode: UInt64(bitPattern: row[6]),
            size: row[7],
            modified: row[8],
            changed: row[9]
        )
        var job = Job(
            id: id,
            pipeline: row[2],
            origin: origin,
            place: place,
            kind: kind,
            identity: identity,
            at: Timestamp(milliseconds: row[17])
        )
        job.digest = row[10]
        job.state = state
        job.isClaimed = row[12]
        job.attempt = row[13]
        job.dueAt = Timestamp(milliseconds: row[14])
        if let reason: String = row[15], let since: Int64 = row[16] {
            job.wait = Job.Wait(reason: reason, since: Timestamp(milliseconds: since))
        }
        job.stateSince = Timestamp(milliseconds: row[18])
        job.isCancelWished = row[19]
        job.isReviving = row[20]
        job.upload = try upload(row)
        job.failure = try (row[25] as String?).map { try JSONText.decode(Failure.self, $0) }
        job.duty = duty
        job.folder = folder
        job.tries = row[27]
        job.inputs = try (row[32] as String?).map { try JSONText.decode([Job.Input].self, $0) } ?? []
        job.parameters = try (row[33] as String?).map { try JSONText.decode([String: Parameter].self, $0) } ?? [:]
        job.sidecar = try (row[34] as String?).map { try JSONText.decode(FileIdentity.self, $0) }
        job.joined = (row[35] as String?).flatMap(JobID.init)
        job.calls = try (row[36] as String?).map { try JSONText.decode([HookCall].self, $0) } ?? []
        return job
    }

    private static func upload(_ row: Row) throws -> Job.Upload? {
        guard let key: String = row[21], let site: String = row[22], let names: String = row[23],
            let at: Int64 = row[24]
        else { return nil }
        return Job.Upload(
            key: key,
            site: site,
            remoteNames: try RemoteNames.decode(names),
            preparation: row[37],
            at: Timestamp(milliseconds: at)
        )
    }
}

/// Writes and reads one attempt's row.
enum AttemptRow {
    static let columns = """
        number, key, site, settings, remote_name, webhook, posted_at, outcome, task_id, provisional, callback_at, callbacks, proof_waited, \
        asked_at, status, running_since, failed_since, empty_since, unknown_since, cancel_asked_at, overdue, finished_at, usage, fruitless, \
        awaited_since, expired, complaint, other_names
        """

    static let insert = """
        INSERT INTO attempts (job, number, key, site, settings, remote_name, webhook, posted_at,
            \(changing.map(\.name).joined(separator: ", ")))
        VALUES (\(String(repeating: "?, ", count: changing.count + 7))?)
        """

    /// The columns that can change.
    static let changing: [Column<Attempt>] = [
        .init("outcome") { $0.outcome.rawValue }, .init("task_id") { $0.taskID },
        .init("provisional") { $0.isProvisional }, .init("callback_at") { $0.callbackAt?.milliseconds },
        .init("callbacks") { $0.callbacks }, .init("proof_waited") { $0.proofWaited.milliseconds },
        .init("asked_at") { $0.askedAt?.milliseconds }, .init("status") { $0.status },
        .init("running_since") { $0.runningSince?.milliseconds },
        .init("failed_since") { $0.failedSince?.milliseconds },
        .init("empty_since") { $0.emptySince?.milliseconds },
        .init("unknown_since") { $0.unknownSince?.milliseconds },
        .init("cancel_asked_at") { $0.cancelAskedAt?.milliseconds }, .init("overdue") { $0.isOverdue },
        .init("finished_at") { $0.finishedAt?.milliseconds }, .init("usage") { $0.usage },
        .init("fruitless") { $0.isFruitless }, .init("awaited_since") { $0.awaitedSince.milliseconds },
        .init("expired") { $0.isExpired }, .init("complaint") { $0.complaint },
        .init("other_names") { $0.otherNames.isEmpty ? nil : $0.otherNames.joined(separator: " ") },
    ]

    /// Whether both are the same POST, so that what differs can be updated.
    static func isSamePost(_ attempt: Attempt, _ other: Attempt) -> Bool {
        attempt.key == other.key && attempt.site == other.site && attempt.settings == other.settings
            && attempt.remoteNames == other.remoteNames && attempt.hasWebhook == other.hasWebhook
            && attempt.postedAt == other.postedAt
    }

    /// The values of the columns of `insert`.
    static func values(_ attempt: Attempt, job: Int64, settings: Int64) throws -> StatementArguments {
        let remoteNames = attempt.remoteNames.isEmpty ? nil : try JSONText.encode(attempt.remoteNames)
        let first: [(any DatabaseValueConvertible)?] = [
            job, attempt.number, attempt.key, attempt.site, settings, remoteNames, attempt.hasWebhook,
            attempt.postedAt.milliseconds,
        ]
        return StatementArguments(first + (try changing.map { try $0.value(attempt) }))
    }

    static func attempt(_ row: Row, settings: Pipeline) throws -> Attempt {
        guard let outcome = Attempt.Outcome(rawValue: row[7]) else {
            throw LedgerError(.damaged, "The ledger holds an attempt that cannot be read.")
        }
        var attempt = Attempt(
            number: row[0],
            key: row[1],
            site: row[2],
            settings: settings,
            remoteNames: try (row[4] as String?).map(RemoteNames.decode) ?? [:],
            hasWebhook: row[5],
            postedAt: Timestamp(milliseconds: row[6])
        )
        attempt.outcome = outcome
        attempt.taskID = row[8]
        attempt.isProvisional = row[9]
        attempt.callbackAt = time(row, 10)
        attempt.callbacks = row[11]
        attempt.proofWaited = .milliseconds(row[12] as Int64)
        attempt.askedAt = time(row, 13)
        attempt.status = row[14]
        attempt.runningSince = time(row, 15)
        attempt.failedSince = time(row, 16)
        attempt.emptySince = time(row, 17)
        attempt.unknownSince = time(row, 18)
        attempt.cancelAskedAt = time(row, 19)
        attempt.isOverdue = row[20]
        attempt.finishedAt = time(row, 21)
        attempt.usage = row[22]
        attempt.isFruitless = row[23]
        attempt.awaitedSince = Timestamp(milliseconds: row[24])
        attempt.isExpired = row[25]
        attempt.complaint = row[26]
        attempt.otherNames = (row[27] as String?)?.split(separator: " ").map(String.init) ?? []
        return attempt
    }

    private static func time(_ row: Row, _ index: Int) -> Timestamp? {
        (row[index] as Int64?).map(Timestamp.init(milliseconds:))
    }
}
