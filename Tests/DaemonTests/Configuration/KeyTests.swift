import Glibc
import Jobs
import Testing

@testable import Daemon

@Suite("Keys", .timeLimit(.minutes(1)))
struct KeyTests {
    @Test("Without a list every credential key_NAME is a key with the defaults.")
    func credentials() {
        let credentials = [
            "key_b": Secret("bbb"), "key_a": Secret(" aaa\n"), "oil_password": Secret("x"), "key_": Secret("y"),
        ]
        let loaded = Configuration().loadKeys(credentials: credentials)
        #expect(loaded.problems.isEmpty)
        #expect(
            loaded.keys.map(\.settings) == ["a", "b"].map { KeySettings(name: $0, source: .credential("key_\($0)")) }
        )
        #expect(loaded.keys.map { $0.secret.expose() } == ["aaa", "bbb"])
    }

    @Test("A list says which keys there are; those that cannot be used do not keep the others from work.")
    func list() {
        var configuration = Configuration()
        configuration.api.keys = ["a", "b", "c", "d"].map { KeySettings(name: $0, source: .credential("key_\($0)")) }
        let loaded = configuration.loadKeys(credentials: [
            "key_a": Secret("aaa"), "key_c": Secret(" \n"), "key_d": Secret("two words"), "key_e": Secret("eee"),
        ])
        #expect(loaded.keys.map(\.settings.name) == ["a"])
        #expect(
            loaded.problems.map(\.description) == [
                "Key 'b': there is no credential 'key_b'. 'runninghubd key add b' stores one.",
                "Key 'c': it is empty. 'runninghubd key add c' asks for it again.",
                "Key 'd': it holds characters that no API key has. Store the key alone, on one line.",
            ]
        )
        #expect(!"\(loaded)".contains("two words") && !"\(loaded)".contains("aaa"))
    }

    @Test("A key's file is read, and refused where others can read it, where it is none, and where there is nothing.")
    func files() throws {
        let folder = try ConfigurationFolder()
        try folder.write("good", "secret\n", mode: 0o600)
        try folder.write("open", "secret\n", mode: 0o640)
        try folder.write("world", "secret\n", mode: 0o604)
        #expect(mkdir(folder.path + "/folder", 0o700) == 0)
        #expect(mkfifo(folder.path + "/fifo", 0o600) == 0)
        var configuration = Configuration()
        configuration.api.keys = ["good", "open", "world", "folder", "fifo", "none"].map {
            KeySettings(name: $0, source: .file(folder.path + "/" + $0))
        }
        let loaded = configuration.loadKeys(credentials: [:])
        #expect(loaded.keys.map { $0.secret.expose() } == ["secret"])
        #expect(
            loaded.problems.map(\.description) == [
                "Key 'open': others than its owner can use the file: 'chmod 600' it.",
                "Key 'world': others than its owner can use the file: 'chmod 600' it.",
                "Key 'folder': this is not a regular file.",
                "Key 'fifo': this is not a regular file.",
                "Key 'none': there is no such file or folder.",
            ]
        )
    }

    @Test("The machine's files are read, up to the bound; FIFOs and folders are refused at once.")
    func localFiles() throws {
        let folder = try ConfigurationFolder()
        let files = LocalConfigurationFiles()
        try folder.write("a", "text", mode: 0o644)
        try folder.write("large", String(repeating: "x", count: YAMLDocument.maximumBytes * 2), mode: 0o644)
        #expect(mkfifo(folder.path + "/fifo", 0o600) == 0)
        #expect(try files.content(of: folder.path + "/a") == Array("text".utf8))
        #expect(try files.content(of: folder.path + "/large").count == YAMLDocument.maximumBytes + 1)
        #expect(throws: FileProblem("this is not a regular file")) { try files.content(of: folder.path + "/fifo") }
        #expect(throws: FileProblem("this is not a regular file")) { try files.content(of: folder.path) }
        #expect(
            Set(try files.names(in: folder.path).map { String(decoding: $0, as: UTF8.self) }) == ["a", "large", "fifo"]
        )
        #expect(throws: FileProblem("there is no such file or folder", isMissing: true)) {
            try files.names(in: folder.path + "/x")
        }
    }
}
