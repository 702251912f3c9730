/// A request to run something, on whichever path.
struct Submission: Sendable {
    var path: Path
    /// The AI app or the workflow.
    var target: String
    /// The key as the client sent it.
    var key: String?
    var request: APIRequest
    /// The body as it came.
    var body: String

    /// Paths that run something.
    enum Path: String, Sendable {
        case runApp = "/openapi/v2/run/ai-app"
        case runWorkflow = "/openapi/v2/run/workflow"
        case create = "/task/openapi/create"
        case createWithParams = "/task/openapi/createWithParams"
        case appRun = "/task/openapi/ai-app/run"
        case quickAppRun = "/task/openapi/quick-ai-app/run"

        /// Whether it answers with the flat task object rather than with the envelope.
        var isFlat: Bool { self == .runApp || self == .runWorkflow }

        var isApp: Bool { self == .runApp || self == .appRun || self == .quickAppRun }
    }
}
