extension Schema {
    /// What tasks have cost, in millionths, by the hour in which it became known; hour 0 has everything since the beginning.
    ///
    /// What the ledger already knows is counted in: figures come as texts or as numbers (API.md §2.6).
    static let costs = """
        CREATE TABLE costs (
            hour INTEGER NOT NULL,
            pipeline TEXT NOT NULL,
            key TEXT NOT NULL,
            tasks INTEGER NOT NULL,
            coins INTEGER NOT NULL,
            money INTEGER NOT NULL,
            PRIMARY KEY (hour, pipeline, key)
        ) STRICT, WITHOUT ROWID;

        INSERT INTO costs (hour, pipeline, key, tasks, coins, money)
        SELECT 0, pipeline, key, count(*),
            CAST(sum(max(0, min(1e12, coins))) * 1000000 AS INTEGER), CAST(sum(max(0, min(1e12, money))) * 1000000 AS INTEGER)
        FROM (
            SELECT jobs.pipeline AS pipeline, attempts.key AS key,
                CAST(coalesce(json_extract(usage, '$.consumeCoins'), 0) AS REAL) AS coins,
                CAST(coalesce(json_extract(usage, '$.consumeMoney'), 0) AS REAL)
                    + CAST(coalesce(json_extract(usage, '$.thirdPartyConsumeMoney'), 0) AS REAL) AS money
            FROM attempts JOIN jobs ON jobs.seq = attempts.job
            WHERE usage IS NOT NULL AND CASE WHEN json_valid(usage) THEN json_type(usage) = 'object' ELSE 0 END
        ) GROUP BY pipeline, key;
        """
}
