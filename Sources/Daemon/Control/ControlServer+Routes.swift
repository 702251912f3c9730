import FoundationEssentials
import HTTPTypes
import Hummingbird
import Jobs
import Ledger
import NIOCore

extension ControlServer {
    private typealias Answer = any Encodable & Sendable

    /// What can be asked: questions by everybody, changes and what tells of money by administrators.
    var router: Router<ControlContext> {
        let router = Router(context: ControlContext.self)
        addQuestions(to: router)
        addChanges(to: router)
        return router
    }

    private func addQuestions(to router: Router<ControlContext>) {
        router.get("status") { _, _ in await answer { try await engine.statusDocument() } }
        router.get("health") { _, _ in await answer { await engine.healthDocument() } }
        router.get("metrics") { _, _ in await answered { Response(try await engine.exposition()) } }
        router.get("jobs") { request, _ in await answer { try await list(request.uri.queryParameters) } }
        router.get("jobs/:job") { _, context in
            await answer { try await engine.jobDocument(engine.find(context.parameters.require("job"))) }
        }
        router.post("why") { request, context in
            await answer {
                let body = try await request.body.collect(upTo: Self.longestQuestion)
                let question = try JSONDecoder().decode(WhyQuestion.self, from: Data(body.readableBytesView))
                return try await engine.why(
                    question.paths.compactMap { Data(base64Encoded: $0).map(Array.init) },
                    for: try await Caller.of(context.channel)
                )
            }
        }
    }

    private func addChanges(to router: Router<ControlContext>) {
        router.get("account") { _, context in
            await answer {
                let caller = try await administrator(context)
                engine.journal.tell(.asked, "\(caller.name) asked for the balance of every key.")
                return await engine.accountList()
            }
        }
        router.post("reload") { _, context in
            await answer { try await reload(administrator(context)) }
        }
        router.get("backup") { _, context in
            await answered {
                let caller = try await administrator(context)
                let copy = try await engine.copyLedger()
                engine.journal.tell(.asked, "\(caller.name) took a copy of the ledger.")
                return response(copy)
            }
        }
        router.post("hold/:pipeline") { _, context in
            await answer { try await engine.hold(pipeline(context), by: administrator(context)) }
        }
        router.post("release/:pipeline") { _, context in
            await answer { try await engine.release(pipeline(context), by: administrator(context)) }
        }
        router.post("jobs/:job/cancel") { _, context in
            await answer {
                try await engine.cancel(context.parameters.require("job"), by: administrator(context))
            }
        }
        router.post("jobs/:job/retry") { request, context in
            await answer {
                try await engine.retry(
                    context.parameters.require("job"),
                    mayPayTwice: request.uri.queryParameters["may_pay_twice"] == "1",
                    by: administrator(context)
                )
            }
        }
    }

    /// The longest question, in bytes: two paths in base64.
    private static let longestQuestion = 64 * 1024

    private func list(_ parameters: Parameters) async throws -> JobListDocument {
        var states: Set<JobState> = []
        for name in parameters["state"]?.split(separator: ",") ?? [] {
            guard let state = JobState(rawValue: String(name)) else {
                let known = JobState.allCases.map(\.rawValue).joined(separator: ", ")
                throw ControlRefusal(.badRequest, "There is no state \(name); there are: \(known).")
            }
            states.insert(state)
        }
        let pipeline = parameters["pipeline"].map(String.init)
        if let pipeline, engine.ledger.counts[pipeline] == nil { try refuseUnknown(pipeline) }
        let since = parameters["since"].flatMap { Int64($0) }.map(Timestamp.init(milliseconds:))
        let place = since.flatMap { since in
            parameters["after"].flatMap { JobID(String($0)) }.map { ListingPlace(since: since, job: $0) }
        }
        let limit = parameters["limit"].flatMap { Int($0) } ?? Engine.longestPage
        return try await engine.jobList(states, in: pipeline, after: place, limit: limit)
    }

    /// The pipeline that a request names; empty for all.
    private func pipeline(_ context: ControlContext) throws -> String {
        let name = try context.parameters.require("pipeline")
        guard name != "all" else { return "" }
        try refuseUnknown(name)
        return name
    }

    private func refuseUnknown(_ pipeline: String) throws {
        guard engine.pipelines.pipeline(pipeline) == nil else { return }
        let known = engine.pipelines.names.joined(separator: ", ")
        throw ControlRefusal(.notFound, "There is no pipeline \(pipeline); there are: \(known).")
    }

    /// Who asks, if they may change something and see what is paid.
    private func administrator(_ context: ControlContext) async throws -> Caller {
        let caller = try await Caller.of(context.channel)
        guard let caller, isAdministrator(caller) else {
            let name = caller?.name ?? "Somebody"
            engine.journal.tell(
                ongoing: .notAllowed,
                about: name,
                at: engine.time.now(),
                "\(name) may not change anything or see balances over the control socket: that is for root and \(Caller.adminGroup)."
            )
            throw ControlRefusal(
                .forbidden,
                "Only root and members of \(Caller.adminGroup) may do that: usermod -aG \(Caller.adminGroup) NAME, then log in again."
            )
        }
        return caller
    }

    private func answer(_ body: () async throws -> Answer) async -> Response {
        await answered { try response(try await body(), .ok) }
    }

    private func answered(_ body: () async throws -> Response) async -> Response {
        do {
            return try await body()
        } catch let refusal as ControlRefusal {
            return refused(refusal)
        } catch let error as LedgerError {
            return refused(ControlRefusal(.unavailable, error.message))
        } catch let error as HTTPError {
            return refused(ControlRefusal(.badRequest, "The question cannot be read (HTTP \(error.status.code))."))
        } catch {
            return refused(ControlRefusal(.badRequest, "The question cannot be answered: \(error)"))
        }
    }

    private func refused(_ refusal: ControlRefusal) -> Response {
        let answer = ControlAnswer(message: refusal.message)
        return (try? response(answer, HTTPResponse.Status(code: refusal.kind.rawValue)))
            ?? Response(status: .internalServerError)
    }

    /// Sent piece by piece, as it is read; one that breaks off is shorter than it says.
    private func response(_ copy: LedgerCopy) -> Response {
        let engine = engine
        let body = ResponseBody(contentLength: Int(copy.size)) { writer in
            var sent: Int64 = 0
            while sent < copy.size {
                let start = sent
                let bytes = try await engine.blocking { try copy.read(at: start) }
                try await writer.write(bytes)
                sent += Int64(bytes.readableBytes)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/vnd.sqlite3"], body: body)
    }

    private func response(_ value: some Encodable, _ status: HTTPResponse.Status) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try document(value)))
        )
    }
}
