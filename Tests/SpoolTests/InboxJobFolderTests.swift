import Glibc
import Jobs
import Testing

@testable import Spool

@Suite("An inbox of job folders", .timeLimit(.minutes(1)))
struct InboxJobFolderTests {
    func fixture(
        wall: Duration = .zero,
        watch: Pipeline.Watch = .auto,
        hasOther: Bool = false,
        capacity: Int = 4096
    ) throws -> InboxFixture {
        let wanted = Pipeline.JobFolder(stems: ["person", "clothes"], hasOther: hasOther)
        return try InboxFixture(wall: wall, watch: watch, capacity: capacity, jobFolder: wanted)
    }

    @Test("A folder that was there at the start is offered with its files")
    func atStart() async throws {
        let fixture = try fixture(wall: .seconds(3600))
        try fixture.writeSet("set")
        let offered = try #require(await fixture.inbox.nextBatch().first)
        #expect(offered.path.description == "set")
        #expect(offered.content.names == ["person.png", "clothes.jpg"])
        let folder = try Folder(path: fixture.place)
        #expect(try folder.entry(name("set"))?.identity == offered.identity)
        guard case .folder(let inputs) = offered.content else { return }
        for input in inputs {
            #expect(try folder.entry(at: offered.path.below(input.name))?.identity == input.identity)
        }
    }

    @Test(
        "A folder that is made first and filled later is offered when all of it is quiet",
        .bug("https://github.com/danfruehauf/incron/issues/6", "a folder that is filled after it was made")
    )
    func filled() async throws {
        try await fixture().watching { fixture in
            async let batch = fixture.next()
            await fixture.idle()
            mkdir("\(fixture.place)/set", 0o770)
            await fixture.idle()
            fixture.clock.advance(by: .seconds(10))
            try fixture.write("x", to: "set/person.png")
            while await fixture.lacking("set") != ["clothes"] { await fixture.secondPasses() }
            fixture.clock.advance(by: .seconds(10))
            try fixture.write("x", to: "set/clothes.jpg")
            let ticker = fixture.tick()
            defer { ticker.cancel() }
            #expect(await batch == ["set"])
        }
    }

    @Test("Files renamed into a folder complete it at once")
    func renamedIn() async throws {
        try await fixture().watching { fixture in
            async let batch = fixture.next()
            await fixture.idle()
            mkdir("\(fixture.place)/set", 0o770)
            // From here on it is watched.
            while fixture.calls.count(.watch) < 2 { await Task.yield() }
            try fixture.moveIn("set/person.png", from: "a")
            try fixture.moveIn("set/clothes.png", from: "b")
            #expect(await batch == ["set"])
        }
    }

    @Test("A tree that is moved in, and folders of folders, are one job for each folder")
    func trees() async throws {
        try await fixture(wall: .seconds(3600)).watching { fixture in
            async let names = fixture.takeAllFolders(21)
            await fixture.idle()
            for folder in ["moved", "moved/deep"] { mkdir("\(fixture.root.path)/\(folder)", 0o770) }
            for index in 0..<10 { try fixture.writeSet("moved/deep/\(index)", in: "") }
            rename("\(fixture.root.path)/moved", "\(fixture.place)/moved")
            mkdir("\(fixture.place)/made", 0o770)
            // Beside folders a file is nothing to take, and does not make one job of all.
            try fixture.write("x", to: "made/readme.txt")
            for index in 0..<10 { try fixture.writeSet("made/\(index)") }
            try fixture.writeSet("single")
            let ticker = fixture.tick()
            defer { ticker.cancel() }
            let taken = try await names
            #expect(taken.count == 21)
            let expected = (0..<10).flatMap { ["moved/deep/\($0)", "made/\($0)"] } + ["single"]
            #expect(Set(taken) == Set(expected))
        }
    }

    @Test("A folder that lacks a file is given up after 15 min, with the names of what is missing")
    func lacking() async throws {
        let fixture = try fixture(wall: .seconds(3600))
        try fixture.write("x", to: "set/person.png", making: "set")
        mkdir("\(fixture.place)/set/deep", 0o770)
        async let batch = fixture.inbox.nextBatch()
        for _ in 0..<100 where fixture.clock.now.ledger < Timestamp(milliseconds: 1_000_000) + .seconds(899) {
            fixture.clock.advance(by: min(await fixture.idle(), .seconds(60)))
        }
        #expect(await batch.map(\.content) == [.incomplete(missing: ["clothes"])])
        #expect(fixture.clock.now.ledger >= Timestamp(milliseconds: 1_000_000) + .seconds(900))
    }

    @Test("The going of a file starts the 15 min anew, noticed or not", arguments: [true, false])
    func removed(isWatched: Bool) async throws {
        try await fixture(wall: .seconds(3600), watch: isWatched ? .auto : .poll).watching { fixture in
            try fixture.write("x", to: "set/person.png", making: "set")
            try fixture.write("x", to: "set/more.png")
            async let batch = fixture.next()
            await fixture.idle()
            let first = try #require(await fixture.inbox.explain(try path("set"))?.until)
            fixture.clock.advance(by: .seconds(20))
            unlink("\(fixture.place)/set/more.png")
            let removal = fixture.clock.now.ledger
            while await fixture.inbox.explain(try path("set"))?.until == first { await fixture.secondPasses() }
            #expect(fixture.clock.now.ledger - removal < .seconds(isWatched ? 5 : 35))
            try fixture.moveIn("set/clothes.png", from: "a")
            let ticker = fixture.tick()
            defer { ticker.cancel() }
            #expect(await batch == ["set"])
        }
    }

    @Test("An empty file is no file: a folder with nothing else is given up as well")
    func empty() async throws {
        let fixture = try fixture(wall: .seconds(3600))
        try fixture.write("", to: "set/person.png", making: "set")
        async let batch = fixture.inbox.nextBatch()
        await fixture.idle()
        let until = fixture.clock.now.ledger + .seconds(900)
        try await fixture.expectReason("set", .lacksFiles(["person", "clothes"], until: until))
        let ticker = fixture.tick()
        defer { ticker.cancel() }
        #expect(await batch.map(\.content) == [.incomplete(missing: ["person", "clothes"])])
    }

    @Test(
        "A file that is rewritten before its folder is taken has to be quiet again",
        .bug("https://gitlab.com/mayan-edms/mayan-edms/-/issues/456", "a file taken before it is finished")
    )
    func rewritten() async throws {
        try await fixture(wall: .seconds(3600)).watching { fixture in
            try fixture.write("x", to: "set/person.png", making: "set")
            async let batch = fixture.inbox.nextBatch()
            await fixture.idle()
            let file = open("\(fixture.place)/set/person.png", O_WRONLY | O_TRUNC)
            _ = Glibc.write(file, "other", 5)
            close(file)
            try fixture.write("x", to: "set/clothes.png")
            let ticker = fixture.tick()
            defer { ticker.cancel() }
            let offered = try #require(await batch.first)
            guard case .folder(let inputs) = offered.content else {
                Issue.record("no folder")
                return
            }
            #expect(inputs.first?.identity.size == 5)
        }
    }

    @Test("A file in the inbox itself is never taken, and is told what is")
    func file() async throws {
        try await fixture(wall: .seconds(3600)).watching { fixture in
            try fixture.write("x", to: "person.png")
            async let batch = fixture.next()
            await fixture.idle()
            try fixture.moveIn("clothes.png")
            try fixture.writeSet("set")
            let ticker = fixture.tick()
            defer { ticker.cancel() }
            #expect(await batch == ["set"])
            let reason = try #require(await fixture.inbox.explain(try path("person.png")))
            let sentence = reason.sentence(at: fixture.clock.now.ledger)
            #expect(sentence == "Not taken: this pipeline takes folders with person and clothes in them.")
        }
    }

    @Test("Everything is polled where nothing notifies")
    func polled() async throws {
        let fixture = try fixture(wall: .seconds(3600), watch: .poll)
        async let batch = fixture.next()
        await fixture.idle()
        try fixture.writeSet("set")
        let ticker = fixture.tick()
        defer { ticker.cancel() }
        #expect(await batch == ["set"])
    }

    @Test("A file that goes where nothing notifies is missed when its folder is looked at")
    func polledRemoval() async throws {
        let fixture = try fixture(watch: .poll)
        try fixture.writeSet("set")
        async let batch = fixture.inbox.nextBatch()
        await fixture.idle()
        unlink("\(fixture.place)/set/clothes.jpg")
        let ticker = fixture.tick()
        defer { ticker.cancel() }
        #expect(await batch.map(\.content) == [.incomplete(missing: ["clothes"])])
    }

    @Test(
        "After an overflow, files that settled before are not waited for again, and new ones are found",
        .bug("https://github.com/jlesage/docker-handbrake/issues/10", "files not picked up until a restart")
    )
    func overflow() async throws {
        try await fixture(wall: .seconds(3600)).watching { fixture in
            try fixture.write("x", to: "set/person.png", making: "set")
            async let batch = fixture.next()
            await fixture.idle()
            fixture.watcher.unwatch(below: [], of: fixture.inbox)
            try fixture.write("x", to: "set/clothes.png")
            await fixture.inbox.lostTrack()
            #expect(await batch == ["set"])
        }
    }

    @Test(
        "A thousand folders are each offered once, in bounded memory",
        .bug("https://github.com/ar-/incron/issues/25", "a segmentation fault on mkdir")
    )
    func many() async throws {
        let fixture = try fixture(wall: .seconds(3600), watch: .poll, capacity: 64)
        for index in 0..<200 { try fixture.writeSet("\(index)") }
        let ticker = fixture.tick()
        defer { ticker.cancel() }
        let taken = try await fixture.takeAllFolders(200)
        #expect(Set(taken).count == 200)
    }

    @Test("A folder with more than 1000 entries is refused with a reason")
    func tooMuch() async throws {
        let fixture = try fixture(wall: .seconds(3600))
        try fixture.writeSet("set")
        for index in 0..<1000 { try fixture.write("x", to: "set/\(index).txt") }
        async let batch = fixture.next()
        await fixture.idle()
        try await fixture.expectReason("set", .holdsTooMuch)
        for index in 0..<500 { unlink("\(fixture.place)/set/\(index).txt") }
        let ticker = fixture.tick()
        defer { ticker.cancel() }
        #expect(await batch == ["set"])
    }

    @Test("A folder that may not be moved stays and is told with its cure")
    func unmovable() async throws {
        let fixture = try fixture(wall: .seconds(3600))
        fixture.calls.fail { $0.kind == .access && $0.text == "." ? EACCES : nil }
        try fixture.writeSet("set")
        async let batch = fixture.next()
        await fixture.idle()
        guard case .unmovable(let cure) = await fixture.inbox.explain(try path("set")) else {
            Issue.record("not told")
            return
        }
        #expect(cure.hasSuffix("chmod -R g+rwX \(fixture.place)/set"))
        fixture.calls.heal()
        await fixture.inbox.rescan()
        #expect(await batch == ["set"])
    }

    @Test("What is left is told folder by folder")
    func remaining() async throws {
        let fixture = try fixture(wall: .seconds(3600))
        try fixture.write("x", to: "lone/person.png", making: "lone")
        for index in 0..<20 { try fixture.write("x", to: "lone/\(index).txt") }
        for name in ["person.png", "person.jpg", "clothes.png"] {
            try fixture.write("x", to: "two/\(name)", making: "two")
        }
        try fixture.write("x", to: "stray.png")
        try fixture.writeSet("many/set")
        try fixture.write("x", to: "many/readme.txt")
        async let batch = fixture.next()
        #expect(await batch == ["many/set"])
        let remaining = await fixture.inbox.remaining(limit: 100)
        #expect(
            Set(remaining.map(\.path.description)) == ["lone", "two", "stray.png", "many/readme.txt", "many/set"]
        )
        #expect(remaining.allSatisfy { !$0.reason.sentence(at: fixture.clock.now.ledger).isEmpty })
        #expect(await fixture.inbox.explain(try path("many")) == .foldersOfJobs)
        #expect(await fixture.inbox.explain(try path("many/readme.txt"))?.isNotInJobFolder == true)
        try await fixture.expectReason(
            "two/clothes.png",
            .severalFiles(stem: "person", [name("person.jpg"), name("person.png")])
        )
    }

    @Test("A folder that was put back is offered again when it is complete again")
    func putBack() async throws {
        try await fixture(wall: .seconds(3600)).watching { fixture in
            try fixture.writeSet("set")
            let first = try #require(await fixture.inbox.nextBatch().first)
            rename("\(fixture.place)/set", "\(fixture.root.path)/set")
            rename("\(fixture.root.path)/set", "\(fixture.place)/set")
            await fixture.inbox.returned(first.path, after: .zero, putBack: first.identity)
            #expect(await fixture.next() == ["set"])
        }
    }
}

extension WaitReason {
    fileprivate var isNotInJobFolder: Bool {
        if case .notInJobFolder = self { true } else { false }
    }
}

extension InboxFixture {
    /// A folder with all that is wanted.
    func writeSet(_ folder: String, in base: String = "inbox/") throws {
        var made = root.path
        for part in (base + folder).split(separator: "/") {
            made += "/\(part)"
            mkdir(made, 0o770)
        }
        try root.write("x", to: "\(base)\(folder)/person.png")
        try root.write("x", to: "\(base)\(folder)/clothes.jpg")
    }

    func write(_ text: String, to name: String, making folder: String) throws {
        mkdir("\(place)/\(folder)", 0o770)
        try write(text, to: name)
    }

    func moveIn(_ name: String, from other: String) throws {
        try root.write("content", to: other)
        rename("\(root.path)/\(other)", "\(place)/\(name)")
    }

    /// Lets a second pass once the inbox has nothing to do.
    func secondPasses() async {
        clock.advance(by: min(await idle(), .seconds(1)))
        await Task.yield()
    }

    /// What a folder waits for.
    func lacking(_ text: String) async -> [String]? {
        guard let path = RelativePath(bytes: Array(text.utf8)) else { return nil }
        guard case .lacksFiles(let stems, _) = await inbox.explain(path) else { return nil }
        return stems
    }

    func expectReason(_ text: String, _ reason: WaitReason) async throws {
        let path = try path(text)
        // What was just noticed may still be on its way.
        for _ in 0..<100 {
            guard await inbox.explain(path) != reason else { return }
            await Task.yield()
        }
        #expect(await inbox.explain(path) == reason)
    }

    /// Takes until there are so many, and has them leave the inbox.
    func takeAllFolders(_ count: Int) async throws -> [String] {
        var taken: [String] = []
        while taken.count < count {
            let folders = await inbox.nextBatch()
            try Task.checkCancellation()
            for folder in folders {
                #expect(folder.content.names.count == 2)
                taken.append(folder.path.description)
                rename("\(place)/\(folder.path)", "\(root.path)/taken-\(taken.count)")
            }
            await inbox.left(folders.map(\.path))
        }
        return taken
    }
}
