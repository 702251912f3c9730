import Foundation
import Glibc
import Jobs
import Testing

@testable import Spool

@Suite("The status file of an inbox", .timeLimit(.minutes(1)))
struct StatusFileTests {
    @Test("It takes the place of the one before, of a link and of what a crash left, and follows none of them")
    func replaced() throws {
        let root = try TemporaryFolder()
        let folder = try root.open()
        let outside = try TemporaryFolder()
        try outside.write(Array("mine".utf8), to: Array("target".utf8))
        for name in ["_STATUS.txt", "._STATUS.txt.new"] {
            #expect(symlink("\(outside.path)/target", "\(root.path)/\(name)") == 0)
        }
        try StatusFile.write("first", in: folder)
        try StatusFile.write("second", in: folder)
        #expect(try String(contentsOfFile: "\(root.path)/_STATUS.txt", encoding: .utf8) == "second")
        #expect(try String(contentsOfFile: "\(outside.path)/target", encoding: .utf8) == "mine")
        #expect(try folder.entry(StatusFile.name)?.kind == .file)
        #expect(try FileManager.default.contentsOfDirectory(atPath: root.path) == ["_STATUS.txt"])
    }

    @Test("Where it cannot be replaced the old one stands whole, and nothing is left beside it")
    func refused() throws {
        let root = try TemporaryFolder()
        let calls = FailingCalls()
        let folder = try root.open(calls: calls)
        try StatusFile.write("first", in: folder)
        for failing in [FailingCalls.Kind.rename, .write] {
            calls.fail { $0.kind == failing ? EACCES : nil }
            #expect(throws: SystemError.self) { try StatusFile.write("second", in: folder) }
            calls.heal()
            #expect(try FileManager.default.contentsOfDirectory(atPath: root.path) == ["_STATUS.txt"])
            #expect(try String(contentsOfFile: "\(root.path)/_STATUS.txt", encoding: .utf8) == "first")
        }
        try StatusFile.write("second", in: folder)
        #expect(try String(contentsOfFile: "\(root.path)/_STATUS.txt", encoding: .utf8) == "second")
    }

    @Test("Neither it nor its unfinished form is taken from an inbox")
    func ignored() {
        for name in ["_STATUS.txt", "_status.TXT"] {
            #expect(NameRules().rule(for: FileName(cleaning: name.utf8)) == .own("_STATUS.txt"))
        }
        #expect(NameRules().rule(for: FileName(cleaning: "._STATUS.txt.new".utf8)) == .hidden)
    }
}
