import Glibc
import Jobs
import Spool
import Testing

/// A pipeline's folders for originals, `failed` and `done` on another file system where wanted.
struct OriginalsFixture {
    let temporary: TemporaryFolder
    let other: TemporaryFolder?
    let job: JobID
    let place: RelativePath
    let notes = ErrorNotes(text: Array("It failed.\n".utf8), json: Array("{\"job\":\"0123456789ab\"}".utf8))

    init(_ place: String = "cat.png", elsewhere: Bool = false) throws {
        temporary = try TemporaryFolder()
        other = elsewhere ? try TemporaryFolder(in: "/dev/shm") : nil
        job = try #require(JobID("0123456789ab"))
        self.place = try path(place)
        for folder in ["work", "done", "failed"] { _ = try root(folder).folder(folder) }
        var folder = "work"
        for name in self.place.folders {
            folder += "/\(name)"
            _ = try temporary.folder(folder)
        }
        try temporary.write("the original", to: "work/\(place)")
    }

    func root(_ folder: String) -> TemporaryFolder { folder == "work" ? temporary : other ?? temporary }

    func originals(_ calls: any SystemCalls = LinuxCalls()) throws -> Originals {
        Originals(
            work: try Folder(path: temporary.path + "/work", calls: calls),
            done: try Folder(path: root("done").path + "/done", calls: calls),
            failed: try Folder(path: root("failed").path + "/failed", calls: calls)
        )
    }

    func original(in folder: String = "work", at place: RelativePath? = nil) throws -> Original {
        let place = place ?? self.place
        let entry = try Folder(path: root(folder).path + "/" + folder).entry(at: place)
        return Original(job: job, place: place, identity: try #require(entry).identity)
    }

    /// All files below a folder, with their content.
    func files(_ folder: String, _ path: String = "") throws -> [String: String] {
        var files: [String: String] = [:]
        for name in try root(folder).names(in: folder + "/" + path) {
            let below = path.isEmpty ? name : "\(path)/\(name)"
            var status = stat()
            guard lstat("\(root(folder).path)/\(folder)/\(below)", &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                files.merge(try self.files(folder, below)) { $1 }
            } else {
                files[below] = root(folder).read("\(folder)/\(below)")
            }
        }
        return files
    }
}

@Suite("Originals", .timeLimit(.minutes(1)))
struct OriginalsTests {
    static let places = ["cat.png", "holiday/day 1/cat.png"]

    @Test(
        "A delivered original goes to done with its path, and empty folders are tidied",
        arguments: places,
        [false, true]
    )
    func done(place: String, elsewhere: Bool) throws {
        let fixture = try OriginalsFixture(place, elsewhere: elsewhere)
        let original = try fixture.original()
        let outcome = try fixture.originals().moveToDone(original)
        #expect(try outcome == .moved(fixture.place, fixture.original(in: "done").identity))
        #expect(try fixture.files("done") == [place: "the original"])
        #expect(try fixture.temporary.names(in: "work") == [])
        #expect(try fixture.originals().moveToDone(original) == outcome)
        #expect(try fixture.files("done") == [place: "the original"])
    }

    @Test("Between two mounts of one file system, which no rename crosses, the original is copied", arguments: places)
    func mounts(place: String) throws {
        let fixture = try OriginalsFixture(place)
        // From the folder itself to another; what is renamed within one has a hidden name.
        let calls = FailingCalls { call in
            (call.kind == .rename || call.kind == .link) && !call.text.hasPrefix(".") ? EXDEV : nil
        }
        let original = try fixture.original()
        let outcome = try fixture.originals(calls).moveToDone(original)
        #expect(try outcome == .moved(fixture.place, fixture.original(in: "done").identity))
        #expect(try fixture.files("done") == [place: "the original"])
        #expect(try fixture.temporary.names(in: "work") == [])
    }

    @Test("A file with a second name is moved, however like it the one is that has its name in done/")
    func likeness() throws {
        let fixture = try OriginalsFixture(elsewhere: true)
        let name = "/cat.png"
        #expect(Glibc.link(fixture.temporary.path + "/work" + name, fixture.temporary.path + "/second") == 0)
        try fixture.root("done").write("not the same", to: "done/cat.png")
        var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 5), timespec(tv_sec: 1_000_000_000, tv_nsec: 5)]
        for path in [fixture.temporary.path + "/work" + name, fixture.root("done").path + "/done" + name] {
            #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
        }
        _ = try fixture.originals().moveToDone(try fixture.original())
        #expect(try fixture.files("done") == ["cat.png": "not the same", "cat (2).png": "the original"])
    }

    @Test("A copy on another file system keeps the original's time")
    func times() throws {
        let fixture = try OriginalsFixture(elsewhere: true)
        var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 5), timespec(tv_sec: 1_000_000_000, tv_nsec: 5)]
        #expect(utimensat(AT_FDCWD, fixture.temporary.path + "/work/cat.png", &times, 0) == 0)
        let original = try fixture.original()
        guard case .moved(_, let identity) = try fixture.originals().moveToDone(original) else {
            Issue.record("not moved")
            return
        }
        #expect(identity.modified == original.identity.modified)
        #expect(identity.device != original.identity.device)
    }

    @Test("Nothing is replaced, compared without case", arguments: [false, true])
    func clash(elsewhere: Bool) throws {
        let fixture = try OriginalsFixture(elsewhere: elsewhere)
        try fixture.root("failed").write("another", to: "failed/CAT.PNG")
        try fixture.root("failed").write("somebody's", to: "failed/Cat (2).png.Error.TXT")
        let original = try fixture.original()
        let outcome = try fixture.originals().moveToFailed(original, notes: fixture.notes)
        let expected = try path("cat (3).png")
        #expect(try outcome == .moved(expected, fixture.original(in: "failed", at: expected).identity))
        let files = [
            "CAT.PNG": "another", "Cat (2).png.Error.TXT": "somebody's", "cat (3).png": "the original",
            "cat (3).png.error.txt": "It failed.\n", "cat (3).png.error.json": "{\"job\":\"0123456789ab\"}",
        ]
        #expect(try fixture.files("failed") == files)
        #expect(try fixture.originals().moveToFailed(original, notes: fixture.notes) == outcome)
        #expect(try fixture.files("failed") == files)
    }

    @Test("A failed original of 255 bytes is cut so that its notes fit")
    func long() throws {
        let fixture = try OriginalsFixture(String(repeating: "猫", count: 83) + "ab.png")
        #expect(fixture.place.name.bytes.count == 255)
        let original = try fixture.original()
        guard case .moved(let place, _) = try fixture.originals().moveToFailed(original, notes: fixture.notes) else {
            Issue.record("not moved")
            return
        }
        let names = try fixture.files("failed").keys.sorted()
        #expect(names == ["", ".error.json", ".error.txt"].map { "\(place.name)\($0)" })
        #expect(place.name.isText && names.allSatisfy { $0.utf8.count <= 255 })
    }

    @Test("A withdrawn original leaves nothing, or its notes alone, once", arguments: [false, true], [false, true])
    func withdrawn(evenIfAbsent: Bool, isReplaced: Bool) throws {
        let fixture = try OriginalsFixture("holiday/cat.png")
        let original = try fixture.original()
        #expect(rename(fixture.temporary.path + "/work/holiday/cat.png", fixture.temporary.path + "/mine.png") == 0)
        // Another job's file under the same name is not taken for it.
        if isReplaced { try fixture.temporary.write("another job's", to: "work/holiday/cat.png") }
        for _ in 0..<2 {
            let outcome = try fixture.originals().moveToFailed(
                original,
                notes: fixture.notes,
                evenIfAbsent: evenIfAbsent
            )
            #expect(outcome == .absent)
            let names = ["holiday/cat.png.error.json", "holiday/cat.png.error.txt"]
            #expect(try fixture.files("failed").keys.sorted() == (evenIfAbsent ? names : []))
        }
        #expect(try fixture.originals().moveToDone(original) == .absent)
        #expect(try fixture.originals().delete(original) != .deleted)
        #expect(try fixture.files("work") == (isReplaced ? ["holiday/cat.png": "another job's"] : [:]))
        #expect(fixture.temporary.read("mine.png") == "the original")
    }

    @Test("An original that was written to after its claim still moves, as it is")
    func written() throws {
        let fixture = try OriginalsFixture()
        let original = try fixture.original()
        try fixture.temporary.write(
            Array("longer than before".utf8),
            to: Array("work/cat.png".utf8),
            flags: O_WRONLY | O_TRUNC
        )
        guard case .moved = try fixture.originals().moveToDone(original) else {
            Issue.record("not moved")
            return
        }
        #expect(try fixture.files("done") == ["cat.png": "longer than before"])
    }

    @Test("A link in the original's place is not followed and not moved")
    func link() throws {
        let fixture = try OriginalsFixture()
        let original = try fixture.original()
        #expect(unlink(fixture.temporary.path + "/work/cat.png") == 0)
        #expect(symlink("/etc/hostname", fixture.temporary.path + "/work/cat.png") == 0)
        #expect(try fixture.originals().moveToDone(original) == .absent)
        #expect(try fixture.originals().delete(original) != .deleted)
        #expect(try fixture.temporary.names(in: "work") == ["cat.png"])
    }

    @Test("A folder that is one job moves whole, and is deleted whole")
    func folder() throws {
        let fixture = try OriginalsFixture("set/a.png")
        let place = try path("set")
        let original = try fixture.original(at: place)
        guard case .moved(place, let identity) = try fixture.originals().moveToDone(original) else {
            Issue.record("not moved")
            return
        }
        #expect(try fixture.files("done") == ["set/a.png": "the original"])
        #expect(
            try fixture.originals().expireDone(Original(job: fixture.job, place: place, identity: identity)) == .deleted
        )
        #expect(try fixture.temporary.names(in: "done") == [])
    }

    @Test("A retry brings the original back to work, and its notes are gone", arguments: places, [false, true])
    func retry(place: String, elsewhere: Bool) throws {
        let fixture = try OriginalsFixture(place, elsewhere: elsewhere)
        _ = try fixture.originals().moveToFailed(try fixture.original(), notes: fixture.notes)
        try fixture.temporary.folder("work").makeFolders(fixture.place.folders)
        try fixture.temporary.write("a new one", to: "work/\(place)")
        let failed = try fixture.original(in: "failed")
        let outcome = try fixture.originals().restoreToWork(failed)
        let expected = place.replacingLast("cat.png", with: "cat (2).png")
        #expect(try outcome == .moved(path(expected), fixture.original(at: try path(expected)).identity))
        #expect(try fixture.files("work") == [place: "a new one", expected: "the original"])
        #expect(try fixture.root("failed").names(in: "failed") == [])
        #expect(try fixture.originals().restoreToWork(failed) == outcome)
        #expect(try fixture.files("work") == [place: "a new one", expected: "the original"])
    }
}

extension String {
    fileprivate func replacingLast(_ end: String, with other: String) -> String {
        hasSuffix(end) ? dropLast(end.count) + other : self
    }
}

extension Folder {
    fileprivate func makeFolders(_ path: [FileName]) throws {
        _ = try madeFolder(at: path)
    }
}
