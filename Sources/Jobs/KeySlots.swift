/// Who may start a task with which key, and when: the places that each key has, and its rests.
///
/// A place is held from the intent to submit until query's final answer. What the cloud says wins over what is counted here: a key that is
/// told «full» rests, is tried with one submission at a time beside what runs, and then fills up again slowly. A pure value; the engine keeps
/// it behind a lock.
package struct KeySlots: Sendable {
    /// The first rest of a full key, and the longest.
    package static let fullRest = (first: Duration.seconds(10), longest: Duration.seconds(300))
    /// The most submissions of a key that may be refused within `refusalWindow` because it is full.
    ///
    /// As many are under way at once at most, so that it holds even where all of them meet a full account.
    package static let mostRefusals = 5
    /// See `mostRefusals`.
    package static let refusalWindow = Duration.seconds(60)

    private struct Key {
        var concurrency: Int
        var holders: Set<Holder> = []
        /// Those of the holders whose submission has not been answered.
        var underWay: Set<Holder> = []
        /// When submissions were refused lately because the key was full, oldest first.
        var refusedAt: [Timestamp] = []
        var restsUntil: Timestamp?
        var restReason: Phrase = ""
        /// Whether it rests for a reason of its account, and not only because all its places are taken.
        var isTroubled = false
        /// How many times in a row the key was full.
        var refusals = 0
        /// The one submission that is tried while the key is known as full.
        var probe: Holder?
        /// How many tasks may run at once while the key recovers from having been full.
        var ceiling: Int?

        func isResting(at now: Timestamp) -> Bool {
            restsUntil.map { $0 > now } ?? false
        }

        /// What runs already says nothing about a free place: whoever else holds one may give it back at any time.
        func free(at now: Timestamp) -> Int {
            let places = max(0, min(concurrency, ceiling ?? concurrency) - holders.count)
            let bearable = max(0, mostRefusals - recentRefusals(at: now).count - underWay.count)
            guard refusals > 0 else { return min(places, bearable) }
            return probe.map(holders.contains) ?? false ? 0 : min(1, bearable, max(0, concurrency - holders.count))
        }

        func recentRefusals(at now: Timestamp) -> ArraySlice<Timestamp> {
            refusedAt.drop { $0 + refusalWindow <= now }
        }
    }

    private struct Holder: Hashable {
        let job: JobID
        let attempt: Int
    }

    private var keys: [String: Key] = [:]
    /// Where each job holds places, so that they can be given back without knowing the key.
    private var places: [JobID: [String: Set<Holder>]] = [:]

    /// No keys yet.
    package init() {}

    /// Adds a key, or changes how many tasks it may have at once.
    package mutating func configure(_ name: String, concurrency: Int) {
        keys[name, default: Key(concurrency: concurrency)].concurrency = concurrency
    }

    /// How many more tasks the key may start now.
    package func free(_ name: String, at now: Timestamp) -> Int {
        guard let key = keys[name], !key.isResting(at: now) else { return 0 }
        return key.free(at: now)
    }

    /// How many places the key has, whoever holds them.
    package func concurrency(_ name: String) -> Int {
        keys[name]?.concurrency ?? 0
    }

    /// Takes a place for an attempt that is about to be submitted, if there is one.
    package mutating func take(_ name: String, job: JobID, attempt: Int, at now: Timestamp) -> Bool {
        guard free(name, at: now) > 0 else { return false }
        let holder = Holder(job: job, attempt: attempt)
        hold(name, holder)
        keys[name]?.underWay.insert(holder)
        if keys[name]?.refusals ?? 0 > 0 { keys[name]?.probe = holder }
        return true
    }

    /// The submission of an attempt was answered, or given up.
    package mutating func answered(_ name: String, job: JobID, attempt: Int) {
        keys[name]?.underWay.remove(Holder(job: job, attempt: attempt))
    }

    /// Makes the places of a job what its record says: it holds exactly these, whatever it held before.
    ///
    /// - Returns: whether that frees a place.
    @discardableResult
    package mutating func set(_ job: JobID, holds attempts: [(number: Int, key: String)]) -> Bool {
        let before = places.removeValue(forKey: job) ?? [:]
        for (name, holders) in before { keys[name]?.holders.subtract(holders) }
        for (number, name) in attempts { hold(name, Holder(job: job, attempt: number)) }
        for name in keys.keys where keys[name]?.underWay.isEmpty == false {
            // What no longer has a place is not under way either: its intent could not be committed.
            if let holders = keys[name]?.holders { keys[name]?.underWay.formIntersection(holders) }
        }
        return before.contains { name, holders in !holders.isSubset(of: places[job]?[name] ?? []) }
    }

    /// The key was told that all its places are taken, or that the service cannot take more from it now.
    ///
    /// What was sent together is refused together: only the first answer of it makes the rests longer.
    ///
    /// - Parameters:
    ///   - name: the key.
    ///   - reason: why it rests, where that is not for want of a place.
    ///   - least: how long it rests at least.
    ///   - jitter: from 0 to 1.
    ///   - now: the time.
    /// - Returns: until when it rests.
    package mutating func wasFull(
        _ name: String,
        because reason: Phrase? = nil,
        atLeast least: Duration = .zero,
        jitter: Double,
        at now: Timestamp
    ) -> Timestamp {
        guard var key = keys[name] else { return now + Self.fullRest.first }
        key.refusedAt = key.recentRefusals(at: now) + [now]
        keys[name] = key
        if key.refusals > 0, let until = key.restsUntil, until > now { return until }
        let doublings = min(key.refusals, 5)
        let rest = max(least, min(Self.fullRest.first * (1 << doublings), Self.fullRest.longest))
        let until = max(now + rest * (1 + 0.2 * min(max(jitter, 0), 1)), key.restsUntil ?? now)
        key.refusals += key.refusals < .max ? 1 : 0
        key.probe = nil
        key.ceiling = nil
        if !key.isResting(at: now) {
            key.restReason = reason ?? Self.noPlace(of: name)
            key.isTroubled = false
        }
        key.restsUntil = until
        keys[name] = key
        return until
    }

    private static func noPlace(of name: String) -> Phrase {
        Phrase(
            "RunningHub has no free place for key \(name)",
            zh: "RunningHub 上密钥 \(name) 的任务名额已满",
            ru: "у RunningHub нет свободного места для ключа \(name)"
        )
    }

    /// A submission with the key was taken: it is not full, and what was full may have twice as many tasks as it has now.
    ///
    /// While a key rests, that is the answer to what was sent before, and says nothing about a free place or its account.
    package mutating func wasAccepted(_ name: String, at now: Timestamp) {
        guard var key = keys[name], (key.refusals == 0 && !key.isTroubled) || !key.isResting(at: now) else { return }
        let bound = key.refusals > 0 ? key.holders.count : key.ceiling
        key.refusals = 0
        key.probe = nil
        key.restsUntil = nil
        if let bound {
            let next = max(bound, key.holders.count, 1) * 2
            key.ceiling = next >= key.concurrency ? nil : next
        }
        keys[name] = key
    }

    /// The key rests for a reason of its account.
    package mutating func rest(_ name: String, because reason: Phrase, until: Timestamp) {
        keys[name]?.restsUntil = until
        keys[name]?.restReason = reason
        keys[name]?.isTroubled = true
    }

    /// The key's account answers well again: a rest for its sake ends.
    package mutating func restEnded(_ name: String) {
        guard keys[name]?.isTroubled == true else { return }
        keys[name]?.isTroubled = false
        keys[name]?.restsUntil = nil
    }

    /// Says better why a key rests for want of a place.
    package mutating func explainRest(_ name: String, _ reason: Phrase) {
        guard keys[name]?.isTroubled == false else { return }
        keys[name]?.restReason = reason
    }

    /// Whether the key rests for a reason of its account, so that what was uploaded with it had better go another way.
    package func isTroubled(_ name: String, at now: Timestamp) -> Bool {
        keys[name].map { $0.isTroubled && $0.isResting(at: now) } ?? false
    }

    /// Why the key rests, and until when, if it does.
    package func rest(_ name: String, at now: Timestamp) -> (reason: Phrase, until: Timestamp)? {
        guard let key = keys[name], key.isResting(at: now), let until = key.restsUntil else { return nil }
        return (key.restReason, until)
    }

    /// When the next rest ends, if a key rests.
    package func nextChange(after now: Timestamp) -> Timestamp? {
        let rests = keys.values.compactMap(\.restsUntil)
        let windows = keys.values.compactMap { key -> Timestamp? in
            let recent = key.recentRefusals(at: now)
            return recent.count < Self.mostRefusals ? nil : recent.first.map { $0 + Self.refusalWindow }
        }
        return (rests + windows).filter { $0 > now }.min()
    }

    /// How many places of a key are held.
    package func held(_ name: String) -> Int {
        keys[name]?.holders.count ?? 0
    }

    private mutating func hold(_ name: String, _ holder: Holder) {
        keys[name]?.holders.insert(holder)
        places[holder.job, default: [:]][name, default: []].insert(holder)
    }
}

extension JobRecord {
    /// How long an attempt of unknown outcome keeps its place.
    ///
    /// After that a full account says so itself, which is free.
    package static let unconfirmedHold = Duration.seconds(60)

    /// The places that the job holds: one for each attempt whose task may be running.
    package func heldPlaces(at now: Timestamp) -> [(number: Int, key: String)] {
        switch job.state {
        case .submitting, .running: break
        case .unconfirmed where job.stateSince + Self.unconfirmedHold > now: break
        default: return []
        }
        return attempts.filter { !$0.isFruitless && $0.finishedAt == nil }.map { ($0.number, $0.key) }
    }
}
