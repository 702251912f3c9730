import Glibc
import Jobs
import NIOCore
import Spool
import Testing

/// A small file system of its own, where this process may mount one.
private final class SmallDisk {
    let temporary: TemporaryFolder

    init?(size: String) throws {
        temporary = try TemporaryFolder()
        guard mount("tmpfs", temporary.path, "tmpfs", 0, "size=\(size)") == 0 else { return nil }
    }

    deinit {
        umount2(temporary.path, CInt(MNT_DETACH))
    }
}

@Suite("A full disk", .enabled(if: geteuid() == 0, "needs root"), .timeLimit(.minutes(1)))
struct OutboxFullDiskTests {
    @Test(
        "A full outbox shows nothing, and works when space returns",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/8329", "after a full disk nothing is tried again")
    )
    func full() throws {
        guard let disk = try SmallDisk(size: "1m") else { return }
        let job = try #require(JobID("0123456789ab"))
        let outbox = try disk.temporary.open()
        try disk.temporary.write(String(repeating: "x", count: 500_000), to: "in the way")
        #expect(try outbox.freeSpace() < 600_000)
        let staging = try Staging.make(for: job, in: outbox)
        let chunk = ByteBuffer(repeating: 7, count: 100_000)
        let file = try staging.file(0, limit: 10_000_000)
        let error = #expect(throws: StagedFile.Failure.self) {
            for _ in 0..<9 { try file.write(chunk) }
        }
        guard case .system(let failure) = error, failure.code == ENOSPC else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try staging.contents() == [])
        #expect(try disk.temporary.names() == [".runninghubd-staging", "in the way"])
        #expect(unlink(disk.temporary.path + "/in the way") == 0)
        let again = try staging.file(0, limit: 10_000_000)
        for _ in 0..<9 { try again.write(chunk) }
        #expect(try again.finish().bytes == 900_000)
    }

    @Test("Notes that do not fit leave the original in work, and it fails properly when space returns")
    func notes() throws {
        guard let disk = try SmallDisk(size: "64k") else { return }
        let job = try #require(JobID("0123456789ab"))
        let folders = try ["work", "done", "failed"].map { try disk.temporary.folder($0) }
        try disk.temporary.write("the original", to: "work/cat.png")
        try? disk.temporary.write(String(repeating: "x", count: 100_000), to: "in the way")
        let entry = try #require(try folders[0].entry(try name("cat.png")))
        let original = Original(job: job, place: try path("cat.png"), identity: entry.identity)
        let originals = Originals(work: folders[0], done: folders[1], failed: folders[2])
        let notes = ErrorNotes(text: Array("why".utf8), json: Array("{\"job\":\"\(job)\"}".utf8))
        let error = #expect(throws: SystemError.self) { try originals.moveToFailed(original, notes: notes) }
        #expect(error?.code == ENOSPC)
        #expect(try disk.temporary.names(in: "work") == ["cat.png"])
        #expect(try disk.temporary.names(in: "failed").filter { !$0.hasPrefix(".") } == [])
        #expect(unlink(disk.temporary.path + "/in the way") == 0)
        #expect(try originals.moveToFailed(original, notes: notes) != .absent)
        #expect(try disk.temporary.names(in: "failed") == ["cat.png", "cat.png.error.json", "cat.png.error.txt"])
    }
}
