import GRDB

/// The tables, as migrations that are never edited once shipped.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: version1)
        }
        migrator.registerMigration("2") { database in
            try database.execute(sql: version2)
        }
        migrator.registerMigration("costs") { database in
            try database.execute(sql: costs)
        }
        migrator.registerMigration("complaints") { database in
            try database.execute(sql: "ALTER TABLE attempts ADD COLUMN complaint TEXT")
        }
        migrator.registerMigration("guards") { database in
            try database.execute(sql: guards)
        }
        migrator.registerMigration("names") { database in
            // Ids of tasks, separated by spaces, which none has.
            try database.execute(sql: "ALTER TABLE attempts ADD COLUMN other_names TEXT")
        }
        migrator.registerMigration("fairness") { database in
            try database.execute(sql: fairness)
        }
        migrator.registerMigration("hooks") { database in
            try database.execute(sql: hooks)
        }
        return migrator
    }

    /// Times are milliseconds since 1970 on the ledger's clock, names and paths bytes, ids of tasks text: they exceed 2^53.
    private static let version1 = """
        CREATE TABLE facts (
            name TEXT PRIMARY KEY,
            value BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE holds (
            pipeline TEXT PRIMARY KEY,
            reason TEXT NOT NULL,
            since INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE settings (
            id INTEGER PRIMARY KEY,
            body TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE jobs (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE CHECK (length(id) = 12),
            pipeline TEXT NOT NULL,
            origin BLOB NOT NULL,
            place BLOB NOT NULL,
            device INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            digest TEXT,
            state TEXT NOT NULL CHECK (state IN ('queued', 'uploading', 'submitting', 'unconfirmed', 'running',
                'fetching', 'delivered', 'failed', 'cancelled')),
            claimed INTEGER NOT NULL CHECK (claimed IN (0, 1)),
            attempt INTEGER NOT NULL CHECK (attempt >= 0),
            due_at INTEGER NOT NULL,
            wait_reason TEXT,
            wait_since INTEGER,
            created_at INTEGER NOT NULL,
            state_since INTEGER NOT NULL,
            cancel_wished INTEGER NOT NULL CHECK (cancel_wished IN (0, 1)),
            reviving INTEGER NOT NULL CHECK (reviving IN (0, 1)),
            upload_key TEXT,
            upload_site TEXT,
            upload_name TEXT,
            upload_at INTEGER,
            failure TEXT,
            duty TEXT NOT NULL CHECK (duty IN ('none', 'done', 'delete', 'failed')),
            tries INTEGER NOT NULL,
            plan BLOB,
            folder TEXT NOT NULL CHECK (folder IN ('inbox', 'work', 'done', 'failed', 'gone')),
            version INTEGER NOT NULL,
            lease_owner TEXT,
            lease_until INTEGER,
            CHECK (claimed = 1 OR state IN ('queued', 'cancelled')),
            CHECK (duty = 'none' OR state IN ('delivered', 'failed', 'cancelled')),
            CHECK (plan IS NULL OR state IN ('fetching', 'delivered'))
        ) STRICT;

        CREATE UNIQUE INDEX jobs_unclaimed ON jobs (pipeline, origin, inode) WHERE state = 'queued' AND claimed = 0;
        CREATE INDEX jobs_waiting ON jobs (pipeline, seq) WHERE state = 'queued' AND claimed = 1;
        CREATE INDEX jobs_due ON jobs (state, due_at) WHERE state NOT IN ('delivered', 'failed', 'cancelled');
        CREATE INDEX jobs_duty ON jobs (due_at) WHERE duty <> 'none';
        CREATE INDEX jobs_reviving ON jobs (due_at) WHERE state = 'failed' AND reviving = 1;
        CREATE INDEX jobs_ended ON jobs (pipeline, state, state_since);
        CREATE INDEX jobs_original ON jobs (inode, device) WHERE state IN ('failed', 'cancelled') OR folder = 'failed';
        CREATE INDEX jobs_place ON jobs (pipeline, place) WHERE state NOT IN ('delivered', 'failed', 'cancelled') OR duty <> 'none';

        CREATE TABLE attempts (
            job INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
            number INTEGER NOT NULL CHECK (number > 0),
            key TEXT NOT NULL,
            site TEXT NOT NULL,
            settings INTEGER NOT NULL REFERENCES settings (id),
            remote_name TEXT,
            webhook INTEGER NOT NULL CHECK (webhook IN (0, 1)),
            posted_at INTEGER NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('pending', 'created', 'unknown')),
            task_id TEXT,
            provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
            callback_at INTEGER,
            callbacks INTEGER NOT NULL,
            proof_waited INTEGER NOT NULL,
            asked_at INTEGER,
            status TEXT,
            running_since INTEGER,
            failed_since INTEGER,
            empty_since INTEGER,
            unknown_since INTEGER,
            cancel_asked_at INTEGER,
            overdue INTEGER NOT NULL CHECK (overdue IN (0, 1)),
            finished_at INTEGER,
            usage TEXT,
            fruitless INTEGER NOT NULL CHECK (fruitless IN (0, 1)),
            awaited_since INTEGER NOT NULL,
            expired INTEGER NOT NULL CHECK (expired IN (0, 1)),
            PRIMARY KEY (job, number)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX attempts_settings ON attempts (settings);
        CREATE INDEX attempts_open ON attempts (job) WHERE task_id IS NOT NULL AND fruitless = 0 AND finished_at IS NULL
            AND cancel_asked_at IS NULL AND callback_at IS NULL AND provisional = 0;

        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            kind TEXT NOT NULL,
            detail TEXT NOT NULL,
            code TEXT
        ) STRICT;

        CREATE INDEX events_job ON events (job);
        """

    /// Job folders, parameters, and several uploads of one job: what RunningHub calls them is a JSON object by the stems of the inputs.
    private static let version2 = """
        ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'file' CHECK (kind IN ('file', 'folder'));
        ALTER TABLE jobs ADD COLUMN inputs TEXT;
        ALTER TABLE jobs ADD COLUMN parameters TEXT;
        ALTER TABLE jobs ADD COLUMN sidecar TEXT;
        UPDATE jobs SET upload_name = json_object('', upload_name) WHERE upload_name IS NOT NULL;
        UPDATE attempts SET remote_name = json_object('', remote_name) WHERE remote_name IS NOT NULL;
        """
}
