import Jobs

/// How long to wait before a step is tried again.
enum Backoff {
    /// Doubles from `first` with each try, up to `longest`; spread by up to a fifth.
    ///
    /// - Parameters:
    ///   - tries: how many have failed before.
    ///   - first: the first wait.
    ///   - longest: the longest wait, jitter apart.
    ///   - jitter: from 0 to 1.
    /// - Returns: how long to wait.
    static func wait(
        tries: Int,
        first: Duration = .seconds(5),
        longest: Duration = .seconds(300),
        jitter: Double
    ) -> Duration {
        let doublings = min(max(tries, 0), 16)
        return min(first * (1 << doublings), longest) * (1 + 0.2 * min(max(jitter, 0), 1))
    }
}
