import FoundationEssentials
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Folders that are one job", .timeLimit(.minutes(1)))
    struct JobFolderTests {
        /// The two-image app of the service's own example: nodes 285 and 107.
        private static func twoImages(_ setup: inout EngineHarness.Setup) {
            setup.pipeline {
                $0.nodes = [
                    .init(id: "285", field: "image", value: .text(template("{file:person}"))),
                    .init(id: "107", field: "image", value: .text(template("{file:clothes}"))),
                ]
            }
        }

        private static func template(_ text: String) -> Template {
            (try? Template(parsing: text)) ?? Template(literal: text)
        }

        /// Makes folders of files beside the spool, as a person does before dropping them.
        private func lay(out files: [String: [UInt8]], _ daemon: EngineHarness) throws {
            for (path, content) in files {
                let file = "\(daemon.root)/drop/\(path)"
                let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try #require(FileManager.default.createFile(atPath: file, contents: Data(content)))
            }
        }

        private func drop(_ files: [String: [UInt8]], _ daemon: EngineHarness) throws {
            try lay(out: files, daemon)
            for name in Set(files.keys.compactMap { $0.split(separator: "/").first.map(String.init) }) {
                try EngineHarness.move("\(daemon.root)/drop/\(name)", to: daemon.path(.inbox, name))
            }
        }

        @Test("Two images go into two nodes of one task; results bear the folder's name, and the folder goes to done/.")
        func twoImages() async throws {
            try await withDaemon(Self.twoImages) { daemon in
                let (person, clothes) = (EngineHarness.picture("person"), EngineHarness.picture("clothes"))
                try drop(
                    ["shoot.v2/person.png": person, "shoot.v2/Clothes.jpg": clothes, "shoot.v2/notes.txt": [0x61]],
                    daemon
                )
                try await daemon.told(.tidied)
                let record = await daemon.simulator.record
                #expect(record.submissions.count == 1 && record.uploads.count == 2)
                let nodes = try #require(record.submissions.first?.nodes)
                #expect(nodes.map(\.nodeID) == ["285", "107"])
                let names = [person, clothes].map { content in
                    record.uploads.first { $0.sha256 == EngineHarness.sha256(content) }?.name
                }
                #expect(nodes.map(\.value) == names)
                let manifest = try daemon.manifest("shoot.v2")
                #expect(manifest.sources.map(\.name) == ["shoot.v2/person.png", "shoot.v2/Clothes.jpg"])
                #expect(manifest.sources.map(\.uploadedAs) == names)
                #expect(manifest.sources.map(\.sha256) == [person, clothes].map(EngineHarness.sha256))
                #expect(
                    daemon.list(.done) == ["shoot.v2/Clothes.jpg", "shoot.v2/notes.txt", "shoot.v2/person.png"]
                )
                #expect(daemon.list(.work).isEmpty && daemon.list(.inbox).isEmpty)
            }
        }

        @Test(
            "A folder of such folders is one job each, wherever they lie, and results keep the path.",
            .bug("https://github.com/ar-/incron/issues/78", "recursion")
        )
        func foldersOfFolders() async throws {
            try await withDaemon(Self.twoImages) { daemon in
                var files: [String: [UInt8]] = [:]
                for name in ["a", "b", "deep/c", "deep/er/d"] {
                    files["all/\(name)/person.png"] = EngineHarness.picture("person of \(name)")
                    files["all/\(name)/clothes.png"] = EngineHarness.picture("clothes of \(name)")
                }
                try drop(files, daemon)
                try await daemon.told(.tidied, times: 4)
                #expect(await daemon.submissions.count == 4)
                let manifests = daemon.list(.outbox).filter { $0.hasSuffix(".result.json") }
                #expect(
                    manifests == [
                        "all/a.result.json", "all/b.result.json", "all/deep/c.result.json", "all/deep/er/d.result.json",
                    ]
                )
                #expect(daemon.list(.done).count == 8)
            }
        }

        @Test("A folder that lacks a file waits and says for what; after 15 minutes it fails, and nothing was paid.")
        func incomplete() async throws {
            try await withDaemon(Self.twoImages) { daemon in
                try drop(["shoot/person.png": EngineHarness.picture("person")], daemon)
                daemon.clock.run(times: 200)
                let line = try await daemon.told(.fileStuck)
                #expect(line.text.contains("shoot") && line.text.contains("clothes"))
                daemon.clock.run(times: 60)
                try await daemon.told(.tidied)
                let notes = try daemon.notes("shoot")
                #expect(notes.name == "incomplete" && notes.message.contains("clothes") && !notes.may_have_been_paid)
                #expect(daemon.list(.failed).contains("shoot/person.png"))
                #expect(await daemon.simulator.record.requests.isEmpty)
                // Completed by the person and moved back, it goes through.
                try lay(out: ["clothes.png": EngineHarness.picture("clothes")], daemon)
                try EngineHarness.move("\(daemon.root)/drop/clothes.png", to: daemon.path(.failed, "shoot/clothes.png"))
                try EngineHarness.move(daemon.path(.failed, "shoot"), to: daemon.path(.inbox, "shoot"))
                daemon.clock.run(times: 5)
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("The missing file comes in time: the folder is taken then, whole.")
        func completed() async throws {
            try await withDaemon(Self.twoImages) { daemon in
                try drop(["shoot/person.png": EngineHarness.picture("person")], daemon)
                daemon.clock.run(times: 200)
                try await daemon.told(.fileStuck)
                try lay(out: ["clothes.png": EngineHarness.picture("clothes")], daemon)
                try EngineHarness.move("\(daemon.root)/drop/clothes.png", to: daemon.path(.inbox, "shoot/clothes.png"))
                try await daemon.told(.delivered)
                #expect(await daemon.submissions.first?.uploads.count == 2)
            }
        }

        @Test("A failed folder that is moved back is not paid again where its task can still be used.")
        func retried() async throws {
            try await withDaemon {
                Self.twoImages(&$0)
                $0.cloud = .manual
                $0.cloud.keys[0].concurrency = 3
            } _: { daemon in
                try drop(
                    ["s/person.png": EngineHarness.picture("p"), "s/clothes.png": EngineHarness.picture("c")],
                    daemon
                )
                try await daemon.told(.submitted)
                let task = try #require(await daemon.submissions.first?.taskID)
                await daemon.simulator.finish(task, as: .failed(TaskFailure()))
                daemon.clock.run(times: 20)
                try await daemon.told(.tidied)
                #expect(daemon.list(.failed).contains("s/person.png"))
                try EngineHarness.move(daemon.path(.failed, "s"), to: daemon.path(.inbox, "s"))
                try await daemon.told(.revived)
                daemon.clock.run(times: 20)
                try await daemon.cloud { $0.submissions.count == 2 }
            }
        }

        @Test("A file of a folder that is taken out of work/ ends the job without cost; one that changes is sent anew.")
        func touchedInWork() async throws {
            try await withDaemon {
                Self.twoImages(&$0)
                $0.cloud.keys[0].occupied = 3
            } _: { daemon in
                for name in ["one", "two"] {
                    try drop(
                        [
                            "\(name)/person.png": EngineHarness.picture("p \(name)"),
                            "\(name)/clothes.png": EngineHarness.picture("c \(name)"),
                        ],
                        daemon
                    )
                    try await daemon.told(.uploaded, about: name)
                }
                try await daemon.told(.refused)
                try EngineHarness.move(daemon.path(.work, "one/person.png"), to: "\(daemon.root)/drop/x.png")
                let changed = EngineHarness.picture("changed")
                try Data(changed).write(to: URL(filePath: daemon.path(.work, "two/clothes.png")), options: [])
                await daemon.simulator.update { $0.keys[0].occupied = 0 }
                daemon.clock.run(times: 60)
                try await daemon.told(.failed, about: "one")
                try await daemon.told(.delivered, about: "two")
                try await daemon.told(.tidied, about: "one")
                #expect(try daemon.notes("one").name == "incomplete")
                let record = await daemon.simulator.record
                #expect(record.acceptedSubmissions.count == 1)
                let sent = record.uploads.filter { $0.sha256 == EngineHarness.sha256(changed) }.compactMap(\.name)
                #expect(record.acceptedSubmissions[0].uploads.contains(try #require(sent.first)))
            }
        }

        @Test(
            "A folder to which something came, or in which a file was exchanged, after its submission is not deleted.",
            arguments: ["none", "added", "exchanged"]
        )
        func changedLate(change: String) async throws {
            try await withDaemon {
                Self.twoImages(&$0)
                $0.cloud = .manual
                $0.pipeline { $0.afterDelivery = .delete }
            } _: { daemon in
                let (person, clothes) = (EngineHarness.picture("a"), EngineHarness.picture("b"))
                try drop(["set/person.png": person, "set/clothes.png": clothes], daemon)
                let task = try #require(try await daemon.told(.submitted).fields["task"])
                let new = Data(EngineHarness.picture("new"))
                let name = ["added": "set/notes.png", "exchanged": "set/person.png"][change]
                if let name { try new.write(to: URL(filePath: daemon.path(.work, name)), options: .atomic) }
                await daemon.simulator.finish(task)
                try await daemon.told(.tidied)
                #expect(daemon.list(.done).isEmpty == (change == "none"))
                #expect(daemon.journal.all(.writtenLate).isEmpty == (change == "none"))
                #expect(daemon.list(.work).isEmpty)
            }
        }
    }
}
