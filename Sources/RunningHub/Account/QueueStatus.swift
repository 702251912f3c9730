/// How many tasks a key may have at once, and has.
///
/// A hint that lags, and counts what was started on the website too.
package struct QueueStatus: Sendable, Hashable {
    /// The kind of key: `NORMAL`, `SHARED`, `EXCLUSIVE`.
    package let keyKind: String?
    /// How many tasks may run at once.
    package let limit: Int?
    /// How many run.
    package let running: Int?
    /// How many wait.
    package let queued: Int?
    /// How many run or wait.
    package let total: Int?
    /// How many machines were rented.
    package let instances: Int?

    /// Reads the answer, whose figures are numbers or texts; one that is neither, or negative, is `nil`.
    init(_ reply: Reply) {
        func count(_ name: String) -> Int? {
            reply.content[name]?.filledText.flatMap(Int.init).flatMap { $0 < 0 ? nil : $0 }
        }
        keyKind = reply.content["apiKeyType", "apiType"]?.filledText.map { RemoteText.clean($0, limit: 64) }
        limit = count("concurrentLimit")
        running = count("runningCount")
        queued = count("queuedCount")
        total = count("totalCurrentTasks")
        instances = count("instanceCount")
    }
}

extension Cloud {
    /// Asks how many tasks the key may have and has.
    package func queueStatus() async throws(CloudError) -> QueueStatus {
        QueueStatus(try await askByAddress("/openapi/v2/queue/status", []))
    }
}
