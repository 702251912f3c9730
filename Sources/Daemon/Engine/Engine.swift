package import Jobs
package import Ledger
import Logging
package import NIOPosix
package import RunningHub
package import Spool
import Synchronization

/// What carries jobs from the inbox to the outbox: the stages, and what they share.
///
/// Each stage reads its work from the ledger, does one thing, and commits one change; a committed change wakes the next stage. A crash
/// anywhere is then the same case as a slow stage, the submission excepted, which is never repeated.
package final class Engine: Sendable {
    let ledger: Ledger
    let time: any TimeSource
    let journal: Journal
    let tokens: CallbackTokens
    let live: Mutex<Live>
    /// Where calls that block on a file system are made.
    let files: NIOThreadPool
    let pipelines: PipelineTable
    let watcher: InboxWatcher
    /// When this one was made: what was recorded before is an earlier run's.
    let startedAt: Timestamp
    let slots = Mutex(KeySlots())
    let sending = Sending()
    let balances = Balances()
    let missedCallbacks = MissedCallbacks()
    let answers = FreshAnswers()
    let proof = ProofClock()
    let progress = Progress()
    let wakes = Wakes()
    let holds = HoldTable()
    let space = FreeSpace()
    let spending = SpendingGuards()
    /// Whose originals are left alone for a while, and whose joined jobs.
    let restingOriginals = RestingPipelines()
    let restingJoined = RestingPipelines()
    let roomNeeded = RoomNeeded()
    let inboxes = InboxTable()
    let recent = Recent()
    let stranded = StrandedTasks()
    let meters = Meters()
    let poster: Poster
    let preparations = Preparations()
    let hookTroubles: [HookCall.Target: HookTrouble]
    let mark: SpoolMark

    /// What a reload may replace.
    struct Live: Sendable {
        var settings: Settings
        var accounts: [String: Account]
        var downloader: Downloader
        /// With what the listener ends TLS, if it does.
        var certificate: ListenerCertificate?
    }

    /// What does not change while the daemon runs, but for the language, the budget and the retention that a reload brings.
    package struct Settings: Sendable {
        /// The address under which RunningHub reaches the listener, without a slash at its end; nothing: polling only.
        package var publicURL: String?
        /// The language of sentences in people's folders.
        package var language = Language.en
        /// The spool's folder.
        package var spool: String
        /// The state's folder.
        package var state: String
        /// The ledger's id: it marks folders, and tells strangers which daemon this is.
        package var publicID = ""
        /// The ledger's generation, as the spool's marker bears it at the start.
        package var generation: Int64 = 0
        /// Whether the ledger ever lacked some of its spool's history: it may not know jobs of which notes in `failed/` tell.
        package var hasLostHistory = false
        /// The most coins a day for all pipelines together that have no bound of their own; nothing: no bound.
        package var coinsPerDay: Int64?
        /// How long finished things of pipelines are kept that are no longer in service.
        package var retention = Pipeline.Retention()
        /// The credentials by their names: passwords of protected apps, what hooks are signed with.
        package var credentials: [String: Secret] = [:]

        /// Settings for a daemon with these folders.
        package init(spool: String, state: String) {
            self.spool = spool
            self.state = state
        }
    }

    /// The wakes of the stages.
    struct Wakes: Sendable {
        let sending = Wake()
        let querying = Wake()
        let fetching = Wake()
        let duties = Wake()
        let proof = Wake()
        let joined = Wake()
        let programs = Wake()
        let posts = Wake()
        /// Which pipelines are in service has changed.
        let pipelines = Wake()

        var all: [Wake] { [sending, querying, fetching, duties, proof, joined, programs, posts] }

        /// Wakes the stages whose work a job has become.
        func next(after record: JobRecord, hasEnded: Bool) {
            if record.job.owedCall(to: .program) != nil { programs() }
            if record.job.owedCall(to: .url) != nil { posts() }
            switch record.job.state {
            case .queued: sending(for: record.job.dueAt)
            case .uploading, .submitting: break
            case .unconfirmed: proof(for: record.job.dueAt)
            case .running: querying(for: record.job.dueAt)
            case .fetching: fetching(for: record.job.dueAt)
            case .delivered, .cancelled, .failed:
                if hasEnded || record.job.duty != .none || !record.attemptsToCancel.isEmpty { duties() }
                if hasEnded { joined() }
                if record.job.isReviving { querying(for: record.job.dueAt) }
            }
        }
    }

    /// An engine that does nothing until it runs.
    package init(
        ledger: Ledger,
        time: any TimeSource,
        journal: Journal,
        tokens: CallbackTokens,
        settings: Settings,
        accounts: [Account],
        downloader: Downloader,
        poster: Poster,
        certificate: ListenerCertificate? = nil,
        files: NIOThreadPool,
        pipelines: PipelineTable,
        watcher: InboxWatcher
    ) {
        self.ledger = ledger
        self.time = time
        startedAt = time.now()
        self.journal = journal
        self.tokens = tokens
        let named = Dictionary(accounts.map { ($0.name, $0) }) { first, _ in first }
        self.live = Mutex(Live(settings: settings, accounts: named, downloader: downloader, certificate: certificate))
        self.poster = poster
        hookTroubles = Dictionary(uniqueKeysWithValues: HookCall.Target.allCases.map { ($0, HookTrouble()) })
        self.mark = SpoolMark(generation: settings.generation)
        self.files = files
        self.pipelines = pipelines
        self.watcher = watcher
        slots.withLock { slots in
            for account in accounts {
                slots.configure(account.name, concurrency: account.concurrency)
                guard account.minimumCoins > 0 else { continue }
                let until = time.now() + Balances.retryPace
                slots.rest(account.name, because: Balances.notKnown(account.name), until: until)
            }
        }
    }

    var settings: Settings { live.withLock(\.settings) }

    /// The keys by their names.
    var accounts: [String: Account] { live.withLock(\.accounts) }

    var downloader: Downloader { live.withLock(\.downloader) }

    var certificate: ListenerCertificate? { live.withLock(\.certificate) }

    var translation: Translation { Translation() }

    /// Makes calls that block on a file system, off the cooperative threads.
    func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let work = WorkUnderWay.current
        defer { work?.moved() }
        return try await files.runIfActive { try LongCall.telling({ work?.moved() }, of: body) }
    }
}

extension Engine {
    /// The jobs of a state that are due, and when the next one is.
    func due(_ state: JobState, except busy: Set<JobID>, limit: Int) async throws(LedgerError) -> Work {
        let now = time.now()
        return try await ledger.look {
            Work(
                jobs: try $0.due(state, at: now, except: busy, limit: limit),
                next: try $0.nextDue(state, after: now)
            )
        }
    }

    /// Runs an event on a job.
    ///
    /// Once it is on disk, it is told, places are given back or taken, and the next stage is woken.
    @discardableResult
    func change<Value: Sendable>(
        _ id: JobID,
        _ event: @escaping @Sendable (inout JobRecord) throws -> Value
    ) async throws(LedgerError) -> Ledger.Change<Value>? {
        try await committed { () async throws(LedgerError) in
            try await ledger.change(id, at: time.now()) { record in
                try self.owingCalls(&record) { record in try event(&record) }
            }
        }
    }

    /// As `change`, for an event that depends on another job, too.
    @discardableResult
    func change<Value: Sendable>(
        _ id: JobID,
        beside other: JobID,
        _ event: @escaping @Sendable (inout JobRecord, JobRecord?) throws -> Value
    ) async throws(LedgerError) -> Ledger.Change<Value>? {
        try await committed { () async throws(LedgerError) in
            try await ledger.change(id, beside: other, at: time.now()) { record, other in
                try self.owingCalls(&record) { record in try event(&record, other) }
            }
        }
    }

    /// Runs an event; where it ends the job, that others are to be told of it is committed with the end.
    private func owingCalls<Value>(
        _ record: inout JobRecord,
        _ event: (inout JobRecord) throws -> Value
    ) rethrows -> Value {
        let before = record.job.state
        let value = try event(&record)
        if record.job.state.isFinal { record.owesCalls(since: before, to: hooks(of: record), at: time.now()) }
        return value
    }

    private func committed<Value: Sendable>(
        _ commit: () async throws(LedgerError) -> Ledger.Change<Value>?
    ) async throws(LedgerError) -> Ledger.Change<Value>? {
        guard let change = try await commit() else { return nil }
        WorkUnderWay.current?.moved()
        committed(change.record, from: change.previousState)
        return change
    }

    /// Runs an event that tells of an effect already had, and goes on trying until it is on disk: the effect cannot be taken back, and the
    /// ledger must know of it.
    ///
    /// Until then the journal is the only record of what RunningHub answered: that is told there, each once. That anything waits is a line a
    /// minute for all together.
    ///
    /// - Parameters:
    ///   - id: the job.
    ///   - sentence: what would have to be found again by hand, for the journal; nothing where the folders say it, or the journal has it.
    ///   - event: what it changes.
    /// - Returns: the change; nothing where there is no such job.
    @discardableResult
    func changeSurely<Value: Sendable>(
        _ id: JobID,
        telling sentence: String? = nil,
        _ event: @escaping @Sendable (inout JobRecord) throws -> Value
    ) async -> Ledger.Change<Value>? {
        var tries = 0
        while true {
            do {
                return try await change(id, event)
            } catch {
                // It waits for the ledger's disk, and says so.
                WorkUnderWay.current?.moved()
                if tries == 0, let sentence {
                    journal.tell(
                        .answerUncommitted,
                        "Job \(id): \(sentence); this could not be written to the ledger and is tried again. \(error)",
                        ["job": .string(id.text)]
                    )
                } else {
                    tellTrouble("what has happened", error)
                }
                // Cancellation does not end this: a stop waits for it, and systemd's time limit ends it in the last resort.
                await Task { [time, tries] in
                    await time.wait(
                        until: time.now()
                            + Backoff.wait(tries: tries, first: .seconds(1), longest: .seconds(10), jitter: 0)
                    )
                }.value
                tries += 1
            }
        }
    }

    /// What follows from a change that is on disk.
    func committed(_ record: JobRecord, from previous: JobState) {
        let places = places(of: record)
        let freesPlace = slots.withLock { $0.set(record.job.id, holds: places) }
        if record.job.state.isFinal { stranded.ended(record.job.id) }
        sending.changed(record.job)
        let now = time.now()
        journal.tell(record, at: now)
        meters.stepped(record, at: now)
        let hasEnded = record.job.state.isFinal && record.job.state != previous
        wakes.next(after: record, hasEnded: hasEnded)
        if freesPlace || hasEnded { wakes.sending() }
    }
}
