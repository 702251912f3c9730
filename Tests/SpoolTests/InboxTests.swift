import Glibc
import Jobs
import NIOPosix
import Testing

@testable import Spool

@Suite(.timeLimit(.minutes(1)))
struct InboxTests {
    @Test("A file renamed into the inbox is offered at once")
    func movedIn() async throws {
        try await InboxFixture().watching { fixture in
            async let batch = fixture.next()
            await fixture.idle()
            try fixture.moveIn("cat.png")
            #expect(await batch == ["cat.png"])
        }
    }

    @Test("What is renamed in after the start is offered at once, however much later the first batch is asked for")
    func movedInBeforeAsking() async throws {
        try await InboxFixture().watching { fixture in
            await fixture.inbox.start()
            try fixture.moveIn("cat.png")
            #expect(await fixture.next() == ["cat.png"])
        }
    }

    @Test(
        "A closed file is offered after the quiet time",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/1279", "a file taken before it is finished"),
        .bug("https://github.com/jonaswinkler/paperless-ng/issues/46", "a file taken before it is finished")
    )
    func closed() async throws {
        try await InboxFixture().watching { fixture in
            async let batch = fixture.next()
            await fixture.idle()
            try fixture.write("content", to: "cat.png")
            #expect(await fixture.idle(upTo: .seconds(5)) == .seconds(5))
            fixture.clock.advance(by: .seconds(5))
            #expect(await batch == ["cat.png"])
        }
    }

    @Test(
        "P1: a file that its maker keeps open is not offered until it is closed (Tdarr#1122)",
        .bug("https://github.com/jlesage/docker-handbrake/issues/210", "a pause in the writing passes for its end"),
        .bug("https://github.com/HaveAGitGat/Tdarr/issues/1122", "a pause in the writing passes for its end")
    )
    func heldOpen() async throws {
        try await InboxFixture().watching { fixture in
            async let batch = fixture.next()
            await fixture.idle()
            let file = open("\(fixture.place)/film.mp4", O_WRONLY | O_CREAT, 0o660)
            _ = Glibc.write(file, "begin", 5)
            for _ in 0..<5 {
                await fixture.idle(upTo: .seconds(30))
                fixture.clock.advance(by: .seconds(30))
            }
            guard case .heldOpen = await fixture.inbox.explain(try path("film.mp4")) else {
                Issue.record("not told as open")
                return
            }
            close(file)
            #expect(await batch == ["film.mp4"])
        }
    }

    @Test(
        "P2: what lies there at the start is found, at once where its ctime is old (paperless-ngx#7969, #1975)",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/7969", "files not picked up until a restart"),
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/1975", "files not picked up until a restart")
    )
    func atStart() async throws {
        let old = try InboxFixture(wall: .seconds(3600))
        try old.write("content", to: "old.png")
        try await old.watching { fixture in
            #expect(await fixture.next() == ["old.png"])
        }
        let young = try InboxFixture()
        try young.write("content", to: "young.png")
        try await young.watching { fixture in
            async let batch = fixture.next()
            let wait = await fixture.idle(upTo: .seconds(30))
            #expect(wait > .seconds(25))
            fixture.clock.advance(by: wait)
            #expect(await batch == ["young.png"])
        }
    }

    @Test(
        "P2: every one of many files that come at once is offered once (inotify: splitbrain/Watcher#16)",
        .bug(
            "https://github.com/inotify-tools/inotify-tools/issues/25",
            "of many files that come at once some are lost"
        ),
        .bug(
            "https://github.com/inotify-tools/inotify-tools/issues/17",
            "of many files that come at once some are lost"
        ),
        .bug("https://github.com/splitbrain/Watcher/issues/16", "of many files that come at once some are lost")
    )
    func many() async throws {
        try await InboxFixture(capacity: 256).watching { fixture in
            async let names = fixture.takeAll(1000)
            await fixture.idle()
            for index in 0..<1000 { try fixture.moveIn("\(index).png") }
            let ticker = fixture.tick()
            defer { ticker.cancel() }
            let taken = try await names
            #expect(taken.count == 1000)
            #expect(Set(taken).count == 1000)
        }
    }

    @Test("100 000 waiting files would cost disk, not memory: never more in mind than there is room for")
    func bounded() async throws {
        let fixture = try InboxFixture(wall: .seconds(3600), watch: .poll, capacity: 64)
        for index in 0..<2000 { try fixture.write("x", to: "\(index).png") }
        var taken = 0
        while taken < 2000 {
            let files = await fixture.inbox.nextBatch(limit: 50)
            #expect(await fixture.inbox.settling.count <= 64)
            taken += files.count
            await fixture.claim(files)
        }
        #expect(try fixture.root.names(in: "inbox").isEmpty)
    }

    @Test(
        "After an overflow everything is looked through again",
        .bug("https://github.com/the-paperless-project/paperless/issues/448", "files not picked up until a restart"),
        .bug("https://github.com/the-paperless-project/paperless/issues/482", "files not picked up until a restart")
    )
    func overflow() async throws {
        try await InboxFixture(wall: .seconds(3600)).watching { fixture in
            async let batch = fixture.next()
            await fixture.idle()
            // A name that no notification can tell: the file comes in by a folder that is not watched.
            try fixture.root.write("content", to: "cat.png")
            fixture.watcher.unwatch(below: [], of: fixture.inbox)
            rename("\(fixture.root.path)/cat.png", "\(fixture.place)/cat.png")
            await fixture.inbox.lostTrack()
            #expect(await batch == ["cat.png"])
        }
    }

    @Test(
        "A request to look through everything that comes while that is being done is not lost",
        .bug(
            "https://github.com/paperless-ngx/paperless-ngx/issues/13011",
            "a watcher that is built anew takes what it finds for its baseline"
        )
    )
    func overflowDuringScan() async throws {
        try await InboxFixture(wall: .seconds(3600)).watching { fixture in
            try fixture.write("content", to: "cat.png")
            // The scan stands behind its first page.
            #expect(await fixture.next() == ["cat.png"])
            fixture.watcher.unwatch(below: [], of: fixture.inbox)
            await fixture.inbox.lostTrack()
            try fixture.moveIn("dog.png")
            #expect(await fixture.next() == ["dog.png"])
        }
    }

    @Test(
        "P2: what no notification told is found by looking through the inbox from time to time",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/1207", "files not picked up until a restart")
    )
    func backstop() async throws {
        try await InboxFixture(wall: .seconds(3600)).watching { fixture in
            async let batch = fixture.next()
            await fixture.idle()
            fixture.watcher.unwatch(below: [], of: fixture.inbox)
            try fixture.moveIn("cat.png")
            #expect(await fixture.idle() == .seconds(60))
            fixture.clock.advance(by: .seconds(60))
            #expect(await batch == ["cat.png"])
        }
    }

    @Test(
        "P4: when watches have run out the inbox is polled, and that is told once (immich#15426, syncthing#4833)",
        .bug("https://github.com/immich-app/immich/issues/6826", "watches run out"),
        .bug("https://github.com/immich-app/immich/issues/15426", "watches run out"),
        .bug("https://github.com/syncthing/syncthing/issues/4833", "watches run out, told misleadingly or not at all"),
        .bug(
            "https://github.com/syncthing/syncthing-inotify/issues/48",
            "watches run out, told misleadingly or not at all"
        ),
        .bug("https://github.com/watchexec/watchexec/pull/93", "watches run out, told misleadingly or not at all")
    )
    func noWatches() async throws {
        let calls = FailingCalls { $0.kind == .watch ? ENOSPC : nil }
        try await InboxFixture(wall: .seconds(3600), calls: calls).watching { fixture in
            async let batch = fixture.next()
            #expect(await fixture.idle() == .seconds(30))
            fixture.clock.advance(by: .seconds(30))
            #expect(await fixture.idle() == .seconds(30))
            try fixture.moveIn("cat.png")
            fixture.clock.advance(by: .seconds(30))
            #expect(await batch == ["cat.png"])
            calls.heal()
            await fixture.inbox.rescan()
            async let second = fixture.next()
            await fixture.idle()
            try fixture.moveIn("dog.png")
            #expect(await second == ["dog.png"])
            #expect(await fixture.toldUntil(.watching) == [.polling(.noWatchesLeft), .watching])
        }
    }

    @Test(
        "P3: a file system that cannot notify is polled and not trusted with times (bpipe#210, paperless-ngx#13146)",
        .bug(
            "https://github.com/paperless-ngx/paperless-ngx/issues/13146",
            "notifications that never come on a network mount"
        ),
        .bug("https://github.com/ssadedin/bpipe/issues/210", "notifications that never come on a network mount"),
        .bug("https://github.com/immich-app/immich/issues/30456", "watches on a CIFS mount")
    )
    func networkFileSystem() async throws {
        let calls = FailingCalls()
        calls.pretend(fileSystemType: 0x6969)
        try await InboxFixture(wall: .seconds(3600), calls: calls).watching { fixture in
            try fixture.write("content", to: "cat.png")
            async let batch = fixture.next()
            #expect(await fixture.idle() == .seconds(30))
            fixture.clock.advance(by: .seconds(30))
            #expect(await batch == ["cat.png"])
            #expect(await fixture.toldUntil(.polling(.fileSystem("NFS"))) == [.polling(.fileSystem("NFS"))])
            #expect(calls.count(.watch) == 0)
        }
    }

    @Test(
        "P3: an inbox that goes away is told once, nothing is lost, and it goes on when it is back (Tdarr#915, immich#6192)",
        .bug("https://github.com/HaveAGitGat/Tdarr/issues/915", "after a short outage everything is queued anew")
    )
    func away() async throws {
        try await InboxFixture(wall: .seconds(3600)).watching { fixture in
            async let batch = fixture.next()
            await fixture.idle()
            rename(fixture.place, fixture.place + ".away")
            #expect(await fixture.inbox.told { $0.isAway })
            #expect(await fixture.inbox.explain(try path("cat.png")) == .away)
            for _ in 0..<10 {
                await fixture.idle(upTo: .seconds(30))
                fixture.clock.advance(by: .seconds(30))
            }
            try fixture.root.write("content", to: "inbox.away/cat.png")
            rename(fixture.place + ".away", fixture.place)
            let ticker = fixture.tick()
            defer { ticker.cancel() }
            #expect(await fixture.inbox.told { $0 == .back })
            #expect(await batch == ["cat.png"])
        }
    }

    @Test(
        "P8: a tree of folders is taken file by file, made in place or moved in (PyInotify#110, paperless-ngx#5881)",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/5881", "a folder that is moved in is not seen"),
        .bug("https://github.com/dsoprea/PyInotify/issues/110", "mkdir -p is a race")
    )
    func folders() async throws {
        try await InboxFixture(wall: .seconds(3600)).watching { fixture in
            async let names = fixture.takeAll(60)
            await fixture.idle()
            for folder in ["a", "a/b", "a/b/c"] {
                mkdir("\(fixture.place)/\(folder)", 0o770)
                for index in 0..<10 { try fixture.write("x", to: "\(folder)/\(index).png") }
            }
            mkdir("\(fixture.root.path)/moved", 0o770)
            mkdir("\(fixture.root.path)/moved/deep", 0o770)
            for index in 0..<30 { try fixture.root.write("x", to: "moved/deep/\(index).png") }
            rename("\(fixture.root.path)/moved", "\(fixture.place)/moved")
            let ticker = fixture.tick()
            defer { ticker.cancel() }
            let taken = try await names
            #expect(Set(taken).count == 60)
            #expect(taken.contains("a/b/c/9.png"))
            #expect(taken.contains("moved/deep/29.png"))
        }
    }

    @Test(
        "Folders of which nothing is taken are not watched, at the start and when they come",
        .bug("https://github.com/immich-app/immich/issues/16039", "excluded folders are watched"),
        .bug("https://github.com/immich-app/immich/issues/17790", "excluded folders are watched")
    )
    func unwatched() async throws {
        let calls = FailingCalls()
        try await InboxFixture(wall: .seconds(3600), calls: calls).watching { fixture in
            for folder in ["@eaDir", "@eaDir/trip", ".hidden", ".hidden/deep", "trip"] {
                mkdir("\(fixture.place)/\(folder)", 0o770)
            }
            async let batch = fixture.next()
            await fixture.idle()
            // The inbox itself, and trip.
            #expect(calls.count(.watch) == 2)
            mkdir("\(fixture.place)/#recycle", 0o770)
            try fixture.moveIn("trip/cat.png")
            #expect(await batch == ["trip/cat.png"])
            #expect(calls.count(.watch) == 2)
        }
    }

    @Test(
        "A folder that comes is looked through at once, not when everything is",
        .bug("https://github.com/ar-/incron/issues/10", "a blind second while watches are built anew")
    )
    func newFolder() async throws {
        try await InboxFixture(wall: .seconds(3600)).watching { fixture in
            async let batch = fixture.next()
            await fixture.idle()
            mkdir("\(fixture.root.path)/moved", 0o770)
            try fixture.root.write("x", to: "moved/cat.png")
            rename("\(fixture.root.path)/moved", "\(fixture.place)/moved")
            #expect(await batch == ["moved/cat.png"])
            async let second = fixture.next()
            await fixture.idle()
            rename("\(fixture.place)/moved/cat.png", "\(fixture.place)/moved/dog.png")
            #expect(await second == ["moved/dog.png"])
        }
    }

    @Test(
        "Everything that stays in the inbox has its one reason",
        .bug(
            "https://github.com/the-paperless-project/paperless/issues/513",
            "files not picked up until a restart, and nothing says why"
        ),
        .bug(
            "https://github.com/jlesage/docker-handbrake/issues/394",
            "files not picked up until a restart, and nothing says why"
        )
    )
    func reasons() async throws {
        let fixture = try InboxFixture(ignore: ["*.raw"])
        try fixture.write("x", to: "a.part")
        try fixture.write("x", to: "a.raw")
        try fixture.write("", to: "empty.png")
        try fixture.write("x", to: "young.png")
        symlink("young.png", "\(fixture.place)/link.png")
        mkfifo("\(fixture.place)/pipe.png", 0o660)
        mkdir("\(fixture.place)/@eaDir", 0o770)
        try fixture.write("x", to: "@eaDir/thumb.png")
        async let batch = fixture.inbox.nextBatch()
        await fixture.idle()
        func explain(_ text: String) async throws -> WaitReason? { await fixture.inbox.explain(try path(text)) }
        #expect(try await explain("a.part") == .ignoredName(.unfinished("*.part")))
        #expect(try await explain("a.raw") == .ignoredName(.ignored("*.raw")))
        #expect(try await explain("empty.png") == .empty)
        #expect(try await explain("link.png") == .symbolicLink)
        #expect(try await explain("pipe.png") == .pipe)
        #expect(try await explain("@eaDir/thumb.png") == .inIgnoredFolder(try name("@eaDir"), .system("@eaDir")))
        #expect(try await explain("missing.png") == nil)
        guard case .beingWritten = try await explain("young.png") else {
            Issue.record("not told as being written")
            return
        }
        try fixture.write("x", to: "_STATUS.txt")
        try fixture.write("x", to: ".runninghubd")
        let remaining = await fixture.inbox.remaining(limit: 100)
        #expect(remaining.count == 7)
        #expect(remaining.allSatisfy { !$0.reason.sentence(at: fixture.clock.now.ledger).isEmpty })
        #expect(await fixture.inbox.remaining(limit: 3).count == 3)
        fixture.clock.advance(by: .seconds(30))
        #expect(await batch.map(\.path.description) == ["young.png"])
    }

    @Test("What may not be read or moved stays and is told with its cure")
    func rights() async throws {
        let calls = FailingCalls { call in
            guard call.kind == .access else { return nil }
            return call.text == "secret.png" ? EACCES : nil
        }
        let fixture = try InboxFixture(wall: .seconds(3600), calls: calls)
        try fixture.write("x", to: "secret.png")
        try fixture.write("x", to: "open.png")
        #expect(await fixture.next() == ["open.png"])
        let reason = await fixture.inbox.explain(try path("secret.png"))
        #expect(reason == .unreadable(cure: "chmod g+r \(fixture.place)/secret.png"))
        calls.fail { $0.kind == .access && $0.text == "." ? EACCES : nil }
        mkdir("\(fixture.place)/it's mine", 0o755)
        try fixture.write("x", to: "it's mine/a.png")
        let folder = #"'\#(fixture.place)/it'\''s mine'"#
        let cure = "chgrp -R --reference=\(fixture.place) \(folder) && chmod -R g+rwX \(folder)"
        #expect(await fixture.inbox.explain(try path("it's mine/a.png")) == .unmovable(cure: cure))
        #expect(await fixture.inbox.explain(try path("it's mine")) == .unmovable(cure: cure))
    }

    @Test("A name that is no text is offered as it is")
    func bytes() async throws {
        let fixture = try InboxFixture(wall: .seconds(3600))
        try fixture.root.write([1], to: Array("inbox/".utf8) + [0xFF, 0x0A, 0xFE])
        let files = await fixture.inbox.nextBatch()
        #expect(files.map(\.path.name.bytes) == [[0xFF, 0x0A, 0xFE]])
    }

    @Test(
        "An inbox that cannot be looked through says so once and tries again",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/9698", "files not picked up until a restart")
    )
    func troubled() async throws {
        let calls = FailingCalls { $0.kind == .entries ? EIO : nil }
        let fixture = try InboxFixture(wall: .seconds(3600), calls: calls)
        try fixture.write("x", to: "cat.png")
        async let batch = fixture.next()
        for _ in 0..<4 {
            let wait = await fixture.idle(upTo: .seconds(30))
            fixture.clock.advance(by: wait)
        }
        await fixture.idle(upTo: .seconds(30))
        calls.heal()
        fixture.clock.advance(by: .seconds(30))
        #expect(await batch == ["cat.png"])
        await fixture.inbox.finishEvents()
        var troubles = 0
        for await event in fixture.inbox.events { if case .troubled = event { troubles += 1 } }
        #expect(troubles == 1)
    }

    @Test(
        "A consumer that is cancelled gets nothing, and the next one gets all",
        .bug("https://github.com/n8n-io/n8n/issues/17893", "files not picked up until a restart")
    )
    func cancelled() async throws {
        try await InboxFixture().watching { fixture in
            let first = Task { await fixture.next() }
            await fixture.idle()
            first.cancel()
            #expect(await first.value.isEmpty)
            try fixture.moveIn("cat.png")
            #expect(await fixture.next() == ["cat.png"])
        }
    }
}

extension InboxFixture {
    /// Takes until there are so many.
    func takeAll(_ count: Int) async throws -> [String] {
        var taken: [String] = []
        while taken.count < count {
            let files = await inbox.nextBatch()
            try Task.checkCancellation()
            taken += files.map(\.path.description)
            await claim(files)
        }
        return taken
    }

    /// Lets time go on whenever the inbox waits for it.
    func tick() -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                await clock.asleep()
                clock.advance(by: .seconds(5))
                await Task.yield()
            }
        }
    }

    /// Events up to and with one of them.
    func toldUntil(_ last: InboxEvent) async -> [InboxEvent] {
        var told: [InboxEvent] = []
        for await event in inbox.events {
            told.append(event)
            if event == last { break }
        }
        return told
    }
}

extension InboxEvent {
    var isAway: Bool {
        if case .away = self { true } else { false }
    }
}

extension Inbox {
    /// Waits until an event is told.
    nonisolated func told(_ isWanted: (InboxEvent) -> Bool) async -> Bool {
        for await event in events where isWanted(event) { return true }
        return false
    }

    func finishEvents() {
        eventSink.finish()
    }
}
