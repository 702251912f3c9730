import FoundationEssentials
import Jobs
import Ledger
import RunningHub
import Synchronization

extension Engine {
    /// Everything that is counted and measured, for Prometheus.
    ///
    /// Throws where the ledger cannot be read.
    func exposition() async throws -> Exposition {
        var exposition = Exposition()
        exposition.add(
            "build_info",
            .gauge,
            "Always 1; the version of the daemon is its label.",
            [.init(labels: [("version", Version.text)], value: 1)]
        )
        let facts = await healthFacts()
        let health = HealthDocument(facts).level.exitCode
        exposition.add(
            "health_level",
            .gauge,
            "As 'runninghubctl health' ends: 0 well, 1 warning, 2 critical.",
            [.init(value: Double(health))]
        )
        try await addJobs(to: &exposition, facts)
        addKeys(to: &exposition)
        try await addCosts(to: &exposition)
        if let callback = recent.callback {
            exposition.add(
                "last_callback_timestamp_seconds",
                .gauge,
                "When the last callback came.",
                [.init(value: seconds(wall(callback.at)))]
            )
        }
        if let certificate {
            exposition.add(
                "certificate_expiry_timestamp_seconds",
                .gauge,
                "When the certificate with which the listener ends TLS expires.",
                [.init(value: seconds(certificate.expiresAt))]
            )
        }
        meters.write(to: &exposition, of: pipelines.names)
        addProcess(to: &exposition)
        return exposition
    }

    /// A time of the ledger's clock, which does not follow the wall clock's steps, by the wall clock.
    private func wall(_ time: Timestamp) -> Timestamp { time + (self.time.wall() - self.time.now()) }

    private func seconds(_ time: Timestamp) -> Double { Double(time.milliseconds) / 1000 }

    private func addJobs(to exposition: inout Exposition, _ facts: HealthFacts) async throws {
        let counts = facts.counts
        let obstacles = Dictionary(facts.obstacles.map { ($0.pipeline, $0.obstacle) }) { first, _ in first }
        let names = Set(pipelines.names).union(counts.keys).sorted()
        exposition.add(
            "jobs",
            .gauge,
            "Jobs that the ledger remembers, by state.",
            names.flatMap { name in
                JobState.allCases.map { state in
                    let labels = [(name: "pipeline", value: name), (name: "state", value: state.rawValue)]
                    return .init(labels: labels, value: Double(counts[name]?[state] ?? 0))
                }
            }
        )
        var ages: [Exposition.Sample] = []
        var stopped: [Exposition.Sample] = []
        // Of pipelines that are gone only what still waits is of interest.
        for name in names where pipelines.pipeline(name) != nil || counts[name]?[.queued, default: 0] ?? 0 > 0 {
            let isWaiting = counts[name]?[.queued, default: 0] ?? 0 > 0
            let oldest = isWaiting ? try await oldestWaiting(in: name) : nil
            let age = oldest.map { max(0, Double((facts.now - $0.createdAt).milliseconds) / 1000) } ?? 0
            ages.append(.init(labels: [("pipeline", name)], value: age))
            // One that has no entry is out of service.
            let isStopped = (obstacles[name] ?? .notInService(name))?.isTrouble == true
            stopped.append(.init(labels: [("pipeline", name)], value: isStopped ? 1 : 0))
        }
        exposition.add(
            "oldest_waiting_seconds",
            .gauge,
            "For how long the job has waited for its submission that has for longest; 0 where none waits.",
            ages
        )
        exposition.add(
            "pipeline_stopped",
            .gauge,
            "1 where nothing of a pipeline can be submitted: held, out of service, a folder or a disk, coins, its keys.",
            stopped
        )
    }

    private func addKeys(to exposition: inout Exposition) {
        let now = time.now()
        let slots = slots.withLock { $0 }
        let names = accounts.keys.sorted()
        func add(_ name: String, _ help: String, _ value: (String) -> Double?) {
            exposition.add(
                name,
                .gauge,
                help,
                names.compactMap { key in value(key).map { .init(labels: [("key", key)], value: $0) } }
            )
        }
        add("key_places", "How many tasks a key may have at once.") { Double(slots.concurrency($0)) }
        add("key_places_taken", "How many tasks a key has, as far as this daemon knows.") { Double(slots.held($0)) }
        add("key_resting", "1 where a key rests for a reason of its account: refused, without coins.") {
            slots.isTroubled($0, at: now) ? 1 : 0
        }
        add("key_balance_coins", "What the account of a key had when it was asked last.") { key in
            balances.reading(key)?.status.coins.flatMap { Double($0.description) }
        }
    }

    private func addCosts(to exposition: inout Exposition) async throws {
        let costs = try await ledger.costs()
        func add(_ name: String, _ help: String, _ value: (CostTotal) -> Double) {
            let samples = costs.map { cost -> Exposition.Sample in
                .init(labels: [("pipeline", cost.pipeline), ("key", cost.key)], value: value(cost))
            }
            exposition.add(name, .gauge, help, samples)
        }
        // No counters: RunningHub may correct a figure downwards.
        add("billed_tasks", "Tasks that RunningHub has named a cost of, since the ledger was made.") {
            Double($0.tasks)
        }
        add("billed_coins", "Coins that RunningHub has billed, since the ledger was made.") {
            Double($0.coins) / 1_000_000
        }
    }

    private func addProcess(to exposition: inout Exposition) {
        let figures = ProcessFigures()
        func add(_ name: String, _ kind: Exposition.Kind, _ help: String, _ value: Double) {
            exposition.add(name, kind, help, [.init(value: value)], prefix: "process_")
        }
        add("cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.", figures.cpu)
        add("resident_memory_bytes", .gauge, "Resident memory size in bytes.", figures.residentMemory)
        add("open_fds", .gauge, "Number of open file descriptors.", figures.openFiles)
        add("max_fds", .gauge, "Maximum number of open file descriptors.", figures.mostOpenFiles)
        add(
            "start_time_seconds",
            .gauge,
            "Start time of the process since unix epoch in seconds.",
            seconds(wall(startedAt))
        )
    }
}
