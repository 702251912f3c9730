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
        INSERT INTO jobs (id, pipeline, created_at, origin, place, device, inode, size, modified, changed, digest, state, claimed, attempt,
            due_at, wait_reason, wait_since, state_since, cancel_wished, reviving, upload_key, upload_site, upload_name, upload_at, failure,
            duty, tries, plan, folder, kind, inputs, parameters, sidecar, joined, calls, program_due_at, url_due_at,
            upload_preparation, version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
        """

    static let update = """
        UPDATE jobs SET origin = ?, place = ?, device = ?, inode = ?, size = ?, modified = ?, changed = ?, digest = ?, state = ?,
            claimed = ?, attempt = ?, due_at = ?, wait_reason = ?, wait_since = ?, state_since = ?, cancel_wished = ?, reviving = ?,
            upload_key = ?, upload_site = ?, upload_name = ?, upload_at = ?, failure = ?, duty = ?, tries = ?, plan = ?, folder = ?,
            kind = ?, inputs = ?, parameters = ?, sidecar = ?, joined = ?, calls = ?, program_due_at = ?, url_due_at = ?,
            upload_preparation = ?, version = version + 1
        WHERE seq = ? AND version = ?
        """

    /// The change that is made most: when it is looked at next, and why not sooner.
    ///
    /// It leaves nearly all indexes alone.
    static let updatePace = """
        UPDATE jobs SET due_at = ?, wait_reason = ?, wait_since = ?, tries = ?, version = version + 1 WHERE seq = ? AND version = ?
        """

    /// The values for `updatePace`.
    static func paceValues(_ job: Job) -> [(any DatabaseValueConvertible)?] {
        [job.dueAt.milliseconds, job.wait?.reason, job.wait?.since.milliseconds, job.tries]
    }

    /// Whether nothing has changed but what `updatePace` writes.
    static func isPaceAlone(_ record: JobRecord, over before: JobRecord) -> Bool {
        var job = before.job
        job.dueAt = record.job.dueAt
        job.wait = record.job.wait
        job.tries = record.job.tries
        return job == record.job && record.plan == before.plan
    }

    /// The values of the columns that can change, in the order in which `insert` and `update` name them.
    static func values(_ record: JobRecord) throws -> [(any DatabaseValueConvertible)?] {
        let job = record.job
        return [
            Blob(job.origin.bytes), Blob(job.place.bytes), Int64(bitPattern: job.identity.device),
            Int64(bitPattern: job.identity.inode), job.identity.size, job.identity.modified, job.identity.changed,
            job.digest, job.state.rawValue, job.isClaimed, job.attempt, job.dueAt.milliseconds, job.wait?.reason,
            job.wait?.since.milliseconds, job.stateSince.milliseconds, job.isCancelWished, job.isReviving,
            job.upload?.key, job.upload?.site, try job.upload.map { try JSONText.encode($0.remoteNames) },
            job.upload?.at.milliseconds,
            try job.failure.map { try JSONText.encode($0) }, job.duty.rawValue, job.tries, record.plan.map(Blob.init),
            job.folder.rawValue, job.kind.rawValue, job.inputs.isEmpty ? nil : try JSONText.encode(job.inputs),
            job.parameters.isEmpty ? nil : try JSONText.encode(job.parameters),
            try job.sidecar.map { try JSONText.encode($0) }, job.joined?.text,
            job.calls.isEmpty ? nil : try JSONText.encode(job.calls), job.owedCall(to: .program)?.dueAt.milliseconds,
            job.owedCall(to: .url)?.dueAt.milliseconds, job.upload?.preparation,
        ]
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
            remoteNames: try JSONText.decode([String: String].self, names),
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
        INSERT INTO attempts (job, \(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    static let update = """
        UPDATE attempts SET outcome = ?, task_id = ?, provisional = ?, callback_at = ?, callbacks = ?, proof_waited = ?, asked_at = ?,
            status = ?, running_since = ?, failed_since = ?, empty_since = ?, unknown_since = ?, cancel_asked_at = ?, overdue = ?,
            finished_at = ?, usage = ?, fruitless = ?, awaited_since = ?, expired = ?,
            complaint = ?, other_names = ?
        WHERE job = ? AND number = ?
        """

    /// Whether both are the same POST, so that what differs can be updated.
    static func isSamePost(_ attempt: Attempt, _ other: Attempt) -> Bool {
        attempt.key == other.key && attempt.site == other.site && attempt.settings == other.settings
            && attempt.remoteNames == other.remoteNames && attempt.hasWebhook == other.hasWebhook
            && attempt.postedAt == other.postedAt
    }

    static func values(_ attempt: Attempt, job: Int64, settings: Int64) throws -> [(any DatabaseValueConvertible)?] {
        let remoteNames = attempt.remoteNames.isEmpty ? nil : try JSONText.encode(attempt.remoteNames)
        return [
            job, attempt.number, attempt.key, attempt.site, settings, remoteNames, attempt.hasWebhook,
            attempt.postedAt.milliseconds,
        ] + changing(attempt)
    }

    /// The values of the columns that can change, in the order in which `insert` and `update` name them.
    static func changing(_ attempt: Attempt) -> [(any DatabaseValueConvertible)?] {
        [
            attempt.outcome.rawValue, attempt.taskID, attempt.isProvisional,
            attempt.callbackAt?.milliseconds, attempt.callbacks, attempt.proofWaited.milliseconds,
            attempt.askedAt?.milliseconds, attempt.status, attempt.runningSince?.milliseconds,
            attempt.failedSince?.milliseconds, attempt.emptySince?.milliseconds, attempt.unknownSince?.milliseconds,
            attempt.cancelAskedAt?.milliseconds, attempt.isOverdue, attempt.finishedAt?.milliseconds, attempt.usage,
            attempt.isFruitless, attempt.awaitedSince.milliseconds, attempt.isExpired,
            attempt.complaint, attempt.otherNames.isEmpty ? nil : attempt.otherNames.joined(separator: " "),
        ]
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
            remoteNames: try (row[4] as String?).map { try JSONText.decode([String: String].self, $0) } ?? [:],
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
