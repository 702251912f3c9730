import RunningHubSimulator
import Testing

/// One row of the table: what the service does differently, and what the client must make of it.
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
