/// What one attack did, and what honest callers saw meanwhile.
struct AttackResult: Sendable {
    let name: String
    let counts: AttackTally.Counts
    let honest: HonestCallers.Experience
    /// Anonymous memory of the daemon in KiB.
    let memory: (before: Int, peak: Int, after: Int)

    /// What was not as promised.
    ///
    /// - Parameters:
    ///   - allowed: statuses that the attack may be answered with.
    ///   - baseline: anonymous memory before all attacks.
    ///   - limits: of the rise in MiB, and of honest waiting in milliseconds.
    /// - Returns: a sentence for each.
    func broken(allowed: Set<String>, baseline: Int, limits: (memory: Double, waiting: Double)) -> [String] {
        var broken: [String] = []
        let unexpected = Set(counts.answers.keys).subtracting(allowed)
        if !unexpected.isEmpty { broken.append("\(name) was answered \(unexpected.sorted())") }
        let rise = Double(peakRise(over: baseline)) / 1024
        if rise >= limits.memory { broken.append("memory rose by \(rise) MiB with \(name)") }
        if honest.within(limits.waiting) < 0.99 {
            broken.append(
                "only \(honest.within(limits.waiting) * 100) % of honest calls were answered in time with \(name)"
            )
        }
        return broken
    }

    /// How far memory rose over what it was, in KiB.
    func peakRise(over baseline: Int) -> Int {
        memory.peak - baseline
    }

    static let header = """
        | attack | connections | sent | answers | honest calls | failed | p50 | p99 | max | within 100 ms | memory before → peak → after |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        """

    /// A line of the table.
    var line: String {
        let answers = counts.answers.sorted { $0.key < $1.key }.map { "\($0.key) ×\($0.value)" }.joined(separator: ", ")
        let times = [honest.quantile(0.5), honest.quantile(0.99), honest.answered.last ?? .infinity].map {
            "\(Self.short($0)) ms"
        }
        let sizes = [memory.before, memory.peak, memory.after].map { Self.short(Double($0) / 1024) }
        let cells = [
            name, "\(counts.connections)", "\(Self.short(Double(counts.bytes) / 1_000_000)) MB", answers,
            "\(honest.count)",
            "\(honest.failures.count)", times[0], times[1], times[2], "\(Self.short(honest.within(100) * 100)) %",
            sizes.joined(separator: " → ") + " MiB",
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private static func short(_ number: Double) -> String {
        guard number.isFinite else { return "–" }
        return "\((number * 10).rounded() / 10)"
    }
}
