extension Cloud {
    /// Asks where a task stands.
    ///
    /// It may be asked as often as one likes, of tasks started by version 1 too.
    package func query(_ taskID: String) async throws(CloudError) -> TaskReport {
        let request = try post("/openapi/v2/query", ["taskId": .text(taskID)])
        let answer: Answer
        do {
            answer = try await transport.exchange(
                request,
                with: transport.shared,
                limit: Self.queryAnswerLimit,
                within: transport.timeouts.question
            )
        } catch {
            throw .network(error)
        }
        return try TaskReport.judge(answer, about: taskID, hiding: [key])
    }
}
