import Jobs
import Ledger
import Synchronization

extension Engine {
    /// Whether it does what it is there for.
    func healthDocument() async -> HealthDocument { HealthDocument(await healthFacts()) }

    /// What that is judged by.
    func healthFacts() async -> HealthFacts {
        let now = time.now()
        var facts = HealthFacts(now: now)
        for name in pipelines.names { facts.obstacles.append((name, await obstacle(to: name))) }
        facts.closed = pipelines.closed
        facts.mistaken = pipelines.mistaken
        facts.hasKeys = !accounts.isEmpty
        let slots = slots.withLock { $0 }
        facts.resting = accounts.keys.sorted().compactMap { name in
            guard slots.isTroubled(name, at: now), let rest = slots.rest(name, at: now) else { return nil }
            return (name, rest.reason.english)
        }
        facts.stuck = progress.stuck(for: Supervision.patience, at: now)
        facts.stranded = stranded.sentences
        facts.certificateExpiry = certificate?.expiry(at: time.wall())
        facts.silentSince = proof.silentSince
        facts.counts = ledger.counts
        return facts
    }
}
