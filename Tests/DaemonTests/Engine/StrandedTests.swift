import Jobs
import RunningHubSimulator
import Synchronization
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Tasks that nobody can ask about", .timeLimit(.minutes(1)))
    struct StrandedTests {
        /// Whether the daemon is configured with another site by now.
        private final class Move: Sendable {
            let isMade = Mutex(false)

            func adjust(_ configuration: inout Configuration) {
                guard isMade.withLock({ $0 }) else { return }
                configuration.api.baseURL = configuration.api.baseURL.replacing("127.0.0.1", with: "localhost")
            }
        }

        @Test("Results at a site that was configured before are fetched when it is configured again, and not given up.")
        func results() async throws {
            let move = Move()
            try await withDaemon {
                $0.cloud.faults.downloads.slow = .always
                $0.cloud.faults.downloads.slowBytesPerSecond = 1000
                $0.cloud.results.outputs = [OutputSettings(.generated, type: "mp4", bytes: 100_000)]
                $0.adjust = move.adjust
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.event { if case .downloadStarted = $0 { true } else { false } }
                await daemon.stop()
                move.isMade.withLock { $0 = true }
                let mark = daemon.journal.mark
                try await daemon.start()
                #expect(try await daemon.told(.waiting, from: mark).text.hasSuffix("and the results are fetched."))
                await daemon.stop()
                move.isMade.withLock { $0 = false }
                await daemon.simulator.update { $0.faults.downloads.slow = .never }
                try await daemon.start()
                daemon.clock.run(times: 60)
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("A task of a site that was configured before takes no place, is told of, and can be given up.")
        func otherSite() async throws {
            let move = Move()
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.keys[0].concurrency = 9
                $0.adjust = move.adjust
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                await daemon.stop()
                move.isMade.withLock { $0 = true }
                let mark = daemon.journal.mark
                try await daemon.start()
                let told = try await daemon.told(.waiting, from: mark)
                let job = try await daemon.record(of: "cat.png").job
                #expect(told.text.contains("not configured any more"))
                #expect(told.text.hasSuffix("runninghubctl cancel \(job.id)"))
                try daemon.drop("dog.png")
                try await daemon.told(.submitted, about: "dog.png", from: mark)
                try await daemon.withControl { client in
                    let health = try await client.health()
                    #expect(health.level == .warning && health.problems.map(\.text) == [told.text])
                    #expect(try await client.status().troubles.contains(told.text))
                    _ = try await client.cancel(job.id.text)
                    try await daemon.told(.cancelled, about: "cat.png", from: mark)
                    try await daemon.told(.tidied, about: "cat.png", from: mark)
                    #expect(try await client.health().level == .well)
                }
                #expect(try daemon.notes("cat.png").name == "cancelled")
            }
        }
    }
}
