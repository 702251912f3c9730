import Jobs
import Ledger
import Synchronization

/// What keeps a pipeline's waiting jobs from being sent.
enum Obstacle: Sendable, Hashable {
    /// There is no such pipeline.
    case notInService(String)
    /// A person, or a guard, holds it or everything.
    case held(Hold, pipeline: String)
    /// One of its folders is not there; the sentence says which.
    case away(Phrase)
    /// The spool is not this daemon's any more, or cannot be marked; the sentence says what to do.
    case taken(Phrase)
    /// The disk of its outbox or of the state folder is almost full.
    case diskLow
    /// The coins of the day are spent.
    case spent(Spent)
    /// None of the keys that it may use is configured; these are those that its file names, if it names any.
    case noKey(named: [String])
    /// All of its keys rest; this one is tried again first, and rests only for want of a place or not.
    case keyRests(String, because: Phrase, until: Timestamp, isFull: Bool)
    /// All of its keys have as many tasks as they may have.
    case full([Places])

    /// The places of a key.
    struct Places: Sendable, Hashable {
        let key: String
        let held: Int
        let all: Int
    }
}

extension Engine {
    /// What keeps a pipeline's waiting jobs from being sent; nothing where they go on as their turns come.
    func obstacle(to name: String) async -> Obstacle? {
        guard let pipeline = pipelines.pipeline(name) else { return .notInService(name) }
        if let hold = holds.hold(on: name) { return .held(hold, pipeline: name) }
        // One that a reload has just brought. All others are looked at every few seconds, and a file system that does not answer is not to
        // keep those waiting who ask what is wrong.
        if pipelines.isUnseen(name), let entry = pipelines.entry(name) { _ = await isHere(entry) }
        if let sentence = pipelines.away(name) { return .away(sentence) }
        if let sentence = mark.trouble { return .taken(sentence) }
        let isStopped = await isStopped()
        let lacksRoom = await lacksRoom(pipeline)
        if isStopped || lacksRoom { return .diskLow }
        if let spent = try? await spent(pipeline) { return .spent(spent) }
        return keyObstacle(to: pipeline)
    }

    private func keyObstacle(to pipeline: Pipeline) -> Obstacle? {
        let names = accounts.names(for: pipeline)
        guard !names.isEmpty else { return .noKey(named: pipeline.keys) }
        let now = time.now()
        let slots = slots.withLock { $0 }
        let rests = names.compactMap { name in slots.rest(name, at: now).map { (name, $0.reason, $0.until) } }
        if rests.count == names.count, let first = rests.min(by: { $0.2 < $1.2 }) {
            let isFull = !slots.isTroubled(first.0, at: now)
            return .keyRests(first.0, because: first.1, until: first.2, isFull: isFull)
        }
        guard names.allSatisfy({ slots.free($0, at: now) == 0 }) else { return nil }
        return .full(names.map { Obstacle.Places(key: $0, held: slots.held($0), all: slots.concurrency($0)) })
    }
}
