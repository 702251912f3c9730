import AsyncHTTPClient
import FoundationEssentials
import Glibc
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
import Serving
import Synchronization

/// RunningHub's cloud, simulated: the same paths, fields and habits, and every fault a setting.
///
/// Tests hold one in their own process through ``withSimulator(_:address:logger:_:)``; `runninghub-simulator` is one as
/// a program. What happens can be awaited through ``events(includingPast:)`` and ``waitUntil(_:)``, so that no test need sleep.
package actor Simulator: Service {
    private var cloud: Cloud
    private let address: ListenAddress
    private nonisolated let baseAddress = Mutex("")
    private let clock = ContinuousClock()
    private let began: ContinuousClock.Instant
    /// The same in milliseconds of Unix time.
    private let beganAt: Int64
    private var journal = EventJournal()
    /// When the earliest of the sleepers in ``run()`` wakes.
    private var nextWake: Duration?
    nonisolated let store = UploadStore()
    nonisolated let logger: Logger
    private nonisolated let errands = AsyncStream.makeStream(of: Errand.self)
    private nonisolated let readiness = AsyncThrowingStream.makeStream(of: Void.self)

    /// What ``run()`` does for the actor.
    private enum Errand: Sendable {
        case deliver(CallbackDelivery)
        case load(AddressLoad)
        case wake(Duration)
    }

    /// - Parameters:
    ///   - settings: how it behaves at first.
    ///   - address: where it listens; a free loopback port by default.
    ///   - logger: for the HTTP server's own messages.
    package init(
        settings: SimulatorSettings = SimulatorSettings(),
        address: ListenAddress = .loopback,
        logger: Logger = Logger(label: "simulator", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.address = address
        self.logger = logger
        began = clock.now
        beganAt = Int64(Date().timeIntervalSince1970 * 1000)
        cloud = Cloud(settings: settings, baseAddress: "", began: beganAt / 1000)
    }

    /// Scheme and authority to point a client at, `http://127.0.0.1:8900`.
    ///
    /// Empty until it listens.
    package nonisolated var baseURL: String {
        baseAddress.withLock { $0 }
    }

    /// Serves until cancelled or told to shut down gracefully.
    package func run() async throws {
        try await serve { try await $0.run() }
    }

    /// Serves until SIGTERM or SIGINT.
    package func runUntilSignalled() async throws {
        try await serve { try await $0.runService() }
    }

    private func serve(_ run: (Application<RouterResponder<SimulatorContext>>) async throws -> Void) async throws {
        defer {
            store.clear()
            journal.finish()
        }
        var application = Application(
            router: SimulatorRouter(simulator: self).make(),
            server: .connections(),
            configuration: .init(
                address: .hostname(address.host, port: address.port),
                serverName: "runninghub-simulator",
                backlog: 4096
            ),
            onServerRunning: { [self] channel in listening(at: channel.localAddress?.port) },
            logger: logger
        )
        application.addServices(Errands(simulator: self))
        do {
            try await run(application)
            readiness.continuation.finish()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            let taken = AddressTaken(address: address)
            readiness.continuation.finish(throwing: taken)
            throw taken
        } catch {
            readiness.continuation.finish(throwing: error)
            throw error
        }
    }

    private nonisolated func listening(at port: Int?) {
        // An address that means "all interfaces" is none that a client could be sent to.
        let host = ["0.0.0.0", "::"].contains(address.host) ? "127.0.0.1" : address.host
        let shown = host.contains(":") ? "[\(host)]" : host
        baseAddress.withLock { $0 = "http://\(shown):\(port ?? address.port)" }
        readiness.continuation.yield()
        readiness.continuation.finish()
    }

    /// Returns when it listens; throws when it can't.
    ///
    /// For one caller.
    package func started() async throws {
        for try await _ in readiness.stream { return }
        try Task.checkCancellation()
    }

    /// Delivers callbacks and does what is due, for as long as the simulator runs.
    private struct Errands: Service, CustomStringConvertible {
        let simulator: Simulator
        var description: String { "errands" }

        func run() async throws {
            try await HTTPClient.withHTTPClient(configuration: CallbackSender.configuration) { client in
                let loader = AddressLoader(client: client, store: simulator.store)
                await simulator.runErrands(CallbackSender(client: client), loader)
            }
        }
    }

    private nonisolated func runErrands(_ sender: CallbackSender, _ loader: AddressLoader) async {
        await withDiscardingTaskGroup { group in
            for await errand in errands.stream.cancelOnGracefulShutdown() {
                group.addTask { [self] in
                    switch errand {
                    case .deliver(let delivery):
                        let result = await sender.deliver(delivery)
                        await step { $0.callbackTried(delivery, result, now: $1) }
                    case .load(let load):
                        let results = await loader.load(load)
                        let unused = await step { $0.loaded(load, results, now: $1) }
                        for content in unused { store.discard(content) }
                    case .wake(let due):
                        try? await clock.sleep(until: began.advanced(by: due))
                        if !Task.isCancelled { await wake(due) }
                    }
                }
            }
            group.cancelAll()
        }
    }

    private func wake(_ due: Duration) {
        if let next = nextWake, next <= due { nextWake = nil }
        step { _, _ in }
    }

    /// Lets something happen in the cloud, now, with everything that was due before and is due after.
    @discardableResult
    func step<Result>(_ change: (inout Cloud, Duration) -> Result) -> Result {
        let now = clock.now - began
        if cloud.baseAddress.isEmpty { cloud.baseAddress = baseURL }
        cloud.advance(to: now)
        let result = change(&cloud, now)
        cloud.advance(to: now)
        flush()
        return result
    }

    private func flush() {
        for event in cloud.events { journal.append(event) }
        cloud.events.removeAll(keepingCapacity: true)
        for effect in cloud.effects {
            switch effect {
            case .send(let delivery): errands.continuation.yield(.deliver(delivery))
            case .load(let load): errands.continuation.yield(.load(load))
            }
        }
        cloud.effects.removeAll(keepingCapacity: true)
        // A sleeper for each new earliest time; those for later times go on sleeping and find nothing to do.
        if let due = cloud.timers.nextDue, nextWake.map({ due < $0 }) ?? true {
            nextWake = due
            errands.continuation.yield(.wake(due))
        }
    }
}

extension Simulator {
    /// The settings as they are; counts of faults that have struck are lower than they were set.
    package var settings: SimulatorSettings { cloud.settings }

    /// Changes the settings.
    package func update(_ change: (inout SimulatorSettings) -> Void) {
        step { cloud, now in
            var settings = cloud.settings
            change(&settings)
            cloud.update(settings, now: now)
        }
    }

    /// What it was asked and did so far, with the digest of every output.
    package var record: SimulatorRecord {
        get async {
            await fillDigests()
            return currentRecord
        }
    }

    /// What it was asked and did so far; digests of outputs that nobody asked for yet are missing.
    var currentRecord: SimulatorRecord {
        var record = cloud.wholeRecord
        record.began = beganAt
        return record
    }

    /// Computes the digests that are missing, outside of the actor's turn: outputs may be large.
    private func fillDigests() async {
        for (task, index, content) in cloud.outputsWithoutDigest {
            let digest = await content.sha256()
            cloud.setDigest(digest, task: task, index: index)
        }
    }

    /// Ends a task.
    ///
    /// - Returns: false when there is no such task or it has ended already.
    @discardableResult
    package func finish(_ taskID: String, as outcome: TaskOutcome = .success) -> Bool {
        step { $0.finish(taskID, as: outcome, now: $1) }
    }

    /// Forgets tasks, uploads, record and events; settings stay.
    ///
    /// Callbacks under way end unrecorded.
    package func reset() {
        step { cloud, _ in
            cloud = Cloud(resetting: cloud)
        }
        journal.forget()
        store.clear()
    }

    /// What happens from now on, and unless told otherwise also what happened before (the last
    /// ``EventJournal/length`` events).
    ///
    /// The stream ends when the simulator stops.
    package func events(includingPast: Bool = true) -> AsyncStream<SimulatorEvent> {
        journal.subscribe(includingPast: includingPast)
    }

    /// Waits for an event, past ones included.
    ///
    /// Nil when the simulator stops before.
    @discardableResult
    package func firstEvent(where matches: @Sendable (SimulatorEvent) -> Bool) async -> SimulatorEvent? {
        for await event in events() where matches(event) { return event }
        return nil
    }

    /// Waits until the record is as asked for, looking again after each event.
    ///
    /// - Returns: the record; it is not as asked for when the simulator stopped before.
    @discardableResult
    package func waitUntil(_ holds: (SimulatorRecord) -> Bool) async -> SimulatorRecord {
        let changes = events(includingPast: false)
        if holds(currentRecord) { return await record }
        for await _ in changes where holds(currentRecord) { break }
        return await record
    }
}

/// Another program listens where the simulator was to.
package struct AddressTaken: Error, CustomStringConvertible {
    let address: ListenAddress

    package var description: String {
        "\(address.host):\(address.port) is another program's: give the simulator another one by --listen HOST:PORT."
    }
}
