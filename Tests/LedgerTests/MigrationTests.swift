import Foundation
import GRDB
import Glibc
import Jobs
import Testing

@testable import Ledger

@Suite("A ledger of an older version", .timeLimit(.minutes(1)))
struct MigrationTests {
    @Test("Jobs, uploads and attempts of version 1 are read as they were")
    func version1() async throws {
        let files = try TemporaryLedger()
        let old = try DatabaseQueue(path: files.path)
        try Schema.migrator.migrate(old, upTo: "1")
        let settings = Pipeline(name: "oil", target: .aiApp("1"))
        try await old.write { database in
            try database.execute(
                sql: """
                    INSERT INTO settings (id, body) VALUES (1, ?);
                    INSERT INTO jobs (id, pipeline, created_at, origin, place, device, inode, size, modified, changed, state, claimed, attempt,
                        due_at, state_since, cancel_wished, reviving, upload_key, upload_site, upload_name, upload_at, duty, tries, folder, version)
                    VALUES ('0123456789ab', 'oil', 1, x'61', x'61', 1, 2, 3, 4, 5, 'running', 1, 1, 1, 1, 0, 0, 'main', 'cn', 'api/"x".png', 1,
                        'none', 0, 'work', 1);
                    INSERT INTO attempts (job, number, key, site, settings, remote_name, webhook, posted_at, outcome, task_id, provisional,
                        callbacks, proof_waited, overdue, fruitless, awaited_since, expired)
                    VALUES (1, 1, 'main', 'cn', 1, 'api/"x".png', 1, 1, 'created', '1904136902449209346', 0, 0, 0, 0, 0, 1, 0);
                    """,
                arguments: [try JSONText.encode(settings)]
            )
        }
        try old.close()
        let id = try #require(JobID("0123456789ab"))
        let record = try #require(await files.open().job(id))
        #expect(record.job.kind == .file)
        #expect(record.job.upload?.remoteNames == ["": "api/\"x\".png"])
        #expect(record.attempts.first?.remoteNames == ["": "api/\"x\".png"])
        #expect(record.job.inputs.isEmpty && record.job.parameters.isEmpty && record.job.sidecar == nil)
    }

    /// A ledger as the program before the guards wrote it, with a job in each state that lives through an upgrade.
    private func old(_ files: TemporaryLedger) throws {
        let old = try Connection.writer(path: files.path)
        try Schema.migrator.migrate(old, upTo: "complaints")
        let settings = Pipeline(name: "oil", target: .aiApp("1"))
        try old.write { database in
            try database.execute(
                sql: "INSERT INTO settings (id, body) VALUES (1, ?)",
                arguments: [try JSONText.encode(settings)]
            )
            for (number, state) in ["queued", "running", "fetching", "unconfirmed", "delivered"].enumerated() {
                try database.execute(
                    sql: """
                        INSERT INTO jobs (id, pipeline, created_at, origin, place, device, inode, size, modified, changed, state, claimed,
                            attempt, due_at, state_since, cancel_wished, reviving, duty, tries, folder, version)
                        VALUES (?, 'oil', 1, x'61', x'61', 1, ?, 3, 4, 5, ?, 1, 1, 1, 1000, 0, 0, 'none', 0, 'work', 1);
                        INSERT INTO attempts (job, number, key, site, settings, webhook, posted_at, outcome, task_id, provisional,
                            callbacks, proof_waited, overdue, fruitless, awaited_since, expired)
                        VALUES (last_insert_rowid(), 1, 'main', 'cn', 1, 1, 1, 'created', 't-' || ?, 0, 0, 0, 0, 0, 1, 0);
                        """,
                    arguments: [Self.id(number), number, state, state]
                )
            }
            try database.execute(
                sql: """
                    INSERT INTO events (job, at, attempt, kind, detail) SELECT seq, 5000, 1, 'tidied', '' FROM jobs WHERE state = 'delivered';
                    INSERT INTO facts (name, value) VALUES ('secret', x'2a'), ('id', x'61')
                    """
            )
        }
        try old.close()
    }

    private static func id(_ number: Int) -> String { "00000000000\(number)" }

    @Test("Jobs under way live through it, and what has ended is kept from when its original was put away")
    func underWay() async throws {
        let files = try TemporaryLedger()
        try old(files)
        let ledger = try files.open()
        for (number, state) in [JobState.queued, .running, .fetching, .unconfirmed, .delivered].enumerated() {
            let id = try #require(JobID(Self.id(number)))
            let record = try #require(await ledger.job(id))
            #expect(record.job.state == state && record.attempts.first?.taskID == "t-\(state)")
            #expect(record.job.joined == nil)
        }
        #expect(try await ledger.look { try $0.due(.running, at: .start, except: [], limit: 9) }.count == 1)
        #expect(try await ledger.waiting(in: "oil", at: .start, except: [], limit: 9).count == 1)
        let kept = try await ledger.read {
            try Int64.fetchAll($0, sql: "SELECT kept_since FROM jobs WHERE kept_since IS NOT NULL")
        }
        #expect(kept == [5000])
        #expect(try files.open().upgrade == nil)
    }

    @Test("A ledger that had its guards already gets the indexes that came after them")
    func afterGuards() async throws {
        let files = try TemporaryLedger()
        let old = try Connection.writer(path: files.path)
        try Schema.migrator.migrate(old, upTo: "names")
        try old.close()
        let indexes = try await files.open().read {
            try String.fetchAll($0, sql: "SELECT sql FROM sqlite_master WHERE name IN ('jobs_duty', 'jobs_joined_due')")
        }
        #expect(indexes.count == 2 && indexes.allSatisfy { $0.contains("(pipeline, due_at)") }, "\(indexes)")
    }

    @Test("Before it a copy is made under the name of its schema, whole, for its owner alone; of a new ledger none is")
    func copy() async throws {
        let files = try TemporaryLedger()
        try old(files)
        // What an upgrade that was cut off left behind.
        try Data("half".utf8).write(to: URL(filePath: "\(files.folder)/ledger-schema-4.sqlite.part"))
        let upgrade = try #require(try files.open().upgrade)
        #expect(upgrade == Ledger.Upgrade(from: 4, to: 8, copy: "\(files.folder)/ledger-schema-4.sqlite"))
        var status = stat()
        #expect(stat(upgrade.copy, &status) == 0 && status.st_mode & 0o777 == 0o600)
        let copy = try DatabaseQueue(path: upgrade.copy)
        let (applied, jobs, check) = try await copy.read { database in
            (
                try Schema.migrator.appliedIdentifiers(database),
                try String.fetchAll(database, sql: "SELECT state FROM jobs ORDER BY seq"),
                try String.fetchOne(database, sql: "PRAGMA integrity_check")
            )
        }
        #expect(applied == ["1", "2", "costs", "complaints"])
        #expect(jobs == ["queued", "running", "fetching", "unconfirmed", "delivered"] && check == "ok")
        let names = try FileManager.default.contentsOfDirectory(atPath: files.folder)
        #expect(!names.contains { $0.hasSuffix(".part") })
        let new = try TemporaryLedger()
        #expect(try new.open().upgrade == nil)
        #expect(try !FileManager.default.contentsOfDirectory(atPath: new.folder).contains { $0.contains("schema") })
    }

    @Test("Without its copy nothing is changed, and the trouble is told")
    func noCopy() async throws {
        let files = try TemporaryLedger()
        try old(files)
        let place = "\(files.folder)/ledger-schema-4.sqlite"
        try FileManager.default.createDirectory(atPath: "\(place).part/x", withIntermediateDirectories: true)
        let error = #expect(throws: LedgerError.self) { _ = try files.open() }
        #expect(error?.code == .inputOutput && error?.message.contains(place) == true)
        let queue = try DatabaseQueue(path: files.path)
        #expect(try await queue.read(Schema.migrator.appliedIdentifiers).count == 4)
        try queue.close()
        try FileManager.default.removeItem(atPath: "\(place).part")
        #expect(try files.open().upgrade?.copy == place)
    }

    @Test("An older program refuses a newer ledger, and names the newest copy that it can use")
    func newer() throws {
        let files = try TemporaryLedger()
        try old(files)
        try files.open().commit.withQueue {
            try $0.write { try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('1000')") }
        }
        let error = #expect(throws: LedgerError.self) { _ = try files.open() }
        #expect(error?.code == .newer)
        #expect(error?.message.contains("schema 9; this one knows 8") == true)
        #expect(error?.message.contains("cp -p '\(files.folder)/ledger-schema-4.sqlite' '\(files.path)'") == true)
        try FileManager.default.removeItem(atPath: "\(files.folder)/ledger-schema-4.sqlite")
        let alone = #expect(throws: LedgerError.self) { _ = try files.open() }
        #expect(alone?.message.hasSuffix("Install that version again: nothing is lost.") == true)
    }
}
