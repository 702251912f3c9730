/// How fast a pipeline's jobs come to their ends, as far as the last of them tell.
///
/// Only time in which tasks ran counts: what came to a standstill overnight goes on at its own speed.
package struct Throughput: Sendable, Hashable {
    /// The time between the submission of a job and its end.
    package struct Stretch: Sendable, Hashable {
        package let from: Timestamp
        package let to: Timestamp

        /// From its submission to its end.
        package init(from: Timestamp, to: Timestamp) {
            self.from = from
            self.to = to
        }
    }

    /// How many of the last ends are looked at.
    package static let sample = 50
    /// From fewer nothing is foretold.
    private static let least = 2
    /// Beyond this nothing is foretold: too much comes between.
    private static let horizon = Duration.seconds(14 * 24 * 3600)

    /// The time that one job takes, others beside it counted in.
    package let pace: Duration?

    /// Learns from the last ends.
    ///
    /// - Parameters:
    ///   - stretches: the last `sample` at most, in any order.
    ///   - running: since when the tasks run that have not ended, if there are any: the time that they have taken already counts too.
    ///   - now: the time.
    package init(_ stretches: [Stretch], running: Timestamp?, at now: Timestamp) {
        let ended = stretches.filter { $0.from <= $0.to && $0.to <= now }.sorted { $0.to < $1.to }
        // Where there were others before, what they had done of the first one's time is not known: its end is where counting begins.
        let isCutOff = ended.count >= Self.sample
        let counted = isCutOff ? Array(ended.dropFirst()) : ended
        guard counted.count >= Self.least, let first = ended.first else {
            pace = nil
            return
        }
        let start = isCutOff ? first.to : counted.map(\.from).min() ?? first.from
        let open = running.map { Stretch(from: min($0, now), to: now) }
        let busy = Self.covered(counted + [open].compactMap(\.self), from: start)
        pace = busy > .zero ? .milliseconds(busy.milliseconds / Int64(counted.count)) : nil
    }

    /// When as many more jobs will be done, if things go on as they did.
    package func end(of jobs: Int, at now: Timestamp) -> Timestamp? {
        guard let pace, jobs > 0 else { return nil }
        let (span, overflow) = pace.milliseconds.multipliedReportingOverflow(by: Int64(jobs))
        guard !overflow, span < Self.horizon.milliseconds else { return nil }
        return now + .milliseconds(span)
    }

    /// How much time the stretches cover together.
    private static func covered(_ stretches: [Stretch], from start: Timestamp) -> Duration {
        var (covered, end) = (Duration.zero, start)
        for stretch in stretches.sorted(by: { $0.from < $1.from }) where stretch.to > end {
            covered += stretch.to - max(stretch.from, end)
            end = stretch.to
        }
        return covered
    }
}
