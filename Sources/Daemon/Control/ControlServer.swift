import Glibc
import HTTPTypes
import Hummingbird
import Jobs
import Ledger
import Logging
import NIOCore
import ServiceLifecycle
import Serving

/// Answers commands on a Unix socket that the daemon makes itself: asking a stopped daemon starts none.
struct ControlServer: Service {
    let engine: Engine
    let path: String
    /// Who may change something, and see what is paid.
    var isAdministrator: @Sendable (Caller) -> Bool = { $0.mayChange }
    /// Has the configuration read anew.
    var reload: @Sendable (Caller) async throws -> ControlAnswer = { _ in
        throw ControlRefusal(.unavailable, "Nothing can be reloaded yet.")
    }
    /// Called when it answers, or is known never to.
    var onServing: @Sendable () -> Void = {}

    func run() async throws {
        // Left behind by a run that was killed. The locks say that no other daemon uses it.
        unlink(path)
        let (path, onServing) = (path, onServing)
        let application = Application(
            router: router,
            server: .connections(),
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path), serverName: "runninghubd"),
            onServerRunning: { _ in
                // Everybody may ask; who may change something is decided by who asks.
                chmod(path, 0o666)
                onServing()
            },
            logger: Logger(label: "control") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            try await application.run()
        } catch {
            engine.journal.tell(
                .noControl,
                "The control socket \(path) could not be made, so commands find no daemon; jobs go on. Check control_socket and restart: \(error)"
            )
            onServing()
            // A service that returns would end the daemon.
            try? await gracefulShutdown()
        }
        unlink(path)
    }
}

/// What a request on the control socket knows of its connection.
struct ControlContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
