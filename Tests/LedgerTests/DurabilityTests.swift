import FoundationEssentials
import GRDB
import Glibc
import Jobs
import Testing

@testable import Ledger

@Suite("Durability", .timeLimit(.minutes(1)))
struct DurabilityTests {
    @Test("The connection that writes is in WAL mode and synchronizes every commit, after a reopen too")
    func pragmas() async throws {
        let files = try TemporaryLedger()
        for _ in 0..<2 {
            let ledger = try files.open()
            _ = try await ledger.record(.sample())
            let (mode, synchronous, foreignKeys) = try ledger.commit.withQueue {
                try $0.writeWithoutTransaction { database in
                    (
                        try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                        try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                        try Int.fetchOne(database, sql: "PRAGMA foreign_keys")
                    )
                }
            }
            #expect(mode == "wal")
            #expect(synchronous == 2)
            #expect(foreignKeys == 1)
        }
    }

    @Test(
        "After kill -9 in the middle of writing, every change that was told to be on disk is there",
        .bug("https://github.com/benbjohnson/litestream/issues/752", "what was told to be stored is not")
    )
    func killed() async throws {
        let files = try TemporaryLedger()
        setenv("LEDGER_KILLED", files.folder, 1)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            try await KilledWriter.run(in: String(cString: getenv("LEDGER_KILLED")))
        }
        let told = try String(contentsOfFile: "\(files.folder)/told", encoding: .utf8).split(separator: "\n")
        #expect(told.count >= KilledWriter.changes)
        var last: [String: Int] = [:]
        for line in told {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let tries = Int(parts[1]) else { continue }
            last[String(parts[0])] = max(last[String(parts[0])] ?? 0, tries)
        }
        #expect(last.count == KilledWriter.jobs)
        let ledger = try files.open()
        for (text, tries) in last {
            let id = try #require(JobID(text))
            let stored = try #require(await ledger.job(id)?.job.tries)
            #expect(stored >= tries)
        }
        let check = try await ledger.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
        #expect(check == "ok")
    }

    @Test(
        "A copy that is put back beside the log of its successor is found to be damaged, not taken for a ledger",
        .bug("https://github.com/benbjohnson/litestream/issues/1164", "a restored database is corrupt")
    )
    func mixed() async throws {
        let files = try TemporaryLedger()
        func run(_ command: String) throws {
            try files.open().commit.withQueue { try $0.writeWithoutTransaction { try $0.execute(sql: command) } }
        }
        func copy(_ from: String, _ to: String) throws {
            try? FileManager.default.removeItem(atPath: to)
            try FileManager.default.copyItem(atPath: from, toPath: to)
        }
        let ledger = try files.open()
        for number in 0..<20 { try await ledger.queued(.sample(UInt64(number))) }
        try run("PRAGMA wal_checkpoint(TRUNCATE)")
        try copy(files.path, "\(files.folder)/old")
        for number in 20..<400 { try await ledger.queued(.sample(UInt64(number))) }
        try run("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in 400..<440 { try await ledger.queued(.sample(UInt64(number))) }
        let other = try TemporaryLedger()
        try copy("\(files.folder)/old", other.path)
        _ = try other.open()
        try copy("\(files.path)-wal", "\(other.path)-wal")
        try? FileManager.default.removeItem(atPath: "\(other.path)-shm")
        #expect { try other.open() } throws: { ($0 as? LedgerError)?.code == .damaged && "\($0)".contains("-wal") }
        // Its own log is no reason for doubt.
        try copy(files.path, other.path)
        try copy("\(files.path)-wal", "\(other.path)-wal")
        try? FileManager.default.removeItem(atPath: "\(other.path)-shm")
        let own = try other.open()
        #expect(own.counts["oil"]?[.queued] == 440 && !own.hasForeignLog)
        // A file that was put there later than its log was written is another's, even where both fit together.
        #expect(Ledger.isForeign(log: 100, beside: 111) && !Ledger.isForeign(log: 100, beside: 110))
        #expect(!Ledger.isForeign(log: 103, beside: 100) && !Ledger.isForeign(log: .max, beside: .min))
    }

    @Test("A ledger that was closed leaves no log of which could be asked whose it is")
    func closed() async throws {
        let files = try TemporaryLedger()
        let ledger = try files.open()
        try await ledger.queued(.sample(1))
        #expect(try FileManager.default.attributesOfItem(atPath: "\(files.path)-wal")[.size] as? Int != 0)
        try await ledger.close()
        #expect(try FileManager.default.attributesOfItem(atPath: "\(files.path)-wal")[.size] as? Int == 0)
        #expect(try files.open().counts["oil"]?[.queued] == 1)
    }

    @Test("A full ledger says so, changes nothing by halves, and works again when there is room")
    func fullByLimit() async throws {
        let ledger = try TemporaryLedger().open()
        let id = try await ledger.queued(.sample())
        try ledger.limitPages(to: 1)
        let error = await firstError(of: ledger)
        #expect(error?.code == .full)
        #expect(try await ledger.job(id)?.job.state == .queued)
        try ledger.limitPages(to: 1_000_000)
        try await recordMany(ledger, count: 50)
        try await expectConsistency(of: ledger)
    }

    @Test(
        "A full file system says so, changes nothing by halves, and the ledger works again when there is room",
        .enabled(if: geteuid() == 0, "mounting a small file system takes root")
    )
    func fullFileSystem() async throws {
        let files = try TemporaryLedger()
        try #require(mount("tmpfs", files.folder, "tmpfs", 0, "size=1m") == 0)
        defer { umount2(files.folder, Int32(MNT_DETACH)) }
        let ledger = try files.open()
        let id = try await ledger.queued(.sample())
        let filler = "\(files.folder)/filler"
        try fill(filler)
        let error = await firstError(of: ledger)
        #expect(error?.code == .full)
        unlink(filler)
        _ = try await ledger.change(id, at: .start) { $0.job.tries = 3 }
        #expect(try await ledger.job(id)?.job.tries == 3)
        try await expectConsistency(of: ledger)
    }

    @Test(
        "After a failed write the ledger is opened anew, and goes on",
        .bug("https://github.com/benbjohnson/litestream/issues/582", "trouble after a failed write")
    )
    func inputOutput() async throws {
        let files = try TemporaryLedger()
        let ledger = try files.open()
        let id = try await ledger.queued(.sample())
        try breakWriting(to: files.path + "-wal")
        do {
            _ = try await ledger.change(id, at: .start) { $0.job.tries = 1 }
            Issue.record("a write that failed was taken for done")
        } catch {
            #expect(error.code == .inputOutput)
        }
        _ = try await ledger.change(id, at: .start) { $0.job.tries += 2 }
        #expect(try await ledger.job(id)?.job.tries == 2)
        #expect(try await files.open().job(id)?.job.tries == 2)
    }

    @Test("A ledger of a newer version, and a file that is none, are refused")
    func refused() async throws {
        let files = try TemporaryLedger()
        try files.open().commit.withQueue {
            try $0.write { try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('1000')") }
        }
        let newer = #expect(throws: LedgerError.self) { _ = try files.open() }
        #expect(newer?.code == .newer)

        let none = try TemporaryLedger()
        try Data(repeating: 7, count: 5000).write(to: URL(filePath: none.path))
        let damaged = #expect(throws: LedgerError.self) { _ = try none.open() }
        #expect(damaged?.code == .damaged)
    }

    @Test("One row that cannot be read is the trouble of that row alone")
    func damagedRow() async throws {
        let files = try TemporaryLedger()
        var ledger = try files.open()
        let good = try await ledger.queued(.sample())
        let bad = try await ledger.queued(.sample())
        try ledger.commit.withQueue {
            try $0.write { try $0.execute(sql: "UPDATE jobs SET place = x'00' WHERE id = ?", arguments: [bad.text]) }
        }
        ledger = try files.open()
        async let badChange = ledger.change(bad, at: .start) { $0.job.tries = 1 }
        async let goodChange = ledger.change(good, at: .start) { $0.job.tries = 1 }
        #expect(try await goodChange?.record.job.tries == 1)
        do {
            _ = try await badChange
            Issue.record("the row was read")
        } catch {
            #expect((error as? LedgerError)?.code == .damaged)
        }
    }

    private func firstError(of ledger: Ledger) async -> LedgerError? {
        do {
            try await recordMany(ledger, count: 20_000)
            return nil
        } catch {
            return error as? LedgerError
        }
    }

    private func recordMany(_ ledger: Ledger, count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask { for _ in 0..<(count + 63) / 64 { _ = try await ledger.record(.sample()) } }
            }
            try await group.waitForAll()
        }
    }

    private func expectConsistency(of ledger: Ledger) async throws {
        let (check, rows) = try await ledger.read {
            (
                try String.fetchOne($0, sql: "PRAGMA integrity_check"),
                try Int.fetchOne($0, sql: "SELECT count(*) FROM jobs") ?? 0
            )
        }
        #expect(check == "ok")
        #expect(ledger.counts.values.flatMap(\.values).reduce(0, +) == rows)
    }
}

extension Ledger {
    fileprivate func limitPages(to count: Int) throws {
        try commit.withQueue { queue in
            try queue.writeWithoutTransaction { _ = try Int.fetchOne($0, sql: "PRAGMA max_page_count = \(count)") }
        }
    }
}

/// Writes until it is killed, and tells in a file beside the ledger what it was told to be on disk.
private enum KilledWriter {
    static let jobs = 8
    static let changes = 500

    static func run(in folder: String) async throws {
        let ledger = try Ledger(path: "\(folder)/ledger.sqlite", owner: "killed")
        let file = open("\(folder)/told", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<jobs {
                group.addTask {
                    let id = try await ledger.queued(.sample())
                    while true {
                        let tries = try await ledger.change(id, at: .start) { record in
                            record.job.tries += 1
                            return record.job.tries
                        }?.value
                        let line = "\(id) \(tries ?? 0)\n"
                        _ = line.withCString { write(file, $0, strlen($0)) }
                        // The others are somewhere in the middle of it.
                        if await counter.next() >= changes + 3 * jobs { kill(getpid(), SIGKILL) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private actor Counter {
        private var count = 0

        func next() -> Int {
            count += 1
            return count
        }
    }
}

/// Puts a descriptor that cannot be written to in the place of each that the process has open on a file.
private func breakWriting(to path: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
        guard let descriptor = Int32(name) else { continue }
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
        guard target == path else { continue }
        let readOnly = open(path, O_RDONLY | O_CLOEXEC)
        dup2(readOnly, descriptor)
        close(readOnly)
    }
}

/// Writes a file until its file system is full.
private func fill(_ path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT, 0o600)
    defer { close(file) }
    let block = [UInt8](repeating: 1, count: 4096)
    while write(file, block, block.count) > 0 {}
}
