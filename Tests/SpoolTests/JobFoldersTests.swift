import Jobs
import Testing

@testable import Spool

@Suite("Job folders, decided", .timeLimit(.minutes(1)))
struct JobFoldersTests {
    /// Clocks, a made-up folder `set`, and what is known of it.
    struct World {
        var folders: JobFolders
        var now = Timestamp(milliseconds: 5_000_000)
        var files: [String: FileIdentity] = [:]
        var others: [String: WaitReason] = [:]
        var settling: Set<RelativePath> = []
        private var inode: UInt64 = 100

        init(_ stems: [String] = ["person", "clothes"], hasOther: Bool = false, capacity: Int = 1000) {
            folders = JobFolders(
                wanted: Pipeline.JobFolder(stems: stems, hasOther: hasOther),
                inbox: Pipeline.InboxSettings(),
                capacity: capacity
            )
        }

        mutating func pass(_ duration: Duration) { now = now + duration }

        /// Writes a file, which is complete at once unless it is held.
        mutating func write(_ name: String, isHeld: Bool = false) throws {
            inode += 1
            let identity = FileIdentity(
                device: 1,
                inode: inode,
                size: 10,
                modified: Int64(inode),
                changed: Int64(inode)
            )
            files[name] = identity
            let path = try path("set/\(name)")
            folders.touched(path, at: now)
            if isHeld { settling.insert(path) } else { settles(path, identity) }
        }

        mutating func settles(_ path: RelativePath, _ identity: FileIdentity) {
            settling.remove(path)
            _ = folders.settled(path, identity, at: now)
        }

        mutating func remove(_ name: String) throws {
            files[name] = nil
            folders.touched(try path("set/\(name)"), at: now)
        }

        var listing: JobFolderListing {
            get throws {
                let identity = FileIdentity(device: 1, inode: 7, size: 0, modified: 1, changed: 1)
                var listing = JobFolderListing(path: try path("set"), identity: identity)
                for (name, identity) in files { listing.append(try path("set/\(name)"), .file(identity)) }
                for (name, reason) in others { listing.append(try path("set/\(name)"), .stays(reason)) }
                return listing
            }
        }

        /// Looks at what is due and takes what is complete.
        mutating func offered() throws -> [SettledFile] {
            for look in folders.looks(at: now, limit: .max) {
                let settling = settling
                _ = folders.looked(
                    look,
                    files.isEmpty && others.isEmpty ? .nothing : .jobFolder(try listing),
                    isSettling: settling.contains,
                    at: now
                )
            }
            return folders.takeReady(limit: .max)
        }

        func reason() throws -> WaitReason? {
            folders.reason(
                for: .jobFolder(try listing),
                settling: { _ in .heldOpen(since: now) },
                isSettling: settling.contains,
                at: now
            )
        }
    }

    @Test("A folder is complete when every file that the pipeline names is there and settled")
    func complete() throws {
        var world = World()
        try world.write("clothes.jpg")
        #expect(try world.offered().isEmpty)
        try world.write("person.png")
        let offered = try #require(try world.offered().first)
        #expect(offered.path == (try path("set")))
        #expect(offered.identity.inode == 7)
        guard case .folder(let inputs) = offered.content else {
            Issue.record("no folder")
            return
        }
        #expect(inputs.map(\.stem) == ["person", "clothes"])
        #expect(inputs.map(\.name.description) == ["person.png", "clothes.jpg"])
        #expect(inputs.map(\.identity) == [world.files["person.png"], world.files["clothes.jpg"]])
        #expect(try world.offered().isEmpty)
    }

    @Test("A folder waits while any file in it is being written, however long")
    func writing() throws {
        var world = World()
        try world.write("person.png")
        try world.write("clothes.png")
        try world.write("deep/notes.txt", isHeld: true)
        for _ in 0..<30 {
            #expect(try world.offered().isEmpty)
            #expect(try world.reason() == .within(path("deep/notes.txt"), .heldOpen(since: world.now)))
            world.pass(.seconds(60))
        }
        world.settles(try path("set/deep/notes.txt"), try #require(world.files["deep/notes.txt"]))
        #expect(try world.offered().count == 1)
    }

    @Test("A file that is still being written keeps a folder that lacks another from being given up")
    func writingAndLacking() throws {
        var world = World()
        try world.write("person.png", isHeld: true)
        for _ in 0..<30 {
            #expect(try world.offered().isEmpty)
            world.pass(.seconds(60))
        }
        world.settles(try path("set/person.png"), try #require(world.files["person.png"]))
        #expect(try world.offered().map(\.content) == [.incomplete(missing: ["clothes"])])
    }

    @Test("A folder that lacks a file waits, says which, and is given up 15 min after its last change")
    func lacking() throws {
        var world = World()
        try world.write("person.png")
        #expect(try world.offered().isEmpty)
        let until = world.now + .seconds(900)
        #expect(try world.reason() == .lacksFiles(["clothes"], until: until))
        #expect(
            try world.reason()?.sentence(at: world.now) == "Waits for clothes; fails in 15 min without it."
        )
        world.pass(.seconds(899))
        #expect(try world.offered().isEmpty)
        try world.write("readme.txt")
        #expect(try world.offered().isEmpty)
        world.pass(.seconds(899))
        #expect(try world.offered().isEmpty)
        world.pass(.seconds(1))
        #expect(try world.offered().map(\.content) == [.incomplete(missing: ["clothes"])])
    }

    @Test("A change that nothing told of starts the 15 min anew as well")
    func changedUnseen() throws {
        var world = World()
        try world.write("person.png")
        #expect(try world.offered().isEmpty)
        world.pass(.seconds(600))
        let identity = FileIdentity(device: 1, inode: 1, size: 1, modified: 1, changed: 1)
        world.files["more.png"] = identity
        _ = world.folders.settled(try path("set/more.png"), identity, at: world.now)
        #expect(try world.offered().isEmpty)
        world.pass(.seconds(899))
        #expect(try world.offered().isEmpty)
        world.pass(.seconds(1))
        #expect(try world.offered().count == 1)
    }

    @Test("An empty file counts as a change when it comes, and is waited for while a program has it open")
    func empty() throws {
        var world = World(["person"])
        try world.write("readme.txt")
        #expect(try world.offered().isEmpty)
        world.pass(.seconds(600))
        let file = try path("set/person.png")
        world.others["person.png"] = .empty
        world.folders.touched(file, at: world.now)
        world.settling.insert(file)
        #expect(try world.reason() == .within(path("person.png"), .heldOpen(since: world.now)))
        world.settling.remove(file)
        #expect(try world.reason() == .lacksFiles(["person"], until: world.now + .seconds(900)))
        world.settling.insert(file)
        for _ in 0..<30 {
            #expect(try world.offered().isEmpty)
            world.pass(.seconds(60))
        }
        world.settling.remove(file)
        #expect(try world.offered().map(\.content) == [.incomplete(missing: ["person"])])
    }

    @Test("Two files of one stem wait, and both are named")
    func several() throws {
        var world = World()
        try world.write("person.png")
        try world.write("person.jpg")
        try world.write("clothes.png")
        #expect(try world.offered().isEmpty)
        #expect(try world.reason() == .severalFiles(stem: "person", [name("person.jpg"), name("person.png")]))
        world.pass(.seconds(3600))
        #expect(try world.offered().isEmpty)
        try world.remove("person.jpg")
        for (name, identity) in world.files { world.settles(try path("set/\(name)"), identity) }
        #expect(try world.offered().count == 1)
    }

    @Test("A stem is found as it stands, else without case")
    func cases() throws {
        var world = World(["person", "Kleid ä"])
        try world.write("PERSON.png")
        try world.write("KLEID Ä.png")
        #expect(try world.offered().map(\.content.names) == [["PERSON.png", "KLEID Ä.png"]])
        var exact = World(["a", "A"])
        try exact.write("a.png")
        try exact.write("A.png")
        #expect(try exact.offered().map(\.content.names) == [["a.png", "A.png"]])
        var one = World(["a", "A"])
        try one.write("a.png")
        #expect(try one.reason() == .lacksFiles(["A"], until: one.now + .seconds(900)))
    }

    @Test("Where a further file is wanted there must be exactly one")
    func further() throws {
        var world = World(["person"], hasOther: true)
        try world.write("person.png")
        #expect(try world.reason() == .lacksFiles([""], until: world.now + .seconds(900)))
        try world.write("style.jpg")
        #expect(try world.offered().map(\.content.names) == [["person.png", "style.jpg"]])
        var two = World(["person"], hasOther: true)
        for name in ["person.png", "style.jpg", "other.jpg"] { try two.write(name) }
        #expect(try two.reason() == .severalFiles(stem: "", [name("other.jpg"), name("style.jpg")]))
        var none = World(["person"])
        for name in ["person.png", "style.jpg", "other.jpg"] { try none.write(name) }
        #expect(try none.offered().map(\.content.names) == [["person.png"]])
    }

    @Test("What may not go along keeps the folder: links, what cannot be read, a misnamed parameter file")
    func obstacles() throws {
        let reasons: [WaitReason] = [
            .symbolicLink, .unreadable(cure: "x"), .ignoredName(.misnamedParameters("job.yaml")),
        ]
        for reason in reasons {
            var world = World(["person"])
            world.others["x"] = reason
            try world.write("person.png")
            #expect(try world.offered().isEmpty)
            #expect(try world.reason() == .within(path("x"), reason))
        }
        var hidden = World(["person"])
        hidden.others[".DS_Store"] = .ignoredName(.hidden)
        try hidden.write("person.png")
        #expect(try hidden.offered().count == 1)
    }

    @Test("A file that changed after it settled has to settle again")
    func changed() throws {
        var world = World(["person"])
        try world.write("person.png")
        world.files["person.png"]?.modified += 1
        let look = try #require(world.folders.looks(at: world.now, limit: 1).first)
        let unsettled = world.folders.looked(
            look,
            .jobFolder(try world.listing),
            isSettling: { _ in false },
            at: world.now
        )
        #expect(unsettled.map(\.identity) == [world.files["person.png"]])
        #expect(world.folders.takeReady(limit: 1).isEmpty)
    }

    @Test("A folder that was offered is not offered again until it is returned, and another of its name is")
    func answers() throws {
        var world = World(["person"])
        try world.write("person.png")
        #expect(try world.offered().count == 1)
        try world.write("person.png")
        world.pass(.seconds(10))
        #expect(try world.offered().isEmpty)
        world.folders.returned(try path("set"), after: .seconds(60), message: "no", at: world.now)
        #expect(try world.reason() == .setAside("no", until: world.now + .seconds(1)))
        world.pass(.seconds(1))
        #expect(try world.offered().count == 1)
        try world.write("person.png")
        world.folders.left(try path("set"), at: world.now)
        world.settles(try path("set/person.png"), try #require(world.files["person.png"]))
        #expect(try world.offered().count == 1)
        world.folders.left(try path("set"), at: world.now)
        world.files = [:]
        #expect(try world.offered().isEmpty)
        #expect(world.folders.memberCount == 0)
        #expect(world.folders.candidates.isEmpty)
    }

    @Test("A folder that waits for parameters is offered again when they come, also while it was offered")
    func parameters() throws {
        var world = World(["person"])
        let place = try path("set")
        for (parameters, folders) in [(ParameterName.jobFolder, ["set"]), (.everything, []), (.everything, ["set"])] {
            world = World(["person"])
            try world.write("person.png")
            #expect(try world.offered().count == 1)
            world.folders.returned(place, after: .seconds(3600), message: "?", isForParameters: true, at: world.now)
            #expect(try world.reason() == .awaitingParameters("?"))
            world.pass(.seconds(3000))
            #expect(try world.offered().isEmpty)
            world.folders.parametersChanged(parameters, in: try folders.map(name), at: world.now)
            #expect(try world.offered().count == 1)
            world.folders.parametersChanged(parameters, in: try folders.map(name), at: world.now)
            world.folders.returned(place, after: .seconds(3600), message: "?", isForParameters: true, at: world.now)
            #expect(try world.offered().count == 1)
        }
        world.folders.returned(place, after: .seconds(3600), message: "?", isForParameters: true, at: world.now)
        world.folders.parametersChanged(.jobFolder, in: [try name("other")], at: world.now)
        #expect(try world.offered().isEmpty)
    }

    @Test("Folders that cannot be taken do not crowd out those that can")
    func crowd() throws {
        var world = World(["person"], capacity: 4)
        try world.write("person.png")
        for _ in 0..<2 {
            #expect(try world.offered().count == 1)
            world.folders.returned(try path("set"), after: .seconds(60), message: "no", at: world.now)
            #expect(try world.reason() == .setAside("no", until: world.now + .seconds(60)))
            world.pass(.seconds(60))
        }
        let other = JobFolderListing(path: try path("other"), identity: try #require(world.files["person.png"]))
        var listing = other
        listing.append(try path("other/person.png"), .file(other.identity))
        _ = world.folders.settled(try path("other/person.png"), other.identity, at: world.now)
        _ = world.folders.looked(try path("other"), .jobFolder(listing), isSettling: { _ in false }, at: world.now)
        #expect(world.folders.takeReady(limit: 1).map(\.path.description) == ["other"])
        world.folders.returned(try path("other"), after: .seconds(60), message: "no", at: world.now)
        #expect(Array(world.folders.candidates.keys) == [try path("set")])
    }

    @Test("What has no room is told, and never more is kept")
    func room() throws {
        var world = World(capacity: 10)
        let identity = FileIdentity(device: 1, inode: 1, size: 1, modified: 1, changed: 1)
        for index in 0..<10 { #expect(world.folders.settled(try path("\(index)/x"), identity, at: world.now)) }
        #expect(!world.folders.settled(try path("more/x"), identity, at: world.now))
        #expect(!world.folders.hasRoomForListing)
        world.folders.goneBelow([try name("3")], at: world.now)
        #expect(world.folders.settled(try path("more/x"), identity, at: world.now))
        world.folders.forgetAll()
        #expect(world.folders.memberCount == 0)
    }
}

extension SettledFile.Content {
    var names: [String] {
        if case .folder(let inputs) = self { inputs.map(\.name.description) } else { [] }
    }
}
