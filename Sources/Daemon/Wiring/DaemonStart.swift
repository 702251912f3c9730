import Glibc
import Jobs
import Ledger
import NIOPosix
import RunningHub
import Spool
import Synchronization
import Systemd

/// From a configuration to an engine that may run: locks, ledger, markers, folders, keys, in the order in which each may rely on the last.
final class DaemonStart: Sendable {
    let configuration: Configuration
    let journal: Journal
    let time: any TimeSource
    private let passed: Credentials
    private let files = NIOThreadPool(numberOfThreads: 4)
    private let transport = Transport()
    private let locks = Mutex<[FolderLock]>([])

    init(
        configuration: Configuration,
        journal: Journal,
        time: any TimeSource,
        credentials: Credentials = .fromEnvironment()
    ) {
        passed = credentials
        self.configuration = configuration
        self.journal = journal
        self.time = time
    }

    /// Puts the engine together and brings what a crash left behind in order.
    func makeEngine() async throws -> Engine {
        files.start()
        let layout = SpoolLayout(path: configuration.spool)
        try refuseOthersFiles()
        try lockState()
        PreparationFolder.removeAll(in: configuration.state)
        let ledger = try openLedger()
        let (identity, tokens) = try await identify(ledger)
        let generation = try await takeSpool(layout, ledger, identity)
        let marker = Marker(ledger: identity.id, generation: generation)
        let pipelines = try await preparePipelines(layout, ledger, marker)
        let watcher = makeWatcher()
        await watcher.start()
        let engine = Engine(
            ledger: ledger,
            time: time,
            journal: journal,
            tokens: tokens,
            settings: try await settings(marker, ledger),
            accounts: try accounts(),
            downloader: try downloader(for: configuration),
            poster: Poster(transport: transport),
            certificate: try certificate(of: configuration),
            files: files,
            pipelines: pipelines,
            watcher: watcher
        )
        try await engine.recover()
        return engine
    }

    private func makeWatcher() -> InboxWatcher {
        let time = time
        let clock = SpoolClock(
            now: { Moment(ledger: time.now(), wall: time.wall()) },
            sleep: {
                await time.wait(until: $0)
                try Task.checkCancellation()
            }
        )
        return InboxWatcher(group: MultiThreadedEventLoopGroup.singleton, threads: files, clock: clock)
    }

    /// Gives back what the start took.
    func close() async throws {
        try await transport.shutdown()
        try await files.shutdownGracefully()
        locks.withLock { $0 = [] }
    }

    private func lockState() throws {
        do {
            let lock = try SpoolLayout.lockState(at: configuration.state)
            locks.withLock { $0.append(lock) }
        } catch {
            throw exit(about: error, in: "the state folder \(configuration.state)")
        }
    }

    private func exit(about failure: FolderLock.Failure, in what: String) -> DaemonExit {
        switch failure {
        case .held:
            DaemonExit(
                .taken,
                "Another daemon has \(what). 'systemctl status runninghubd' shows it; two may not share a folder."
            )
        case .system(let error):
            DaemonExit(
                .configuration,
                "\(what) cannot be used (\(error)). It must exist and belong to the daemon's user."
            )
        }
    }

    private func openLedger() throws -> Ledger {
        var generator = SystemRandomNumberGenerator()
        do {
            let path = "\(configuration.state)/ledger.sqlite"
            let ledger = try Ledger(path: path, owner: JobID(using: &generator).text)
            if let upgrade = ledger.upgrade {
                journal.tell(
                    .ledgerUpgraded,
                    "The ledger was brought from schema \(upgrade.from) to \(upgrade.to); a copy of it as it was lies in \(upgrade.copy). Delete the copy when you no longer want to go back to the older version."
                )
            }
            return ledger
        } catch  where error.code == .newer {
            throw DaemonExit(.configuration, error.message)
        } catch {
            throw DaemonExit(.failed, error.message)
        }
    }

    /// What systemd calls this machine; nothing where it has no name yet, or none that can be read.
    var machineName: String? {
        guard let name = FileName("machine-id"), let folder = try? Folder(path: "/etc") else { return nil }
        let content = (try? folder.contents(of: name, limit: 128)) ?? nil
        let id = String(decoding: content ?? [], as: UTF8.self).split(separator: "\n").first.map(String.init)
        // machine-id(5): so it stands in images until their first boot.
        return id == "uninitialized" ? nil : id
    }

    /// Keeps the spool's lock as long as the daemon runs.
    func keep(lock layout: SpoolLayout) throws {
        do {
            let lock = try layout.lock()
            locks.withLock { $0.append(lock) }
        } catch {
            throw exit(about: error, in: "the spool \(layout.path)")
        }
    }

    private func identify(_ ledger: Ledger) async throws -> (Ledger.Identity, CallbackTokens) {
        try await ledger.identify(
            makeID: {
                var generator = SystemRandomNumberGenerator()
                return JobID(using: &generator).text + JobID(using: &generator).text
            },
            makeSecret: {
                var generator = SystemRandomNumberGenerator()
                return CallbackTokens.makeSecret(using: &generator)
            }
        )
    }

    private func settings(_ marker: Marker, _ ledger: Ledger) async throws -> Engine.Settings {
        var settings = Engine.Settings(spool: configuration.spool, state: configuration.state)
        settings.publicURL = configuration.webhook.publicURL
        settings.language = configuration.language
        settings.publicID = marker.ledger
        settings.generation = marker.generation
        settings.hasLostHistory = try await !ledger.predecessors().isEmpty
        settings.coinsPerDay = configuration.general.spending.coinsPerDay
        settings.retention = configuration.general.retention
        settings.credentials = try credentials()
        return settings
    }

    /// The names of the credentials that were handed over.
    func credentialNames() throws -> [String] {
        do {
            return try passed.names()
        } catch {
            throw DaemonExit(.configuration, "\(error)")
        }
    }

    /// One of the credentials.
    func credential(_ name: String) throws -> Secret? { try credentials()[name] }

    /// All credentials by their names.
    private func credentials() throws -> [String: Secret] {
        var secrets: [String: Secret] = [:]
        do {
            for name in try passed.names() {
                if let text = try passed.text(name) { secrets[name] = Secret(text) }
            }
        } catch {
            throw DaemonExit(.configuration, "\(error)")
        }
        return secrets
    }

    private func site() throws -> Site {
        do {
            return try Site(configuration.api.baseURL)
        } catch {
            throw DaemonExit(.configuration, "api.base_url: \(error)")
        }
    }

    private func accounts() throws -> [Account] {
        let site = try site()
        let credentials = try credentials()
        let (keys, problems) = configuration.loadKeys(credentials: credentials)
        for problem in problems { journal.tell(.noKeys, "\(problem)") }
        if keys.isEmpty, problems.isEmpty {
            journal.tell(.noKeys, "There is no API key, so nothing is uploaded: run 'runninghubd key add NAME'.")
        }
        let secrets = keys.map(\.secret) + credentials.values
        return keys.map { key in
            Account(
                name: key.settings.name,
                cloud: Cloud(site: site, key: key.secret, transport: transport, hiding: secrets),
                concurrency: key.settings.concurrency,
                minimumCoins: key.settings.minimumCoins
            )
        }
    }

    /// With what the listener ends TLS; nothing where a proxy does.
    func certificate(of configuration: Configuration) throws(DaemonExit) -> ListenerCertificate? {
        guard let files = configuration.webhook.tls else { return nil }
        do {
            return try ListenerCertificate(reading: files)
        } catch {
            // Started again until it can be used: the files of a renewal may be on their way.
            throw DaemonExit(.failed, error.sentence)
        }
    }

    /// One that may fetch from the private hosts of a configuration.
    func downloader(for configuration: Configuration) throws -> Downloader {
        var hosts = configuration.general.limits.privateHosts
        for pipeline in configuration.pipelines { hosts += pipeline.limits.privateHosts }
        let policy = AddressPolicy(
            site: try site(),
            privateHosts: Set(hosts).compactMap { AddressPolicy.PrivateHost($0) }
        )
        return Downloader(transport: transport, policy: policy)
    }
}
