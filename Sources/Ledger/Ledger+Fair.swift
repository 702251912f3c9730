import GRDB
package import Jobs

// Work that a folder which is away can hold up for long. Each pipeline is asked of by itself, so that what one cannot do, however much of it
// there is, stands in no other's way.
extension Ledger.Look {
    /// Final jobs whose original is still to be moved or deleted, the longest due first.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - resting: pipelines that are left out.
    ///   - busy: jobs that are being worked on, and so are left out.
    ///   - limit: at most so many.
    /// - Throws: what SQLite said.
    /// - Returns: the jobs with their attempts.
    package func duties(
        at now: Timestamp,
        exceptOf resting: Set<String> = [],
        except busy: Set<JobID>,
        limit: Int
    ) throws -> [JobRecord] {
        try fairly("duty <> 'none'", at: now, exceptOf: resting, except: busy, limit: limit)
    }

    /// Jobs that wait for another that is the same, and are to be looked at; as `duties`.
    package func joined(
        dueAt now: Timestamp,
        exceptOf resting: Set<String> = [],
        except busy: Set<JobID>,
        limit: Int
    ) throws -> [JobRecord] {
        let condition = "state = 'queued' AND joined IS NOT NULL"
        return try fairly(condition, at: now, exceptOf: resting, except: busy, limit: limit)
    }

    /// What is due of the jobs of a condition that has an index by pipeline and time, from all pipelines but these.
    private func fairly(
        _ condition: String,
        at now: Timestamp,
        exceptOf resting: Set<String>,
        except busy: Set<JobID>,
        limit: Int
    ) throws -> [JobRecord] {
        var due: [JobRecord] = []
        for pipeline in try ledger.pipelines(with: condition, in: database) where !resting.contains(pipeline) {
            due += try selected(
                "WHERE pipeline = ? AND \(condition) AND due_at <= ? ORDER BY due_at LIMIT ?",
                [pipeline, now.milliseconds, limit + busy.count],
                except: busy,
                limit: limit
            )
        }
        due.sort { $0.job.dueAt < $1.job.dueAt }
        return Array(due.prefix(limit))
    }
}

extension Ledger {
    /// The pipelines that have jobs of a condition: one step of its index for each, however many jobs there are.
    func pipelines(with condition: String, in database: Database) throws -> [String] {
        let sql = """
            WITH RECURSIVE found(name) AS (
                SELECT min(pipeline) FROM jobs WHERE \(condition)
                UNION ALL
                SELECT (SELECT min(pipeline) FROM jobs WHERE \(condition) AND pipeline > name) FROM found WHERE name IS NOT NULL
            ) SELECT name FROM found WHERE name IS NOT NULL
            """
        return try String.fetchAll(database.cachedStatement(sql: sql))
    }
}
