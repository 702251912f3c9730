extension Cloud {
    /// Asks where a task stands.
    ///
    /// It may be asked as often as one likes, of tasks started by version 1 too.
    package func query(_ taskID: String) async throws(CloudError) -> TaskReport {
        let request = try post("/openapi/v2/query", ["taskId": .text(taskID)])
        return try TaskReport.judge(try await answer(to: request), about: taskID, hiding: hidden)
    }
}
