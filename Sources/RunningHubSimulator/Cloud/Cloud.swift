/// The simulated cloud as a value: what it knows, and what each request changes.
///
/// It does nothing by itself. Time comes in with every call, randomness from the seed, and what is to be done outside
/// collects in ``effects`` and ``events`` for whoever holds the value.
struct Cloud: Sendable {
    var settings: SimulatorSettings
    /// Scheme and authority under which result files are reached.
    var baseAddress: String
    /// Told apart from clouds before a reset, so that what is still under way for those is ignored.
    let generation: Int
    /// Unix time at the simulator's beginning, in seconds.
    let began: Int64

    var generator: SeededGenerator
    var tasks: [String: CloudTask] = [:]
    var taskOrder: [String] = []
    var accounts: [String: Account] = [:]
    var uploads: [String: UploadedFile] = [:]
    var files: [String: ResultFile] = [:]
    var timers = TimerQueue<TimedAction>()
    var heldCallbacks: [Int] = []
    var record = SimulatorRecord()
    var effects: [Effect] = []
    var events: [SimulatorEvent] = []
    private var lastTaskID: Int64

    /// What happens at a time.
    enum TimedAction: Sendable {
        case advance(task: String)
        case sendCallback(Int)
        case releaseHeld(Int)
        case freePlace(key: String)
    }

    /// What is to be done outside.
    enum Effect: Sendable {
        case send(CallbackDelivery)
        case load(AddressLoad)
    }

    /// Places and coins of a key, by its name.
    struct Account: Sendable {
        var running = 0
        var spent = 0
        var waiting: [String] = []
        /// Those before it in `waiting` have got their place.
        var firstWaiting = 0
    }

    init(settings: SimulatorSettings, baseAddress: String, began: Int64, generation: Int = 0) {
        self.settings = settings
        self.baseAddress = baseAddress
        self.began = began
        self.generation = generation
        generator = SeededGenerator(seed: UInt64(truncatingIfNeeded: settings.seed))
        // One id for each nanosecond since the autumn of 2023 keeps them within the 19 digits seen in the wild
        // (1.85e18 to 2.05e18) until 2030, and above those of any simulator that was started earlier.
        let sinceThen = min(max(began - 1_700_000_000, 0), 7_000_000_000)
        lastTaskID =
            Int64(settings.tasks.firstTask).map { $0 - 1 } ?? 1_850_000_000_000_000_000 + sinceThen * 1_000_000_000
    }

    mutating func newTaskID() -> String {
        let step = settings.tasks.firstTask.isEmpty ? Int64.random(in: 1...999, using: &generator) : 1
        lastTaskID = lastTaskID.addingReportingOverflow(step).partialValue
        return String(lastTaskID)
    }

    /// A cloud that has forgotten everything but its settings; ids and randomness go on, so that nothing is met again.
    init(resetting old: Cloud) {
        self.init(
            settings: old.settings,
            baseAddress: old.baseAddress,
            began: old.began,
            generation: old.generation + 1
        )
        generator = old.generator
        lastTaskID = old.lastTaskID
    }

    func key(_ key: String?) -> KeySettings? {
        guard let key else { return nil }
        return settings.keys.first { $0.key == key }
    }

    /// Does everything that is due by `now`.
    mutating func advance(to now: Duration) {
        while let action = timers.next(by: now) {
            switch action {
            case .advance(let task): advance(task: task, now: now)
            case .sendCallback(let index): send(callback: index)
            case .releaseHeld(let index): releaseHeld(index)
            case .freePlace(let key): freePlace(key, now: now)
            }
        }
    }

    /// Decides what goes wrong with a request, and counts it.
    mutating func gate(_ group: PathGroup, path: String) -> Gate {
        record.requests[path, default: 0] += 1
        var gate = settings.faults[group].decide(&generator, path: path)
        gate.forms = settings.forms
        return gate
    }
}
