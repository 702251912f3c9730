import RunningHubSimulator
import Testing

/// One row of the table: what the service does differently, and what the client must make of it.
///
/// The table is endpoints times variations, and each cell a test case. What is covered where, by the paragraphs of API.md:
///
/// - §1 (keys, both forms of their refusal): `SubmissionTests`, `UploadTests`, `FailureTests`, `AccountTests`.
/// - §2.1 (version 1): `SubmissionTests` (`create`, `ai-app/run`, `createWithParams`), `UploadTests`, `OutcomeTests` (`status` in both
///   forms, `outputs`), `AccountTests` (`accountStatus`, `cancel`, `getJsonApiFormat`, `apiCallDemo`), `WebhookDetailTests`.
/// - §2.2 (version 2): `SubmissionTests`, `OutcomeTests` (query), `UploadTests`, `AccountTests` (`queue/status`).
/// - §2.3 (`outputs`): `OutcomeTests`, `FailureTests`.
/// - §2.4 (`promptTips`, `failedReason`): `SubmissionTests`, `FailureTests`.
/// - §2.5 (HTTP status, both forms of an error): `SubmissionTests`, `UploadTests`, `FailureTests`.
/// - §2.6 (types of fields): all, by ``FormSettings``.
/// - §3.1, §3.2, §3.3 (callbacks): `CallbackTests`. §3.4 (`getWebhookDetail`, `retryWebhook`): `WebhookDetailTests`.
/// - §4 (codes): `ErrorCodeTests`. §5 (uploads), §6 (results): `UploadTests`, `OutcomeTests`.
///
/// What the client never asks is not here: `quick-ai-app/run`, `api-key/list`, `getLoraUploadUrl`.
struct Variation<Result: Sendable>: Sendable, CustomTestStringConvertible {
    /// The paragraph of API.md, and the variation in a few words.
    let testDescription: String
    /// Lets the simulator do it.
    let settings: @Sendable (inout SimulatorSettings) -> Void
    /// What must come of it.
    let expect: @Sendable (Result) throws -> Void

    init(
        _ name: String,
        _ settings: @escaping @Sendable (inout SimulatorSettings) -> Void = { _ in },
        expect: @escaping @Sendable (Result) throws -> Void
    ) {
        testDescription = name
        self.settings = settings
        self.expect = expect
    }
}
