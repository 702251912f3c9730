import FaultPoints
import Foundation
import RunningHubSimulator

/// One daemon's life from an empty ledger: files come in steadily, it is killed again and again, and in the end all is as promised.
struct ChaosRound {
    let workplace: Workplace
    let cloud: SimulatedCloud
    let kills: Int
    /// The disk that loses its power each time; nothing: the daemon is killed, and its disk keeps what it has.
    private(set) var disk: VolatileDisk?
    /// More of the daemon's environment.
    private let environment: [String: String?]
    private var generator: SeededGenerator
    private var blows: BlowSequence
    private var drops: [Drop] = []
    private var withdrawn: [Drop] = []
    private var dropped = 0
    private var people: People
    private var awaitingProof: Set<String> = []
    private(set) var tally = ChaosTally()

    /// How long a daemon may live when its blow does not come by itself.
    private static let patience = Duration.milliseconds(600)
    /// How long the end may take: a failure is believed when it was seen twice, 27.5 s apart, and 120 s apart before more is paid.
    private static let settling = Duration.seconds(150)
    /// The failures after which people try again; all others are for the end to judge.
    private static let retried: Set<String> = ["task-failed", "cancelled"]

    init(
        _ workplace: Workplace,
        _ cloud: SimulatedCloud,
        kills: Int,
        seed: UInt64,
        disk: VolatileDisk? = nil,
        environment: [String: String?] = [:]
    ) {
        self.disk = disk
        self.environment = environment
        self.workplace = workplace
        self.cloud = cloud
        self.kills = kills
        generator = SeededGenerator(seed: seed)
        blows = BlowSequence(seed: seed &+ 1)
        people = People(in: workplace, seed: seed &+ 2, isFlushing: disk != nil)
    }

    /// What tasks are like: short, sometimes failing or refused, their answers and callbacks often late, early or twice.
    static func cloudSettings(seed: UInt64) -> SimulatorSettings {
        var settings = SimulatorSettings()
        settings.seed = Int(seed % 1_000_000)
        settings.keys[0].concurrency = 60
        settings.keys[0].coins = 100_000_000
        settings.tasks.taskTime = SecondsRange(0, 0.3)
        settings.results.outputs = [OutputSettings(), OutputSettings()]
        settings.results.outputs[1].content = .generated
        settings.results.outputs[1].type = "png"
        // Until it is stored: a crash may come between its arrival and its commit.
        settings.callbacks.retries = 1000
        settings.callbacks.retryInterval = 0.3
        settings.faults.submit.slow = 0.3
        settings.faults.submit.slowTime = SecondsRange(0.01, 0.3)
        settings.faults.submit.errors = [CodeFault(803, 0.04)]
        settings.faults.tasks.failures = [TaskFailureFault(TaskFailure(), 0.1)]
        settings.faults.callbacks.duplicated = 0.2
        settings.faults.callbacks.early = 0.1
        return settings
    }

    /// Runs it.
    ///
    /// - Returns: what was not as promised.
    mutating func run() async throws -> [String] {
        for number in 0..<kills {
            if number == kills / 3 { try await cloud.change(#"{"faults": {"tasks": {"failures": []}}}"#) }
            let broken = try await strike(blows.next(isFirst: number < 3), isEarly: number < kills / 3)
            guard broken.isEmpty else { return broken }
        }
        return try await settle()
    }

    private mutating func strike(_ blow: Blow, isEarly: Bool) async throws -> [String] {
        guard disk == nil else { return try await cut(blow, isEarly: isEarly) }
        let daemon = try RunningDaemon(in: workplace, fault: blow.fault(.kill), environment: environment)
        var limit = Self.patience
        if case .time(let milliseconds) = blow { limit = .milliseconds(milliseconds) }
        let ending = Task { await daemon.process.ended(within: limit) }
        try await dropSome(isEarly: isEarly)
        if people.happens(onceIn: 2) { await people.cancelOne(of: drops) }
        let (end, byItself) = await ending.value
        guard end == .signalled(SIGKILL) else {
            throw LaboratoryError(
                "The daemon ended by itself with \(end), where \(blow) was to end it; see \(workplace.log)."
            )
        }
        tally.add(blow, cameTrue: byItself)
        if Int.random(in: 0..<3, using: &generator) == 0 { withdrawOne() }
        try people.giveBack(drops, failedAs: Self.retried)
        return []
    }

    /// The power goes while the daemon stands still at a point, or at a random moment.
    ///
    /// - Returns: what the disk should have held and does not.
    private mutating func cut(_ blow: Blow, isEarly: Bool) async throws -> [String] {
        let daemon = try RunningDaemon(in: workplace, fault: blow.fault(.stall), environment: environment)
        try await dropSome(isEarly: isEarly)
        // A daemon that stands still at a point may never answer.
        if blow.fault(.stall) == nil, people.happens(onceIn: 2) { await people.cancelOne(of: drops) }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<400, using: &generator)))
        try await disk?.cut(daemon.process)
        tally.add(blow, cameTrue: false)
        let view = SpoolView(workplace)
        var promises = Promises(workplace.pipelines, try await cloud.record())
        promises.revised = people.revised
        let broken = promises.brokenAtAnyTime(drops, view) + promises.lost(drops, view)
        if broken.isEmpty { try people.giveBack(drops, failedAs: Self.retried) }
        return broken
    }

    private mutating func dropSome(isEarly: Bool) async throws {
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let candidates = workplace.pipelines.filter { isEarly || !($0.isFetched) }
            guard let pipeline = candidates.randomElement(using: &generator),
                FileManager.default.fileExists(atPath: workplace.path("inbox", of: pipeline))
            else { continue }
            let stem = "s\(dropped)"
            dropped += 1
            let dropper = Dropper(workplace: workplace, isFlushing: disk != nil)
            drops.append(try await dropper.drop(pipeline, stem: stem, using: &generator))
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...40, using: &generator)))
        }
    }

    /// A person takes a file out of `work/`: what became of its job is no longer asked, only what was paid.
    private mutating func withdrawOne() {
        let work = "\(workplace.spool)/work/app"
        let lying = Set((try? FileManager.default.contentsOfDirectory(atPath: work)) ?? [])
        guard let drop = drops.last(where: { $0.pipeline == "app" && !lying.isDisjoint(with: $0.files.keys) }),
            let name = drop.files.keys.first
        else { return }
        guard rename("\(work)/\(name)", "\(workplace.disk)/drops/taken-\(name)") == 0 else { return }
        drops.removeAll { $0 == drop }
        withdrawn.append(drop)
        tally.withdrawals += 1
    }

    /// Lets it run without blows until all is done, and stops it.
    private mutating func settle() async throws -> [String] {
        let daemon = try RunningDaemon(in: workplace, environment: environment)
        try await daemon.ready()
        var broken: [String] = []
        let deadline = ContinuousClock.now + Self.settling
        repeat {
            try await Task.sleep(for: .milliseconds(100))
            awaitingProof = try await workplace.jobs(in: "unconfirmed")
            broken = try await judge()
        } while !broken.isEmpty && ContinuousClock.now < deadline
        try await daemon.stop()
        if broken.isEmpty { broken = try await judge() }
        tally.inputs += drops.count + withdrawn.count
        tally.cancellations += people.cancellations
        tally.returns += people.returns
        tally.awaitingProof += awaitingProof.count
        return broken
    }

    private mutating func judge() async throws -> [String] {
        let view = SpoolView(workplace)
        let busy = view.files.contains { $0.role == "work" || $0.role == "inbox" }
        // The cloud's record is long; nothing is asked of it while there is work to do.
        if busy, view.manifests.count < drops.count / 3 { return ["work is going on"] }
        let record = try await cloud.record()
        var promises = Promises(workplace.pipelines, record)
        promises.awaitingProof = awaitingProof
        promises.told = LaboratoryPrograms(workplace).told
        promises.revised = people.revised
        tally.submissions = record.acceptedSubmissions.count
        let overpaid = withdrawn.filter(promises.isOverpaid).map { "\($0.stem), withdrawn, was paid twice" }
        // What a withdrawn file's job still brought is its own affair.
        return overpaid
            + promises.broken(drops, view).filter { line in !withdrawn.contains { $0.isSubject(of: line) } }
    }
}
