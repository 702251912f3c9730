import Jobs
import RunningHubSimulator
import Spool
import Synchronization
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("A submission of unknown outcome", .timeLimit(.minutes(1)))
    struct UnknownOutcomeTests {
        /// How the answer to a submission that was taken can be lost.
        enum Loss: String, CaseIterable, Sendable {
            case cut, gateway, garbage

            func put(into faults: inout EndpointFaults) {
                switch self {
                case .cut: faults.lostByCut = .next(1)
                case .gateway: faults.lostByGateway = .next(1)
                case .garbage: faults.lostByGarbage = .next(1)
                }
            }
        }

        @Test(
            "It waits for its callback, which brings the lost task; it is never sent again.",
            .bug("https://github.com/janbjorge/pgqueuer/issues/630", "the state lies after a crash"),
            arguments: Loss.allCases
        )
        func adopted(loss: Loss) async throws {
            try await withDaemon {
                $0.cloud = .manual
                loss.put(into: &$0.cloud.faults.submit)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.outcomeUnknown)
                #expect(try await daemon.record(of: "cat.png").job.state == .unconfirmed)
                daemon.clock.advance(by: .seconds(3000))
                let task = try #require(await daemon.simulator.record.tasks.first)
                await daemon.simulator.finish(task.id)
                try await daemon.told(.adopted)
                try await daemon.told(.delivered)
                #expect(try daemon.manifest("cat").taskID == task.id)
                daemon.clock.advance(by: .seconds(3600))
                try await expectOneSubmission(daemon)
            }
        }

        /// Nothing more is submitted than what a file dropped afterwards needs.
        private func expectOneSubmission(_ daemon: EngineHarness) async throws {
            let count = await daemon.submissions.count
            #expect(count == 1)
            await daemon.simulator.update { $0.tasks.manual = false }
            try await daemon.probe()
            #expect(await daemon.submissions.count == count + 1)
        }

        @Test(
            "Without a callback to come it fails at once, says that it may be paid, and is not sent again.",
            arguments: Loss.allCases
        )
        func noPublicURL(loss: Loss) async throws {
            try await withDaemon {
                $0.hasPublicURL = false
                loss.put(into: &$0.cloud.faults.submit)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                #expect(daemon.list(.failed) == ["cat.png", "cat.png.error.json", "cat.png.error.txt"])
                let notes = try daemon.notes("cat.png")
                #expect(notes.name == "outcome-unknown" && notes.may_have_been_paid)
                #expect(await daemon.submissions.count == 1)
                #expect(await daemon.submissions[0].webhookURL == nil)
                daemon.clock.advance(by: .seconds(86_400))
                try daemon.drop("dog.png")
                try await daemon.cloud { $0.submissions.count == 2 }
                // The second is the other file's: the first is not sent again.
                #expect(Set(await daemon.submissions.map(\.uploads)).count == 2)
            }
        }

        @Test("Where no callback comes for as long as one could, it fails, with its place given back long before.")
        func neverProven() async throws {
            try await withDaemon {
                $0.cloud.faults.submit.lostByCut = .next(1)
                $0.cloud.faults.callbacks.dropped = .always
                $0.keys = ["main": 1]
                $0.pipeline {
                    $0.timeout = .seconds(60)
                    $0.queueTimeout = .seconds(60)
                }
            } _: { daemon in
                try daemon.drop("cat.png")
                let unknown = try await daemon.told(.outcomeUnknown)
                daemon.clock.run(times: 1000)
                try daemon.drop("dog.png")
                try await daemon.told(.delivered, about: "dog.png")
                let failure = try await daemon.told(.failed)
                #expect(failure.at - unknown.at >= .seconds(3600))
                try await daemon.told(.tidied, about: "cat.png")
                #expect(try daemon.notes("cat.png").name == "outcome-unknown")
                #expect(await daemon.submissions.count == 2)
            }
        }

        @Test("Where the public URL was taken away since, it is not waited for without end.")
        func publicURLTakenAway() async throws {
            let isTakenAway = Mutex(false)
            try await withDaemon {
                $0.cloud.faults.submit.lostByCut = .next(1)
                $0.cloud.faults.callbacks.dropped = .always
                $0.pipeline {
                    $0.timeout = .seconds(60)
                    $0.queueTimeout = .seconds(60)
                }
                $0.adjust = { configuration in
                    if isTakenAway.withLock({ $0 }) { configuration.webhook.publicURL = nil }
                }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.outcomeUnknown)
                await daemon.stop()
                isTakenAway.withLock { $0 = true }
                try await daemon.start()
                try daemon.engine.proof.serves(false)
                daemon.clock.run(times: 1000)
                try await daemon.told(.failed)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("Time in which the listener did not serve proves nothing.")
        func onlyTimeThatCounts() async throws {
            try await withDaemon {
                $0.cloud.faults.submit.lostByCut = .next(1)
                $0.cloud.faults.callbacks.dropped = .always
                $0.pipeline {
                    $0.timeout = .seconds(60)
                    $0.queueTimeout = .seconds(60)
                }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.outcomeUnknown)
                try daemon.engine.proof.serves(false)
                daemon.clock.advance(by: .seconds(86_400))
                daemon.clock.run(times: 1000)
                try await daemon.probe()
                #expect(try await daemon.record(of: "cat.png").job.state == .unconfirmed)
                try daemon.engine.proof.serves(true)
                try await daemon.told(.failed)
            }
        }
    }
}
