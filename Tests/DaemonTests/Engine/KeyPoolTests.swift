import Jobs
import RunningHubSimulator
import Spool
import Synchronization
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Several keys", .timeLimit(.minutes(1)))
    struct KeyPoolTests {
        private typealias CloudKey = RunningHubSimulator.KeySettings

        /// Two keys, and how many tasks each had.
        private func tasks(_ daemon: EngineHarness) async -> [String: Int] {
            let keys = await daemon.submissions.filter { $0.taskID != nil }.compactMap(\.key)
            return Dictionary(keys.map { ($0, 1) }, uniquingKeysWith: +)
        }

        private func twoKeys(_ setup: inout EngineHarness.Setup) {
            setup.cloud.keys = [
                CloudKey(name: "main", key: "key-of-main"), CloudKey(name: "second", key: "key-of-second"),
            ]
            setup.keys = ["main": 2, "second": 2]
        }

        @Test("Each key has as many tasks as it has places, and no more, and all are used.")
        func shared() async throws {
            try await withDaemon {
                $0.cloud = .manual
                twoKeys(&$0)
            } _: { daemon in
                for index in 1...10 { try daemon.drop("\(index).png") }
                try await daemon.cloud { $0.tasks.count == 4 }
                #expect(await tasks(daemon) == ["main": 2, "second": 2])
                await daemon.simulator.update { $0.tasks.manual = false }
                for task in await daemon.simulator.record.tasks { await daemon.simulator.finish(task.id) }
                try await daemon.told(.tidied, times: 10)
                let record = await daemon.simulator.record
                for submission in record.acceptedSubmissions {
                    let uploads = record.uploads.filter { upload in submission.uploads.contains { $0 == upload.name } }
                    #expect(!uploads.isEmpty && uploads.allSatisfy { $0.key == submission.key })
                }
            }
        }

        @Test(
            "A key that cannot start tasks rests alone: what was uploaded with it goes another way.",
            arguments: [true, false]
        )
        func oneRests(isKnown: Bool) async throws {
            try await withDaemon {
                twoKeys(&$0)
                $0.cloud.keys[0].coins = 0
                if !isKnown { $0.cloud.keys.removeFirst() }
            } _: { daemon in
                for index in 1...6 { try daemon.drop("\(index).png") }
                try await daemon.told(.tidied, times: 6)
                #expect(await tasks(daemon) == ["second": 6])
                let refused = await daemon.submissions.filter { $0.refused != nil }
                #expect(refused.allSatisfy { $0.refused == 414 && $0.key == "main" })
                #expect(daemon.journal.all(.keyRests).count == 1)
                #expect(refused.count <= KeySlots.mostRefusals)
            }
        }

        @Test("A key below minimum_coins is not used, from the start on, until its account has more.")
        func minimum() async throws {
            try await withDaemon {
                $0.cloud.keys[0].coins = 99
                $0.adjust = { $0.api.keys?[0].minimumCoins = 100 }
            } _: { daemon in
                let rest = try await daemon.told(.keyRests)
                #expect(rest.text.contains("99") && rest.text.contains("minimum_coins: 100"))
                try daemon.drop("cat.png")
                try await daemon.told(.taken)
                await daemon.simulator.update { $0.keys[0].coins = 100 }
                daemon.clock.advance(by: .seconds(76))
                try await daemon.told(.keyBack)
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.map(\.refused) == [nil])
            }
        }

        @Test("Coins that tasks use up are noticed before the account is empty.")
        func usedUp() async throws {
            try await withDaemon {
                $0.cloud.keys[0].coins = 1000
                $0.adjust = { $0.api.keys?[0].minimumCoins = 100 }
            } _: { daemon in
                try await daemon.told(.keyBack)
                try daemon.drop("cat.png")
                try await daemon.told(.delivered)
                await daemon.simulator.update { $0.keys[0].coins = 50 }
                daemon.clock.advance(by: .seconds(76))
                try await daemon.told(.keyRests)
                try daemon.drop("dog.png")
                try await daemon.told(.taken, about: "dog.png")
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("Who holds the places of a full key is asked, and said; that it may have fewer than configured, too.")
        func occupied() async throws {
            try await withDaemon {
                $0.cloud.keys[0].concurrency = 2
                $0.cloud.keys[0].occupied = 2
                $0.keys = ["main": 3]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.refused)
                daemon.clock.advance(by: .seconds(16))
                try await daemon.told(.refused, times: 2)
                daemon.clock.advance(by: .seconds(15))
                let line = try await daemon.told(.keyRests)
                #expect(line.text.contains("may have 2 tasks at once") && line.text.contains("concurrency: 3"))
                let rest = try daemon.engine.slots.withLock { $0.rest("main", at: daemon.clock.now()) }
                #expect(
                    rest?.reason.text().contains("2 of 2 taken, 2 of them not started by this daemon") == true,
                    "\(rest as Any)"
                )
                await daemon.simulator.update { $0.keys[0].occupied = 0 }
                daemon.clock.run(times: 60)
                try await daemon.told(.delivered)
            }
        }

        @Test("A service that is asked too much is left alone by all that waits.")
        func rateLimit() async throws {
            try await withDaemon {
                $0.cloud.faults.submit.errors = [CodeFault(1003, .next(2))]
            } _: { daemon in
                for index in 1...8 { try daemon.drop("\(index).png") }
                try await daemon.told(.refused)
                daemon.clock.run(times: 100)
                try await daemon.told(.tidied, times: 8)
                #expect(await daemon.submissions.count { $0.refused != nil } == 2)
            }
        }
    }
}
