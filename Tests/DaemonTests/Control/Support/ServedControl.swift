import Testing

@testable import Daemon

extension EngineHarness {
    /// Serves the control socket of the daemon that runs, for as long as the body does.
    func withControl(
        isAdministrator: @escaping @Sendable (Caller) -> Bool = { $0.mayChange },
        reload: (@Sendable (Caller) async throws -> ControlAnswer)? = nil,
        _ body: (ControlClient) async throws -> Void
    ) async throws {
        let path = "\(root)/control.sock"
        let (serving, sink) = AsyncStream.makeStream(of: Void.self)
        var server = ControlServer(
            engine: try engine,
            path: path,
            isAdministrator: isAdministrator,
            onServing: { sink.finish() }
        )
        if let reload { server.reload = reload }
        let work = Task { [server] in try await server.run() }
        defer { work.cancel() }
        for await _ in serving {}
        try await body(ControlClient(socket: path))
    }

    /// The sentence and exit code with which a request is refused.
    func refusal<Answer>(of request: () async throws -> Answer) async throws -> (code: Int32, message: String) {
        do {
            _ = try await request()
        } catch let failure as ControlClient.Failure {
            return (failure.code, failure.description)
        }
        throw Failure(text: "it was not refused")
    }
}
