import Glibc
import Jobs
import Testing

@testable import Spool

extension ClaimFixture {
    /// Drops a file with its parameters, and has it settled.
    func dropWithParameters(place: String = "cat.png") throws -> Claim {
        try other.write("params: {}", to: "inbox/cat.png.yaml")
        let claim = try drop(place: place)
        return Claim(
            job: claim.job,
            source: claim.source,
            settled: claim.settled,
            place: claim.place,
            sidecar: try #require(try claims.inbox.entry(at: try path("cat.png.yaml"))).identity
        )
    }
}

@Suite("Parameters beside a file", .timeLimit(.minutes(1)))
struct SidecarTests {
    @Test("They are taken with their file, under the name that it gets", arguments: ClaimFixture.Ground.allCases)
    func taken(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.dropWithParameters(place: "cat (2).png")
        guard case .taken = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken")
            return
        }
        let contents = ["work/cat (2).png": "content", "work/cat (2).png.yaml": "params: {}"]
        #expect(try fixture.contents() == contents)
        #expect(fixture.claims.synchronize([claim]).isEmpty)
    }

    @Test("A parameter file that is gone by then is no error, and another in its place stays")
    func gone() throws {
        let fixture = try ClaimFixture()
        let claim = try fixture.dropWithParameters()
        try fixture.other.write("another", to: "another")
        rename("\(fixture.other.path)/another", "\(fixture.other.path)/inbox/cat.png.yaml")
        guard case .taken = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken")
            return
        }
        #expect(try fixture.contents() == ["work/cat.png": "content", "inbox/cat.png.yaml": "another"])
        unlink("\(fixture.other.path)/inbox/cat.png.yaml")
        guard case .taken = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken")
            return
        }
        #expect(fixture.claims.synchronize([claim]).isEmpty)
    }

    @Test("A file with parameters gets no place beside which others lie", arguments: ClaimFixture.Ground.allCases)
    func nameTaken(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        try fixture.root.write("another's", to: "work/cat.png.yaml")
        let claim = try fixture.dropWithParameters()
        #expect(try fixture.claims.takeIn(claim) == .nameTaken)
        let second = Claim(job: claim.job, source: claim.source, settled: claim.settled, place: try path("cat (2).png"))
        guard case .taken = try fixture.claims.takeIn(second) else {
            Issue.record("not taken")
            return
        }
        #expect(fixture.root.read("work/cat.png.yaml") == "another's")
    }

    @Test("They go where their original goes", arguments: [false, true])
    func originals(elsewhere: Bool) throws {
        let fixture = try OriginalsFixture("holiday/cat.png", elsewhere: elsewhere)
        try fixture.temporary.write("params: {}", to: "work/holiday/cat.png.yaml")
        try fixture.root("failed").folder("failed/holiday")
            .write(Array("somebody's".utf8), to: try name("cat.png.yaml"))
        let original = try fixture.withSidecar(try fixture.original())
        let outcome = try fixture.originals().moveToFailed(original, notes: fixture.notes)
        guard case .moved(let place, let identity) = outcome else {
            Issue.record("not moved")
            return
        }
        let others = ["holiday/cat.png.yaml": "somebody's"]
        #expect(place.description == "holiday/cat (2).png")
        var files = others
        files["holiday/cat (2).png"] = "the original"
        files["holiday/cat (2).png.yaml"] = "params: {}"
        files["holiday/cat (2).png.error.txt"] = "It failed.\n"
        files["holiday/cat (2).png.error.json"] = "{\"job\":\"0123456789ab\"}"
        #expect(try fixture.files("failed") == files)
        #expect(try fixture.temporary.names(in: "work") == [])
        let failed = Original(job: fixture.job, place: place, identity: identity, sidecar: original.sidecar)
        guard case .moved(let back, let again) = try fixture.originals().restoreToWork(failed) else {
            Issue.record("not moved back")
            return
        }
        #expect(try fixture.files("failed") == others)
        #expect(
            try fixture.files("work")
                == ["holiday/cat (2).png": "the original", "holiday/cat (2).png.yaml": "params: {}"]
        )
        let returned = Original(job: fixture.job, place: back, identity: again, sidecar: original.sidecar)
        guard case .moved(let last, let kept) = try fixture.originals().moveToDone(returned) else {
            Issue.record("not moved to done")
            return
        }
        #expect(try fixture.files("done").keys.sorted() == ["", ".yaml"].map { "holiday/cat (2).png\($0)" })
        #expect(try fixture.temporary.names(in: "work") == [])
        let folder = try Folder(path: "\(fixture.root("done").path)/done")
        let parameters = try folder.entry(at: try path("holiday/cat (2).png.yaml"))?.identity
        let done = Original(job: fixture.job, place: last, identity: kept, sidecar: parameters)
        #expect(try fixture.originals().expireDone(done) == .deleted)
        #expect(try fixture.root("done").names(in: "done") == [])
    }

    @Test("They are deleted with their original, and only with it; what was written is kept", arguments: [false, true])
    func deleted(isWritten: Bool) throws {
        let fixture = try OriginalsFixture()
        try fixture.temporary.write("params: {}", to: "work/cat.png.yaml")
        let original = try fixture.original()
        let other = Original(
            job: fixture.job,
            place: original.place,
            identity: FileIdentity(device: 0, inode: 0, size: 0, modified: 0, changed: 0),
            sidecar: original.identity
        )
        #expect(try fixture.originals().delete(other) == .changed)
        #expect(try fixture.files("work").count == 2)
        let own = try #require(try fixture.temporary.open().entry(at: try path("work/cat.png.yaml"))).identity
        let whole = Original(job: fixture.job, place: original.place, identity: original.identity, sidecar: own)
        if isWritten { try fixture.temporary.write("params: { seed: 1 }", to: "work/cat.png.yaml") }
        #expect(try fixture.originals().delete(whole) == .deleted)
        #expect(try fixture.temporary.names(in: "work") == [])
        #expect(try fixture.files("done").keys.sorted() == (isWritten ? ["cat.png.yaml"] : []))
    }

    @Test("A file with the longest name leaves them room in failed")
    func long() throws {
        let fixture = try OriginalsFixture(String(repeating: "a", count: 246) + ".png")
        try fixture.temporary.write("params: {}", to: "work/\(fixture.place).yaml")
        let original = try fixture.withSidecar(try fixture.original())
        guard case .moved(let place, _) = try fixture.originals().moveToFailed(original, notes: fixture.notes) else {
            Issue.record("not moved")
            return
        }
        let names = ["", ".error.json", ".error.txt", ".yaml"].map { "\(place)\($0)" }
        #expect(try fixture.files("failed").keys.sorted() == names)
    }
}

extension OriginalsFixture {
    func withSidecar(_ original: Original) throws -> Original {
        Original(job: original.job, place: original.place, identity: original.identity, sidecar: original.identity)
    }
}
