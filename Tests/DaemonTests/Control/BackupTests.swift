import FoundationEssentials
import Glibc
import Jobs
import Ledger
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("backup", .timeLimit(.minutes(1)))
    struct BackupTests {
        private func names(in folder: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        }

        @Test(
            "A copy is a whole ledger for its owner alone, made while the daemon runs, and the journal names who took it."
        )
        func copy() async throws {
            try await withDaemon { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied, about: "cat.png")
                let folder = "\(daemon.root)/copies"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let path = "\(folder)/ledger.sqlite"
                try await daemon.withControl { client in
                    let size = try await client.backup(to: BackupFile(path: path))
                    #expect(try Data(contentsOf: URL(filePath: path)).count == Int(size))
                }
                #expect(try names(in: folder) == ["ledger.sqlite"])
                #expect(try !names(in: "\(daemon.root)/state").contains(Ledger.copyName))
                let asked = try await daemon.told(.asked)
                #expect(asked.text == "\(Caller.ofThisProcess.name) took a copy of the ledger.")
                let copy = try Ledger(path: path, owner: "test")
                let job = try await daemon.record(of: "cat.png").job.id
                #expect(try await copy.job(job)?.job.state == .delivered)
            }
        }

        @Test("A file that is there is never replaced, and nothing is left of a copy that is refused.")
        func refused() async throws {
            try await withDaemon { daemon in
                let folder = "\(daemon.root)/copies"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Data("mine".utf8).write(to: URL(filePath: "\(folder)/mine"))
                #expect(throws: BackupFile.Failure.self) { try BackupFile(path: "\(folder)/mine") }
                let late = try BackupFile(path: "\(folder)/late")
                try Data("first".utf8).write(to: URL(filePath: "\(folder)/late"))
                #expect(throws: BackupFile.Failure.self) { try late.finish() }
                #expect(try Data(contentsOf: URL(filePath: "\(folder)/late")) == Data("first".utf8))
                try await daemon.withControl(isAdministrator: { $0.user != geteuid() }) { client in
                    let file = try BackupFile(path: "\(folder)/new")
                    let refusal = try await daemon.refusal { try await client.backup(to: file) }
                    #expect(refusal.code == 1 && refusal.message.contains(Caller.adminGroup))
                }
                #expect(try names(in: folder).filter { !$0.hasPrefix(".late") } == ["late", "mine"])
                #expect(daemon.journal.all(.asked).isEmpty)
            }
        }

        @Test("While one copy is being made no other is begun.")
        func once() async throws {
            try await withDaemon { daemon in
                let path = "\(daemon.root)/state/\(Ledger.copyName)"
                #expect(FileManager.default.createFile(atPath: path, contents: nil))
                try await daemon.withControl { client in
                    let file = try BackupFile(path: "\(daemon.root)/copy")
                    let refusal = try await daemon.refusal { try await client.backup(to: file) }
                    #expect(refusal.message == "A copy is being made already; try again later.")
                }
                #expect(FileManager.default.fileExists(atPath: path))
            }
        }
    }
}
