import Jobs
import Spool
import Systemd

/// What stands in a pipeline's `_STATUS.txt`: a pure value, from which the text is made in the language of those who read it.
struct StatusText: Sendable, Hashable {
    /// The pipeline's name.
    var pipeline: String
    /// Whether the daemon runs; the last one before its end says that it does not.
    var isRunning = true
    /// How many jobs wait to be sent.
    var waiting = 0
    /// How many are on their way, from the upload to the delivery.
    var underWay = 0
    /// How many were delivered since midnight.
    var delivered = 0
    /// How many failed since midnight.
    var failed = 0
    /// When the last job is expected to be done, by the wall clock.
    var end: Timestamp?
    /// What everything waits for.
    var obstacle: Phrase?
    /// How many of those that wait are the same as others under way.
    var same = 0
    /// How long originals are kept, where that has an end.
    var keeping: Phrase?
    /// What lies in the inbox and is not a job yet, each with its reason.
    var left: [Left] = []
    /// How many more things lie there that are not named.
    var more = 0
    /// Whether there are more than `more` says.
    var isMoreEndless = false

    /// Something in the inbox.
    struct Left: Sendable, Hashable {
        let path: RelativePath
        let reason: Phrase
    }

    /// The most things that are named.
    static let longestList = 100

    /// Whether jobs are live.
    var isLive: Bool { waiting + underWay > 0 }

    /// The whole file, as it is written at a time of the wall clock.
    func text(in language: Language, writtenAt now: Timestamp) -> String {
        let head = (isRunning ? Self.running(pipeline, at: now) : Self.stopped(pipeline, at: now)).text(in: language)
        return head + "\n\n" + body(in: language, at: now)
    }

    /// All of it but the line with the time: what a new file must be written for.
    func body(in language: Language, at now: Timestamp) -> String {
        let parts = [
            [figures, same > 0 ? Self.same(same) : nil, isRunning ? forecast(at: now) : nil].compactMap(\.self),
            [obstacle].compactMap(\.self),
        ]
        var blocks = parts.map { $0.map { $0.text(in: language) } } + [list(in: language)]
        if isRunning {
            let standing = [Self.withdrawing(pipeline), keeping].compactMap(\.self)
            blocks.append(standing.map { $0.text(in: language) })
        }
        return blocks.filter { !$0.isEmpty }
            .map { $0.map { $0.escapedToOneLine + "\n" }.joined() }
            .joined(separator: "\n")
    }

    private func list(in language: Language) -> [String] {
        guard !left.isEmpty else { return [] }
        let colon = language == .zh ? "：" : ": "
        let lines = left.map { "  \($0.path)\(colon)\($0.reason.text(in: language))" }
        let rest = more > 0 ? ["  " + Self.more(more, isEndless: isMoreEndless).text(in: language)] : []
        return [Self.listHead(left.count + more, isEndless: isMoreEndless).text(in: language)] + lines + rest
    }

    private func forecast(at now: Timestamp) -> Phrase? {
        end.map { Self.forecast(Self.rounded($0, at: now), at: now) }
    }

    /// To a minute, to five or to fifteen, the farther away the coarser: more is not known, and the text changes the more rarely.
    private static func rounded(_ end: Timestamp, at now: Timestamp) -> Timestamp {
        let step: Int64 =
            switch end - now {
            case ..<(.seconds(20 * 60)): 60_000
            case ..<(.seconds(2 * 3600)): 300_000
            default: 900_000
            }
        let rest = end.milliseconds % step
        return rest == 0 ? end : end + .milliseconds(step - rest)
    }
}
