import FaultPoints
import Jobs
import Logging
import RunningHub
import Synchronization

/// Takes callbacks: checks the token, stores, and only then says that it has.
struct CallbackReceiver: Sendable {
    let engine: Engine
    private let unstored = UnstoredCallbacks()
    private let bodies = CallbackBodies()

    init(engine: Engine) {
        self.engine = engine
    }

    /// What a callback's sender is told.
    enum Answer: Sendable, Hashable {
        /// It is on disk, or there is nothing more to be done with it.
        case stored
        /// It could not be written; it is welcome again.
        case notStored
    }

    /// Whether the address was made by this daemon.
    ///
    /// Takes no look at the ledger.
    func isGenuine(_ address: CallbackAddress) -> Bool {
        engine.tokens.isValid(address.token, job: address.job, attempt: address.attempt)
    }

    /// Tells that somebody used the address of a callback that this daemon did not make.
    func tellForged() {
        engine.meters.count(.callbacks, "forged")
        engine.journal.tell(
            ongoing: .callbackForged,
            about: "callbacks",
            at: engine.time.now(),
            "A callback came at an address that this daemon did not make; it was refused and has no effect."
        )
    }

    /// Stores a callback whose address is genuine.
    ///
    /// - Parameters:
    ///   - address: which attempt it is about.
    ///   - body: what came of its body; it may be empty, cut or garbage.
    /// - Returns: what its sender is told.
    func receive(_ address: CallbackAddress, body: [UInt8]) async -> Answer {
        let taskID =
            body.count <= CallbackBodies.small ? CallbackBody.decode(body).taskID : await bodies.taskID(in: body)
        engine.recent.called(address.job, at: engine.time.now())
        FaultPoint.callback.before()
        do {
            guard try await store(address, taskID: taskID) else {
                engine.meters.count(.callbacks, "unknown_job")
                engine.journal.tell(
                    ongoing: .callbackRefused,
                    about: "callbacks",
                    at: engine.time.now(),
                    "A callback came for job \(address.job), which the ledger does not know (any more).",
                    ["job": .string(address.job.text)]
                )
                return .stored
            }
            FaultPoint.callback.after()
            engine.meters.count(.callbacks, "stored")
            return .stored
        } catch {
            engine.meters.count(.callbacks, "not_stored")
            let now = engine.time.now()
            engine.journal.tell(
                ongoing: .callbackUnstored,
                about: "callbacks",
                at: now,
                "A callback for job \(address.job) could not be stored and was answered 503: \(error)"
            )
            remember(address, taskID: taskID)
            return .notStored
        }
    }

    private func store(_ address: CallbackAddress, taskID: String?) async throws -> Bool {
        let now = engine.time.now()
        let engine = engine
        let number = address.attempt
        let change = try await engine.change(address.job) { record in
            let recreated = engine.recreatedAttempt(number, of: record, at: now)
            return record.callbackArrived(attempt: number, taskID: taskID, recreated: recreated, at: now)
        }
        return change != nil
    }

    /// A callback that cannot be stored still wakes the query and lends its task id, as soon as the ledger can be written.
    private func remember(_ address: CallbackAddress, taskID: String?) {
        guard unstored.begin() else { return }
        // Unstructured, since the request is answered; bounded, and ended by the first commit that succeeds.
        Task { [engine, unstored] in
            let now = engine.time.now()
            let number = address.attempt
            await engine.changeSurely(address.job) { record in
                let recreated = engine.recreatedAttempt(number, of: record, at: now)
                return record.callbackArrived(attempt: number, taskID: taskID, recreated: recreated, at: now)
            }
            unstored.end()
        }
    }
}

/// Reads one large body after the other, since each costs several times its length while it is read.
private actor CallbackBodies {
    /// What is read at once, in bytes: more than a callback of the service is known to have.
    static let small = 32 * 1024

    func taskID(in body: [UInt8]) -> String? {
        CallbackBody.decode(body).taskID
    }
}

/// Bounds how many callbacks are kept in memory while the ledger cannot be written.
private final class UnstoredCallbacks: Sendable {
    private let count = Mutex(0)
    private static let most = 1000

    func begin() -> Bool {
        count.withLock { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
    }

    func end() {
        count.withLock { $0 -= 1 }
    }
}

extension Engine {
    /// The attempt that a genuine callback proves although the ledger has no row of it.
    func recreatedAttempt(_ number: Int, of record: JobRecord, at now: Timestamp) -> Attempt? {
        guard record.attempt(number) == nil else { return nil }
        guard let pipeline = pipelines.pipeline(record.job.pipeline) ?? record.current?.settings else { return nil }
        // Whatever rests or has no place: nothing is started with it, and the proof comes once.
        let another = accounts.names(for: pipeline).first.flatMap { accounts[$0] }
        let uploaded = record.job.upload.flatMap { accounts[$0.key] }
        guard let account = uploaded ?? chooseAccount(for: pipeline) ?? another else { return nil }
        var attempt = Attempt(
            number: number,
            key: account.name,
            site: account.site,
            settings: pipeline,
            remoteNames: record.job.upload?.remoteNames ?? [:],
            hasWebhook: true,
            postedAt: now
        )
        attempt.outcome = .unknown
        return attempt
    }
}
