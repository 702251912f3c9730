import RunningHub
import Testing

/// A way to start a task: API.md, §2.1 and §2.2, has one row for each.
struct SubmissionWay: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The path that the simulator must see.
    let path: String
    let submission: Submission
    /// The code by which the path tells that its key is not known.
    let unknownKey: Int

    init(_ path: String, _ target: Submission.Target, _ family: Submission.Family, nodes: Bool = true, unknownKey: Int)
    {
        testDescription = nodes ? path : "\(path) without nodes"
        self.path = path
        self.unknownKey = unknownKey
        submission = Submission(
            target: target,
            family: family,
            nodes: nodes
                ? [
                    Submission.Node(id: "6", field: "text", value: "1 girl in classroom"),
                    Submission.Node(id: "3", field: "seed", value: 9_007_199_254_740_993),
                    Submission.Node(id: "20", field: "enabled", value: true),
                ] : []
        )
    }

    static let app = SubmissionWay(
        "/openapi/v2/run/ai-app",
        .aiApp("2016740236478386178"),
        .v2,
        unknownKey: 412
    )
    static let workflow = SubmissionWay(
        "/openapi/v2/run/workflow",
        .workflow("1904136902449209346"),
        .v2,
        unknownKey: 412
    )
    static let create = SubmissionWay(
        "/task/openapi/create",
        .workflow("1904136902449209346"),
        .v1,
        unknownKey: 802
    )
    static let simple = SubmissionWay(
        "/task/openapi/create",
        .workflow("1904136902449209346"),
        .v1,
        nodes: false,
        unknownKey: 802
    )
    static let oldApp = SubmissionWay(
        "/task/openapi/ai-app/run",
        .aiApp("1937084629516193794"),
        .v1,
        unknownKey: 802
    )
    static let params = SubmissionWay(
        "/task/openapi/createWithParams",
        .workflow("1904136902449209346"),
        .v1Params,
        unknownKey: 802
    )

    static let all = [app, workflow, create, simple, oldApp, params]
}
