import Glibc
import Jobs
import NIOCore
import Testing

@testable import Spool

extension ClaimFixture {
    /// What a dropped job folder holds.
    static let folder = [
        "set/person.png": "a person", "set/clothes.jpg": "clothes", "set/job.yaml": "params: {}",
        "set/.DS_Store": "x", "set/deep/notes.txt": "notes", "set/deep/deeper/more.txt": "more",
    ]

    /// Drops a job folder, and has it settled.
    func dropFolder(place: String = "set", in batch: String = "") throws -> Claim {
        let base = "\(other.path)/inbox/\(batch)"
        for folder in ["", "set", "set/deep", "set/deep/deeper"] { mkdir("\(base)\(folder)", 0o770) }
        for (name, text) in Self.folder { try other.write(text, to: "inbox/\(batch)\(name)") }
        return try folderClaim("\(batch)set", place: "\(batch)\(place)")
    }

    func folderClaim(_ source: String, place: String) throws -> Claim {
        let source = try path(source)
        let inputs = try [("person", "person.png"), ("clothes", "clothes.jpg")].map { stem, file in
            let entry = try #require(try claims.inbox.entry(at: source.below(try name(file))))
            return Job.Input(stem: stem, name: try name(file), identity: entry.identity)
        }
        return Claim(
            job: try #require(JobID("0123456789ab")),
            source: source,
            settled: try #require(try claims.inbox.entry(at: source)).identity,
            place: try path(place),
            kind: .folder,
            inputs: inputs
        )
    }

    /// All files of both folders, hidden ones with them.
    func tree() throws -> [String: String] {
        try files("inbox", of: other).merging(try files("work", of: root)) { $1 }
    }

    private func files(_ path: String, of base: TemporaryFolder) throws -> [String: String] {
        var files: [String: String] = [:]
        for name in try base.names(in: path) {
            let below = "\(path)/\(name)"
            var status = stat()
            guard lstat("\(base.path)/\(below)", &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                files.merge(try self.files(below, of: base)) { $1 }
            } else {
                files[below] = base.read(below) ?? ""
            }
        }
        return files
    }

    /// The dropped folder's files below another path.
    static func folder(in place: String) -> [String: String] {
        Dictionary(uniqueKeysWithValues: folder.map { ("\(place)/\($0.dropFirst("set/".count))", $1) })
    }
}

@Suite("Claims of job folders", .timeLimit(.minutes(1)))
struct FolderClaimTests {
    @Test(
        "A folder lies in work with everything in it, its files as they are now",
        arguments: ClaimFixture.Ground.allCases
    )
    func takes(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.dropFolder()
        guard case .taken(let identity, let inputs) = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken")
            return
        }
        #expect(try fixture.tree() == ClaimFixture.folder(in: "work/set"))
        #expect(identity == (try fixture.claims.work.entry(at: claim.place))?.identity)
        #expect(identity.isSameFile(as: claim.settled) == !ground.isApart)
        #expect(inputs.map(\.stem) == ["person", "clothes"])
        for input in inputs {
            let entry = try fixture.claims.work.entry(at: claim.place.below(input.name))
            #expect(entry?.identity == input.identity)
        }
        #expect(fixture.claims.synchronize([claim]).isEmpty)
        #expect(try fixture.claims.takeIn(claim) == .taken(identity, inputs: inputs))
        #expect(try fixture.root.names(in: "work") == ["set"])
        #expect(try fixture.other.names(in: "inbox") == [])
    }

    @Test("Its flush flushes its files, itself and both parents")
    func synchronizes() throws {
        let fixture = try ClaimFixture()
        let claim = try fixture.dropFolder(in: "batch/")
        _ = try fixture.claims.takeIn(claim)
        let before = fixture.calls.count(.synchronize)
        #expect(fixture.claims.synchronize([claim]).isEmpty)
        #expect(fixture.calls.count(.synchronize) - before == 5)
    }

    @Test("A copy keeps the times of its files and folders")
    func times() throws {
        let fixture = try ClaimFixture(.apart)
        let claim = try fixture.dropFolder()
        let deep = try #require(try fixture.claims.inbox.entry(at: try path("set/deep/deeper"))).identity
        guard case .taken(_, let inputs) = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken")
            return
        }
        #expect(inputs.map(\.identity.modified) == claim.inputs.map(\.identity.modified))
        #expect(try fixture.claims.work.entry(at: try path("set/deep/deeper"))?.identity.modified == deep.modified)
    }

    @Test("A place that another folder has is not replaced, empty or not", arguments: ClaimFixture.Ground.allCases)
    func nameTaken(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        mkdir("\(fixture.root.path)/work/set", 0o770)
        let claim = try fixture.dropFolder()
        #expect(try fixture.claims.takeIn(claim) == .nameTaken)
        #expect(try fixture.root.names(in: "work") == ["set"])
        #expect(try fixture.root.names(in: "work/set") == [])
        let second = Claim(
            job: claim.job,
            source: claim.source,
            settled: claim.settled,
            place: try path("set (2)"),
            kind: .folder,
            inputs: claim.inputs
        )
        guard case .taken = try fixture.claims.takeIn(second) else {
            Issue.record("not taken")
            return
        }
        #expect(try fixture.tree() == ClaimFixture.folder(in: "work/set (2)"))
    }

    @Test(
        "A folder in which a file changed since it settled stays in the inbox",
        arguments: ClaimFixture.Ground.allCases
    )
    func changed(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.dropFolder()
        try fixture.other.write("another person", to: "inbox/set/person.png")
        #expect(try fixture.claims.takeIn(claim).isChanged(claim.settled))
        let tree = try fixture.tree()
        #expect(tree["inbox/set/person.png"] == "another person")
        #expect(tree.count == 6)
    }

    @Test(
        "A folder in which a file is exchanged in the last moment goes back whole",
        arguments: ClaimFixture.Ground.allCases
    )
    func exchanged(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.dropFolder()
        let folder = "\(fixture.other.path)/inbox/set"
        try fixture.other.write("another person", to: "another")
        let another = "\(fixture.other.path)/another"
        fixture.calls.fail { call in
            // The moment between the last look and the rename.
            if call.kind == .rename, call.text == "set" { rename(another, "\(folder)/person.png") }
            return ground.fails(call)
        }
        #expect(try fixture.claims.takeIn(claim).isChanged(claim.settled))
        let tree = try fixture.tree()
        #expect(tree["inbox/set/person.png"] == "another person")
        #expect(tree.count == 6)
    }

    @Test("Another folder in its place is left alone", arguments: ClaimFixture.Ground.allCases)
    func another(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.dropFolder()
        rename("\(fixture.other.path)/inbox/set", "\(fixture.other.path)/mine")
        #expect(try fixture.claims.takeIn(claim) == .gone)
        mkdir("\(fixture.other.path)/inbox/set", 0o770)
        try fixture.other.write("not mine", to: "inbox/set/person.png")
        #expect(try !fixture.claims.takeIn(claim).isChanged(claim.settled))
        #expect(try fixture.tree() == ["inbox/set/person.png": "not mine"])
    }

    @Test(
        "A folder without the files that its pipeline names is taken as it is",
        arguments: ClaimFixture.Ground.allCases
    )
    func incomplete(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let full = try fixture.dropFolder()
        let claim = Claim(
            job: full.job,
            source: full.source,
            settled: full.settled,
            place: full.place,
            kind: .folder
        )
        guard case .taken(_, []) = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken")
            return
        }
        #expect(try fixture.tree() == ClaimFixture.folder(in: "work/set"))
    }

    @Test("A folder that may not be moved stays, with its cure", arguments: ClaimFixture.Ground.allCases)
    func unmovable(ground: ClaimFixture.Ground) throws {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.dropFolder()
        fixture.calls.fail { $0.kind == .access ? EACCES : ground.fails($0) }
        guard case .refused(.unmovable(let cure)) = try fixture.claims.takeIn(claim) else {
            Issue.record("not refused")
            return
        }
        #expect(cure.hasSuffix("chmod -R g+rwX \(fixture.other.path)/inbox/set"))
        #expect(try fixture.tree() == ClaimFixture.folder(in: "inbox/set"))
    }

    @Test("A rename that is not allowed is told with the folder's cure")
    func refused() throws {
        let fixture = try ClaimFixture()
        let claim = try fixture.dropFolder()
        fixture.calls.fail { $0.kind == .rename ? EACCES : nil }
        guard case .refused(.unmovable(let cure)) = try fixture.claims.takeIn(claim) else {
            Issue.record("not refused")
            return
        }
        #expect(cure.hasSuffix("chmod -R g+rwX \(fixture.other.path)/inbox/set"))
    }

    @Test("A link that came into a folder is not followed: the folder goes back with a reason")
    func link() throws {
        let fixture = try ClaimFixture(.apart)
        let claim = try fixture.dropFolder()
        symlink("/etc/hostname", "\(fixture.other.path)/inbox/set/link")
        #expect(try fixture.claims.takeIn(claim) == .refused(.within(path("link"), .symbolicLink)))
        #expect(try fixture.root.names(in: "work") == [])
        #expect(try fixture.other.names(in: "inbox") == ["set"])
    }

    @Test("A file that is written to while its folder is copied has the folder go back whole")
    func writtenWhileCopied() throws {
        let fixture = try ClaimFixture(.apart)
        let claim = try fixture.dropFolder()
        let file = open("\(fixture.other.path)/inbox/set/person.png", O_WRONLY | O_APPEND)
        defer { close(file) }
        fixture.calls.fail { call in
            // The copy lies in its place, and its source is just to be removed.
            if call.kind == .rename, call.newText.hasSuffix(".removed") { return EIO }
            return nil
        }
        #expect(throws: SystemError.self) { try fixture.claims.takeIn(claim) }
        fixture.calls.heal()
        _ = Glibc.write(file, " and more", 9)
        #expect(try fixture.claims.takeIn(claim).isChanged(claim.settled))
        let tree = try fixture.tree()
        #expect(tree["inbox/set/person.png"] == "a person and more")
        #expect(tree.count == 6)
        #expect(try fixture.root.names(in: "work") == [])
    }

    @Test("A copy that was cut off is gone when its folder goes back")
    func copyCutOff() throws {
        let fixture = try ClaimFixture(.apart)
        let claim = try fixture.dropFolder()
        let start = fixture.calls.count(.copy)
        fixture.calls.fail { $0.kind == .copy && $0.indexInKind > start ? EIO : nil }
        #expect(throws: SystemError.self) { try fixture.claims.takeIn(claim) }
        fixture.calls.heal()
        try fixture.other.write("another", to: "inbox/\(claim.hiddenName)/person.png")
        #expect(try fixture.claims.takeIn(claim).isChanged(claim.settled))
        #expect(try fixture.root.names(in: "work") == [])
        #expect(try fixture.other.names(in: "inbox") == ["set"])
    }

    @Test("A file of a claimed folder is opened by the same rules as any")
    func opens() throws {
        let fixture = try ClaimFixture()
        let claim = try fixture.dropFolder()
        guard case .taken(_, let inputs) = try fixture.claims.takeIn(claim), let input = inputs.first else {
            Issue.record("not taken")
            return
        }
        let work = fixture.claims.work
        let place = claim.place.below(input.name)
        let (state, file) = try work.openClaimed(place, expecting: input.identity)
        #expect(state == .unchanged)
        #expect(try file?.read(at: 0, count: 100).readableBytes == 8)
        try fixture.root.write("another person", to: "work/set/person.png")
        guard case .changed = try work.openClaimed(place, expecting: input.identity).state else {
            Issue.record("not told as changed")
            return
        }
        rename("\(fixture.root.path)/work/set", "\(fixture.root.path)/mine")
        #expect(try work.openClaimed(place, expecting: input.identity).state == .withdrawn)
        #expect(try work.state(of: place, expecting: input.identity) == .withdrawn)
    }
}

extension Claim.Outcome {
    /// Whether it is told as changed, and the folder is the one that settled.
    func isChanged(_ settled: FileIdentity) -> Bool {
        if case .changed(let identity) = self { identity.isSameFile(as: settled) } else { false }
    }
}
