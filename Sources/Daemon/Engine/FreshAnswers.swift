import Jobs
import RunningHub
import Synchronization

/// What query has just said of tasks that succeeded, for the fetch that follows: it need not ask the same again.
///
/// A convenience in memory: whoever finds nothing here asks. Each answer is given once, so that a fetch that went wrong begins with a fresh
/// one.
final class FreshAnswers: Sendable {
    private struct Answer {
        let taskID: String
        let results: [TaskResult]
        let at: Timestamp
    }

    /// Oldest first.
    private let answers = Mutex<[Answer]>([])

    /// How long an answer is fresh.
    static let lifetime = Duration.seconds(60)
    /// The most results that are kept, of all tasks together.
    static let mostResults = 2 * TaskReport.maximumResults

    /// Query names the results of a task.
    func keep(_ results: [TaskResult], of taskID: String, at now: Timestamp) {
        answers.withLock { answers in
            answers.removeAll { $0.taskID == taskID || !Self.isFresh($0, at: now) }
            guard !results.isEmpty else { return }
            answers.append(Answer(taskID: taskID, results: results, at: now))
            var count = answers.reduce(0) { $0 + $1.results.count }
            while count > Self.mostResults { count -= answers.removeFirst().results.count }
        }
    }

    /// The results of a task, if query has just named them and nobody has taken them.
    func take(_ taskID: String, at now: Timestamp) -> [TaskResult]? {
        answers.withLock { answers in
            guard let index = answers.firstIndex(where: { $0.taskID == taskID }) else { return nil }
            let answer = answers.remove(at: index)
            return Self.isFresh(answer, at: now) ? answer.results : nil
        }
    }

    private static func isFresh(_ answer: Answer, at now: Timestamp) -> Bool {
        (.zero..<lifetime).contains(now - answer.at)
    }
}
