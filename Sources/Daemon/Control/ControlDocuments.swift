import Jobs
import Ledger
import Synchronization

/// What a change came to.
package struct ControlAnswer: Codable, Sendable {
    /// A sentence for the person who asked.
    package var message: String
}

/// `status --json`.
package struct StatusDocument: Codable, Sendable {
    package var version: String
    /// The line that `systemctl status` shows.
    package var summary: String
    /// What stands in the way, the worst first.
    package var troubles: [String]
    /// How many jobs there are by pipeline and state.
    package var pipelines: [String: [String: Int]]
    package var keys: [Key]
    package var holds: [HoldDocument]

    /// A key and its places.
    package struct Key: Codable, Sendable {
        package var name: String
        package var concurrency: Int
        /// How many tasks run with it, as far as this daemon knows.
        package var running: Int
        /// Why it rests.
        package var rests: String?
    }

    /// A hold.
    package struct HoldDocument: Codable, Sendable {
        /// The pipeline, or `all`.
        package var pipeline: String
        package var reason: String
        /// RFC 3339.
        package var since: String
    }
}

extension Engine {
    /// Where everything stands.
    func statusDocument() -> StatusDocument {
        let line = statusLine()
        let now = time.now()
        let slots = slots.withLock { $0 }
        var pipelines = line.counts.mapValues { states in
            Dictionary(uniqueKeysWithValues: states.map { ($0.key.rawValue, $0.value) })
        }
        for name in self.pipelines.names where pipelines[name] == nil { pipelines[name] = [:] }
        return StatusDocument(
            version: Version.text,
            summary: line.text,
            troubles: line.troubles,
            pipelines: pipelines,
            keys: accounts.keys.sorted().map { name in
                StatusDocument.Key(
                    name: name,
                    concurrency: slots.concurrency(name),
                    running: slots.held(name),
                    rests: slots.rest(name, at: now)?.reason
                )
            },
            holds: holds.all.map {
                StatusDocument.HoldDocument(
                    pipeline: $0.pipeline.isEmpty ? "all" : $0.pipeline,
                    reason: $0.reason,
                    since: $0.since.internetTime
                )
            }
        )
    }

    /// Holds a pipeline, or with an empty name everything.
    func hold(_ pipeline: String, by caller: Caller) async throws -> ControlAnswer {
        try await ledger.hold(Hold(pipeline: pipeline, reason: "held by \(caller.name)", since: time.now()))
        holds.load(try await ledger.holds())
        let what = pipeline.isEmpty ? "Everything" : "Pipeline \(pipeline)"
        journal.tell(.held, "\(what) is held by \(caller.name): nothing new is submitted until it is released.")
        return ControlAnswer(
            message: "\(what) is held; release it with: runninghubctl release \(pipeline.isEmpty ? "--all" : pipeline)"
        )
    }

    /// Releases a pipeline, or with an empty name everything.
    func release(_ pipeline: String, by caller: Caller) async throws -> ControlAnswer {
        try await ledger.release(pipeline)
        holds.load(try await ledger.holds())
        let what = pipeline.isEmpty ? "Everything" : "Pipeline \(pipeline)"
        journal.tell(.held, "\(what) was released by \(caller.name).")
        wakes.sending()
        let rest = isHeld(pipeline) ? " All pipelines are held still: runninghubctl release --all" : ""
        return ControlAnswer(message: "\(what) is released.\(rest)")
    }
}
