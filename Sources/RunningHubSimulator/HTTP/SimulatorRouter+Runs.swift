import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

extension SimulatorRouter {
    func addRuns(to router: Router<SimulatorContext>) {
        for path in [Submission.Path.runApp, .runWorkflow] {
            router.post("\(path.rawValue)/:target") { request, context in
                let target = context.parameters.get("target") ?? ""
                let (body, text) = try await read(request)
                return try await submit(
                    Submission(path: path, target: target, key: bearer(request), request: body, body: text),
                    context
                )
            }
        }
        for path in [Submission.Path.create, .createWithParams, .appRun, .quickAppRun] {
            router.post("\(path.rawValue)") { request, context in
                let (body, text) = try await read(request)
                let target = (path.isApp ? body.webappId : body.workflowId)?.readable ?? ""
                return try await submit(
                    Submission(path: path, target: target, key: body.bodyKey, request: body, body: text),
                    context
                )
            }
        }
    }

    private func submit(_ submission: Submission, _ context: SimulatorContext) async throws -> Response {
        let (reply, events) = await simulator.submit(submission)
        if let early = reply.early {
            for await event in events.cancelOnGracefulShutdown() {
                if case .callbackSent(early, .genuine, _, _) = event { break }
            }
        }
        return try await reply.answer.respond(in: context)
    }
}

extension Simulator {
    /// Takes a submission, and listens from just before it.
    func submit(_ submission: Submission) -> (Cloud.SubmitReply, AsyncStream<SimulatorEvent>) {
        let early = settings.faults.callbacks.early != .never
        let events = early ? events(includingPast: false) : AsyncStream { $0.finish() }
        let reply = step { cloud, now in
            let gate = cloud.gate(.submit, path: submission.path.rawValue)
            return cloud.submit(submission, gate: gate, now: now)
        }
        return (reply, events)
    }
}
