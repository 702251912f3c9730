import Jobs

/// What the health of a daemon is judged by.
struct HealthFacts: Sendable {
    var now: Timestamp
    /// What keeps each pipeline in service from submitting; nothing where it goes on.
    var obstacles: [(pipeline: String, obstacle: Obstacle?)] = []
    /// What is to be done for each pipeline that stays out of service although its file is good.
    var closed: [String] = []
    /// The names of pipelines that their own mistakes keep out of service.
    var mistaken: [String] = []
    var hasKeys = true
    /// The keys that rest for a reason of their account, with that reason.
    var resting: [(key: String, reason: String)] = []
    /// The stages that have not been heard of for too long.
    var stuck: [String] = []
    /// What is to be done about tasks that nobody can ask about.
    var stranded: [String] = []
    /// That the listener's certificate has expired or soon will.
    var certificateExpiry: String?
    /// Since when RunningHub has not answered.
    var silentSince: Timestamp?
    var counts: [String: [JobState: Int]] = [:]

    /// How long RunningHub may be silent before it is a warning, and before it is critical.
    private static let silence = (warning: Duration.seconds(120), critical: Duration.seconds(900))

    private static let noPipeline = """
        There is no pipeline in service. 'runninghubd check' tells what is wrong with a file in pipelines.d; the first is written by: \
        runninghubd describe
        """

    /// What is wrong, in the order in which it should be looked at within its level.
    var problems: [HealthDocument.Problem] {
        var problems: [HealthDocument.Problem] = []
        func tell(_ level: HealthDocument.Level, _ text: String) { problems.append(.init(level: level, text: text)) }
        if !stuck.isEmpty {
            tell(
                .critical,
                "No progress in: \(stuck.joined(separator: ", ")). systemd restarts it, which loses nothing."
            )
        }
        if obstacles.isEmpty, closed.isEmpty { tell(.critical, Self.noPipeline) }
        for sentence in closed { tell(obstacles.isEmpty ? .critical : .warning, sentence) }
        if !mistaken.isEmpty { tell(.warning, HealthDocument.outOfService(mistaken)) }
        if !hasKeys { tell(.critical, "There is no API key: runninghubd key add NAME") }
        problems += blocked
        for rest in resting where !isTold(rest.key) {
            tell(.warning, "Key \(rest.key) rests: \(Self.ended(rest.reason))")
        }
        if let silentSince, silentSince + Self.silence.warning <= now {
            let isLong = silentSince + Self.silence.critical <= now
            let minutes = (now - silentSince).milliseconds / 60_000
            tell(
                isLong ? .critical : .warning,
                "RunningHub has not answered for \(minutes) min; it is asked again and again."
            )
        }
        if let certificateExpiry { tell(.warning, certificateExpiry) }
        for sentence in stranded { tell(.warning, sentence) }
        let doubtful = counts.values.reduce(0) { $0 + $1[.unconfirmed, default: 0] }
        if doubtful > 0 {
            tell(.warning, "Of unknown outcome: \(doubtful); see: runninghubctl jobs --state unconfirmed")
        }
        return problems
    }

    /// What keeps pipelines from submitting, each reason once; critical where it keeps all of them.
    private var blocked: [HealthDocument.Problem] {
        guard hasKeys else { return [] }
        var names: [String: [String]] = [:]
        var order: [String] = []
        for (pipeline, obstacle) in obstacles {
            guard let obstacle, obstacle.isTrouble else { continue }
            let standing = Standing(obstacle)
            let text = [Self.ended(standing.reason), standing.next].compactMap(\.self).joined(separator: " ")
            if names[text] == nil { order.append(text) }
            names[text, default: []].append(pipeline)
        }
        let isEvery = names.values.reduce(0) { $0 + $1.count } == obstacles.count
        return order.map { text in
            let pipelines = names[text] ?? []
            let isAbout = pipelines.count == obstacles.count ? "" : "\(pipelines.joined(separator: ", ")): "
            return .init(level: isEvery ? .critical : .warning, text: isAbout + text)
        }
    }

    private func isTold(_ key: String) -> Bool {
        obstacles.contains { if case .keyRests(key, _, _, _) = $0.obstacle { true } else { false } }
    }

    private static func ended(_ text: String) -> String {
        text.hasSuffix(".") || text.hasSuffix(":") ? text : "\(text)."
    }
}

extension Obstacle {
    /// Whether it is more than that everything that may run does.
    var isTrouble: Bool {
        switch self {
        case .full: false
        case .keyRests(_, _, _, let isFull): !isFull
        case .notInService, .held, .away, .taken, .diskLow, .spent, .noKey: true
        }
    }
}
