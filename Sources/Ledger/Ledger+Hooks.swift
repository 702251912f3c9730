import GRDB
package import Jobs

// The calls by which jobs' ends are told outside. Each pipeline is asked of by itself, so that a receiver that does not answer, however many
// calls wait for it, stands in no other's way.
extension Ledger.Look {
    /// Jobs with a call to a target that is to be made.
    ///
    /// - Parameters:
    ///   - target: who is to be called.
    ///   - now: the time.
    ///   - busy: jobs whose call is being made, and so are left out.
    ///   - limit: at most so many.
    ///   - bound: at most so many of each pipeline; nothing: as many as `limit`.
    ///   - underWay: how many calls of a pipeline are being made: whose are fewer comes first.
    /// - Throws: what SQLite said.
    /// - Returns: the jobs with their attempts: those of each pipeline in turn, the longest due first.
    package func callsDue(
        to target: HookCall.Target,
        at now: Timestamp,
        except busy: Set<JobID>,
        limit: Int,
        ofEach bound: (_ pipeline: String) -> Int? = { _ in nil },
        underWay: (_ pipeline: String) -> Int = { _ in 0 }
    ) throws -> [JobRecord] {
        let column = Ledger.column(of: target)
        var due: [(turn: Int, record: JobRecord)] = []
        for pipeline in try ledger.pipelines(with: "\(column) IS NOT NULL", in: database) {
            let most = min(limit, bound(pipeline) ?? limit)
            guard most > 0 else { continue }
            let first = underWay(pipeline)
            let records = try selected(
                "WHERE pipeline = ? AND \(column) IS NOT NULL AND \(column) <= ? ORDER BY \(column) LIMIT ?",
                [pipeline, now.milliseconds, most + busy.count],
                except: busy,
                limit: most
            )
            due += records.enumerated().map { (first + $0.offset, $0.element) }
        }
        let time = { (record: JobRecord) in record.job.owedCall(to: target)?.dueAt ?? now }
        due.sort { ($0.turn, time($0.record)) < ($1.turn, time($1.record)) }
        return due.prefix(limit).map(\.record)
    }

    /// When the next call to a target is due after this moment, if there is one.
    package func nextCall(to target: HookCall.Target, after now: Timestamp) throws -> Timestamp? {
        let column = Ledger.column(of: target)
        return try earliest("SELECT min(\(column)) FROM jobs WHERE \(column) IS NOT NULL AND \(column) > ?", after: now)
    }
}

extension Ledger {
    static func column(of target: HookCall.Target) -> String {
        switch target {
        case .program: "program_due_at"
        case .url: "url_due_at"
        }
    }
}
