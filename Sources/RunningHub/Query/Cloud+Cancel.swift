import Jobs

extension Cloud {
    /// Asks the service to cancel a task.
    ///
    /// What became of it is for ``query(_:)`` to say: the time already run is billed, and for some tasks of AI apps the service answers that
    /// it knows no such task (807, ``CloudError/Code/unknownTask``).
    package func cancel(_ taskID: String) async throws(CloudError) {
        _ = try await askVersion1(
            "/task/openapi/cancel",
            ["apiKey": .text(key.expose()), "taskId": .text(taskID)]
        )
    }
}
