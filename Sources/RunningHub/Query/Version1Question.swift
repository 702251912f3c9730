/// A way to ask version 1 about a task.
enum Version1Question: Sendable, Hashable, CaseIterable {
    /// `POST /task/openapi/outputs`: the results, or a code for every other state.
    case outputs
    /// `POST /task/openapi/status`: the state as a bare text.
    case status
    /// `GET /task/openapi/status`: the state and the result in an object; described by one document only.
    case statusObject

    /// The path.
    var path: String {
        switch self {
        case .outputs: "/task/openapi/outputs"
        case .status, .statusObject: "/task/openapi/status"
        }
    }

    /// What is asked of a task that version 2's query does not know, until one answer tells its state.
    static func inOrder(for family: Submission.Family) -> [Version1Question] {
        switch family {
        case .v2: []
        case .v1: [.outputs, .status]
        case .v1Params: [.outputs, .status, .statusObject]
        }
    }

    /// Whether an error says that there is no such path, of the one path that may well be missing.
    ///
    /// A misspelt path is told as 412, like an unknown key; the questions before this one have just been answered with the same key.
    func isMissing(_ error: CloudError) -> Bool {
        guard self == .statusObject else { return false }
        let codes = [412, 1001, 1009]
        return error.errorCode.map { codes.contains($0.number) } ?? [404, 405].contains(error.httpStatus)
    }
}
