import Jobs
import Ledger

/// What a configuration that was read anew changes in a daemon that runs: all of it can be put into force, or none is.
struct ConfigurationChange: Sendable, Hashable {
    /// The names of pipelines that come into service.
    private(set) var added: [String] = []
    /// The names of pipelines in service whose settings change.
    private(set) var changed: [String] = []
    /// The names of pipelines whose files are gone.
    private(set) var removed: [String] = []
    /// The names of pipelines that their own mistakes keep out of service.
    private(set) var outOfService: [String] = []
    /// The keys by name whose bounds change.
    private(set) var keys: [KeySettings] = []
    /// The language of people's folders, where it changes.
    private(set) var language: Language?
    /// Why it cannot be put into force while the daemon runs: a sentence for each setting, with what to do.
    private(set) var refusals: [String] = []

    /// Compares what is in force with what was read.
    ///
    /// - Parameters:
    ///   - old: what is in force.
    ///   - new: what was read.
    ///   - credentials: the names of the credentials that the daemon was handed at its start.
    ///   - uses: the keys and sites that jobs under way need.
    ///   - taking: the pipelines of whose inbox files are being taken.
    init(
        from old: Configuration,
        to new: Configuration,
        credentials: [String],
        uses: [KeyUse],
        taking: Set<String> = []
    ) {
        comparePipelines(old, new, taking)
        language = new.language == old.language ? nil : new.language
        refuseAddress(old.api.baseURL, new.api.baseURL, uses)
        compareKeys(old.keys(credentials), new.keys(credentials), uses)
        refuse("webhook.public_url", old.webhook.publicURL, new.webhook.publicURL)
        refuse("webhook.listen", old.webhook.listen, new.webhook.listen)
        if (old.webhook.tls == nil) != (new.webhook.tls == nil) {
            // An open port must not turn to plain HTTP in passing.
            refuse("webhook.certificate", old.webhook.tls, new.webhook.tls)
        }
        refuse("metrics.listen", old.metrics.listen, new.metrics.listen)
        refuse("spool", old.spool, new.spool)
        refuse("state", old.state, new.state)
        refuse("control_socket", old.controlSocket, new.controlSocket)
    }

    /// What is changed, as a sentence.
    var summary: String {
        let parts = [
            Self.part("new", added), Self.part("changed", changed), Self.part("removed", removed),
            Self.part("out of service", outOfService), Self.part("keys", keys.map(\.name)),
            language.map { "language: \($0.rawValue)" },
        ].compactMap(\.self)
        guard !parts.isEmpty else { return "Nothing has changed." }
        return "The configuration is in force: \(parts.joined(separator: "; "))."
    }

    private static func part(_ what: String, _ names: [String]) -> String? {
        names.isEmpty ? nil : "\(what): \(names.joined(separator: ", "))"
    }

    private mutating func comparePipelines(_ old: Configuration, _ new: Configuration, _ taking: Set<String>) {
        let before = Dictionary(old.pipelines.map { ($0.name, $0) }) { first, _ in first }
        let after = Dictionary(new.pipelines.map { ($0.name, $0) }) { first, _ in first }
        added = after.keys.filter { before[$0] == nil }.sorted()
        changed = after.filter { name, pipeline in before[name].map { $0 != pipeline } ?? false }.keys.sorted()
        outOfService = new.outOfService.sorted()
        removed = before.keys.filter { after[$0] == nil && !new.outOfService.contains($0) }.sorted()
        for name in changed where taking.contains(name) && before[name]?.folders != after[name]?.folders {
            // One that is copied from another file system lies under a hidden name, where only its own inbox finds it.
            refusals.append(
                "pipelines.\(name).folders has changed while files are being taken from its inbox: put it back. When they have "
                    + "been taken (of one that cannot be moved runninghubctl why PATH says the reason), reload again."
            )
        }
    }

    // MARK: What is read at a start only

    private mutating func refuse<Value: Equatable>(_ setting: String, _ old: Value, _ new: Value) {
        guard old != new else { return }
        refusals.append(
            "\(setting) has changed and is read at a start only: systemctl restart runninghubd, which loses nothing."
        )
    }

    private mutating func refuseAddress(_ old: String, _ new: String, _ uses: [KeyUse]) {
        guard old != new else { return }
        let jobs = uses.reduce(0) { $0 + $1.jobs }
        guard jobs > 0 else { return refuse("api.base_url", old, new) }
        let why = "can only be asked for at \(old)"
        refusals.append(Self.stranding("api.base_url has changed", jobs, why))
    }

    private mutating func compareKeys(_ old: [KeySettings], _ new: [KeySettings], _ uses: [KeyUse]) {
        let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
        let after = Dictionary(new.map { ($0.name, $0) }) { first, _ in first }
        for name in Set(before.keys).union(after.keys).sorted() {
            let jobs = uses.filter { $0.key == name }.reduce(0) { $0 + $1.jobs }
            switch (before[name], after[name]) {
            case (let key?, let other?) where key.source == other.source:
                if key != other { keys.append(other) }
            case (_?, nil) where jobs > 0:
                let why = "can only be asked for with it"
                refusals.append(Self.stranding("api.keys: key \(name) is taken out", jobs, why))
            case (_?, nil): refuseKey(name, "is taken out")
            case (nil, _?): refuseKey(name, "is new")
            case (_?, _?): refuseKey(name, "is kept elsewhere now")
            case (nil, nil): break
            }
        }
    }

    private mutating func refuseKey(_ name: String, _ what: String) {
        refusals.append(
            "api.keys: key \(name) \(what), and keys are read at a start only: systemctl restart runninghubd, which loses nothing."
        )
    }

    /// A change after which jobs under way could not end, now or by a restart.
    private static func stranding(_ what: String, _ jobs: Int, _ why: String) -> String {
        let count = jobs == 1 ? "the task of 1 job" : "the tasks of \(jobs) jobs"
        return """
            \(what), but \(count) under way \(why): put it back. To change it, first let them end: runninghubctl hold --all, wait \
            until 'runninghubctl status' shows none running, then systemctl restart runninghubd and runninghubctl release --all.
            """
    }
}

extension Configuration {
    /// The keys that there are, with what the daemon was handed.
    fileprivate func keys(_ credentials: [String]) -> [KeySettings] {
        api.keys ?? Self.keys(ofCredentials: credentials)
    }
}
