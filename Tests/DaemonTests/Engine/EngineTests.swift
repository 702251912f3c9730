import Testing

/// The engine with everything around it real but the clock and the cloud.
///
/// One after another: each test has a daemon and a cloud of its own.
@Suite("Engine", .serialized, .timeLimit(.minutes(1)))
enum EngineTests {}
