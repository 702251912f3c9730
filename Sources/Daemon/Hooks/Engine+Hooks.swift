import Jobs
import Ledger
import RunningHub
import Spool

// Telling others outside of a job's end.
extension Engine {
    /// The stage that makes the calls to one kind of target.
    func hookStage(_ target: HookCall.Target) -> Stage {
        let trouble = hookTroubles[target] ?? HookTrouble()
        let name = "hooks (\(target.rawValue))"
        return Stage(
            name: name,
            width: target == .program ? Self.programsAtOnce : 8,
            wake: target == .program ? wakes.programs : wakes.posts,
            time: time,
            busy: BusyJobs(),
            select: { busy, room in
                let now = self.time.now()
                return try await self.ledger.look { look in
                    let due = try look.callsDue(
                        to: target,
                        at: now,
                        except: busy,
                        limit: room,
                        ofEach: { trouble.bound($0, at: now) },
                        underWay: { trouble.underWay($0) }
                    )
                    let times = [try look.nextCall(to: target, after: now), trouble.nextTry(after: now)]
                    return Work(jobs: due, next: times.compactMap(\.self).min())
                }
            },
            perform: { await self.makeCall(to: target, of: $0, trouble) },
            trouble: { self.tellTrouble(name, $0) },
            alive: { self.progress.alive(name, at: self.time.now()) }
        )
    }

    /// Programs that run at once, of hooks and of preparations each: what they do is work for this machine's processors.
    static let programsAtOnce = 2

    /// Whom a job's end is told to: by its pipeline as it is now, or as it was submitted where it is out of service.
    func hooks(of record: JobRecord) -> Pipeline.Hooks? {
        if let entry = pipelines.entry(record.job.pipeline) { return entry.pipeline.hooks }
        return record.current?.settings.hooks
    }

    private func makeCall(to target: HookCall.Target, of record: JobRecord, _ trouble: HookTrouble) async -> Bool {
        let pipeline = record.job.pipeline
        guard let call = record.job.owedCall(to: target) else { return true }
        trouble.begins(pipeline)
        defer { trouble.ends(pipeline) }
        let reply = await reply(to: call, of: record)
        // A stop ended it: it is owed still.
        guard !Task.isCancelled else { return true }
        let now = time.now()
        switch reply {
        case .failed: trouble.failed(pipeline, jitter: time.jitter(), at: now)
        case .answered, .refused: trouble.answered(pipeline)
        }
        meters.count(.hookCalls, pipeline, target.rawValue, reply.label)
        await changeSurely(record.job.id) { $0.called(call, reply, at: now) }
        return true
    }

    private func reply(to call: HookCall, of record: JobRecord) async -> HookReply {
        let now = time.now()
        let wait = Backoff.wait(tries: call.tries, longest: .seconds(1800), jitter: time.jitter())
        guard let hooks = hooks(of: record), hooks.targets.contains(call.target) else {
            // Out of service it may be for a mistake that is mended.
            guard pipelines.entry(record.job.pipeline) != nil else {
                return .failed("its pipeline is out of service", retryAt: now + wait)
            }
            return .refused("the pipeline names none any more")
        }
        do {
            let document = try await document(of: call, record)
            let body = try document.encoded()
            let patience = call.target == .program ? hooks.timeout : Poster.patience
            WorkUnderWay.current?.waits(for: patience + .seconds(30))
            switch call.target {
            case .program:
                let run = ProgramRun(
                    command: hooks.program,
                    environment: document.environment,
                    input: body,
                    limit: hooks.timeout
                )
                let trouble = await run.run().trouble
                return trouble.map { .failed($0, retryAt: now + wait) } ?? .answered("it ended well")
            case .url:
                return await post(body, call, of: record, hooks, wait)
            }
        } catch {
            return .refused("it cannot be told: \(error)")
        }
    }

    private func document(of call: HookCall, _ record: JobRecord) async throws -> HookDocument {
        // What is delivered of a job that ended with another is what that one made.
        var maker = record
        if call.event == .delivered, let leader = record.job.joined, let job = try await ledger.job(leader) {
            maker = job
        }
        return HookDocument(
            call,
            of: record,
            madeBy: maker,
            original: path(of: record.job),
            outbox: entry(for: maker)?.folders.path(of: .outbox)
        )
    }

    private func post(
        _ body: [UInt8],
        _ call: HookCall,
        of record: JobRecord,
        _ hooks: Pipeline.Hooks,
        _ wait: Duration
    ) async -> HookReply {
        let now = time.now()
        guard let url = hooks.url, let name = hooks.credential,
            let signature = settings.credentials[name].flatMap(HookSignature.init)
        else { return .failed("its credential is not there", retryAt: now + wait) }
        let headers = signature.headers(id: call.id(of: record.job.id), at: time.wall(), body: body)
        switch await poster.post(body, to: url, headers: headers) {
        case .answered(200..<300, _): return .answered("it answered")
        // Gone for good, as the convention has it.
        case .answered(410, _): return .refused("it answered HTTP 410, that it wants no more")
        case .answered(let status, let retryAfter):
            return .failed("it answered HTTP \(status)", retryAt: now + max(wait, retryAfter ?? .zero))
        case .failed(let reason): return .failed(reason.english, retryAt: now + wait)
        }
    }
}

extension HookReply {
    /// What it is counted as.
    fileprivate var label: String {
        switch self {
        case .answered: "answered"
        case .failed: "failed"
        case .refused: "refused"
        }
    }
}
