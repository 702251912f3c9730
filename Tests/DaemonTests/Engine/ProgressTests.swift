import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

@Suite("Progress")
struct ProgressTests {
    private let clock = EngineHarness.Clock()
    private let progress = Progress()
    private let limit = Duration.seconds(60)

    private var stuck: [String] { progress.stuckWork(for: limit, at: clock.now()) }

    @Test("Work that stands still is stuck until it gets on; what is done is not looked at any more.")
    func still() async {
        await progress.watching("work", clock) {
            clock.advance(by: .seconds(61))
            #expect(stuck == ["work"])
            WorkUnderWay.current?.moved()
            #expect(stuck.isEmpty)
            clock.advance(by: .seconds(61))
            #expect(stuck == ["work"])
        }
        #expect(stuck.isEmpty)
    }

    @Test("Work that waits for as long as it said is not stuck, beyond that it is; once it moves, the wait is over.")
    func waiting() async {
        await progress.watching("work", clock) {
            WorkUnderWay.current?.waits(for: .seconds(100))
            clock.advance(by: .seconds(155))
            #expect(stuck.isEmpty)
            clock.advance(by: .seconds(10))
            #expect(stuck == ["work"])
            WorkUnderWay.current?.waits(for: .seconds(100))
            WorkUnderWay.current?.moved()
            clock.advance(by: .seconds(61))
            #expect(stuck == ["work"])
        }
    }

    @Test("A stage that has not looked for work is stuck.")
    func stage() {
        progress.alive("sending", at: clock.now())
        #expect(progress.stuck(for: limit, at: clock.now()).isEmpty)
        clock.advance(by: .seconds(61))
        #expect(progress.stuck(for: limit, at: clock.now()) == ["sending"])
    }
}

extension EngineTests {
    @Suite("The work of the stages is watched", .timeLimit(.minutes(1)))
    struct WatchedWorkTests {
        @Test("A submission that is not answered may take its time, and is stuck after it.")
        func submission() async throws {
            try await withDaemon {
                $0.cloud.faults.submit.slow = .next(1)
                $0.cloud.faults.submit.slowTime = 3
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.cloud { $0.submissions.count == 1 }
                let engine = try daemon.engine
                let (now, limit) = (daemon.clock.now(), Duration.seconds(10))
                #expect(engine.progress.stuckWork(for: limit, at: now + .seconds(60)).isEmpty)
                let stuck = engine.progress.stuckWork(for: limit, at: now + .seconds(75))
                let job = try await daemon.record(of: "cat.png").job.id
                #expect(stuck == ["sending of job \(job)"])
                try await daemon.told(.tidied, about: "cat.png")
            }
        }

        @Test("A copy between disks tells that it gets on.")
        func copy() async throws {
            try await withDaemon { daemon in
                try daemon.drop(".hidden", [1, 2, 3])
                let engine = try daemon.engine
                let path = daemon.path(.inbox)
                await engine.progress.watching("copy", daemon.clock) {
                    let work = WorkUnderWay.current
                    _ = try? await engine.blocking {
                        daemon.clock.advance(by: .seconds(3600))
                        let folder = try Folder(path: path)
                        guard let name = FileName(".hidden"), let copy = FileName(".copy") else { return }
                        _ = try folder.copyFile(name, to: folder, as: copy)
                        #expect(work?.isStuck(for: .seconds(60), at: daemon.clock.now()) == false)
                    }
                }
            }
        }
    }
}
