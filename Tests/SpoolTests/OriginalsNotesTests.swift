import Glibc
import Jobs
import Spool
import Testing

@Suite("Error notes", .timeLimit(.minutes(1)))
struct OriginalsNotesTests {
    let temporary: TemporaryFolder
    let job: JobID

    init() throws {
        temporary = try TemporaryFolder()
        job = try #require(JobID("0123456789ab"))
    }

    func notes(beside name: String, job: String = "0123456789ab") throws {
        try temporary.write("why", to: "\(name).error.txt")
        try temporary.write("{\"job\":\"\(job)\",\"message\":\"why\"}", to: "\(name).error.json")
    }

    @Test("A note that came along tells its job")
    func read() throws {
        try notes(beside: "cat.png")
        let folder = try temporary.open()
        #expect(try ErrorNotes.job(beside: try name("cat.png"), in: folder) == job)
        #expect(try ErrorNotes.job(beside: try name("dog.png"), in: folder) == nil)
        try ErrorNotes.remove(beside: try name("cat.png"), in: folder, of: try #require(JobID("zzzzzzzzzzzz")))
        #expect(try temporary.names().count == 2)
        try ErrorNotes.remove(beside: try name("cat.png"), in: folder, of: job)
        #expect(try temporary.names() == [])
    }

    @Test(
        "A note that is none of ours is none",
        arguments: [
            "", "[]", "{}", "{\"job\":1}", "{\"job\":\"../../etc/pass\"}", "\u{0}",
            String(repeating: "[", count: 100_000),
        ]
    )
    func strange(text: String) throws {
        try temporary.write(text, to: "cat.png.error.json")
        try temporary.write("mine", to: "cat.png.error.txt")
        #expect(try ErrorNotes.job(beside: try name("cat.png"), in: try temporary.open()) == nil)
        try ErrorNotes.remove(beside: try name("cat.png"), in: try temporary.open(), of: job)
        #expect(try ErrorNotes.sweep(in: try temporary.open()) { _ in false } == [])
        #expect(try temporary.names().count == 2)
    }

    @Test("Links, FIFOs, folders and endless files are none and keep nobody waiting")
    func hostile() throws {
        let path = temporary.path + "/cat.png.error.json"
        let file = try name("cat.png")
        #expect(symlink("/etc/passwd", path) == 0)
        #expect(try ErrorNotes.job(beside: file, in: try temporary.open()) == nil)
        #expect(unlink(path) == 0)
        #expect(mkfifo(path, 0o600) == 0)
        #expect(try ErrorNotes.job(beside: file, in: try temporary.open()) == nil)
        #expect(unlink(path) == 0)
        #expect(mkdir(path, 0o700) == 0)
        #expect(try ErrorNotes.job(beside: file, in: try temporary.open()) == nil)
        #expect(rmdir(path) == 0)
        try temporary.write(String(repeating: " ", count: 300_000) + "{\"job\":\"\(job)\"}", to: "cat.png.error.json")
        #expect(try ErrorNotes.job(beside: file, in: try temporary.open()) == nil)
    }

    @Test("Beside a name that leaves no room for that of a note there is none", arguments: [244, 245, 255])
    func longestName(length: Int) throws {
        let name = try name(String(repeating: "x", count: length))
        let folder = try temporary.open()
        #expect(try ErrorNotes.job(beside: name, in: folder) == nil)
        #expect(try ErrorNotes.json(beside: name, in: folder) == nil)
        try ErrorNotes.remove(beside: name, in: folder, of: job)
    }

    @Test("Notes whose file has left are swept at any depth; those with a file, and those still wanted, stay")
    func sweep() throws {
        for folder in ["a", "a/b"] { _ = try temporary.folder(folder) }
        for stem in ["gone", "a/gone", "a/b/gone"] { try notes(beside: "\(stem).png") }
        try notes(beside: "here.png")
        try temporary.write("x", to: "here.png")
        try notes(beside: "withdrawn.png", job: "zzzzzzzzzzzz")
        try notes(beside: ".runninghubd-0123456789ab")
        let wanted = try #require(JobID("zzzzzzzzzzzz"))
        let removed = try ErrorNotes.sweep(in: try temporary.open()) { $0 == wanted }
        #expect(removed == [job, job, job])
        #expect(
            try temporary.names() == [
                ".runninghubd-0123456789ab.error.json", ".runninghubd-0123456789ab.error.txt", "a", "here.png",
                "here.png.error.json", "here.png.error.txt", "withdrawn.png.error.json", "withdrawn.png.error.txt",
            ]
        )
        #expect(try temporary.names(in: "a/b") == [])
    }
}
