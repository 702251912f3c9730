import RunningHub
import RunningHubSimulator
import Testing

/// A way by which what became of a task is learned: the endpoint that knows it.
struct QuestionWay: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// How the task is started.
    let submission: SubmissionWay
    /// The endpoints that do not know tasks of version 1.
    let ignorant: [String]

    /// Version 2's query, of a task of version 2.
    static let query = QuestionWay(testDescription: "v2 query", submission: .app, ignorant: [])
    /// Version 2's query, of a task of version 1.
    static let queryOfOld = QuestionWay(testDescription: "v2 query of a v1 task", submission: .create, ignorant: [])
    /// Version 1's outputs, of a workflow.
    static let outputs = QuestionWay(
        testDescription: "v1 outputs",
        submission: .create,
        ignorant: ["/openapi/v2/query"]
    )
    /// Version 1's outputs, of an AI app.
    static let outputsOfApp = QuestionWay(
        testDescription: "v1 outputs of an app",
        submission: .oldApp,
        ignorant: ["/openapi/v2/query"]
    )
    /// The object of `GET status`, of a task of `createWithParams`.
    static let object = QuestionWay(
        testDescription: "GET status",
        submission: .params,
        ignorant: ["/openapi/v2/query", "/task/openapi/outputs", "/task/openapi/status"]
    )
    /// The bare text of `POST status`, which says nothing of results and reasons.
    static let status = QuestionWay(
        testDescription: "POST status",
        submission: .create,
        ignorant: ["/openapi/v2/query", "/task/openapi/outputs"]
    )

    /// Those that tell results.
    static let withResults = [query, queryOfOld, outputs, outputsOfApp, object]
    /// Those that tell why a task failed.
    static let withReasons = [query, queryOfOld, outputs, outputsOfApp]
    /// All.
    static let all = withResults + [status]
}

extension Bench {
    /// Asks what became of a task.
    func outcome(_ way: QuestionWay, _ task: String) async throws(CloudError) -> TaskReport {
        try await cloud.outcome(of: task, startedBy: way.submission.submission.family)
    }
}
