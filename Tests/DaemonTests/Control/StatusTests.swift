import Glibc
import Jobs
import RunningHubSimulator
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("status and account", .timeLimit(.minutes(1)))
    struct StatusTests {
        @Test("The status sums what tasks cost, and names the last callback, the last trouble and what is waited for.")
        func status() async throws {
            try await withDaemon {
                $0.keys = ["main": 1]
                $0.cloud.faults.tasks.failures = [TaskFailureFault(.moderation, .next(1))]
            } _: { daemon in
                try daemon.drop("bad.png")
                try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.tidied)
                try daemon.drop("cat.png")
                try await daemon.told(.tidied, about: "cat.png")
                try await daemon.withControl { client in
                    _ = try await client.hold(nil)
                    try daemon.drop("dog.png")
                    try await daemon.told(.taken, about: "dog.png")
                    let status = try await client.status()
                    let cost = try #require(status.costs.first)
                    #expect(cost.pipeline == "oil" && cost.key == "main")
                    #expect(cost.all.tasks == 2 && cost.all.coins == "12")
                    #expect(status.lastCallback?.job == (try await daemon.record(of: "cat.png").job.id.text))
                    #expect(status.lastTrouble?.text.contains("bad.png failed") == true)
                    #expect(status.oldestWaiting?.file == "dog.png")
                    #expect(status.obstacles["oil"]?.reason.hasPrefix("Everything is held") == true)
                    #expect(status.pipelines["oil"]?["delivered"] == 1)
                    let text = status.text(on: Screen(width: 80))
                    #expect(text.contains("oldest    oil/dog.png ("))
                    let widths = text.split(separator: "\n").map(\.count)
                    #expect(widths.allSatisfy { $0 <= 80 }, "\(text)")
                }
            }
        }

        @Test("A key's account is asked for its balance; one that does not answer well says why, and status remembers.")
        func account() async throws {
            try await withDaemon {
                $0.keys = ["main": 2, "other": 1]
            } _: { daemon in
                try await daemon.withControl { client in
                    let accounts = try await client.account().accounts
                    #expect(accounts.map(\.key) == ["main", "other"])
                    #expect(accounts[0].balance?.coins == "100000" && accounts[0].balance?.currentTasks == 0)
                    #expect(accounts[0].concurrency == 2 && accounts[0].trouble == nil)
                    #expect(accounts[1].balance == nil && accounts[1].trouble?.isEmpty == false)
                    let keys = try await client.status().keys
                    #expect(keys.first { $0.name == "main" }?.balance?.coins == "100000")
                    #expect(try await daemon.told(.asked).text.contains("balance of every key"))
                }
            }
        }

        @Test("A key whose account does not answer in time is told after that time, and keeps no other waiting.")
        func slow() async throws {
            try await withDaemon {
                $0.cloud.faults.other.slow = .always
                $0.cloud.faults.other.slowTime = 30
            } _: { daemon in
                daemon.clock.run(times: 50)
                try await daemon.withControl { client in
                    let account = try #require(try await client.account().accounts.first)
                    #expect(account.trouble?.contains("did not answer within 8") == true, "\(account)")
                }
            }
        }

        @Test("Whoever is no administrator may ask how things stand, and change nothing.")
        func refused() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                let id = try await daemon.record(of: "cat.png").job.id.text
                try await daemon.withControl(isAdministrator: { $0.user != geteuid() }) { client in
                    let refusals = [
                        try await daemon.refusal { try await client.cancel(id) },
                        try await daemon.refusal { try await client.retry(id, mayPayTwice: true) },
                        try await daemon.refusal { try await client.hold("oil") },
                        try await daemon.refusal { try await client.release(nil) },
                        try await daemon.refusal { try await client.account() },
                    ]
                    #expect(refusals.allSatisfy { $0.code == 1 && $0.message.contains(Caller.adminGroup) })
                    let job = try await client.job(id)
                    #expect(job.state == "running" && !job.cancelWished)
                    #expect(try await client.status().holds.isEmpty)
                    #expect(try await client.jobs(limit: 9).jobs.count == 1)
                }
                #expect(daemon.journal.all(.asked).isEmpty && daemon.journal.all(.held).isEmpty)
                // Told, and once a minute however often they try.
                #expect(daemon.journal.all(.notAllowed).count == 1)
            }
        }

        @Test("Only root, the daemon's own user and administrators may change anything.")
        func rights() {
            #expect(Caller(user: 0, process: 1).mayChange)
            #expect(Caller(user: geteuid(), process: 1).mayChange)
            guard geteuid() != 65534 else { return }
            #expect(!Caller(user: 65534, process: 1).mayChange)
            #expect(!Caller(user: 4_000_000, process: 1).mayChange)
            #expect(Caller(user: 4_000_000, process: 1).name == "4000000")
        }
    }
}
