import Glibc
import Jobs
import NIOCore
import NIOPosix
import Testing

@testable import Spool

@Suite(.timeLimit(.minutes(1)))
struct ClaimedFileTests {
    let root: TemporaryFolder
    let work: Folder
    let place: RelativePath
    let identity: FileIdentity

    init() throws {
        root = try TemporaryFolder()
        try root.write(String(repeating: "0123456789", count: 100), to: "cat.png")
        work = try root.open()
        place = try path("cat.png")
        identity = try #require(try work.entry(at: place)).identity
    }

    @Test("A claimed file is read whole, in chunks")
    func reads() async throws {
        let (state, file) = try work.openClaimed(place, expecting: identity)
        #expect(state == .unchanged)
        var content = ByteBuffer()
        for try await var chunk in try #require(file).chunks(of: 64, on: .singleton) {
            #expect(chunk.readableBytes <= 64)
            content.writeBuffer(&chunk)
        }
        #expect(String(buffer: content) == root.read("cat.png"))
        #expect(try file?.hasChanged() == false)
    }

    @Test("A file that is not as the ledger has it is not opened")
    func changed() throws {
        try root.write("short", to: "cat.png")
        let (state, file) = try work.openClaimed(place, expecting: identity)
        guard case .changed(let now) = state else {
            Issue.record("not told as changed")
            return
        }
        #expect(now.size == 5)
        #expect(file == nil)
        #expect(try work.state(of: place, expecting: identity) == state)
    }

    @Test(
        "A file written to after it was opened is told so, and one cut short ends its reading with an error",
        .bug("https://github.com/RandomEngy/VidCoder/issues/1448", "a file taken before it is finished")
    )
    func changedWhileRead() async throws {
        let file = try #require(try work.openClaimed(place, expecting: identity).file)
        try root.write("short", to: "cat.png")
        #expect(try file.hasChanged())
        await #expect(throws: SystemError(call: "pread", code: EAGAIN)) {
            for try await _ in file.chunks(of: 64, on: .singleton) {}
        }
    }

    @Test(
        "A file taken out, or another or a link in its place, is withdrawn",
        arguments: ["", "file", "link", "pipe", "folder"]
    )
    func withdrawn(instead: String) throws {
        rename("\(root.path)/cat.png", "\(root.path)/away.png")
        switch instead {
        case "file": try root.write(String(repeating: "0123456789", count: 100), to: "cat.png")
        case "link": symlink("away.png", "\(root.path)/cat.png")
        case "pipe": mkfifo("\(root.path)/cat.png", 0o660)
        case "folder": mkdir("\(root.path)/cat.png", 0o770)
        default: break
        }
        let (state, file) = try work.openClaimed(place, expecting: identity)
        #expect(state == .withdrawn)
        #expect(file == nil)
        #expect(try work.state(of: place, expecting: identity) == .withdrawn)
    }

    @Test("It is the same file where its device bears another number since a boot, and may have been written to")
    func otherDevice() throws {
        var known = identity
        known.device += 1
        #expect(try work.state(of: place, expecting: known) == .unchanged)
        #expect(try work.openClaimed(place, expecting: known).file != nil)
        known.modified -= 1
        #expect(try work.state(of: place, expecting: known) == .changed(identity))
        known.inode += 1
        #expect(try work.state(of: place, expecting: known) == .withdrawn)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct ClaimedFileChangeTests {
    @Test("A file that changed in work settles when two readings with the quiet time between are equal")
    func settles() {
        let quiet = Duration.seconds(30)
        var now = Timestamp(milliseconds: 1_000_000)
        var identity = FileIdentity(device: 1, inode: 2, size: 3, modified: 4, changed: 5)
        var file = ChangedFile(identity: identity, at: now)
        for _ in 0..<5 {
            now = now + .seconds(30)
            identity.modified += 1
            guard case .waiting(let next, now + quiet) = file.seen(identity, at: now, quietTime: quiet) else {
                Issue.record("settled while it changed")
                return
            }
            file = next
        }
        #expect(file.seen(identity, at: now + .seconds(29), quietTime: quiet) == .waiting(file, until: now + quiet))
        #expect(file.seen(identity, at: now + .seconds(30), quietTime: quiet) == .settled(identity))
    }
}
