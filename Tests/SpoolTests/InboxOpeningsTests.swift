import Glibc
import Jobs
import Spool
import Testing

/// Readers and writers are not told apart by the kernel when they open a file.
@Suite(.timeLimit(.minutes(1)))
struct InboxOpeningsTests {
    typealias World = InboxSettlingTests.World

    let file: RelativePath

    init() throws {
        file = try path("cat.png")
    }

    @Test("A further hard link that somebody looks into later settles as if nobody had", arguments: [true, false])
    func linkViewed(isClosed: Bool) {
        var world = World()
        world.write(file)
        world.settling.created(file, at: world.now)
        world.pass(.seconds(2))
        world.settling.opened(file, at: world.now)
        if isClosed { _ = world.settling.closedUnwritten(file, at: world.now) }
        world.pass(.seconds(28))
        let soon = world.settled()
        #expect(soon == (isClosed ? [file] : []))
        world.pass(.seconds(120))
        let later = world.settled()
        #expect(later == (isClosed ? [] : [file]))
    }

    @Test("A further hard link that somebody looks into at once, as if they had made it, settles after 15 min")
    func linkViewedAtOnce() {
        var world = World()
        world.write(file)
        world.settling.created(file, at: world.now)
        world.settling.opened(file, at: world.now)
        let isWorthALook = world.settling.closedUnwritten(file, at: world.now)
        #expect(isWorthALook)
        #expect(world.settled().isEmpty)
        #expect(!world.settling.reason(for: file, at: world.now).needsPerson)
        world.pass(.seconds(899))
        #expect(world.settled().isEmpty)
        world.pass(.seconds(1))
        #expect(world.settled() == [file])
    }

    @Test("A further hard link that was looked into is offered, by what the kernel tells")
    func linkViewedForReal() async throws {
        try await InboxFixture().watching { fixture in
            async let batch = fixture.next()
            await fixture.idle()
            try fixture.root.write("content", to: "elsewhere")
            #expect(link("\(fixture.root.path)/elsewhere", "\(fixture.place)/cat.png") == 0)
            #expect(await fixture.idle(upTo: .seconds(30)) == .seconds(30))
            fixture.clock.advance(by: .seconds(2))
            close(open("\(fixture.place)/cat.png", O_RDONLY))
            // What the kernel told before is known when this is offered.
            try fixture.moveIn("dog.png")
            #expect(await batch == ["dog.png"])
            async let next = fixture.next()
            await fixture.idle(upTo: .seconds(30), atLeast: .seconds(20))
            fixture.clock.advance(by: .seconds(30))
            #expect(await next == ["cat.png"])
        }
    }

    @Test("Readers do not end the wait for the program that made a file")
    func readBesideWriter() {
        var world = World()
        world.settling.created(file, at: world.now)
        world.settling.opened(file, at: world.now)
        world.write(file)
        for _ in 0..<100 {
            world.settling.opened(file, at: world.now)
            let isWorthALook = world.settling.closedUnwritten(file, at: world.now)
            #expect(!isWorthALook)
            world.pass(.seconds(60))
            #expect(world.settled().isEmpty)
        }
        world.settling.closed(file, at: world.now)
        #expect(world.settled() == [file])
    }

    @Test("A program that opened a file again and pauses for a minute is waited for")
    func reopenedAndPaused() {
        var world = World()
        world.write(file)
        world.settling.closed(file, at: world.now)
        world.pass(.seconds(2))
        world.settling.opened(file, at: world.now)
        world.write(file, size: 20)
        world.pass(.seconds(5))
        #expect(world.settled().isEmpty)
        world.pass(.seconds(60))
        #expect(world.settled().isEmpty)
        world.write(file, size: 30)
        world.settling.closed(file, at: world.now)
        #expect(world.settled().isEmpty)
        world.pass(.seconds(5))
        #expect(world.settled() == [file])
    }

    @Test("A reader that keeps a file open puts it off for 2 min, not for ever")
    func keptOpen() {
        var world = World()
        world.write(file)
        world.settling.closed(file, at: world.now)
        world.settling.opened(file, at: world.now)
        #expect(world.settled().isEmpty)
        world.pass(.seconds(119))
        #expect(world.settled().isEmpty)
        world.pass(.seconds(1))
        #expect(world.settled() == [file])
    }

    @Test("Of two writers both are waited for")
    func twoWriters() {
        var world = World()
        world.settling.created(file, at: world.now)
        world.settling.opened(file, at: world.now)
        world.settling.opened(file, at: world.now)
        world.write(file)
        world.settling.closed(file, at: world.now)
        world.pass(.seconds(60))
        #expect(world.settled().isEmpty)
        world.settling.closed(file, at: world.now)
        _ = world.settled()
        world.pass(.seconds(5))
        #expect(world.settled() == [file])
    }

    @Test("A program that pauses while it fills a placeholder is waited for, whatever is found meanwhile")
    func placeholderFilledSlowly() {
        var world = World()
        world.write(file, size: 0)
        world.settling.closed(file, at: world.now)
        #expect(world.settled().isEmpty)
        #expect(world.settling.count == 0)
        world.pass(.seconds(20))
        world.settling.opened(file, at: world.now)
        world.write(file)
        for _ in 0..<10 {
            world.pass(.seconds(60))
            world.find(file)
            #expect(world.settled().isEmpty)
        }
        world.settling.closed(file, at: world.now)
        #expect(world.settled() == [file])
    }

    @Test("A placeholder that a listing came across is as well known as one that was noticed, until it is gone")
    func placeholderFound() {
        var world = World()
        world.write(file, size: 0)
        world.find(file)
        world.settling.opened(file, at: world.now)
        world.write(file)
        world.pass(.seconds(60))
        #expect(world.settled().isEmpty)
        #expect(world.settling.count == 1)
        world.settling.gone(file)
        world.settling.opened(file, at: world.now)
        #expect(world.settling.count == 0)
    }

    @Test("Who looks into an empty placeholder leaves nothing in mind")
    func placeholderViewed() {
        var world = World()
        world.write(file, size: 0)
        world.find(file)
        world.settling.opened(file, at: world.now)
        let isWorthALook = world.settling.closedUnwritten(file, at: world.now)
        #expect(isWorthALook)
        #expect(world.settled().isEmpty)
        #expect(world.settling.count == 0)
    }
}
