import Glibc
import HTTPTypes
import Hummingbird
import Jobs
import Ledger
import Logging
import NIOCore
import ServiceLifecycle

/// Answers commands on a Unix socket that the daemon makes itself: asking a stopped daemon starts none.
struct ControlServer: Service {
    let engine: Engine
    let path: String

    func run() async throws {
        // Left behind by a run that was killed. The locks say that no other daemon uses it.
        unlink(path)
        let path = path
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path), serverName: "runninghubd"),
            onServerRunning: { _ in
                // Everybody may ask; who may change something is decided by who asks.
                chmod(path, 0o666)
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
            // A service that returns would end the daemon.
            try? await gracefulShutdown()
        }
        unlink(path)
    }

    private var router: Router<ControlContext> {
        let router = Router(context: ControlContext.self)
        router.get("status") { _, _ in try answer(engine.statusDocument()) }
        router.post("hold/:pipeline") { _, context in
            try await change(context) { pipeline, caller in try await engine.hold(pipeline, by: caller) }
        }
        router.post("release/:pipeline") { _, context in
            try await change(context) { pipeline, caller in try await engine.release(pipeline, by: caller) }
        }
        return router
    }

    /// Carries out a change of a pipeline, if the caller may.
    ///
    /// `all` stands for all pipelines.
    private func change(
        _ context: ControlContext,
        _ body: (_ pipeline: String, _ caller: Caller) async throws -> ControlAnswer
    ) async throws -> Response {
        guard let caller = try await Caller.of(context.channel), caller.mayChange else {
            let sentence =
                "Only root and members of \(Caller.adminGroup) may do that: usermod -aG \(Caller.adminGroup) NAME, then log in again."
            return try answer(ControlAnswer(message: sentence), .forbidden)
        }
        let pipeline = try context.parameters.require("pipeline")
        let name = pipeline == "all" ? "" : pipeline
        guard name.isEmpty || engine.pipelines.pipeline(name) != nil else {
            let known = engine.pipelines.names.joined(separator: ", ")
            return try answer(ControlAnswer(message: "There is no pipeline \(name); there are: \(known)."), .notFound)
        }
        return try answer(try await body(name, caller))
    }

    private func answer(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) throws -> Response {
        let body = ByteBuffer(bytes: try document(value))
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: body)
        )
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
