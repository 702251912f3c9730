/// That something took longer than it may.
struct DeadlinePassed: Error {}

/// Runs an operation that must end within a time, head and body of an answer alike.
///
/// When the time has passed the operation is cancelled and awaited. What it returns all the same counts (an answer that was cut off is
/// worth more than none); what it throws becomes ``DeadlinePassed``.
func withDeadline<Success: Sendable>(
    _ limit: Duration,
    _ operation: @escaping @Sendable () async throws -> Success
) async throws -> Success {
    try await withThrowingTaskGroup(of: Success?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        if let first = try await group.next(), let success = first { return success }
        group.cancelAll()
        guard let late = try? await group.next(), let success = late else { throw DeadlinePassed() }
        return success
    }
}
