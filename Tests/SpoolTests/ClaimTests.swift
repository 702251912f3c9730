import Glibc
import Jobs
import Testing

@testable import Spool

@Suite(.timeLimit(.minutes(1)))
struct ClaimTests {
    @Test("A claimed file lies in work, and nothing is left in the inbox", arguments: ClaimFixture.Ground.allCases)
    func takes(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop()
        guard case .taken(let identity, _) = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken")
            return
        }
        #expect(try fixture.contents() == ["work/cat.png": "content"])
        #expect(identity == (try fixture.claims.work.entry(at: claim.place))?.identity)
        #expect(identity.isSameFile(as: claim.settled) == !ground.isApart)
        #expect(fixture.claims.synchronize([claim]).isEmpty)
        #expect(try fixture.claims.takeIn(claim) == .taken(identity))
    }

    @Test("A copy keeps the time of the last change", arguments: [ClaimFixture.Ground.apart])
    func copiedTime(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop()
        guard case .taken(let identity, _) = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken")
            return
        }
        #expect(identity.modified == claim.settled.modified)
        #expect(identity.device != claim.settled.device)
    }

    @Test("A name of any bytes is kept", arguments: ClaimFixture.Ground.allCases)
    func bytes(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let name = try #require(FileName(bytes: [0xFF, 0x0A, 0x27] + Array(repeating: 0xC3, count: 250)))
        try fixture.other.write([1, 2], to: Array("inbox/".utf8) + name.bytes)
        let entry = try #require(try fixture.claims.inbox.entry(name))
        let path = RelativePath(name: name)
        let job = try #require(JobID("0123456789ab"))
        let claim = Claim(job: job, source: path, settled: entry.identity, place: path)
        guard case .taken = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken")
            return
        }
        #expect(try fixture.claims.work.entry(name)?.identity.size == 2)
    }

    @Test("A file of a batch folder keeps its path", arguments: ClaimFixture.Ground.allCases)
    func batch(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop(as: "trip/cat.png")
        guard case .taken = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken")
            return
        }
        #expect(fixture.root.read("work/trip/cat.png") == "content")
        #expect(fixture.claims.synchronize([claim]).isEmpty)
    }

    @Test(
        "A place that another file has is not replaced, and another place goes on",
        arguments: ClaimFixture.Ground.allCases
    )
    func nameTaken(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        try fixture.root.write("another's", to: "work/cat.png")
        let claim = try fixture.drop()
        #expect(try fixture.claims.takeIn(claim) == .nameTaken)
        #expect(fixture.root.read("work/cat.png") == "another's")
        let second = Claim(job: claim.job, source: claim.source, settled: claim.settled, place: try path("cat (2).png"))
        guard case .taken = try fixture.claims.takeIn(second) else {
            Issue.record("not taken")
            return
        }
        #expect(try fixture.contents() == ["work/cat.png": "another's", "work/cat (2).png": "content"])
    }

    @Test(
        "A file that changed since it settled stays in the inbox",
        .bug("https://github.com/CommandPost/CommandPost/issues/598", "a file taken before it is finished"),
        arguments: ClaimFixture.Ground.allCases
    )
    func changed(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop()
        try fixture.other.write("more content", to: "inbox/cat.png")
        guard case .changed(let identity) = try fixture.claims.takeIn(claim) else {
            Issue.record("not told as changed")
            return
        }
        #expect(identity.size == 12)
        #expect(try fixture.contents() == ["inbox/cat.png": "more content"])
    }

    @Test(
        "A file put in the place of the settled one in the last moment goes back",
        arguments: ClaimFixture.Ground.allCases
    )
    func exchanged(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop()
        let inbox = "\(fixture.other.path)/inbox"
        try fixture.other.write("another", to: "another")
        let another = "\(fixture.other.path)/another"
        fixture.calls.fail { call in
            // The moment between the last look and the rename.
            if call.kind == .rename, call.text == "cat.png" { rename(another, "\(inbox)/cat.png") }
            return ground.fails(call)
        }
        guard case .changed(let identity) = try fixture.claims.takeIn(claim) else {
            Issue.record("not told as changed")
            return
        }
        #expect(identity.size == 7)
        #expect(try fixture.contents() == ["inbox/cat.png": "another"])
    }

    @Test("A file that goes back replaces nothing that came under its name", arguments: ClaimFixture.Ground.allCases)
    func backBeside(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop()
        let (inbox, folder) = ("\(fixture.other.path)/inbox", fixture.other)
        try folder.write("another", to: "another")
        fixture.calls.fail { call in
            guard call.kind == .rename || call.kind == .link else { return ground.fails(call) }
            // First another file comes in its place; then, when that goes back, a third one lies there already.
            if rename("\(folder.path)/another", "\(inbox)/cat.png") != 0, call.newText == "cat.png" {
                if folder.read("inbox/cat.png") == nil { try? folder.write("third", to: "inbox/cat.png") }
            }
            return ground.fails(call)
        }
        _ = try? fixture.claims.takeIn(claim)
        #expect(try fixture.contents() == ["inbox/cat.png": "third", "inbox/cat (2).png": "another"])
    }

    @Test(
        "A symbolic link put in the place of the settled file is not followed",
        arguments: ClaimFixture.Ground.allCases
    )
    func linkExchanged(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop()
        try fixture.root.write("secret", to: "secret")
        let (inbox, secret) = ("\(fixture.other.path)/inbox", "\(fixture.root.path)/secret")
        fixture.calls.fail { call in
            if call.kind == .rename, call.text == "cat.png" {
                unlink("\(inbox)/cat.png")
                symlink(secret, "\(inbox)/cat.png")
            }
            return ground.fails(call)
        }
        guard case .changed = try fixture.claims.takeIn(claim) else {
            Issue.record("not told as changed")
            return
        }
        #expect(try fixture.claims.inbox.entry(try name("cat.png"))?.kind == .symbolicLink)
        #expect(try fixture.root.names(in: "work").isEmpty)
    }

    @Test("A file that is gone is told as gone", arguments: ClaimFixture.Ground.allCases)
    func gone(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop()
        unlink("\(fixture.other.path)/inbox/cat.png")
        #expect(try fixture.claims.locate(claim) == .nowhere)
        #expect(try fixture.claims.takeIn(claim) == .gone)
    }

    @Test("A file that may not be read is not moved, and its cure is told", arguments: ClaimFixture.Ground.allCases)
    func unreadable(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop()
        fixture.calls.fail { $0.kind == .access && $0.text == "cat.png" ? EACCES : ground.fails($0) }
        let cure = "chmod g+r \(fixture.other.path)/inbox/cat.png"
        #expect(try fixture.claims.takeIn(claim) == .refused(.unreadable(cure: cure)))
        #expect(try fixture.contents() == ["inbox/cat.png": "content"])
        #expect(fixture.calls.count(.rename) == 0)
    }

    @Test("A folder from which nothing may be moved is told with its cure")
    func unmovable() throws {
        let fixture = try ClaimFixture()
        let claim = try fixture.drop(as: "trip/cat.png")
        fixture.calls.fail { $0.kind == .rename ? EACCES : nil }
        guard case .refused(.unmovable(let cure)) = try fixture.claims.takeIn(claim) else {
            Issue.record("not refused")
            return
        }
        #expect(cure.hasSuffix("chmod -R g+rwX \(fixture.other.path)/inbox/trip"))
        #expect(fixture.other.read("inbox/trip/cat.png") == "content")
    }

    @Test("A further hard link is taken, and the other name stays", arguments: ClaimFixture.Ground.allCases)
    func hardLink(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        try fixture.other.write("content", to: "mine.png")
        link("\(fixture.other.path)/mine.png", "\(fixture.other.path)/inbox/cat.png")
        let claim = try fixture.claim("cat.png")
        guard case .taken = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken")
            return
        }
        #expect(try fixture.contents() == ["work/cat.png": "content"])
        #expect(fixture.other.read("mine.png") == "content")
    }

    @Test(
        "A source that is written to while it is copied goes back whole",
        .bug("https://github.com/coppit/docker-filebot/issues/2", "a file taken before it is finished"),
        arguments: [ClaimFixture.Ground.apart, .apartWithoutLinks]
    )
    func writtenWhileCopied(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop()
        let file = open("\(fixture.other.path)/inbox/cat.png", O_WRONLY | O_APPEND)
        defer { close(file) }
        fixture.calls.fail { call in
            if call.kind == .synchronize, call.indexInKind == 0 { _ = Glibc.write(file, " and more", 9) }
            return ground.fails(call)
        }
        guard case .changed = try fixture.claims.takeIn(claim) else {
            Issue.record("not told as changed")
            return
        }
        #expect(try fixture.contents() == ["inbox/cat.png": "content and more"])
    }

    @Test("The flush of many claims flushes each folder once, and tells which file failed")
    func synchronizes() throws {
        let fixture = try ClaimFixture()
        var claims: [Claim] = []
        var random = SplitMix(state: 1)
        for index in 0..<20 {
            let claim = try fixture.drop(as: "\(index).png")
            let named = Claim(
                job: JobID(using: &random),
                source: claim.source,
                settled: claim.settled,
                place: claim.place
            )
            _ = try fixture.claims.takeIn(named)
            claims.append(named)
        }
        let before = fixture.calls.count(.synchronize)
        #expect(fixture.claims.synchronize(claims).isEmpty)
        #expect(fixture.calls.count(.synchronize) - before == 22)
        let start = fixture.calls.count(.synchronize)
        fixture.calls.fail { $0.kind == .synchronize && $0.indexInKind == start + 3 ? EIO : nil }
        #expect(fixture.claims.synchronize(claims).mapValues(\.code) == [claims[3].job: EIO])
        let folder = fixture.calls.count(.synchronize) + 20
        fixture.calls.fail { $0.kind == .synchronize && $0.indexInKind == folder ? EIO : nil }
        #expect(fixture.claims.synchronize(claims).count == 20)
    }
}
