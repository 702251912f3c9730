import Glibc
import Jobs
import Spool
import Testing

@Suite("Originals that are folders", .timeLimit(.minutes(1)))
struct OriginalsFolderTests {
    static let files = ["person.png": "a person", "clothes.jpg": "clothes", "job.yaml": "{}", "deep/er/notes.txt": "x"]

    /// A pipeline's folders with a job folder in `work/`.
    static func fixture(elsewhere: Bool) throws -> (fixture: OriginalsFixture, original: Original) {
        let fixture = try OriginalsFixture("batch/set/person.png", elsewhere: elsewhere)
        for folder in ["deep", "deep/er"] { mkdir("\(fixture.temporary.path)/work/batch/set/\(folder)", 0o770) }
        for (name, text) in files { try fixture.temporary.write(text, to: "work/batch/set/\(name)") }
        // As its claim does: what is in it is older than its coming.
        let place = "\(fixture.temporary.path)/work/batch/set"
        for (old, new) in [(place, "\(place).new"), ("\(place).new", place)] { #expect(rename(old, new) == 0) }
        return (fixture, try fixture.original(at: try path("batch/set")))
    }

    static func below(_ place: String) -> [String: String] {
        Dictionary(uniqueKeysWithValues: files.map { ("\(place)/\($0)", $1) })
    }

    @Test("A job folder goes to failed with notes beside it, back to work, and to done", arguments: [false, true])
    func journey(elsewhere: Bool) throws {
        let (fixture, original) = try Self.fixture(elsewhere: elsewhere)
        let originals = try fixture.originals()
        guard case .moved(let failed, let identity) = try originals.moveToFailed(original, notes: fixture.notes) else {
            Issue.record("not moved to failed")
            return
        }
        var files = Self.below("batch/set")
        files["batch/set.error.txt"] = "It failed.\n"
        files["batch/set.error.json"] = "{\"job\":\"0123456789ab\"}"
        #expect(try fixture.files("failed") == files)
        #expect(try fixture.temporary.names(in: "work") == [])
        #expect(try ErrorNotes.sweep(in: Folder(path: fixture.root("failed").path + "/failed")) { _ in false } == [])
        let back = try originals.restoreToWork(Original(job: fixture.job, place: failed, identity: identity))
        guard case .moved(let place, let again) = back else {
            Issue.record("not moved back")
            return
        }
        #expect(try fixture.files("work") == Self.below("batch/set"))
        #expect(try fixture.root("failed").names(in: "failed") == [])
        let outcome = try originals.moveToDone(Original(job: fixture.job, place: place, identity: again))
        guard case .moved(let done, let last) = outcome else {
            Issue.record("not moved to done")
            return
        }
        #expect(try fixture.files("done") == Self.below("batch/set"))
        #expect(try originals.moveToDone(Original(job: fixture.job, place: place, identity: again)) == outcome)
        #expect(try originals.expireDone(Original(job: fixture.job, place: done, identity: last)) == .deleted)
        #expect(try fixture.root("done").names(in: "done") == [])
    }

    @Test("Nothing is replaced, not even an empty folder", arguments: [false, true])
    func clash(elsewhere: Bool) throws {
        let (fixture, original) = try Self.fixture(elsewhere: elsewhere)
        for folder in ["done/batch", "done/batch/Set"] { _ = try fixture.root("done").folder(folder) }
        guard case .moved(let place, _) = try fixture.originals().moveToDone(original) else {
            Issue.record("not moved")
            return
        }
        #expect(place.description == "batch/set (2)")
        #expect(try fixture.files("done") == Self.below("batch/set (2)"))
        #expect(try fixture.root("done").names(in: "done/batch/Set") == [])
    }

    @Test("A copy on another file system keeps the times of files and folders")
    func times() throws {
        let (fixture, original) = try Self.fixture(elsewhere: true)
        let places = try ["batch/set", "batch/set/person.png", "batch/set/deep/er"].map(path)
        let before = try places.map { try fixture.original(at: $0).identity.modified }
        _ = try fixture.originals().moveToDone(original)
        #expect(try places.map { try fixture.original(in: "done", at: $0).identity.modified } == before)
    }

    @Test("What a person writes to a folder after it was copied is not lost")
    func writtenAfterCopy() throws {
        let (fixture, original) = try Self.fixture(elsewhere: true)
        let calls = FailingCalls { $0.kind == .rename && $0.newText.hasSuffix(".removed") ? EIO : nil }
        #expect(throws: SystemError.self) { try fixture.originals(calls).moveToDone(original) }
        try fixture.temporary.write("another person", to: "work/batch/set/person.png")
        guard case .moved = try fixture.originals().moveToDone(original) else {
            Issue.record("not moved")
            return
        }
        #expect(try fixture.files("done")["batch/set/person.png"] == "another person")
        #expect(try fixture.files("done").count == 4)
    }

    @Test("A failed folder is deleted with its notes, and one that was put in its place is not")
    func expire() throws {
        let (fixture, original) = try Self.fixture(elsewhere: false)
        guard
            case .moved(let place, let identity) = try fixture.originals().moveToFailed(original, notes: fixture.notes)
        else {
            Issue.record("not moved")
            return
        }
        let stranger = FileIdentity(device: identity.device, inode: 1, size: 1, modified: 0, changed: 0)
        #expect(
            try fixture.originals().expireFailed(Original(job: fixture.job, place: place, identity: stranger))
                == .changed
        )
        #expect(try fixture.files("failed").count == 6)
        #expect(
            try fixture.originals().expireFailed(Original(job: fixture.job, place: place, identity: identity))
                == .deleted
        )
        #expect(try fixture.root("failed").names(in: "failed") == [])
    }

    @Test("The last file of a batch three levels deep takes the empty folders with it")
    func batch() throws {
        let fixture = try OriginalsFixture("a/b/c/cat.png")
        try fixture.temporary.write("another", to: "work/a/b/c/dog.png")
        _ = try fixture.originals().moveToDone(try fixture.original())
        #expect(try fixture.files("work") == ["a/b/c/dog.png": "another"])
        _ = try fixture.originals().moveToDone(try fixture.original(at: try path("a/b/c/dog.png")))
        #expect(try fixture.temporary.names(in: "work") == [])
        #expect(try fixture.files("done").count == 2)
    }
}

@Suite("Originals that are folders, cut off anywhere", .timeLimit(.minutes(1)))
struct OriginalsFolderCrashTests {
    enum Duty: String, CaseIterable, Sendable {
        case done, failed, delete
    }

    @Test(
        "At every call: nobody sees half a folder, nothing is lost, and repeating ends it",
        arguments: Duty.allCases,
        [true, false]
    )
    func everywhere(duty: Duty, isCrash: Bool) throws {
        for elsewhere in [false, true] {
            var failures = 0
            for index in 0... {
                let (fixture, original) = try OriginalsFolderTests.fixture(elsewhere: elsewhere)
                let calls = FailingCalls()
                let originals = try fixture.originals(calls)
                let start = calls.log.count + index
                calls.fail { $0.index == start || isCrash && $0.index > start ? EIO : nil }
                let isDone = (try? run(duty, originals, original, fixture)) != nil
                if duty != .delete { try checkBetween(fixture) }
                try run(duty, try fixture.originals(), original, fixture)
                try checkEnd(duty, fixture)
                guard !isDone || calls.log.count > start else { break }
                failures += isDone ? 0 : 1
            }
            #expect(failures > 3)
        }
    }

    func run(_ duty: Duty, _ originals: Originals, _ original: Original, _ fixture: OriginalsFixture) throws {
        switch duty {
        case .done: try #require(try originals.moveToDone(original) != .absent)
        case .failed: try #require(try originals.moveToFailed(original, notes: fixture.notes) != .absent)
        case .delete: _ = try originals.delete(original)
        }
    }

    func checkBetween(_ fixture: OriginalsFixture) throws {
        var (seen, all): ([String: String], [String: String]) = ([:], [:])
        for folder in ["work", "done", "failed"] {
            for (name, text) in try fixture.files(folder) where !name.contains(".error.") {
                all["\(folder)/\(name)"] = text
                if !name.contains("/.runninghubd") { seen["\(folder)/\(name)"] = text }
            }
        }
        for text in OriginalsFolderTests.files.values { #expect(all.values.contains(text)) }
        #expect(seen.isEmpty || seen.count == OriginalsFolderTests.files.count)
    }

    func checkEnd(_ duty: Duty, _ fixture: OriginalsFixture) throws {
        #expect(try fixture.temporary.names(in: "work") == [])
        var expected = duty == .delete ? [:] : OriginalsFolderTests.below("batch/set")
        if duty == .failed {
            expected["batch/set.error.txt"] = "It failed.\n"
            expected["batch/set.error.json"] = "{\"job\":\"0123456789ab\"}"
        }
        #expect(try fixture.files(duty == .failed ? "failed" : "done") == expected)
    }
}
