import Jobs

/// How often something took how long.
struct DurationHistogram: Sendable, Hashable {
    /// The upper bounds of its buckets, in seconds: from a small upload to a day in RunningHub's queue.
    static let bounds: [Double] = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 43_200, 86_400]

    private var buckets = [Int](repeating: 0, count: bounds.count + 1)
    /// In seconds.
    private var sum = 0.0

    /// Something took this long; less than nothing counts as nothing.
    mutating func add(_ duration: Duration) {
        let seconds = max(0, Double(duration.milliseconds) / 1000)
        buckets[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        sum += seconds
    }

    /// Its figures: each bucket counts all that took no longer than its bound.
    func samples(_ labels: [(name: String, value: String)]) -> [Exposition.Sample] {
        var count = 0
        var samples = zip(Self.bounds + [.infinity], buckets).map { bound, more in
            count += more
            return Exposition.Sample(
                suffix: "_bucket",
                labels: labels + [("le", Exposition.number(bound))],
                value: Double(count)
            )
        }
        samples.append(Exposition.Sample(suffix: "_sum", labels: labels, value: sum))
        samples.append(Exposition.Sample(suffix: "_count", labels: labels, value: Double(count)))
        return samples
    }
}
