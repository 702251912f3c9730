import FoundationEssentials
import Jobs
import Ledger
import NIOCore
import RunningHub
import Spool

extension Engine {
    private static let fetchingWidth = 8

    /// The stage that fetches results, and puts them into the outbox.
    func fetchingStage() -> Stage {
        Stage(
            name: "fetching",
            width: Self.fetchingWidth,
            wake: wakes.fetching,
            time: time,
            busy: BusyJobs(),
            select: { try await self.due(.fetching, except: $0, limit: $1) },
            perform: { await self.fetch($0) },
            trouble: { self.tellTrouble("fetching", $0) },
            alive: { self.progress.alive("fetching", at: self.time.now()) }
        )
    }

    private func fetch(_ record: JobRecord) async -> Bool {
        let id = record.job.id
        do {
            guard let entry = entry(for: record) else {
                return try await wait(
                    id,
                    "Pipeline \(record.job.pipeline) is not configured; its results are kept at RunningHub for a day."
                )
            }
            guard await isHere(entry), let folder = entry.folders[.outbox] else {
                let away = pipelines.away(entry.pipeline.name)?.english
                return try await wait(id, away ?? "\(entry.folders.path(of: .outbox)) is away.")
            }
            var record = record
            if record.plan == nil {
                if let reason = await lackOfRoom(for: record, in: folder) {
                    tellUndelivered(record, reason)
                    return try await wait(id, reason)
                }
                guard let planned = try await stage(record, in: folder) else { return true }
                record = planned
            }
            return try await publish(record, in: Outbox(folder))
        } catch is CancellationError {
            return true
        } catch {
            guard !Task.isCancelled else { return true }
            return await putOff(record, error)
        }
    }

    func wait(_ id: JobID, _ reason: String, for pace: Duration = DiskTrouble.pace) async throws -> Bool {
        let now = time.now()
        try await change(id) { $0.hadToWait(reason: reason, until: now + pace, at: now) }
        return true
    }

    // MARK: Trouble

    /// Puts the fetch off, or gives it up where nothing will help.
    private func putOff(_ record: JobRecord, _ error: any Error) async -> Bool {
        if let cause = DiskTrouble.cause(of: error) { return await waitForDisk(record, cause) }
        let now = time.now()
        let failure = record.plan == nil ? Self.hopeless(error, record, at: now) : nil
        let wait = Backoff.wait(tries: record.job.tries, jitter: time.jitter())
        let reason = Self.sentence(about: error)
        do {
            try await change(record.job.id) { record in
                if let failure { return record.fetchGivenUp(failure, at: now) }
                return record.fetchFailed(reason: reason, retryAt: now + wait, at: now)
            }
            return true
        } catch {
            tellTrouble("fetching", error)
            return false
        }
    }

    /// The outbox's file system does not take the results now.
    private func waitForDisk(_ record: JobRecord, _ cause: SystemError) async -> Bool {
        let job = record.job
        let reason = Self.sentence(about: cause)
        tellUndelivered(record, reason)
        do {
            let wasFetched = record.plan == nil && roomNeeded.of(job.id) != nil
            return try await wait(job.id, reason, for: wasFetched ? DiskTrouble.paceOfFetches : DiskTrouble.pace)
        } catch {
            tellTrouble("fetching", error)
            return false
        }
    }

    private func tellUndelivered(_ record: JobRecord, _ reason: String) {
        let job = record.job
        tellDiskTrouble(
            of: job.pipeline,
            "outbox",
            "The results of \(job.pipeline)/\(job.place) could not be put into the outbox yet; it is tried again: \(reason)"
        )
    }

    /// Why results that did not fit are not fetched again now, if they still would not: that there is less room than they need.
    ///
    /// A disk that cannot say how much is free is tried.
    private func lackOfRoom(for record: JobRecord, in outbox: Folder) async -> String? {
        guard let needed = roomNeeded.of(record.job.id), let finishedAt = record.successful?.finishedAt
        else { return nil }
        // From then on it is for RunningHub to say whether they are still there.
        guard time.now() - finishedAt < Self.resultLifetime else { return nil }
        guard let free = try? await blocking({ try outbox.freeSpace() }), free < needed else { return nil }
        return "There is no room for them in the outbox. Make some, it goes on by itself; RunningHub keeps them a day."
    }

    /// How long results that are gone may come back under a fresh address.
    ///
    /// RunningHub keeps them for 24 h (API.md §6).
    private static let resultLifetime = Duration.seconds(24 * 3600)
    /// After this long nothing is expected any more of results that cannot be fetched for other reasons.
    private static let fetchLimit = Duration.seconds(72 * 3600)

    /// The failure that ends a job whose results will never be here.
    private static func hopeless(_ error: any Error, _ record: JobRecord, at now: Timestamp) -> Failure? {
        let age = record.successful?.finishedAt.map { now - $0 } ?? .zero
        switch error {
        case let error as CloudError where error.code == .gone && age > resultLifetime:
            return Failure(
                .resultExpired,
                message: .joined([.resultsGone, error.sentence]),
                hint: .askOnceMoreThenPay,
                mayHaveBeenPaid: true
            )
        case let error as CloudError where error.code == .tooLarge || error.code == .addressRefused || age > fetchLimit:
            return Failure(
                .resultUnfetched,
                message: .joined([.resultsUnfetched, error.sentence]),
                hint: .joined([error.hint ?? .lookAtTask, .fetchAgainForFree]),
                mayHaveBeenPaid: true
            )
        case StagedFile.Failure.tooLarge(let limit):
            return Failure(
                .resultUnfetched,
                message: .resultTooLarge(limit),
                hint: .raiseOutputLimit,
                mayHaveBeenPaid: true
            )
        default:
            return nil
        }
    }

    static func sentence(about error: any Error) -> String { phrase(about: error).english }

    static func phrase(about error: any Error) -> Phrase {
        switch error {
        case let error as CloudError: error.sentence
        case StagedFile.Failure.system(let error): phrase(about: error)
        case let error as SystemError:
            Phrase(
                "The file system said: \(error).",
                zh: "文件系统报告：\(error)。",
                ru: "Файловая система сообщает: \(error)."
            )
        default: "\(error)"
        }
    }
}
