extension Schema {
    /// The calls by which a job's ends are told outside, a list in JSON, and when the next to each target is to be made;
    /// and by what the files were prepared that were uploaded.
    static let hooks = """
        ALTER TABLE jobs ADD COLUMN calls TEXT;
        ALTER TABLE jobs ADD COLUMN program_due_at INTEGER;
        ALTER TABLE jobs ADD COLUMN url_due_at INTEGER;
        ALTER TABLE jobs ADD COLUMN upload_preparation TEXT;
        CREATE INDEX jobs_program ON jobs (pipeline, program_due_at) WHERE program_due_at IS NOT NULL;
        CREATE INDEX jobs_url ON jobs (pipeline, url_due_at) WHERE url_due_at IS NOT NULL;
        """
}
