import Glibc
import Jobs
import Spool
import Testing

@Suite("Originals whose time is up", .timeLimit(.minutes(1)))
struct ExpiryTests {
    /// An original in `failed/` with notes and parameters, or in `done/` without.
    private func put(_ fixture: OriginalsFixture, in folder: String) throws -> Original {
        let sidecar = try sidecar(fixture, in: "work")
        let before = try fixture.original()
        let original = Original(job: fixture.job, place: before.place, identity: before.identity, sidecar: sidecar)
        let originals = try fixture.originals()
        let outcome =
            folder == "done"
            ? try originals.moveToDone(original) : try originals.moveToFailed(original, notes: fixture.notes)
        guard case .moved(let place, let identity) = outcome else { throw SystemError(call: "move", code: ENOENT) }
        return Original(job: fixture.job, place: place, identity: identity, sidecar: sidecar)
    }

    private func sidecar(_ fixture: OriginalsFixture, in folder: String) throws -> FileIdentity? {
        try fixture.temporary.write("prompt: oil\n", to: "\(folder)/\(fixture.place).yaml")
        let place = try path("\(fixture.place).yaml")
        return try Folder(path: "\(fixture.temporary.path)/\(folder)").entry(at: place)?.identity
    }

    private func expire(_ original: Original, in folder: String, _ originals: Originals) throws -> OriginalEnd {
        folder == "done" ? try originals.expireDone(original) : try originals.expireFailed(original)
    }

    @Test("They are deleted with their notes and parameters, and again changes nothing", arguments: ["done", "failed"])
    func deleted(folder: String) throws {
        let fixture = try OriginalsFixture("holiday/cat.png")
        let original = try put(fixture, in: folder)
        #expect(try fixture.files(folder).count == (folder == "done" ? 2 : 4))
        #expect(try expire(original, in: folder, fixture.originals()) == .deleted)
        #expect(try fixture.temporary.names(in: folder) == [])
        #expect(try expire(original, in: folder, fixture.originals()) == .absent)
    }

    @Test("One that was written to, replaced, or is no file any more is left", arguments: ["done", "failed"])
    func changed(folder: String) throws {
        let changes: [(String) throws -> Void] = [
            { try Self.replace($0, "the original and more") },
            { try Self.touch($0) },
            { path in
                unlink(path)
                #expect(symlink("/etc/passwd", path) == 0)
            },
        ]
        for change in changes {
            let fixture = try OriginalsFixture("holiday/cat.png")
            let original = try put(fixture, in: folder)
            let path = "\(fixture.temporary.path)/\(folder)/holiday/cat.png"
            try change(path)
            #expect(try expire(original, in: folder, fixture.originals()) == .changed)
            var status = stat()
            #expect(lstat(path, &status) == 0)
            #expect(try fixture.temporary.names(in: "\(folder)/holiday").filter { $0.hasPrefix(".") } == [])
        }
    }

    @Test("A folder on the way to it that has become a link is not followed")
    func link() throws {
        let fixture = try OriginalsFixture("holiday/cat.png")
        let original = try put(fixture, in: "done")
        let root = fixture.temporary.path
        #expect(rename("\(root)/done/holiday", "\(root)/elsewhere") == 0)
        #expect(symlink("\(root)/elsewhere", "\(root)/done/holiday") == 0)
        #expect(try fixture.originals().expireDone(original) == .changed)
        #expect(fixture.temporary.read("elsewhere/cat.png") == "the original")
    }

    @Test("Parameters that somebody has written to are left, and so are notes of another job")
    func beside() throws {
        let fixture = try OriginalsFixture("cat.png")
        let original = try put(fixture, in: "failed")
        try fixture.temporary.write("prompt: watercolour\n", to: "failed/cat.png.yaml")
        try fixture.temporary.write("{\"job\":\"aaaaaaaaaaaa\"}", to: "failed/cat.png.error.json")
        #expect(try fixture.originals().expireFailed(original) == .deleted)
        #expect(
            try fixture.temporary.names(in: "failed").sorted() == [
                "cat.png.error.json", "cat.png.error.txt", "cat.png.yaml",
            ]
        )
    }

    @Test("A job folder is deleted whole; one in which anything is younger than its coming is left whole")
    func folder() throws {
        let inside: [(String) throws -> Void] = [
            { _ in },
            { #expect(creat("\($0)/deep/mine.txt", 0o600) >= 0) },
            { #expect(creat("\($0)/mine.txt", 0o600) >= 0) },
            { try Self.replace("\($0)/deep/a.png", "another picture") },
        ]
        for (number, change) in inside.enumerated() {
            let temporary = try TemporaryFolder()
            for folder in ["work", "done", "failed", "work/set", "work/set/deep"] { _ = try temporary.folder(folder) }
            try temporary.write("a picture", to: "work/set/deep/a.png")
            #expect(symlink("/etc", "\(temporary.path)/work/set/etc") == 0)
            let originals = Originals(
                work: try Folder(path: "\(temporary.path)/work"),
                done: try Folder(path: "\(temporary.path)/done"),
                failed: try Folder(path: "\(temporary.path)/failed")
            )
            let job = try #require(JobID("0123456789ab"))
            let place = try path("set")
            let identity = try #require(try Folder(path: "\(temporary.path)/work").entry(at: place)).identity
            // Clocks of file systems are coarse: what comes later is to be seen to.
            try Self.tick(after: identity, in: temporary.path)
            let outcome = try originals.moveToDone(Original(job: job, place: place, identity: identity))
            guard case .moved(_, let there) = outcome else { throw SystemError(call: "move", code: ENOENT) }
            try Self.tick(after: there, in: temporary.path)
            try change("\(temporary.path)/done/set")
            let end = try originals.expireDone(Original(job: job, place: place, identity: there))
            #expect(end == (number == 0 ? .deleted : .changed), "change \(number)")
            #expect(try temporary.names(in: "done") == (number == 0 ? [] : ["set"]), "change \(number)")
            var status = stat()
            #expect(stat("/etc/passwd", &status) == 0)
        }
    }

    @Test(
        "Cut off at any call, it is there or hidden until it is gone; repeating ends it",
        arguments: ["done", "failed"]
    )
    func crash(folder: String) throws {
        for isSingle in [false, true] {
            var failures = 0
            for index in 0... {
                let fixture = try OriginalsFixture("holiday/cat.png")
                let original = try put(fixture, in: folder)
                try fixture.temporary.write("a stranger's", to: "\(folder)/holiday/dog.png")
                let calls = FailingCalls()
                let originals = try fixture.originals(calls)
                let start = calls.log.count
                calls.fail {
                    isSingle ? ($0.index == start + index ? EIO : nil) : ($0.index >= start + index ? EIO : nil)
                }
                let end = try? expire(original, in: folder, originals)
                #expect(end != .changed && end != .absent)
                let last = try expire(original, in: folder, fixture.originals())
                #expect(last == .deleted || end == .deleted || last == .absent)
                #expect(try fixture.files(folder) == ["holiday/dog.png": "a stranger's"], "\(folder), call \(index)")
                guard end != .deleted || calls.log.count > start + index else { break }
                failures += end == nil ? 1 : 0
            }
            #expect(failures > 5)
        }
    }

    @Test("What is put in its place between the look and the move is put back")
    func exchanged() throws {
        let fixture = try OriginalsFixture("cat.png")
        let original = try put(fixture, in: "done")
        let path = "\(fixture.temporary.path)/done/cat.png"
        let calls = FailingCalls()
        let originals = try fixture.originals(calls)
        calls.fail { call in
            // The very moment before it is moved aside.
            guard call.kind == .rename, call.text == "cat.png" else { return nil }
            unlink(path)
            let descriptor = creat(path, 0o600)
            write(descriptor, "mine", 4)
            close(descriptor)
            return nil
        }
        #expect(try originals.expireDone(original) == .changed)
        #expect(fixture.temporary.read("done/cat.png") == "mine")
        #expect(try fixture.temporary.names(in: "done").sorted() == ["cat.png", "cat.png.yaml"])
    }

    private static func replace(_ path: String, _ text: String) throws {
        let descriptor = open(path, O_WRONLY | O_TRUNC)
        defer { close(descriptor) }
        try #require(write(descriptor, text, text.utf8.count) == text.utf8.count)
    }

    private static func touch(_ path: String) throws {
        var times = [timespec(tv_sec: 1_000, tv_nsec: 0), timespec(tv_sec: 1_000, tv_nsec: 0)]
        try #require(utimensat(AT_FDCWD, path, &times, 0) == 0)
    }

    /// Waits until what comes to a folder bears a later time than what came there: the clocks of file systems are coarse, and may step back.
    private static func tick(after identity: FileIdentity, in folder: String) throws {
        let path = "\(folder)/.tick"
        var status = stat()
        repeat {
            let file = creat(path, 0o600)
            try #require(file >= 0 && fstat(file, &status) == 0)
            close(file)
            unlink(path)
        } while Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec) <= identity.changed
    }
}
