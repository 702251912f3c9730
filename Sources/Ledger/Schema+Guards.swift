extension Schema {
    /// Which job another waits for because it is the same, and since when what has ended is kept, on the clock of retention.
    ///
    /// What has ended before counts from the last that was seen of time, and not from its own end: a clock may have been wrong then.
    static let guards = """
        ALTER TABLE jobs ADD COLUMN joined TEXT;
        ALTER TABLE jobs ADD COLUMN kept_since INTEGER;
        UPDATE jobs SET kept_since = (SELECT max(at) FROM (SELECT max(created_at) AS at FROM jobs UNION ALL SELECT max(at) FROM events))
            WHERE state IN ('delivered', 'failed', 'cancelled');

        DROP INDEX jobs_waiting;
        CREATE INDEX jobs_waiting ON jobs (pipeline, seq) WHERE state = 'queued' AND claimed = 1 AND joined IS NULL;
        CREATE INDEX jobs_joined ON jobs (pipeline, joined) WHERE state = 'queued' AND joined IS NOT NULL;
        CREATE INDEX jobs_joined_due ON jobs (due_at) WHERE state = 'queued' AND joined IS NOT NULL;
        CREATE INDEX jobs_origin ON jobs (pipeline, origin);
        CREATE INDEX jobs_file ON jobs (inode, device) WHERE folder <> 'gone';
        CREATE INDEX jobs_kept ON jobs (pipeline, folder, kept_since) WHERE kept_since IS NOT NULL;
        """

    /// What waits for a folder is asked of each pipeline by itself: see `Ledger.duties`.
    static let fairness = """
        DROP INDEX jobs_joined_due;
        CREATE INDEX jobs_joined_due ON jobs (pipeline, due_at) WHERE state = 'queued' AND joined IS NOT NULL;
        DROP INDEX jobs_duty;
        CREATE INDEX jobs_duty ON jobs (pipeline, due_at) WHERE duty <> 'none';
        """
}
