import Jobs
import Synchronization
import Testing

@testable import Daemon

@Suite("A stage", .timeLimit(.minutes(1)))
struct StageTests {
    @Test("Who looks by itself in time is not woken; who looks right now, or later, is")
    func wakeForATime() async {
        #expect(await signals { $0(for: .at(9)) } == 1, "when it looks is not known")
        #expect(await signals { $0.looksAgain(at: .at(5)) } == 0)
        #expect(await signals { wake in (wake.looksAgain(at: .at(5)), wake(for: .at(5)), wake(for: .at(9))) } == 0)
        #expect(await signals { wake in (wake.looksAgain(at: .at(5)), wake(for: .at(4))) } == 1)
        #expect(await signals { wake in (wake.looksAgain(at: .at(5)), wake()) } == 1)
        #expect(await signals { wake in (wake.looksAgain(at: .at(5)), wake.looks(), wake(for: .at(9))) } == 1)
    }

    @Test("What is committed while it looks is looked for once more, however late it is due")
    func committedMeanwhile() async {
        let wake = Wake()
        let looks = Mutex(0)
        let stage = Stage(
            name: "test",
            width: 1,
            wake: wake,
            time: StillTime(),
            busy: BusyJobs(),
            select: { _, _ in
                switch looks.withLock({ looks in
                    looks += 1
                    return looks
                }) {
                case 1: wake()
                // The look before has planned this one's successor long before this is due.
                case 2: wake(for: .never)
                default: wake.finish()
                }
                return Work(jobs: [], next: nil)
            },
            perform: { _ in true },
            trouble: { _ in },
            alive: {}
        )
        await stage.run()
        #expect(looks.withLock { $0 } == 3)
    }

    /// How often a stage is woken by this, up to once.
    private func signals(_ body: (Wake) -> some Any) async -> Int {
        let wake = Wake()
        _ = body(wake)
        wake.finish()
        return await wake.signals.reduce(0) { count, _ in count + 1 }
    }
}

/// A time that stands still: who waits, waits until it is cancelled.
private struct StillTime: TimeSource {
    func now() -> Timestamp { .at(0) }
    func wall() -> Timestamp { .at(0) }
    func jitter() -> Double { 0 }

    func wait(until: Timestamp) async {
        try? await Task.sleep(for: .seconds(600))
    }
}

extension Timestamp {
    fileprivate static func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: 1000 * seconds) }
}
