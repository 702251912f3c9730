import Glibc
import Jobs
import NIOCore
import Spool
import Testing

@Suite("Staging", .timeLimit(.minutes(1)))
struct OutboxStagingTests {
    let temporary: TemporaryFolder
    let job: JobID

    init() throws {
        temporary = try TemporaryFolder()
        job = try #require(JobID("0123456789ab"))
    }

    func staging(_ calls: any SystemCalls = LinuxCalls()) throws -> Staging {
        try Staging.make(for: job, in: try temporary.open(calls: calls))
    }

    var stagedNames: [String] {
        get throws { try temporary.names(in: ".runninghubd-staging/\(job)") }
    }

    @Test("A staged file is measured, hashed and recognised while it streams")
    func stream() throws {
        let staging = try staging()
        let file = try staging.file(0, limit: 3000)
        try file.write(ByteBuffer(bytes: [0x89, 0x50, 0x4E, 0x47]))
        try file.write(ByteBuffer(bytes: [0x0D, 0x0A, 0x1A, 0x0A]))
        #expect(try stagedNames == ["output-0.part"])
        #expect(try staging.contents() == [])
        let output = try file.finish()
        #expect(output.bytes == 8)
        #expect(output.kind == .png)
        #expect(output.sha256 == "4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6")
        #expect(try staging.contents().map(\.name) == [output.stagedName])
        #expect(try staging.contents().map(\.bytes) == [8])
        #expect(throws: StagedFile.Failure.closed) { try file.write(ByteBuffer(bytes: [1])) }
        file.abandon()
        #expect(try staging.contents().count == 1)
    }

    @Test("A file that outgrows its bound is gone at once")
    func bound() throws {
        let file = try staging().file(0, limit: 10)
        try file.write(ByteBuffer(repeating: 1, count: 10))
        #expect(throws: StagedFile.Failure.tooLarge(limit: 10)) { try file.write(ByteBuffer(bytes: [1])) }
        #expect(throws: StagedFile.Failure.closed) { try file.finish() }
        #expect(try stagedNames == [])
    }

    @Test(
        "A flush that failed throws the file away and is never repeated",
        arguments: [FailingCalls.Kind.synchronize, .write, .rename]
    )
    func failed(kind: FailingCalls.Kind) throws {
        let calls = FailingCalls(kind, code: EIO)
        let staging = try staging(calls)
        let file = try staging.file(0, limit: 10)
        #expect(throws: StagedFile.Failure.self) {
            try file.write(ByteBuffer(repeating: 1, count: 10))
            _ = try file.finish()
        }
        #expect(throws: StagedFile.Failure.closed) { try file.finish() }
        #expect(try stagedNames == [])
        #expect(calls.count(.synchronize) <= 1)
        let again = try staging.file(0, limit: 10)
        try again.write(ByteBuffer(repeating: 1, count: 10))
        #expect(try again.finish().bytes == 10)
    }

    @Test("A file that is let go of is removed; one that is started again replaces the one before")
    func letGo() throws {
        let staging = try staging()
        try { try staging.file(0, limit: 10).write(ByteBuffer(bytes: [1])) }()
        #expect(try stagedNames == [])
        _ = try staging.file(0, limit: 10).finish()
        let again = try staging.file(0, limit: 10)
        #expect(try stagedNames == ["output-0.part"])
        withExtendedLifetime(again) {}
    }

    @Test("Nobody else can enter the staging folder")
    func closed() throws {
        _ = try staging()
        var status = stat()
        #expect(stat("\(temporary.path)/.runninghubd-staging", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
    }

    @Test("What is published belongs to the outbox's group", .enabled(if: geteuid() == 0, "needs root"))
    func group() throws {
        let users = try #require(getgrnam("users")).pointee.gr_gid
        #expect(chown(temporary.path, 0, users) == 0)
        #expect(chmod(temporary.path, 0o2770) == 0)
        _ = try staging().file(0, limit: 1).finish()
        var status = stat()
        #expect(stat("\(temporary.path)/.runninghubd-staging/\(job)/output-0", &status) == 0)
        #expect(status.st_gid == users)
        #expect(status.st_mode & 0o7 == 0)
    }

    @Test("A link in the staging folder's place is refused")
    func link() throws {
        #expect(symlink("/tmp", temporary.path + "/.runninghubd-staging") == 0)
        #expect(throws: SystemError.self) { try staging() }
    }

    @Test("A job's folder goes with all that is in it, those of others stay; one that is gone is no error")
    func removal() throws {
        let outbox = try temporary.open()
        let jobs = try ["000000000000", "111111111111"].map { try #require(JobID($0)) }
        for job in jobs {
            _ = try Staging.make(for: job, in: outbox).file(0, limit: 1).finish()
            #expect(mkdir("\(temporary.path)/.runninghubd-staging/\(job)/whole", 0o770) == 0)
            try temporary.write("x", to: ".runninghubd-staging/\(job)/whole/cat.png")
        }
        let calls = FailingCalls()
        for time in 1...2 {
            try Staging.remove(jobs[1], in: try temporary.open(calls: calls))
            // Flushed each time: an earlier call may have been cut off before.
            #expect(calls.log.last?.kind == .synchronize && calls.count(.synchronize) == time)
        }
        #expect(try temporary.names(in: ".runninghubd-staging") == ["000000000000"])
    }

    @Test("Without a staging folder there is none of a job")
    func nothing() throws {
        #expect(try Staging.existing(for: job, in: try temporary.open()).map(\.job) == nil)
    }
}
