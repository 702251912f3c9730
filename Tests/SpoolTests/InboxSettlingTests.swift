import Jobs
import Spool
import Testing

@Suite(.timeLimit(.minutes(1)))
struct InboxSettlingTests {
    /// A machine, the clocks, and a directory of made-up files.
    struct World {
        var settling: Settling
        var now: Moment
        var files: [RelativePath: FileIdentity] = [:]
        private var inode: UInt64 = 100

        init(quiet: Int = 5, poll: Int = 30, trusts: Bool = true, capacity: Int = 1000) {
            var inbox = Pipeline.InboxSettings()
            inbox.quietTime = .seconds(quiet)
            inbox.pollQuietTime = .seconds(poll)
            settling = Settling(settings: Settling.Settings(inbox, trustsChangeTimes: trusts, capacity: capacity))
            now = Moment(ledger: Timestamp(milliseconds: 5_000_000), wall: Timestamp(milliseconds: 1_700_000_000_000))
        }

        mutating func pass(_ duration: Duration) {
            now = Moment(ledger: now.ledger + duration, wall: now.wall + duration)
        }

        /// Puts a file there, or writes to it; its ctime is now, or so much earlier.
        mutating func write(_ path: RelativePath, size: Int64 = 10, age: Duration = .zero) {
            let changed = (now.wall - age).milliseconds * 1_000_000
            inode += 1
            files[path] = FileIdentity(
                device: 1,
                inode: files[path]?.inode ?? inode,
                size: size,
                modified: changed,
                changed: changed
            )
        }

        func observe(_ path: RelativePath) -> Settling.Observation {
            guard let identity = files[path] else { return .nothing }
            return identity.size == 0 ? .empty : .file(identity)
        }

        mutating func find(_ path: RelativePath) {
            settling.found(path, observe(path), at: now)
        }

        /// Looks at what is due and takes what has settled.
        mutating func settled() -> [RelativePath] {
            for look in settling.looks(at: now, limit: .max) { settling.looked(look, observe(look.path), at: now) }
            return settling.takeReady(limit: .max).map(\.path)
        }
    }

    let file: RelativePath

    init() throws {
        file = try path("cat.png")
    }

    @Test("A file renamed into the inbox settles at once")
    func movedIn() {
        var world = World()
        world.write(file)
        world.settling.movedIn(file, at: world.now)
        #expect(world.settled() == [file])
    }

    @Test(
        "A closed file settles when the quiet time has passed, not before",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/1279", "a file taken before it is finished"),
        .bug("https://github.com/jonaswinkler/paperless-ng/issues/46", "a file taken before it is finished")
    )
    func closed() {
        var world = World()
        world.settling.created(file, at: world.now)
        world.settling.opened(file, at: world.now)
        world.write(file)
        world.settling.closed(file, at: world.now)
        #expect(world.settled().isEmpty)
        world.pass(.milliseconds(4999))
        #expect(world.settled().isEmpty)
        world.pass(.milliseconds(1))
        #expect(world.settled() == [file])
    }

    @Test(
        "P1: a file that is closed and opened again many times settles after the last time (paperless-ngx#43, #4626)",
        .bug("https://github.com/paperless-ngx/paperless-ngx/pull/43", "scanners open and close a file many times"),
        .bug("https://github.com/paperless-ngx/paperless-ngx/pull/4626", "scanners open and close a file many times")
    )
    func reopened() {
        var world = World()
        for second in 0..<20 {
            world.settling.opened(file, at: world.now)
            world.write(file, size: Int64(second + 1))
            world.settling.closed(file, at: world.now)
            #expect(world.settled().isEmpty)
            world.pass(.seconds(4))
            #expect(world.settled().isEmpty)
        }
        world.pass(.seconds(1))
        #expect(world.settled() == [file])
    }

    @Test(
        "An opening after the close puts a file off, but readers cannot put it off for ever",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/431", "a file taken before it is finished"),
        .bug("https://github.com/jonaswinkler/paperless-ng/issues/1286", "a file taken before it is finished")
    )
    func opened() {
        var world = World()
        world.write(file)
        world.settling.closed(file, at: world.now)
        var seconds = 0
        while world.settled().isEmpty {
            world.settling.opened(file, at: world.now)
            _ = world.settling.closedUnwritten(file, at: world.now)
            world.pass(.seconds(1))
            seconds += 1
            guard seconds < 100 else { break }
        }
        #expect(seconds == 30)
    }

    @Test(
        "P1: a program that pauses in its writing longer than any quiet time is waited for (Tdarr#1122, handbrake#210)",
        .bug("https://github.com/jlesage/docker-handbrake/issues/210", "a pause in the writing passes for its end"),
        .bug("https://github.com/HaveAGitGat/Tdarr/issues/1122", "a pause in the writing passes for its end")
    )
    func held() {
        var world = World()
        world.settling.created(file, at: world.now)
        world.settling.opened(file, at: world.now)
        world.write(file)
        for _ in 0..<100 {
            world.pass(.seconds(60))
            #expect(world.settled().isEmpty)
        }
        guard case .heldOpen = world.settling.reason(for: file, at: world.now) else {
            Issue.record("not told as open")
            return
        }
        world.settling.closed(file, at: world.now)
        #expect(world.settled() == [file])
    }

    @Test("A held file that is renamed in the inbox is still held")
    func renamedWhileHeld() throws {
        var world = World()
        let other = try path("dog.png")
        world.settling.created(file, at: world.now)
        world.settling.opened(file, at: world.now)
        world.settling.movedAway(file, cookie: 7)
        world.write(other)
        world.settling.movedIn(other, cookie: 7, at: world.now)
        world.pass(.seconds(600))
        #expect(world.settled().isEmpty)
        world.settling.closed(other, at: world.now)
        _ = world.settled()
        world.pass(.seconds(5))
        #expect(world.settled() == [other])
    }

    @Test("A further hard link, which nobody opens or closes, settles without a close")
    func linked() {
        var world = World()
        world.write(file)
        world.settling.created(file, at: world.now)
        world.pass(.seconds(29))
        #expect(world.settled().isEmpty)
        world.pass(.seconds(1))
        #expect(world.settled() == [file])
    }

    @Test(
        "P1: an empty placeholder waits until it is filled, without a restart (paperless-ngx#12511)",
        .bug(
            "https://github.com/paperless-ngx/paperless-ngx/issues/12511",
            "an empty placeholder is ignored until a restart"
        )
    )
    func empty() {
        var world = World()
        world.write(file, size: 0)
        world.settling.closed(file, at: world.now)
        world.pass(.seconds(600))
        #expect(world.settled().isEmpty)
        #expect(world.settling.count == 0)
        world.write(file, size: 5)
        world.settling.closed(file, at: world.now)
        _ = world.settled()
        world.pass(.seconds(5))
        #expect(world.settled() == [file])
    }

    @Test(
        "A file found with an old ctime settles at once, with a young one when that is old enough",
        .bug(
            "https://github.com/homelab-00/TranscriptionSuite/pull/312",
            "a file taken before it is finished; marked done before it is dispatched"
        )
    )
    func found() throws {
        var world = World()
        let young = try path("young.png")
        world.write(file, age: .seconds(31))
        world.write(young, age: .seconds(20))
        world.find(file)
        world.find(young)
        #expect(world.settled() == [file])
        world.pass(.seconds(9))
        #expect(world.settled().isEmpty)
        world.pass(.seconds(1))
        #expect(world.settled() == [young])
    }

    @Test("A ctime in the future makes a file wait for as long as without one")
    func future() {
        var world = World()
        world.write(file, age: .seconds(-86400))
        world.find(file)
        world.pass(.seconds(29))
        #expect(world.settled().isEmpty)
        world.pass(.seconds(1))
        #expect(world.settled() == [file])
    }

    @Test(
        "A step of the wall clock, forwards or back, does not make a young file old",
        arguments: [-7200, -40, 40, 7200]
    )
    func stepped(seconds: Int) throws {
        var world = World()
        let first = try path("first.png")
        world.write(first, age: .seconds(1))
        world.find(first)
        world.write(file)
        world.now.wall = world.now.wall + .seconds(seconds)
        world.find(file)
        #expect(world.settled().isEmpty)
        world.pass(.seconds(28))
        #expect(world.settled().isEmpty)
        world.pass(.seconds(2))
        #expect(Set(world.settled()) == [file, first])
    }

    @Test("Where times are another machine's, an old ctime counts for nothing")
    func remote() {
        var world = World(trusts: false)
        world.write(file, age: .seconds(3600))
        world.find(file)
        world.pass(.seconds(29))
        #expect(world.settled().isEmpty)
        world.pass(.seconds(1))
        #expect(world.settled() == [file])
    }

    @Test(
        "After lost notifications a held file settles without its close",
        .bug("https://github.com/n8n-io/n8n/issues/4915", "no wait for the end of a write")
    )
    func overflow() {
        var world = World()
        world.settling.created(file, at: world.now)
        world.settling.opened(file, at: world.now)
        world.write(file)
        world.settling.lostTrack(at: world.now)
        #expect(world.settled().isEmpty)
        world.pass(.seconds(30))
        #expect(world.settled() == [file])
    }

    @Test(
        "An offered file is not offered again while it is being claimed, nor after it has left",
        .bug("https://github.com/jonaswinkler/paperless-ng/issues/820", "a file is consumed twice")
    )
    func offered() {
        var world = World()
        world.write(file)
        world.settling.movedIn(file, at: world.now)
        #expect(world.settled() == [file])
        world.find(file)
        world.settling.attributesChanged(file, at: world.now)
        #expect(world.settled().isEmpty)
        world.files[file] = nil
        world.settling.movedAway(file)
        world.settling.left(file, at: world.now)
        world.pass(.seconds(600))
        #expect(world.settled().isEmpty)
        #expect(world.settling.count == 0)
    }

    @Test(
        "Another file that came under the name while the first was being claimed is offered too",
        .bug("https://github.com/jonaswinkler/paperless-ng/issues/1602", "files not picked up until a restart")
    )
    func followed() {
        var world = World()
        world.write(file)
        world.settling.movedIn(file, at: world.now)
        #expect(world.settled() == [file])
        world.settling.movedAway(file)
        world.files[file] = nil
        world.write(file)
        world.settling.movedIn(file, at: world.now)
        world.settling.left(file, at: world.now)
        #expect(world.settled() == [file])
    }

    @Test(
        "A file that could not be claimed is offered again after its time, and told meanwhile",
        .bug("https://github.com/jonaswinkler/paperless-ng/issues/1159", "files not picked up until a restart")
    )
    func returned() {
        var world = World()
        world.write(file)
        world.settling.movedIn(file, at: world.now)
        #expect(world.settled() == [file])
        world.settling.returned(file, after: .seconds(10), message: "disk full", at: world.now)
        #expect(
            world.settling.reason(for: file, at: world.now)
                == .setAside("disk full", until: world.now.ledger + .seconds(10))
        )
        world.pass(.seconds(9))
        #expect(world.settled().isEmpty)
        world.pass(.seconds(1))
        #expect(world.settled() == [file])
    }

    @Test("A file that was put back does not pass for one that was just moved in", arguments: [false, true])
    func putBack(isNotedLate: Bool) throws {
        var world = World()
        world.write(file)
        world.settling.movedIn(file, at: world.now)
        #expect(world.settled() == [file])
        world.write(file, size: 11)
        let identity = try #require(world.files[file])
        let notices: (inout World) -> Void = { world in
            world.settling.movedAway(self.file)
            world.settling.movedIn(self.file, at: world.now)
        }
        if !isNotedLate { notices(&world) }
        world.settling.returned(file, after: .zero, putBack: identity, at: world.now)
        if isNotedLate { notices(&world) }
        #expect(world.settled().isEmpty)
        world.pass(.seconds(29))
        #expect(world.settled().isEmpty)
        world.pass(.seconds(1))
        #expect(world.settled() == [file])
    }

    @Test(
        "More files than there is room for are not kept in mind, and it is told that a listing must find them",
        .bug("https://github.com/immich-app/immich/issues/17147", "files not picked up until a restart")
    )
    func capacity() throws {
        var world = World(capacity: 10)
        for index in 0..<100 {
            let path = try path("\(index).png")
            world.write(path)
            world.settling.movedIn(path, at: world.now)
        }
        #expect(world.settling.count == 10)
        #expect(world.settling.hasMissed)
        #expect(!world.settling.hasRoomForListing)
        for path in world.settled() { world.settling.left(path, at: world.now) }
        #expect(world.settling.hasRoomForListing)
    }

    @Test(
        "Files that cannot be claimed do not crowd out those that can",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/1443", "files not picked up until a restart"),
        .bug("https://github.com/RandomEngy/VidCoder/issues/1064", "files not picked up until a restart")
    )
    func crowding() throws {
        var world = World(capacity: 16)
        for index in 0..<16 {
            let path = try path("\(index).png")
            world.write(path)
            world.settling.movedIn(path, at: world.now)
        }
        for path in world.settled() {
            world.settling.returned(path, after: .seconds(600), message: "no", at: world.now)
        }
        #expect(world.settling.count == 4)
    }
}
