import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Callbacks", .timeLimit(.minutes(1)))
    struct CallbackTests {
        @Test(
            "One that overtakes the answer to its submission is stored and answered; the job goes on as if it had not."
        )
        func early() async throws {
            try await withDaemon {
                $0.cloud.faults.callbacks.early = .always
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let record = await daemon.simulator.record
                #expect(record.callbacks.map(\.delivered) == [true])
                #expect(record.submissions.count == 1)
                #expect(try daemon.manifest("cat").taskID == record.tasks[0].id)
            }
        }

        @Test("A job that is called back is asked about once: what that answer names is fetched.")
        func oneQuery() async throws {
            try await withDaemon {
                $0.cloud.faults.callbacks.early = .next(1)
            } _: { daemon in
                for name in ["early.png", "cat.png"] {
                    try daemon.drop(name)
                    try await daemon.told(.tidied, about: name)
                }
                #expect(await daemon.simulator.record.tasks.map(\.queries) == [1, 1])
            }
        }

        @Test("A fetch that went wrong begins anew with addresses that were just given.")
        func freshAddresses() async throws {
            try await withDaemon {
                $0.cloud.faults.downloads.cutBefore = .next(1)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.fetchFailed)
                daemon.clock.advance(by: .seconds(10))
                try await daemon.told(.tidied)
                #expect(await daemon.simulator.record.tasks.map(\.queries) == [2])
            }
        }

        @Test(
            "One that comes after polling has found the result is answered and changes nothing.",
            .bug("https://github.com/riverqueue/river/issues/1302", "a rescuer overwrites what is complete")
        )
        func late() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.faults.callbacks.late = .always
                $0.cloud.faults.callbacks.lateTime = 5
            } _: { daemon in
                try daemon.drop("cat.png")
                let submitted = try await daemon.told(.submitted)
                await daemon.simulator.finish(try #require(submitted.fields["task"]))
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.tidied)
                #expect(daemon.journal.all(.called).isEmpty)
                try await daemon.cloud { $0.callbacks.first?.delivered == true }
                try await daemon.told(.called)
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(try await daemon.record(of: "cat.png").job.state == .delivered)
            }
        }

        @Test(
            "One that is repeated twenty times is answered each time, and is one result.",
            .bug("https://github.com/tus/tusd/issues/616", "hooks that come twice"),
            .bug("https://github.com/tus/tusd/issues/1270", "hooks that come twice")
        )
        func duplicated() async throws {
            try await withDaemon {
                $0.cloud.faults.callbacks.duplicated = .always
                $0.cloud.faults.callbacks.duplicates = 20
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let record = try await daemon.cloud { $0.callbacks.count == 21 && $0.callbacks.allSatisfy(\.delivered) }
                #expect(record.submissions.count == 1 && record.tasks.count == 1)
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(record.tasks[0].queries <= 6, "\(record.tasks[0].queries) queries")
                #expect(try await daemon.record(of: "cat.png").attempts.map(\.callbacks) == [21])
            }
        }

        @Test(
            "What no honest cloud sends is answered without harm: other events, strangers' tasks, garbage, floods, forgeries."
        )
        func dishonest() async throws {
            try await withDaemon {
                $0.cloud.callbacks.retries = 0
                $0.cloud.faults.callbacks.otherEvent = .always
                $0.cloud.faults.callbacks.unknownTask = .always
                $0.cloud.faults.callbacks.malformed = .always
                $0.cloud.faults.callbacks.oversized = .always
                $0.cloud.faults.callbacks.forged = .always
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let record = try await daemon.cloud {
                    $0.callbacks.count == 6 && $0.callbacks.allSatisfy { !$0.tries.isEmpty }
                }
                for callback in record.callbacks {
                    // What is too large may be cut off before its answer is read.
                    if callback.kind == .oversized { continue }
                    #expect(callback.tries.map(\.status) == [callback.kind == .forged ? 404 : 200], "\(callback.kind)")
                }
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(try daemon.manifest("cat").taskID == record.tasks[0].id)
                #expect(record.submissions.count == 1)
            }
        }

        @Test(
            "Every shape brings a lost task's id, as text and as a number.",
            arguments: CallbackShape.allCases,
            [false, true]
        )
        func shapes(shape: CallbackShape, isNumber: Bool) async throws {
            try await withDaemon {
                $0.cloud.callbacks.shapes = [shape]
                $0.cloud.callbacks.bareTaskNumbers = isNumber
                $0.cloud.faults.submit.lostByCut = .next(1)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.adopted)
                try await daemon.told(.delivered)
                let record = await daemon.simulator.record
                #expect(try daemon.manifest("cat").taskID == record.tasks[0].id)
                #expect(record.submissions.count == 1)
            }
        }

        @Test("A stranger's task in a genuine callback is found out by query, and the job goes on waiting for its own.")
        func disowned() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.faults.submit.lostByCut = .next(1)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.outcomeUnknown)
                let url = try #require(await daemon.submissions[0].webhookURL)
                #expect(try await daemon.call(url, #"{"event":"TASK_END","taskId":"1999999999999999999"}"#) == 200)
                daemon.clock.run(times: 20)
                try await daemon.told(.disowned)
                #expect(try await daemon.record(of: "cat.png").job.state == .unconfirmed)
                await daemon.simulator.finish(try #require(await daemon.simulator.record.tasks.first?.id))
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("A stranger's task that is named first does not keep a job from its own, which is named next.")
        func namedSecond() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.faults.submit.lostByCut = .next(1)
                $0.cloud.faults.callbacks.unknownTask = .always
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.outcomeUnknown)
                await daemon.simulator.finish(try #require(await daemon.simulator.record.tasks.first?.id))
                try await daemon.cloud { $0.callbacks.allSatisfy(\.delivered) && $0.callbacks.count == 2 }
                daemon.clock.run(times: 20)
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test(
            "With every callback lost, a job ends within a minute of its task, at about one query each 30 s.",
            .bug("https://github.com/probot/smee-client/issues/172", "the way looks alive, and events are missing"),
            .bug("https://github.com/probot/smee-client/issues/126", "the way looks alive, and events are missing"),
            .bug("https://github.com/probot/smee-client/issues/179", "the way looks alive, and events are missing"),
            .bug("https://github.com/probot/smee.io/issues/28", "the way looks alive, and events are missing")
        )
        func dropped() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.faults.callbacks.dropped = .always
            } _: { daemon in
                try daemon.drop("cat.png")
                let task = try #require(try await daemon.told(.submitted).fields["task"])
                daemon.clock.run(times: 200)
                try await daemon.cloud { $0.task(task)?.queries == 5 }
                let ended = daemon.clock.now()
                await daemon.simulator.finish(task)
                let delivered = try await daemon.told(.delivered)
                #expect(delivered.at - ended < .seconds(60))
                let waited = ended - (try await daemon.told(.submitted).at)
                #expect(waited > .seconds(4 * 25), "5 queries in \(waited)")
                #expect(daemon.journal.all(.called).isEmpty)
            }
        }

        @Test("Without a public address polling alone finds the result, from 2 s on.")
        func polling() async throws {
            try await withDaemon {
                $0.hasPublicURL = false
                $0.cloud = .manual
            } _: { daemon in
                try daemon.drop("cat.png")
                let submitted = try await daemon.told(.submitted)
                let task = try #require(submitted.fields["task"])
                await daemon.simulator.finish(task)
                daemon.clock.run(times: 20)
                let delivered = try await daemon.told(.delivered)
                #expect(delivered.at - submitted.at < .seconds(20))
                #expect(await daemon.submissions[0].webhookURL == nil)
            }
        }

        @Test("It proves a submission that was taken for refused, also while its key rests.")
        func whileTheKeyRests() async throws {
            try await withDaemon {
                $0.pipeline { $0.nodes = [.text("{text}")] }
                $0.cloud.keys[0].occupied = 3
            } _: { daemon in
                try daemon.drop("wish.txt", Array("a harbour".utf8))
                try await daemon.told(.refused)
                let url = try #require(await daemon.submissions[0].webhookURL)
                #expect(try await daemon.call(url, "{}") == 200)
                let record = try await daemon.record(of: "wish.txt")
                #expect(record.attempts.map(\.number) == [1])
                #expect(record.job.state != .queued)
            }
        }

        @Test("The callback for a job that has failed brings its results after all.")
        func afterFailure() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.cloud.faults.tasks.transientFailed = .always
                $0.cloud.faults.tasks.transientFailedQueries = 2
                $0.cloud.faults.callbacks.dropped = .always
            } _: { daemon in
                try await daemon.dropToItsEnd("cat.png")
                #expect(daemon.list(.failed).contains("cat.png"))
                let url = try #require(await daemon.submissions[0].webhookURL)
                #expect(try await daemon.call(url, "{}") == 200)
                try await daemon.told(.delivered)
                try await daemon.told(.tidied, times: 2)
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(daemon.list(.done) == ["cat.png"])
                #expect(daemon.list(.failed).isEmpty)
                #expect(await daemon.submissions.count == 1)
            }
        }
    }
}
