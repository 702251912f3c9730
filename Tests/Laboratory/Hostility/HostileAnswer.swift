import RunningHubSimulator

/// One way in which the cloud, or whoever has taken its place, answers with malice, and what must come of it.
struct HostileAnswer: Sendable {
    /// What must come of it.
    enum End: Sendable {
        /// The job fails as `result-unfetched`, with a sentence that contains this.
        case refused(String)
        /// The fetch is put off and tried again, with a sentence that contains this.
        case putOff(String)
        /// Its results are delivered under these names and no other, with so many bytes each where a number is given.
        case delivered([String], bytes: Int? = nil, saying: String? = nil)

        /// What must be said in the journal of what is delivered.
        var saying: String? {
            guard case .delivered(_, _, let saying) = self else { return nil }
            return saying
        }
    }

    let what: String
    /// What the task makes.
    var outputs: [OutputSettings]
    let end: End
    /// Whether results are named for the node that made them too.
    var isNamedByNode = false

    init(_ what: String, _ end: End, _ change: (inout OutputSettings) -> Void) {
        self.init(what, end, outputs: [Self.output(change)])
    }

    init(_ what: String, _ end: End, outputs: [OutputSettings], isNamedByNode: Bool = false) {
        self.what = what
        self.outputs = outputs
        self.end = end
        self.isNamedByNode = isNamedByNode
    }

    /// An honest output with one thing changed.
    static func output(_ change: (inout OutputSettings) -> Void = { _ in }) -> OutputSettings {
        var output = OutputSettings(.generated, type: "png", bytes: 65536)
        change(&output)
        return output
    }

    /// The stem of the job that is answered so.
    static func stem(_ number: Int) -> String { "job\(number)" }
}

extension HostileAnswer {
    /// What an attacker's addresses need to know.
    struct Places: Sendable {
        /// A port on loopback where somebody listens who must hear nothing.
        let bait: Int
        /// The cloud's own host and port.
        let cloud: String
        /// Whether the names of ``HostileNames`` can be resolved.
        let hasNames: Bool
    }

    /// All that are given.
    static func all(_ places: Places) -> [HostileAnswer] {
        addresses(places) + (places.hasNames ? names(places) : []) + schemes(places) + redirects(places) + lengths
            + contents
    }
}
