import Jobs

/// `health --json`: whether it does what it is there for, for a monitor.
///
/// Critical: nothing new is submitted. Warning: a part of it is not, or something should be looked at before it gets worse.
package struct HealthDocument: Codable, Sendable {
    /// When it was made, RFC 3339.
    package var at: String
    /// The worst level of all problems.
    package var level: Level
    /// What is wrong, the worst first.
    package var problems: [Problem]
    /// How many jobs there are by state.
    package var jobs: [String: Int]

    /// The levels, in the order in which Nagios numbers them.
    package enum Level: String, Codable, Sendable, CaseIterable {
        case well
        case warning
        case critical
        /// No daemon answers, or it cannot be asked.
        case unknown

        /// The command's exit code.
        package var exitCode: Int32 {
            switch self {
            case .well: 0
            case .warning: 1
            case .critical: 2
            case .unknown: 3
            }
        }

        /// The word that monitors show.
        fileprivate var word: String { self == .well ? "OK" : rawValue.uppercased() }
    }

    /// Something that is wrong.
    package struct Problem: Codable, Sendable, Hashable {
        package var level: Level
        /// What it is and what to do, in sentences.
        package var text: String
    }

    /// Health with these problems.
    init(at now: Timestamp, problems: [Problem], counts: [String: [JobState: Int]]) {
        at = now.internetTime
        // Sorting is stable: those of a level stay in their order.
        self.problems = problems.sorted { $0.level.exitCode > $1.level.exitCode }
        level = self.problems.first?.level ?? .well
        jobs = [:]
        for state in JobState.allCases {
            jobs[state.rawValue] = counts.values.reduce(0) { $0 + $1[state, default: 0] }
        }
    }

    /// Health as these facts are judged.
    init(_ facts: HealthFacts) {
        self.init(at: facts.now, problems: facts.problems, counts: facts.counts)
    }

    /// What is known of a daemon that cannot be asked.
    package init(unknown sentence: String) {
        self.init(
            at: LedgerClock().wall(),
            problems: [Problem(level: .unknown, text: sentence)],
            counts: [:]
        )
        jobs = [:]
    }

    /// Adds what the files of the configuration say.
    ///
    /// With files that are wrong as a whole the daemon goes on as it was started, and neither starts again nor takes up a change.
    package mutating func add(_ reading: ConfigurationReading) {
        guard level != .unknown else { return }
        guard let configuration = reading.configuration else {
            // What the user of a monitor may not read is no mistake.
            guard reading.isComplete else { return }
            return warn("The configuration is wrong, and would stop the next start; see: runninghubd check")
        }
        let names = configuration.outOfService
        guard !names.isEmpty else { return }
        let text = Self.outOfService(names)
        if !problems.contains(where: { $0.text == text }) { warn(text) }
    }

    static func outOfService(_ names: [String]) -> String {
        "Out of service by a mistake in its file: \(names.joined(separator: ", ")); see: runninghubd check"
    }

    private mutating func warn(_ text: String) {
        problems.append(Problem(level: .warning, text: text))
        if level == .well { level = .warning }
    }
}

extension HealthDocument {
    /// One line, in the form that Nagios and its kin read: the word, the sentences, and figures behind a bar.
    package func text(on screen: Screen) -> String {
        let order: [JobState] = [
            .queued, .uploading, .submitting, .unconfirmed, .running, .fetching, .delivered, .failed,
        ]
        let figures = order.compactMap { state in jobs[state.rawValue].map { (state.rawValue, $0) } }
        let counts = figures.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
        let what =
            problems.isEmpty ? (counts.isEmpty ? "no jobs yet" : counts) : sentences
        let line = Screen.printable("\(level.word): \(what)").replacing("|", with: "/")
        guard !figures.isEmpty else { return "\(line)\n" }
        return "\(line) | \(figures.map { "\($0.0)=\($0.1)" }.joined(separator: " "))\n"
    }

    /// All problems in a line; a command at a sentence's end can be taken from there as it stands.
    private var sentences: String {
        problems.map { $0.text.hasSuffix(".") ? String($0.text.dropLast()) : $0.text }.joined(separator: "; ")
    }
}
