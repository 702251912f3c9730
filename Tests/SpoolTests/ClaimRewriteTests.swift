import Glibc
import Jobs
import Testing

@testable import Spool

/// A flush of a taken file fails: it is written anew, and never flushed again as it is.
@Suite(.timeLimit(.minutes(1)))
struct ClaimRewriteTests {
    @Test(
        "A file that could not be flushed is put into its place anew, flushed, and known again there",
        .bug("https://lwn.net/Articles/752063/", "a second fsync says that all is well, and the data is gone"),
        arguments: ClaimFixture.Ground.allCases
    )
    func rewritten(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop()
        guard case .taken = try fixture.claims.takeIn(claim) else { throw Missing() }
        fixture.calls.fail { $0.kind == .synchronize ? EIO : ground.fails($0) }
        #expect(fixture.claims.synchronize([claim])[claim.job]?.code == EIO)
        fixture.calls.fail { ground.fails($0) }
        let before = try #require(try fixture.claims.work.entry(at: claim.place))
        let flushes = fixture.calls.count(.synchronize)
        let (identity, _) = try fixture.claims.rewrite(claim)
        #expect(fixture.calls.count(.synchronize) == flushes + 1)
        let after = try #require(try fixture.claims.work.entry(at: claim.place))
        #expect(after.identity == identity && after.identity.inode != before.identity.inode)
        #expect(try fixture.contents() == ["work/\(claim.place)": "content"])
        #expect(try fixture.claims.takeIn(claim) == .taken(identity))
        #expect(fixture.claims.synchronize([claim]).isEmpty)
    }

    @Test("So are the files of a job folder, each for itself")
    func folder() throws {
        let fixture = try ClaimFixture()
        let claim = try fixture.dropFolder()
        guard case .taken = try fixture.claims.takeIn(claim) else { throw Missing() }
        let before = try fixture.tree()
        let (_, inputs) = try fixture.claims.rewrite(claim)
        #expect(try fixture.tree() == before)
        #expect(inputs.map(\.name) == claim.inputs.map(\.name))
        for (new, old) in zip(inputs, claim.inputs) {
            #expect(new.identity.inode != old.identity.inode && new.identity.size == old.identity.size)
        }
    }

    @Test("A file that somebody wrote to meanwhile is not taken for the one that settled")
    func changed() throws {
        let fixture = try ClaimFixture()
        let claim = try fixture.drop()
        guard case .taken = try fixture.claims.takeIn(claim) else { throw Missing() }
        try fixture.root.write("other content", to: "work/cat.png")
        #expect(throws: SystemError.self) { try fixture.claims.rewrite(claim) }
        #expect(try fixture.contents() == ["work/cat.png": "other content"])
    }

    @Test("After any single failure of it the file lies in work, whole, and a repetition leaves nothing else")
    func fails() throws {
        var index = 0
        while true {
            let fixture = try ClaimFixture()
            let claim = try fixture.drop()
            guard case .taken = try fixture.claims.takeIn(claim) else { throw Missing() }
            let failing = fixture.calls.log.count + index
            fixture.calls.fail { $0.index == failing ? EIO : nil }
            let start = fixture.calls.log.count
            _ = try? fixture.claims.rewrite(claim)
            let calls = fixture.calls.log.count - start
            #expect(try fixture.contents()["work/cat.png"] == "content")
            fixture.calls.heal()
            guard case .taken = try fixture.claims.takeIn(claim) else { throw Missing() }
            _ = try fixture.claims.rewrite(claim)
            #expect(try fixture.contents() == ["work/cat.png": "content"])
            index += 1
            // The one that fails came after the last.
            if calls < index { break }
        }
        #expect(index > 5)
    }

    @Test("What a crash in the middle of it leaves is gone after the next start", arguments: [Job.Kind.file, .folder])
    func cutOff(kind: Job.Kind) throws {
        let fixture = try ClaimFixture()
        let claim = try kind == .file ? fixture.drop() : fixture.dropFolder()
        guard case .taken = try fixture.claims.takeIn(claim) else { throw Missing() }
        let whole = try fixture.tree()
        let folder = kind == .file ? "work" : "work/\(claim.place)"
        try fixture.root.write("half", to: "\(folder)/\(claim.copyName)")
        guard case .taken = try fixture.claims.takeIn(claim) else { throw Missing() }
        #expect(try fixture.tree() == whole)
    }

    private struct Missing: Error {}
}
