import Glibc
import Jobs
import Testing

@testable import Spool

@Suite("Parameter files", .timeLimit(.minutes(1)))
struct ParameterFileTests {
    @Test(
        "Their names are never taken, and the reason says what they are for",
        arguments: [
            ("cat.png.yaml", "it has the parameters for cat.png and is taken with it"),
            ("cat.yaml", "it has the parameters for cat and is taken with it"),
            ("job.yaml", "it has the parameters for the folder that it lies in and is taken with it"),
            ("_params.yaml", "it has the parameters for everything in its folder"),
            ("cat.png.yml", "parameters are read from files that end in .yaml; call it cat.png.yaml"),
            ("cat.png.YAML", "parameters are read from files that end in .yaml; call it cat.png.yaml"),
            ("JOB.yaml", "parameters are read from files that end in .yaml; call it job.yaml"),
            ("_params.yml", "parameters are read from files that end in .yaml; call it _params.yaml"),
        ]
    )
    func names(text: String, sentence: String) throws {
        #expect(NameRules().rule(for: try name(text))?.phrase.english == sentence)
    }

    @Test("Other names are taken as before", arguments: ["cat.yml", "yaml", "cat.png", "job", "_params", "a.yaml.png"])
    func others(text: String) throws {
        #expect(NameRules().rule(for: try name(text)) == nil)
    }

    @Test("They are read from the outermost to the file's own")
    func order() throws {
        let root = try TemporaryFolder()
        for folder in ["a", "a/b"] { _ = try root.folder(folder) }
        for file in ["_params.yaml", "a/_params.yaml", "a/b/_params.yaml", "a/b/cat.png.yaml", "a/b/job.yaml"] {
            try root.write(file, to: file)
        }
        let file = try parameterFiles(for: try path("a/b/cat.png"), isFolder: false, in: try root.open())
        #expect(
            file.map(\.path.description) == ["_params.yaml", "a/_params.yaml", "a/b/_params.yaml", "a/b/cat.png.yaml"]
        )
        for file in file {
            #expect(file.content == .bytes(Array(file.path.description.utf8)))
            #expect(try file.identity == root.open().entry(at: file.path)?.identity)
        }
        let folder = try parameterFiles(for: try path("a/b"), isFolder: true, in: try root.open())
        #expect(
            folder.map(\.path.description) == ["_params.yaml", "a/_params.yaml", "a/b/_params.yaml", "a/b/job.yaml"]
        )
        #expect(try parameterFiles(for: try path("gone/cat.png"), isFolder: false, in: try root.open()).count == 1)
        let long = try path(String(repeating: "x", count: 255))
        #expect(try parameterFiles(for: long, isFolder: false, in: try root.open()).count == 1)
    }

    @Test("What is too long, a link or no file is told, not read")
    func unusable() throws {
        let root = try TemporaryFolder()
        try root.write(Array(repeating: 0x20, count: 64 * 1024), to: Array("_params.yaml".utf8))
        let calls = FailingCalls()
        func content() throws -> ParameterFile.Content? {
            try parameterFiles(for: try path("cat.png"), isFolder: false, in: try root.open(calls: calls)).first?
                .content
        }
        #expect(try content() == .bytes(Array(repeating: 0x20, count: 64 * 1024)))
        calls.fail { $0.kind == .open && $0.text == "_params.yaml" ? EACCES : nil }
        guard case .unusable(let reason) = try content() else {
            Issue.record("not told")
            return
        }
        #expect(reason.english.hasPrefix("_params.yaml may not be read"))
        calls.fail { $0.kind == .read ? EIO : nil }
        #expect(throws: SystemError.self) { try content() }
        calls.heal()
        try root.write(Array(repeating: 0x20, count: 64 * 1024 + 1), to: Array("_params.yaml".utf8))
        #expect(try content()?.reason == "_params.yaml is longer than 64 KiB")
        unlink("\(root.path)/_params.yaml")
        symlink("/etc/hostname", "\(root.path)/_params.yaml")
        #expect(try content()?.reason == "_params.yaml is a symbolic link")
        unlink("\(root.path)/_params.yaml")
        mkfifo("\(root.path)/_params.yaml", 0o660)
        #expect(try content()?.reason == "_params.yaml is no file")
    }

    @Test(
        "A file that waits for parameters is offered again when they come",
        arguments: ["cat.png.yaml", "_params.yaml"]
    )
    func noticed(parameters: String) async throws {
        try await InboxFixture(wall: .seconds(3600)).watching { fixture in
            try fixture.write("x", to: "cat.png")
            let first = try #require(await fixture.inbox.nextBatch().first)
            await fixture.inbox.returned(first.path, awaitingParameters: "It waits for style.", after: .seconds(3600))
            #expect(await fixture.inbox.explain(first.path) == .awaitingParameters("It waits for style."))
            async let batch = fixture.next()
            await fixture.idle()
            try fixture.write("style: oil", to: parameters)
            #expect(await batch == ["cat.png"])
        }
    }

    @Test("The same for parameters that come while the file is looked at, and of a folder above it")
    func noticedMeanwhile() async throws {
        try await InboxFixture(wall: .seconds(3600)).watching { fixture in
            mkdir("\(fixture.place)/a", 0o770)
            try fixture.write("x", to: "a/cat.png")
            let first = try #require(await fixture.inbox.nextBatch().first)
            let cookie = try name("_params.yaml")
            let event = InotifyEvent(watch: 1, mask: [.closedAfterWriting], name: cookie)
            await fixture.inbox.noticed([Inbox.Notice(event: event, folders: [])])
            await fixture.inbox.returned(first.path, awaitingParameters: "?", after: .seconds(3600))
            #expect(await fixture.next() == ["a/cat.png"])
        }
    }

    @Test("Where nothing notifies, parameters that lie there are enough")
    func polled() async throws {
        let fixture = try InboxFixture(wall: .seconds(3600), watch: .poll)
        try fixture.write("x", to: "cat.png")
        let first = try #require(await fixture.inbox.nextBatch().first)
        await fixture.inbox.returned(first.path, awaitingParameters: "?", after: .seconds(3600))
        async let batch = fixture.next()
        await fixture.idle(upTo: .seconds(30))
        try fixture.write("style: oil", to: "cat.png.yaml")
        fixture.clock.advance(by: .seconds(30))
        #expect(await batch == ["cat.png"])
    }

    @Test("A file that was returned for another reason is not hurried")
    func notHurried() async throws {
        try await InboxFixture(wall: .seconds(3600)).watching { fixture in
            try fixture.write("x", to: "cat.png")
            let first = try #require(await fixture.inbox.nextBatch().first)
            await fixture.inbox.returned(first.path, after: .seconds(50), message: "no")
            async let batch = fixture.next()
            await fixture.idle()
            try fixture.write("style: oil", to: "cat.png.yaml")
            try fixture.moveIn("dog.png")
            #expect(await batch == ["dog.png"])
        }
    }
}

@Suite("Folders that are done with", .timeLimit(.minutes(1)))
struct IdleFolderTests {
    /// An inbox that is open, and a folder for what is done.
    struct Ground {
        let fixture: InboxFixture
        let other: TemporaryFolder
        let done: Folder

        init(elsewhere: Bool = false) async throws {
            fixture = try InboxFixture(wall: .seconds(3600))
            other = try TemporaryFolder(in: elsewhere ? "/dev/shm" : "/tmp")
            done = try other.folder("done")
            try fixture.write("x", to: "first.png")
            await fixture.claim(await fixture.inbox.nextBatch())
        }

        func make(_ folders: String...) {
            for folder in folders { mkdir("\(fixture.place)/\(folder)", 0o770) }
        }

        func tidy() async throws -> [String] {
            try await fixture.inbox.tidyParameters(to: done).map(\.description)
        }

        func names() throws -> [String] { try fixture.root.names(in: "inbox") }
    }

    @Test(
        "Parameters that lie alone for 15 min go to done under their path, and the empty folders go",
        arguments: [false, true]
    )
    func parameters(elsewhere: Bool) async throws {
        let ground = try await Ground(elsewhere: elsewhere)
        ground.make("a", "a/b", "a/b/c")
        try ground.fixture.write("inner", to: "a/b/_params.yaml")
        try ground.fixture.write("outer", to: "_params.yaml")
        #expect(try await ground.tidy() == [])
        ground.fixture.clock.advance(by: .seconds(899))
        #expect(try await ground.tidy() == [])
        #expect(try ground.names() == ["_params.yaml", "a"])
        ground.fixture.clock.advance(by: .seconds(1))
        #expect(try await ground.tidy() == ["a/b/_params.yaml"])
        #expect(ground.other.read("done/a/b/_params.yaml") == "inner")
        #expect(try ground.names() == ["_params.yaml"])
        ground.make("a", "a/b")
        try ground.fixture.write("second", to: "a/b/_params.yaml")
        _ = try await ground.tidy()
        ground.fixture.clock.advance(by: .seconds(900))
        #expect(try await ground.tidy() == ["a/b/_params (2).yaml"])
        #expect(ground.other.read("done/a/b/_params.yaml") == "inner")
        #expect(ground.other.read("done/a/b/_params (2).yaml") == "second")
    }

    @Test("A folder that anything else lies in stays, and all above it")
    func busy() async throws {
        let ground = try await Ground()
        ground.make("a", "a/b", "a/c", "d")
        try ground.fixture.write("x", to: "a/b/_params.yaml")
        try ground.fixture.write("x", to: "a/cat.png")
        try ground.fixture.write("x", to: "d/.hidden")
        _ = try await ground.tidy()
        ground.fixture.clock.advance(by: .seconds(900))
        #expect(try await ground.tidy() == ["a/b/_params.yaml"])
        #expect(try ground.names() == ["a", "d"])
        #expect(try ground.fixture.root.names(in: "inbox/a") == ["cat.png"])
    }

    @Test("A folder in which something changed meanwhile stays 15 min more")
    func changed() async throws {
        let ground = try await Ground()
        ground.make("a", "a/b")
        _ = try await ground.tidy()
        ground.fixture.clock.advance(by: .seconds(600))
        try ground.fixture.write("x", to: "a/b/cat.png")
        _ = try await ground.tidy()
        unlink("\(ground.fixture.place)/a/b/cat.png")
        _ = try await ground.tidy()
        ground.fixture.clock.advance(by: .seconds(899))
        #expect(try await ground.tidy() == [])
        #expect(try ground.names() == ["a"])
        ground.fixture.clock.advance(by: .seconds(1))
        _ = try await ground.tidy()
        #expect(try ground.names() == [])
    }

    @Test("A folder that somebody fills in the last moment stays")
    func race() async throws {
        let ground = try await Ground()
        ground.make("a")
        _ = try await ground.tidy()
        ground.fixture.clock.advance(by: .seconds(900))
        let place = ground.fixture.place
        ground.fixture.calls.fail { call in
            if call.kind == .unlink { close(open("\(place)/a/cat.png", O_WRONLY | O_CREAT, 0o660)) }
            return nil
        }
        _ = try await ground.tidy()
        #expect(try ground.fixture.root.names(in: "inbox/a") == ["cat.png"])
    }
}

extension ParameterFile.Content {
    /// Why it cannot be read.
    fileprivate var reason: String? {
        if case .unusable(let reason) = self { reason.english } else { nil }
    }
}
