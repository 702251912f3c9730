import FoundationEssentials
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("The page of folders", .timeLimit(.minutes(1)))
    struct FoldersPageTests {
        /// What can befall a folder, by its heading on the page.
        enum Situation: String, CaseIterable, Sendable {
            case working = "Files wait and are worked on"
            case network = "RunningHub cannot be reached"
            case coins = "The account has no coins left"
            case minimum = "The account has fewer coins than it should"
            case budget = "The coins of the day are spent"
            case backlog = "Too many files at once"
            case held = "Everything is held"
            case same = "The same file twice"
            case disk = "The disk is full"
            case stopped = "The daemon is stopped"
            case refused = "A file is refused"
            case cancelled = "A job was cancelled"
        }

        @Test("Every section has a screen in each language, and a test.")
        func page() throws {
            let page = try FoldersPage()
            #expect(Set(page.screens.keys) == Set(Situation.allCases.map(\.rawValue)))
            for (title, screens) in page.screens {
                #expect(Set(screens.keys) == Set(Language.allCases), "\(title)")
            }
        }

        @Test("In each situation people read what the page shows.", arguments: Situation.allCases, Language.allCases)
        func screen(_ situation: Situation, _ language: Language) async throws {
            let wanted = FoldersPage.plain(try FoldersPage().screens[situation.rawValue]?[language] ?? "")
            try await withDaemon {
                Self.prepare(&$0, for: situation)
                let adjust = $0.adjust
                $0.adjust = { configuration in
                    adjust(&configuration)
                    configuration.language = language
                }
            } _: { daemon in
                daemon.clock.run(times: 20)
                let note = try await Self.bring(daemon, into: situation)
                if let note {
                    try await daemon.told(.tidied)
                    #expect(FoldersPage.plain(try daemon.text(.failed, note)) == wanted)
                    return
                }
                try await daemon.status { text in
                    let name = Caller.ofThisProcess.name
                    return FoldersPage.plain(text.replacing("\(name)", with: "alice")) == wanted
                }
            }
        }

        private static func prepare(_ setup: inout EngineHarness.Setup, for situation: Situation) {
            setup.cloud = .manual
            setup.keys = ["main": 1]
            switch situation {
            case .network: setup.cloud.faults.upload.cutBefore = .always
            case .coins: setup.cloud.keys[0].coins = 0
            case .minimum:
                setup.cloud.keys[0].coins = 99
                setup.adjust = { $0.api.keys?[0].minimumCoins = 100 }
            case .budget:
                setup.cloud = .quick
                setup.cloud.answers.usage = .coins
                setup.pipeline { $0.spending.coinsPerDay = 6 }
            case .backlog: setup.pipeline { $0.spending.holdAbove = 3 }
            case .disk: setup.pipeline { $0.limits.freeSpace = 1 << 60 }
            case .refused: setup.pipeline { $0.accept = ["png"] }
            case .working, .held, .same, .stopped, .cancelled: break
            }
        }

        /// - Returns: the note in `failed/` that is to be read, where it is not the status of the inbox.
        private static func bring(_ daemon: EngineHarness, into situation: Situation) async throws -> String? {
            switch situation {
            case .working:
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                try daemon.drop("dog.png")
                try Data("x".utf8).write(to: URL(filePath: daemon.path(.inbox, "holiday.mov.part")))
            case .network, .coins, .minimum, .disk:
                try daemon.drop("cat.png")
            case .budget:
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                try daemon.drop("dog.png")
            case .backlog:
                try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                for number in 1...4 { try daemon.drop("\(number).png") }
            case .held:
                try await daemon.withControl { client in _ = try await client.hold(nil) }
                try daemon.drop("cat.png")
            case .same:
                let content = try daemon.drop("cat.png")
                try await daemon.told(.submitted)
                try daemon.drop("cat.png", content)
            case .stopped:
                try await daemon.status { $0.contains("oil") }
                await daemon.stop()
            case .refused:
                try daemon.drop("letter.txt", Array("Dear all".utf8))
                return "letter.txt.error.txt"
            case .cancelled:
                try daemon.drop("cat.png")
                let job = try #require(try await daemon.told(.submitted).job)
                try await daemon.withControl { client in _ = try await client.cancel(job.text) }
                return "cat.png.error.txt"
            }
            return nil
        }

        @Test("A file that is taken out of work/ while everything is held is withdrawn, and nothing is paid for it.")
        func withdrawn() async throws {
            try await withDaemon { daemon in
                daemon.clock.run(times: 20)
                try await daemon.withControl { client in _ = try await client.hold(nil) }
                try daemon.drop("cat.png")
                try await daemon.status {
                    $0.contains("1 waiting") && $0.contains("take it out of the folder work/oil")
                }
                try EngineHarness.move(daemon.path(.work, "cat.png"), to: "\(daemon.root)/drop/cat.png")
                try await daemon.withControl { client in _ = try await client.release(nil) }
                try await daemon.told(.withdrawn)
                try await daemon.status { $0.contains("0 waiting, 0 running. Today: 0 delivered, 0 failed.") }
                #expect(await daemon.simulator.record.requests.isEmpty)
                #expect(daemon.list(.failed) == [] && daemon.list(.work) == [])
            }
        }
    }
}
