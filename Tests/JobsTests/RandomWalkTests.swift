import Foundation
import Jobs
import Testing

/// Every event, in every order, with invariants checked after each.
///
/// The seed is printed; `WALK_SEED` repeats a walk, `WALK_STEPS` makes it longer.
@Suite("A randomised walk over all events", .timeLimit(.minutes(1)))
struct RandomWalkTests {
    @Test(
        "No order of events breaks an invariant",
        .bug("https://github.com/riverqueue/river/issues/682", "no sign of life of a job")
    )
    func walk() {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["WALK_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: .min ... .max)
        let steps = environment["WALK_STEPS"].flatMap { Int($0) } ?? 60_000
        print("random walk: WALK_SEED=\(seed) WALK_STEPS=\(steps)")
        var random = SeededRandom(seed: seed)
        var walker = Walker()
        var seen: Set<JobState> = []
        for step in 0..<steps {
            if step.isMultiple(of: 200) { walker = Walker() }
            let problem = walker.step(using: &random)
            seen.insert(walker.record.job.state)
            guard let problem else { continue }
            Issue.record(
                "\(problem) at step \(step) of WALK_SEED=\(seed): \(walker.trail.suffix(40).joined(separator: "; "))"
            )
            return
        }
        #expect(seen == Set(JobState.allCases), "the walk reaches every state")
    }
}

/// A job that anything may happen to, and what the world outside knows of it.
private struct Walker {
    var record = JobRecord.unclaimed()
    var trail: [String] = []
    private var now = Timestamp.start
    /// The attempts whose POST left and has not been answered.
    private var onWire: Set<Int> = []
    /// The ids that POSTs' answers gave.
    private var answered: [Int: String] = [:]

    /// Lets one thing happen, and says which invariant it broke, if it did.
    mutating func step(using random: inout SeededRandom) -> String? {
        now =
            now
            + .milliseconds(Int64([0, 1000, 31_000, 121_000, 700_000, 8_000_000].randomElement(using: &random) ?? 0))
        record = JobRecord(job: record.job, attempts: record.attempts, plan: record.plan)
        let before = record
        let number = Int.random(in: 0...record.job.attempt + 1, using: &random)
        let event = Int.random(in: 0..<24, using: &random)
        var left: Int?
        let outcome = apply(event, number, &left, using: &random)
        if outcome == .applied { trail.append("\(event)(\(number)) → \(record.job.state)") }
        return broken(by: event, from: before, left: left, outcome: outcome)
    }

    private mutating func apply(
        _ event: Int,
        _ number: Int,
        _ left: inout Int?,
        using random: inout SeededRandom
    ) -> EventOutcome {
        switch event {
        case 0: return record.claimCompleted(identity: .sample, at: now)
        case 1: return record.withdrawn(at: now)
        case 2: return record.contentChanged(to: .sample, settledAt: now + .seconds(5), at: now)
        case 3:
            let place = RelativePath.sample("cat.png")
            return record.cameBack(origin: place, place: place, identity: .sample, at: now)
        case 4: return record.uploadStarted(at: now)
        case 5:
            return record.uploadFinished(
                .init(key: "main", site: "ai", remoteNames: ["": "x"], at: now),
                digests: ["": "d"],
                at: now
            )
        case 6: return record.uploadFailed(reason: "slow", retryAt: now, at: now)
        case 7: return record.uploadLost(at: now)
        case 8: return record.refusedForGood(.refusedSample, at: now)
        case 9: return record.hadToWait(reason: "disk", until: now, at: now)
        case 10, 11:
            left = record.intend(retries: number % 3, hasWebhook: Bool.random(using: &random), at: now)
            return left == nil ? .ignored("") : .applied
        case 12, 13: return answer(using: &random)
        case 14: return record.submissionLost(at: now)
        case 15: return record.proofAwaited(.seconds(2000), limit: .seconds(3600), at: now)
        case 16, 17:
            let id = [nil, "t\(number)", "foreign"].randomElement(using: &random) ?? nil
            let recreated = Bool.random(using: &random) ? Attempt.recreated(number) : nil
            return record.callbackArrived(attempt: number, taskID: id, recreated: recreated, at: now)
        case 18, 19: return report(number, using: &random)
        case 20: return record.cancelRequested(at: now)
        case 21: return record.cancelAsked(attempt: number, detail: "", at: now)
        case 22:
            let place = [nil, RelativePath.sample("dog.png")].randomElement(using: &random) ?? nil
            return record.tidied(place: place, identity: nil, at: now)
        default: return deliver(using: &random)
        }
    }

    private mutating func answer(using random: inout SeededRandom) -> EventOutcome {
        guard let number = onWire.sorted().randomElement(using: &random) else {
            return .ignored("no POST is on the wire")
        }
        onWire.remove(number)
        let later = now + .seconds(10)
        let answers: [SubmissionAnswer] = [
            .created(taskID: "t\(number)"), .notSent(reason: "route", retryAt: later), .unknown(reason: "reset"),
            .refused(reason: "full", code: "421", retryAt: later), .rejected(.refusedSample),
        ]
        let answer = answers.randomElement(using: &random) ?? .unknown(reason: "")
        if case .created(let id, _) = answer { answered[number] = id }
        return record.submissionAnswered(attempt: number, answer, at: now)
    }

    private mutating func report(_ number: Int, using random: inout SeededRandom) -> EventOutcome {
        let reports: [TaskReport] = [
            .waiting(status: "RUNNING", isQueued: false), .waiting(status: "QUEUED", isQueued: true),
            .succeeded(results: 1, usage: nil), .succeeded(results: 0, usage: nil),
            .failed(.broken, mayPass: true, usage: nil),
            .failed(.broken, mayPass: false, usage: nil), .cancelled(usage: nil), .unknownTask,
            .unavailable(reason: "down", retryAt: now + .seconds(10)),
        ]
        let asked = Bool.random(using: &random) ? record.attemptInQuestion?.number ?? number : number
        let report = reports.randomElement(using: &random) ?? .unknownTask
        return record.taskReported(attempt: asked, report, jitter: Double.random(in: -1...2, using: &random), at: now)
    }

    private mutating func deliver(using random: inout SeededRandom) -> EventOutcome {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: record.planned([1], at: now)
        case 1: record.replanned([2], at: now)
        case 2: record.fetchFailed(reason: "slow", retryAt: now, at: now)
        case 3: record.fetchGivenUp(Failure(.resultExpired, message: "", hint: "", mayHaveBeenPaid: true), at: now)
        default: record.published(detail: "", at: now)
        }
    }

    private mutating func broken(by event: Int, from before: JobRecord, left: Int?, outcome: EventOutcome) -> String? {
        if let left {
            if before.job.state != .queued || !before.job.isClaimed { return "a POST left from \(before.job.state)" }
            if !before.attempts.allSatisfy(\.isFruitless) {
                return "a POST left while another may still come to something"
            }
            if record.attempt(left) == nil || before.attempt(left) != nil {
                return "a POST left without an attempt of its own"
            }
            onWire.insert(left)
        }
        if outcome != .applied, record != before { return "an event that does not apply changed the job" }
        return brokenAttempts(from: before) ?? brokenJob() ?? brokenFinal(by: event, from: before)
    }

    private func brokenAttempts(from before: JobRecord) -> String? {
        for attempt in before.attempts where record.attempt(attempt.number) == nil {
            let isProven = attempt.taskID != nil || attempt.callbackAt != nil
            if isProven || onWire.contains(attempt.number) { return "attempt \(attempt.number) vanished" }
        }
        for (number, id) in answered where record.attempt(number)?.taskID != id {
            return "the answer's id of attempt \(number) was lost"
        }
        if record.attempts.map(\.number) != Set(record.attempts.map(\.number)).sorted() {
            return "attempts are out of order"
        }
        if let newest = record.attempts.last?.number, record.job.state != .submitting, newest > record.job.attempt {
            return "an attempt's number could be given twice"
        }
        return nil
    }

    private func brokenJob() -> String? {
        let job = record.job
        if !job.isClaimed, job.state != .queued, job.state != .cancelled { return "an unclaimed job is \(job.state)" }
        if job.duty != .none, !job.state.isFinal { return "a job that goes on has a file duty" }
        if record.plan != nil, job.state != .fetching, job.state != .delivered { return "a plan in \(job.state)" }
        if job.state == .running, record.attemptInQuestion == nil { return "a running job has no task to ask about" }
        if job.state == .unconfirmed, !record.attempts.contains(where: \.awaitsProof) { return "nothing to wait for" }
        if job.state == .submitting, record.attempt(job.attempt) == nil { return "no attempt is being submitted" }
        if job.state == .fetching || job.state == .delivered, record.successful == nil { return "nothing succeeded" }
        if job.state == .queued, job.isClaimed, !record.attempts.allSatisfy(\.isFruitless) {
            return "stuck in the queue"
        }
        if job.isReviving, ![.queued, .running, .failed].contains(job.state) { return "reviving in \(job.state)" }
        return nil
    }

    private func brokenFinal(by event: Int, from before: JobRecord) -> String? {
        guard before.job.state.isFinal, record.job.state != before.job.state else { return nil }
        let isPerson = event == 3 && before.job.state != .delivered
        let isCallback =
            before.job.state == .failed && before.job.isReviving && [.running, .fetching].contains(record.job.state)
            && (event == 18 || event == 19)
        return isPerson || isCallback ? nil : "\(before.job.state) became \(record.job.state)"
    }
}
