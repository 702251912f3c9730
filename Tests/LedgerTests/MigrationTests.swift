import GRDB
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
}
