import Jobs
import Testing

@Suite("Telling others of a job's end")
struct HookTests {
    private static func hooks(_ events: [HookCall.Event] = [.delivered, .failed]) -> Pipeline.Hooks {
        var hooks = Pipeline.Hooks()
        hooks.program = ["/bin/true"]
        hooks.url = "https://shop.example"
        hooks.events = events
        return hooks
    }

    /// A job that has failed, and owes a call to each target.
    private static func failed() -> JobRecord {
        var record = JobRecord.queued()
        _ = record.refusedForGood(.refusedSample, at: .at(1))
        record.owesCalls(since: .queued, to: hooks(), at: .at(1))
        return record
    }

    @Test("An end owes one call to each target, and nothing but an end does.")
    func owed() throws {
        var record = JobRecord.queued()
        record.owesCalls(since: .uploading, to: Self.hooks(), at: .at(1))
        #expect(record.job.calls.isEmpty)
        record = Self.failed()
        #expect(record.job.calls.map(\.target) == [.program, .url])
        #expect(record.job.calls.allSatisfy { $0.event == .failed && $0.end == 1 && $0.outcome == .owed })
        // The same end is told once, whatever happens in it.
        record.owesCalls(since: .failed, to: Self.hooks(), at: .at(2))
        #expect(record.job.calls.count == 2)
        let call = try #require(record.job.calls.first)
        #expect(call.id(of: record.job.id) == "\(record.job.id)-1-failed")
    }

    @Test("Only what the pipeline wants told is told.")
    func events() {
        var record = JobRecord.queued()
        _ = record.refusedForGood(.refusedSample, at: .at(1))
        record.owesCalls(since: .queued, to: nil, at: .at(1))
        record.owesCalls(since: .queued, to: Self.hooks([.delivered]), at: .at(1))
        #expect(record.job.calls.isEmpty)
    }

    @Test("It waits until the original is put away, half a minute at most.")
    func original() {
        var record = Self.failed()
        #expect(record.job.owedCall(to: .url)?.dueAt == .at(31))
        #expect(record.tidied(place: .sample("cat.png"), identity: .sample, at: .at(5)) == .applied)
        #expect(record.job.owedCall(to: .url)?.dueAt == .at(5))
        #expect(record.job.owedCall(to: .program)?.dueAt == .at(5))
    }

    @Test("A call that is answered is over; one that fails is made again, so many times; one that is refused is not.")
    func replies() throws {
        var record = Self.failed()
        let (program, url) = (
            try #require(record.job.owedCall(to: .program)), try #require(record.job.owedCall(to: .url))
        )
        #expect(record.called(program, .answered("it ended well"), at: .at(40)) == .applied)
        #expect(record.job.owedCall(to: .program) == nil)
        #expect(record.called(program, .answered("it ended well"), at: .at(41)) != .applied)

        #expect(record.called(url, .failed("HTTP 503", retryAt: .at(60)), at: .at(40)) == .applied)
        let again = try #require(record.job.owedCall(to: .url))
        #expect(again.dueAt == .at(60) && again.tries == 1 && again.detail == "HTTP 503")
        #expect(record.stories.map(\.kind).suffix(2) == [.hookAnswered, .hookFailed])
        // What waited for the original is not hurried once it was tried.
        _ = record.tidied(place: .sample("cat.png"), identity: .sample, at: .at(41))
        #expect(record.job.owedCall(to: .url)?.dueAt == .at(60))

        // It is given up by how often it was made, whatever a clock does.
        var spent = record
        for _ in 1..<(JobRecord.mostTries - 1) {
            let call = try #require(spent.job.owedCall(to: .url))
            #expect(spent.called(call, .failed("HTTP 503", retryAt: .at(1)), at: .at(100)) == .applied)
        }
        let last = try #require(spent.job.owedCall(to: .url))
        #expect(spent.called(last, .failed("HTTP 503", retryAt: .at(1)), at: .at(100)) == .applied)
        #expect(spent.job.calls.last?.outcome == .givenUp && spent.stories.last?.kind == .hookGivenUp)
        var refused = record
        #expect(refused.called(again, .refused("HTTP 410"), at: .at(100)) == .applied)
        #expect(refused.job.calls.last?.outcome == .givenUp)
    }

    @Test("A job that ends again is told again, after what is still owed; no more is remembered than is of use.")
    func again() throws {
        var record = Self.failed()
        for end in 2...20 {
            let call = try #require(record.job.owedCall(to: .program))
            #expect(call.end == end - 1)
            #expect(record.called(call, .answered(""), at: .at(50)) == .applied)
            record.job.state = .queued
            _ = record.refusedForGood(.refusedSample, at: .at(60))
            record.owesCalls(since: .queued, to: Self.hooks(), at: .at(60))
        }
        #expect(record.job.owedCall(to: .url)?.end == 1, "what is owed is never forgotten")
        #expect(record.job.calls.filter { $0.outcome == .owed }.count == 21)
        #expect(record.job.calls.count == 21)
    }
}
