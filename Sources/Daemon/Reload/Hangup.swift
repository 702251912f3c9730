import ServiceLifecycle
import UnixSignals

/// SIGHUP reloads, as `systemctl reload` does; what comes of it stands in the journal only.
struct Hangup: Service {
    let reload: Reload

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            // A refusal has been told.
            _ = try? await reload.run(askedBy: "SIGHUP")
        }
    }
}
