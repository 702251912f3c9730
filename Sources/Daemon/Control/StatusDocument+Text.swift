extension StatusDocument {
    /// The document as JSON.
    package func json() throws -> String {
        String(decoding: try document(self), as: UTF8.self)
    }

    /// The document for a person at a terminal.
    package var text: String {
        var lines = [summary]
        lines += holds.map { "held: \($0.pipeline) since \($0.since): \($0.reason)" }
        lines += troubles.map { "trouble: \($0)" }
        for name in pipelines.keys.sorted() {
            let states = (pipelines[name] ?? [:]).filter { $0.value > 0 }.sorted { $0.key < $1.key }
            let counts = states.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            lines.append("pipeline \(name): \(counts.isEmpty ? "nothing yet" : counts)")
        }
        lines += keys.map { key in
            "key \(key.name): \(key.running) of \(key.concurrency) running\(key.rests.map { "; rests: \($0)" } ?? "")"
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
